"""Rate limits of our own acts, over allauth's counter: one mechanism guards sign-in and posting alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.core.internal import ratelimit  # its public face never counts a GET, and a search is one
from django.utils.translation import gettext as _

from coop.errors import ActionError

if TYPE_CHECKING:
    from django.http import HttpRequest


def check(request: HttpRequest, name: str) -> None:
    """Count one act `name` (a key of settings.ACCOUNT_RATE_LIMITS, as `60/h/user`) or raise ActionError."""
    if not ratelimit.consume(request, app="allauth.account", action=name, user=request.user, limit_get=True):
        raise ActionError(
            _("Tu vas trop vite pour le serveur. Attends une minute et réessaie; rien n’est perdu.")
        )
