"""Reads across models that pages of the Fil need."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from django.db import connection
from django.utils import timezone

from feeds import snowflake
from feeds.prepared import Statement, numbered

if TYPE_CHECKING:
    from coop.models import Actor

CATCH_UP_VOICES = 25
CATCH_UP_SPAN = timedelta(days=14)
QUIET_SPAN = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class HomeState:
    """What the home page must know of its reader before it reads a timeline."""

    follows: int  # counted up to 2,001
    unread: int  # counted up to 100
    last_seen_id: int
    previous_seen_id: int
    seconds_since_visit: float | None
    waiting_voices: (
        int  # at the start of a visit, followed voices that published since the last one, up to 26
    )
    has_drafts: bool
    is_delegate: bool


_HOME_STATE_SQL = """
    WITH mark AS (
        SELECT last_seen_id, previous_seen_id, extract(epoch FROM now() - visited_at) AS age
        FROM feeds_readingmark WHERE actor_id = %(me)s AND timeline = 'home'),
    since AS (SELECT last_seen_id AS id FROM mark WHERE age > %(pause)s)
    SELECT
        (SELECT count(*) FROM (
            SELECT 1 FROM feeds_follow WHERE follower_id = %(me)s AND accepted_at IS NOT NULL LIMIT 2001) f),
        (SELECT count(*) FROM (
            SELECT 1 FROM coop_notification WHERE account_id = %(account)s AND read_at IS NULL LIMIT 100) n),
        coalesce((SELECT last_seen_id FROM mark), 0),
        coalesce((SELECT previous_seen_id FROM mark), 0),
        (SELECT age FROM mark),
        CASE WHEN (SELECT id FROM since) > 0 THEN (SELECT count(*) FROM (
            SELECT 1 FROM feeds_follow f JOIN feeds_actoractivity a ON a.actor_id = f.followed_id
            WHERE f.follower_id = %(me)s AND f.accepted_at IS NOT NULL
                AND a.last_post_id > (SELECT id FROM since) LIMIT 26) w) ELSE 0 END,
        EXISTS (SELECT 1 FROM feeds_draft WHERE account_id = %(account)s),
        EXISTS (SELECT 1 FROM coop_delegate WHERE account_id = %(account)s AND ended_at IS NULL)
"""

VISIT_PAUSE = timedelta(minutes=30)
_HOME_STATE = Statement(
    "home_state",
    *reversed(numbered(_HOME_STATE_SQL, {"me": "bigint", "account": "bigint", "pause": "double precision"})),
)


def home_state(actor: Actor, account_id: int) -> HomeState:
    """Read all of it in one statement."""
    [row] = _HOME_STATE.fetch([actor.pk, account_id, VISIT_PAUSE.total_seconds()])
    follows, unread, last_seen, previous_seen, age, waiting, drafts, delegate = row
    age = None if age is None else float(age)
    return HomeState(follows, unread, last_seen, previous_seen, age, waiting, drafts, delegate)


class Voice(NamedTuple):
    """One voice of the catch-up: its newest post since the last visit, and how many there were."""

    post_id: int
    author_id: int
    posts: int


_CATCH_UP = """
    SELECT newest.id, f.followed_id, newest.n
    FROM feeds_follow f
    JOIN feeds_actoractivity a ON a.actor_id = f.followed_id AND a.last_post_id > %(since)s
    CROSS JOIN LATERAL (
        SELECT max(p.id) AS id, count(*) AS n FROM feeds_post p
        WHERE p.author_id = f.followed_id AND p.id > %(since)s
            AND p.boost_of_id IS NULL AND p.in_reply_to_id IS NULL AND p.deleted_at IS NULL) newest
    CROSS JOIN LATERAL (
        SELECT count(*) AS month FROM (
            SELECT 1 FROM feeds_post p WHERE p.author_id = f.followed_id AND p.id > %(month)s
            LIMIT 500) q) loud
    WHERE f.follower_id = %(me)s AND f.accepted_at IS NOT NULL AND newest.id IS NOT NULL
        AND NOT EXISTS (
            SELECT 1 FROM feeds_mute m WHERE m.muter_id = %(me)s AND m.muted_id = f.followed_id
                AND (m.expires_at IS NULL OR m.expires_at > now()))
    ORDER BY loud.month, newest.id DESC
    LIMIT %(limit)s
"""


def catch_up(actor: Actor, since_id: int) -> list[Voice]:
    """Give one post for each followed voice that published since then, those who publish least first.

    The rule, printed beside the page: since the last visit (fourteen days at most), the newest first post
    of each followed voice, from the one that published least in thirty days to the one that published most,
    25 at most."""
    now = timezone.now()
    since = max(since_id, snowflake.at(now - CATCH_UP_SPAN))
    with connection.cursor() as cursor:
        cursor.execute(
            _CATCH_UP,
            {
                "me": actor.pk,
                "since": since,
                "month": snowflake.at(now - QUIET_SPAN),
                "limit": CATCH_UP_VOICES,
            },
        )
        return [Voice(*row) for row in cursor.fetchall()]
