"""Erasing people who left, once the days to come back are over."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING

from allauth.usersessions.models import UserSession
from django.db import transaction
from django.utils import timezone

from coop import erasure, parameters
from coop.account_parameters import DELETION_DAYS
from coop.audit import record
from coop.models import Account, Actor, Notification

if TYPE_CHECKING:
    from datetime import datetime

    from django.core.files.storage import Storage

logger = logging.getLogger(__name__)

NAME_OF_THE_GONE = "Compte supprimé"


def erase_departed(*, now: datetime | None = None) -> int:
    """Erase each account that asked to go long enough ago; one that fails does not hold up the others."""
    limit = (now or timezone.now()) - timedelta(days=parameters.get(DELETION_DAYS.name))
    erased = 0
    for pk in Account.objects.filter(deletion_requested_at__lte=limit).values_list("pk", flat=True):
        try:
            erased += erase_account(account_id=pk, limit=limit)
        except Exception:
            logger.exception("Account %s was not erased; it will be tried again", pk)
    return erased


def erase_account(*, account_id: int, limit: datetime) -> bool:
    """Erase one person for good (Loi 25, art. 23): their words, images, links, mail and login.

    The face stays as an empty place, so that conversations keep their shape, and its handle stays reserved,
    so that nobody can take it to pass for the person. The audit trail holds numbers only and is untouched.
    """
    with transaction.atomic():
        account = (
            Account.objects.select_for_update(of=("self",))
            .select_related("actor")
            .filter(pk=account_id, deletion_requested_at__lte=limit)
            .first()
        )
        if account is None:
            return False
        for erase in erasure.erasers():
            erase(account)
        for export in account.exports.exclude(file=""):
            _erase_later(export.file.storage, str(export.file.name))
        Notification.objects.filter(actor=account.actor).delete()
        _empty_face(account.actor)
        for session in UserSession.objects.filter(user=account):
            session.end()
        record("coop.erase_account", account=None, obj=account)
        account.delete()
    return True


def _empty_face(actor: Actor) -> None:
    if actor.avatar:
        _erase_later(actor.avatar.storage, str(actor.avatar.name))
    actor.display_name = NAME_OF_THE_GONE
    actor.summary = actor.avatar_alt = actor.avatar = ""
    actor.region = actor.municipality = None
    actor.approves_followers = True
    actor.is_discoverable = actor.is_indexable = actor.shows_follows = False
    actor.deleted_at = timezone.now()
    actor.save()


def _erase_later(storage: Storage, name: str) -> None:
    """Remove a file once the transaction is sure."""
    transaction.on_commit(lambda: storage.delete(name), robust=True)
