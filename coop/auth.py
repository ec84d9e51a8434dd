"""Loading who is logged in: one query for the account, its face and its preferences."""

from __future__ import annotations

from allauth.account.auth_backends import AuthenticationBackend

from coop.models import Account


class AccountBackend(AuthenticationBackend):
    """allauth's backend (e-mail and password), with the joins that every page needs."""

    def get_user(self, user_id: int) -> Account | None:
        """Load an active account with its actor and preferences, in one query."""
        account = Account.objects.select_related("actor__region", "preferences").filter(pk=user_id).first()
        return account if account and account.is_active else None
