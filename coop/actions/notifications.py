"""Ringing, reading and choosing notifications."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from coop import notifications, parameters
from coop.models import Notification, NotificationSetting, Preferences
from coop.permissions import authorize
from coop.signals import notifications_rung

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from coop.models import Account, Actor

BATCH = 5_000


def ring(
    *,
    kind: str,
    accounts: Iterable[Account],
    actor: Actor | None = None,
    subject_id: int | None = None,
    group_key: str = "",
) -> list[int]:
    """Tell some accounts of one event, each at most once, and give the ids of those who were told.

    Never tells the person who did it, nor who turned this kind off. The caller knows who may see the subject,
    who blocks and who mutes whom: this floor does not. Rows of one `group_key` are shown as one line (those
    about one subject, unless told otherwise). Mail is sent later, by the clock, from the same rows.
    """
    known = notifications.kind(kind)
    doer = actor.pk if actor else None
    people = {
        account.pk: account
        for account in accounts
        if account.is_active and (doer is None or account.actor_id != doer)
    }
    if not people:
        return []
    chosen = {
        row.account_id: row for row in NotificationSetting.objects.filter(account__in=people, kind=kind)
    }
    same_act = Notification.objects.filter(account__in=people, kind=kind, subject_id=subject_id)
    same_act = same_act.filter(actor=actor) if actor else same_act.filter(actor__isnull=True)
    told = set(same_act.values_list("account_id", flat=True))
    now = timezone.now()
    rows = []
    rung = []
    for account_id in people:
        choice = chosen.get(account_id)
        in_app = choice.in_app if choice else known.in_app
        by_mail = choice.by_mail if choice else known.by_mail
        if account_id in told or not (in_app or by_mail):
            continue
        if in_app:
            rung.append(account_id)
        rows.append(
            Notification(
                account_id=account_id,
                kind=kind,
                actor=actor,
                subject_id=subject_id,
                group_key=group_key or f"{kind}:{subject_id or ''}",
                created_at=now,
                # Wanted by mail alone: nothing to read on the page, so nothing to count there.
                read_at=None if in_app else now,
            )
        )
    Notification.objects.bulk_create(rows, ignore_conflicts=True)
    if rung:
        transaction.on_commit(
            lambda: notifications_rung.send_robust(sender=Notification, account_ids=rung), robust=True
        )
    return [row.account_id for row in rows]


def read_notifications(*, account: Account, up_to: int | None = None) -> int:
    """Mark the account's notifications as read, those after `up_to` excepted; give how many were not."""
    unread = Notification.objects.filter(account=account, read_at__isnull=True)
    if up_to is not None:
        unread = unread.filter(pk__lte=up_to)
    count = unread.update(read_at=timezone.now())
    _tell_other_pages(account, count)
    return count


def read_rows(*, account: Account, ids: Iterable[int]) -> int:
    """Mark some rows as read: those of a line that was opened, or that can no longer be shown."""
    unread = Notification.objects.filter(account=account, read_at__isnull=True, pk__in=list(ids))
    count = unread.update(read_at=timezone.now())
    _tell_other_pages(account, count)
    return count


def _tell_other_pages(account: Account, count: int) -> None:
    if count:
        transaction.on_commit(
            lambda: notifications_rung.send_robust(sender=Notification, account_ids=[account.pk]), robust=True
        )


def choose_notifications(
    *, account: Account, mail_frequency: str, chosen: Mapping[str, tuple[bool, bool]]
) -> None:
    """Keep the account's choices: how often mail comes, and per kind (in the app, by mail)."""
    authorize("coop.edit_own_account", account)
    with transaction.atomic():
        preferences, _created = Preferences.objects.select_for_update().get_or_create(account=account)
        if preferences.mail_frequency == Preferences.Mail.NEVER != mail_frequency:
            # What was rung before mail was asked for is old news.
            newest = (
                Notification.objects.filter(account=account)
                .order_by("-id")
                .values_list("pk", flat=True)
                .first()
            )
            preferences.digest_sent_up_to_id = max(preferences.digest_sent_up_to_id, newest or 0)
        preferences.mail_frequency = mail_frequency
        preferences.save(update_fields=["mail_frequency", "digest_sent_up_to_id"])
        for known in notifications.kinds():
            in_app, by_mail = chosen.get(known.name, (known.in_app, known.by_mail))
            NotificationSetting.objects.update_or_create(
                account=account, kind=known.name, defaults={"in_app": in_app, "by_mail": by_mail}
            )


def forget_read_notifications() -> int:
    """Erase what was read long ago (parameter `notifications.read_kept_days`), batch by batch."""
    oldest = timezone.now() - timedelta(days=parameters.get(notifications.READ_KEPT_DAYS.name))
    old = Notification.objects.filter(read_at__isnull=False, created_at__lt=oldest).order_by("pk")
    total = 0
    while True:
        ids = list(old.values_list("pk", flat=True)[:BATCH])
        if not ids:
            return total
        total += Notification.objects.filter(pk__in=ids).delete()[0]
