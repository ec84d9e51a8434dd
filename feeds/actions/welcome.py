"""The first hour: where one lives, what one cares about, whom one reads, and when the welcome is over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from coop.actions import notifications, profile
from coop.models import Account, NotificationSetting
from coop.permissions import authorize
from feeds.actions.graph import follow_actor
from feeds.models import Interest

if TYPE_CHECKING:
    from collections.abc import Iterable

    from coop.models import Actor, Municipality, Region
    from feeds.models import Tag

MOST_INTERESTS = 30


def settle(*, account: Account, region: Region | None, municipality: Municipality | None) -> Actor:
    """Say where one lives (a region, perhaps a municipality), or nowhere; the rest of the face stays."""
    me = account.actor
    return profile.edit_face(
        account=account,
        actor=me,
        display_name=me.display_name,
        summary=me.summary,
        region=region,
        municipality=municipality,
        avatar_alt=me.avatar_alt,
    )


def choose_interests(*, account: Account, tags: Iterable[Tag]) -> None:
    """Keep the subjects one cares about. Choosing some turns suggestions by interests on; none, off."""
    authorize("coop.edit_own_account", account)
    me = account.actor
    chosen = {tag.pk for tag in tags}
    with transaction.atomic():
        Interest.objects.filter(actor=me).exclude(tag_id__in=chosen).delete()
        Interest.objects.bulk_create(
            [Interest(actor=me, tag_id=pk) for pk in sorted(chosen)[:MOST_INTERESTS]], ignore_conflicts=True
        )
        profile.choose_privacy(account=account, choices={"uses_interests": bool(chosen)})


def follow_voices(*, account: Account, actors: Iterable[Actor]) -> int:
    """Follow several voices at once; those one may not follow are left out. Gives how many were."""
    followed = 0
    for actor in actors:
        try:
            follow_actor(account=account, actor=actor)
        except PermissionDenied:
            continue
        followed += 1
    return followed


def choose_audience(
    *, account: Account, default_audience: int, is_discoverable: bool, mail_frequency: str
) -> None:
    """Keep the usual audience, whether one may be found, and how often news comes by mail."""
    with transaction.atomic():
        profile.choose_privacy(
            account=account,
            choices={"default_audience": default_audience, "is_discoverable": is_discoverable},
        )
        chosen = {
            row.kind: (row.in_app, row.by_mail) for row in NotificationSetting.objects.filter(account=account)
        }
        notifications.choose_notifications(account=account, mail_frequency=mail_frequency, chosen=chosen)


def finish_welcome(*, account: Account) -> None:
    """Remember that the welcome was gone through, or skipped; the first time counts."""
    authorize("coop.edit_own_account", account)
    Account.objects.filter(pk=account.pk, welcomed_at__isnull=True).update(welcomed_at=timezone.now())
    account.refresh_from_db(fields=["welcomed_at"])
