"""Keeping a reader's place, the same on every device."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection

from feeds.queries import VISIT_PAUSE

if TYPE_CHECKING:
    from coop.models import Account

# A new visit begins after a pause: what was seen last becomes what the catch-up starts from.
_MARK = """
    INSERT INTO feeds_readingmark (actor_id, timeline, last_seen_id, previous_seen_id, visited_at)
    VALUES (%(me)s, %(timeline)s, %(seen)s, 0, now())
    ON CONFLICT (actor_id, timeline) DO UPDATE SET
        previous_seen_id = CASE WHEN feeds_readingmark.visited_at < now() - make_interval(secs => %(pause)s)
            THEN feeds_readingmark.last_seen_id ELSE feeds_readingmark.previous_seen_id END,
        last_seen_id = greatest(feeds_readingmark.last_seen_id, excluded.last_seen_id),
        visited_at = now()
"""


def mark_read(*, account: Account, timeline: str, seen_id: int) -> None:
    """Remember that `account` has seen `timeline` up to `seen_id`. Needs no permission: it is one's own
    place.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _MARK,
            {
                "me": account.actor_id,
                "timeline": timeline,
                "seen": seen_id,
                "pause": VISIT_PAUSE.total_seconds(),
            },
        )
