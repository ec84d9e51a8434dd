"""Reads across the rows of the ground floor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coop.models import Actor, Delegate

if TYPE_CHECKING:
    from coop.models import Account


def faces(account: Account) -> list[Actor]:
    """List the faces an account may speak as: its own, then its organisations by name. One query."""
    if account.actor is None:
        return []
    organisations = Actor.objects.active().filter(
        organisation__delegates__in=Delegate.objects.current().filter(account=account)
    )
    return [account.actor, *organisations.order_by("display_name", "pk")]
