"""Polls: opening one with a post, answering, telling the end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coop import parameters
from coop.errors import ActionError
from coop.permissions import authorize
from feeds import notices
from feeds.models import Poll, PollOption, PollVote

if TYPE_CHECKING:
    from collections.abc import Collection

    from coop.models import Account
    from feeds.models import Post

MIN_OPTIONS = 2
MIN_DURATION = timedelta(minutes=5)
CLOSING_BATCH = 200


@dataclass(frozen=True, slots=True)
class PollInput:
    """A poll as its author asks for it."""

    options: list[str]
    is_multiple: bool
    closes_at: datetime


def check_poll(poll: PollInput, *, now: datetime) -> None:
    """Refuse a poll that cannot be opened, with a sentence."""
    options = [option.strip() for option in poll.options]
    most = parameters.get("posts.max_poll_options")
    days = parameters.get("posts.max_poll_days")
    if not MIN_OPTIONS <= len(options) <= most:
        raise ActionError(
            _("Un sondage compte de 2 à %(most)s réponses.") % {"most": most}, field="poll_options"
        )
    if any(not option or len(option) > PollOption.TEXT_MAX for option in options):
        raise ActionError(
            _("Chaque réponse compte de 1 à %(most)s caractères.") % {"most": PollOption.TEXT_MAX},
            field="poll_options",
        )
    if len({option.casefold() for option in options}) < len(options):
        raise ActionError(_("Deux réponses sont identiques."), field="poll_options")
    if not now + MIN_DURATION <= poll.closes_at <= now + timedelta(days=days, minutes=1):
        raise ActionError(
            ngettext(
                "Un sondage dure de cinq minutes à %(days)s jour.",
                "Un sondage dure de cinq minutes à %(days)s jours.",
                days,
            )
            % {"days": days},
            field="poll_duration",
        )


def open_poll(*, post: Post, poll: PollInput) -> Poll:
    """Write the rows of a checked poll, in the transaction that publishes its post.

    A poll already over (the demo's) is not to be announced.
    """
    over = poll.closes_at <= timezone.now()
    row = Poll.objects.create(
        post=post,
        is_multiple=poll.is_multiple,
        closes_at=poll.closes_at,
        announced_at=poll.closes_at if over else None,
    )
    PollOption.objects.bulk_create(
        PollOption(poll=row, position=position, text=option.strip())
        for position, option in enumerate(poll.options)
    )
    return row


def vote_poll(*, account: Account, poll: Poll, options: Collection[PollOption]) -> Poll:
    """Answer a poll, once and for good; counts and answers are written together.

    The poll's row is locked: two answers of one person sent at once cannot both count.
    """
    authorize("feeds.vote_poll", account, poll)
    chosen = {option.pk for option in options}
    if not chosen:
        raise ActionError(_("Choisis une réponse."), field="options")
    if len(chosen) > 1 and not poll.is_multiple:
        raise ActionError(_("Ce sondage demande une seule réponse."), field="options")
    with transaction.atomic():
        poll = Poll.objects.select_for_update(of=("self",)).select_related("post").get(pk=poll.pk)
        if poll.is_closed:
            raise ActionError(_("Ce sondage est terminé."))
        if PollVote.objects.filter(poll=poll, actor_id=account.actor_id).exists():
            raise ActionError(_("Tu as déjà répondu à ce sondage."))
        counted = PollOption.objects.filter(poll=poll, pk__in=chosen).update(votes_count=F("votes_count") + 1)
        if counted != len(chosen):
            raise ActionError(_("Cette réponse n’est pas dans le sondage."), field="options")
        PollVote.objects.bulk_create(
            PollVote(poll=poll, option_id=option, actor_id=account.actor_id, is_multiple=poll.is_multiple)
            for option in sorted(chosen)
        )
        Poll.objects.filter(pk=poll.pk).update(voters_count=F("voters_count") + 1)
    poll.refresh_from_db(fields=["voters_count"])
    return poll


def announce_closed_polls() -> int:
    """Tell the end of the polls that are over, once each; give how many. Two runs at once share them."""
    with transaction.atomic():
        over = list(
            Poll.objects.select_for_update(skip_locked=True, of=("self",))
            .filter(closes_at__lte=timezone.now(), announced_at__isnull=True)
            .select_related("post", "post__author")
            .order_by("closes_at")[:CLOSING_BATCH]
        )
        Poll.objects.filter(pk__in=[poll.pk for poll in over]).update(announced_at=timezone.now())
        for poll in over:
            _tell_closed(poll)
    return len(over)


def _tell_closed(poll: Poll) -> None:
    transaction.on_commit(lambda: notices.poll_closed(poll), robust=True)
