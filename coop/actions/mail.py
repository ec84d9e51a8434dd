"""Sending news by mail, each piece at most once.

A mail cannot be taken back, and a mail server may take one and die before it says so. So the rows of a mail
are marked *before* it is sent, in a transaction of their own; if sending fails, the marks are taken off and
the task comes back later. A process that dies in between leaves the marks: that one mail may be lost, never
sent twice, and its news is still on the page. (The other order, mark after sending, would repeat itself at
every such death.)
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from coop import mail
from coop.models import Account, Notification, Preferences

if TYPE_CHECKING:
    from datetime import datetime

    from coop.mail import Batch

RECENT = timedelta(hours=2)
"""What could not be sent for that long is no longer news of the minute; the next mail will hold it."""


@dataclass(frozen=True, slots=True)
class Claim:
    """The marks put down for one mail, and what they replaced."""

    batch: Batch
    at: datetime
    sent_on: date | None
    sent_up_to_id: int


def accounts_to_write_to() -> list[int]:
    """List the accounts that want mail at once and have something unread since two minutes."""
    now = timezone.now()
    waiting = Notification.objects.filter(
        account__preferences__mail_frequency=Preferences.Mail.IMMEDIATE,
        account__is_active=True,
        mailed_at__isnull=True,
        created_at__lte=now - mail.GRACE,
        created_at__gt=now - RECENT,
    )
    return list(waiting.order_by("account_id").values_list("account_id", flat=True).distinct())


def accounts_to_digest(day: date) -> list[int]:
    """List the accounts that want a digest and did not have that of `day`."""
    wanting = Preferences.objects.filter(mail_frequency=Preferences.Mail.DAILY, account__is_active=True)
    return list(wanting.exclude(digest_sent_on__gte=day).order_by("pk").values_list("pk", flat=True))


def send_news(*, account_id: int) -> bool:
    """Write to one account about what it has not read; say whether a mail went out."""
    with transaction.atomic():
        preferences = _locked(account_id, Preferences.Mail.IMMEDIATE)
        found = mail.immediate_batch(preferences.account, preferences) if preferences else None
        if preferences is None or found is None:
            return False
        claim = _claim(preferences, found, day=preferences.digest_sent_on)
    _send(claim, key=f"news:{max(found.ids)}", daily=False)
    return True


def send_digest(*, account_id: int, day: date) -> bool:
    """Send one account the digest of a day, once; say whether a mail went out."""
    with transaction.atomic():
        preferences = _locked(account_id, Preferences.Mail.DAILY)
        if preferences is None or (preferences.digest_sent_on and preferences.digest_sent_on >= day):
            return False
        found = mail.digest_batch(preferences.account, preferences, day)
        if found is None:
            return False
        claim = _claim(preferences, found, day=day)
    _send(claim, key=f"digest:{day.isoformat()}", daily=True)
    return True


def _locked(account_id: int, frequency: str) -> Preferences | None:
    """Lock the preferences, so that two workers cannot take the same news."""
    preferences = (
        Preferences.objects.select_for_update(of=("self",))
        .select_related("account__actor")
        .filter(pk=account_id)
    ).first()
    if preferences is None or preferences.mail_frequency != frequency:
        return None
    account = preferences.account
    return preferences if account.is_active and not account.is_leaving else None


def _claim(preferences: Preferences, found: Batch, *, day: date | None) -> Claim:
    claim = Claim(found, timezone.now(), preferences.digest_sent_on, preferences.digest_sent_up_to_id)
    Notification.objects.filter(pk__in=found.ids).update(mailed_at=claim.at)
    preferences.digest_sent_on = day
    preferences.digest_sent_up_to_id = max(preferences.digest_sent_up_to_id, *found.ids)
    preferences.save(update_fields=["digest_sent_on", "digest_sent_up_to_id"])
    return claim


def _send(claim: Claim, *, key: str, daily: bool) -> None:
    try:
        mail.message(claim.batch, key=key, daily=daily).send()
    except Exception:
        _release(claim)
        raise


def _release(claim: Claim) -> None:
    """Take the marks off again: the mail did not go."""
    with transaction.atomic():
        Preferences.objects.filter(pk=claim.batch.account.pk).update(
            digest_sent_on=claim.sent_on, digest_sent_up_to_id=claim.sent_up_to_id
        )
        Notification.objects.filter(pk__in=claim.batch.ids, mailed_at=claim.at).update(mailed_at=None)


def stop_mail(*, account: Account) -> None:
    """Write no more news to this account, whoever holds the link: it is the person's own mailbox."""
    Preferences.objects.filter(account=account).update(mail_frequency=Preferences.Mail.NEVER)
