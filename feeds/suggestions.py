"""Voices to suggest to a newcomer, by a rule that is printed beside them. Popularity has no part in it.

The rule: people who asked to be found and organisations, active in the last thirty days, whom one does not
follow, mute or block. First those of one's municipality, then of one's region; then those who write about
the subjects one chose (only if one turned that on); then those followed by voices one follows (only where
these show it); at equal rank, the one who published last. People and organisations take turns.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import connection
from django.db.models import Count
from django.utils import timezone

from coop.models import Actor, Preferences
from feeds import snowflake
from feeds.models import Post, Tag

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coop.models import Account

ACTIVE_SPAN = timedelta(days=30)
MUTUALS_COUNTED = 3
SHOWN = 8
SUBJECTS_SHOWN = 18
SUBJECT_VOICES = 2


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A voice, why it is here, and what it last said to everyone."""

    actor: Actor
    is_neighbour: bool
    is_in_region: bool
    subjects: list[str]
    mutuals: int
    last_post: Post | None


_VOICES = """
    WITH subject AS (
        SELECT tag_id FROM feeds_interest WHERE actor_id = %(me)s AND %(uses_interests)s
        UNION
        SELECT tag_id FROM feeds_followedtag WHERE actor_id = %(me)s AND %(uses_interests)s),
    candidate AS (
        SELECT a.id, a.kind, v.last_post_id,
            coalesce(a.municipality_id = %(municipality)s, false) AS is_neighbour,
            coalesce(a.region_id = %(region)s, false) AS is_in_region
        FROM coop_actor a
        JOIN feeds_actoractivity v ON v.actor_id = a.id AND v.last_post_id >= %(since)s
        WHERE a.is_discoverable AND a.suspended_at IS NULL AND a.deleted_at IS NULL
            AND a.kind <> 'group' AND a.id <> %(me)s
            AND NOT EXISTS (
                SELECT 1 FROM feeds_follow f WHERE f.follower_id = %(me)s AND f.followed_id = a.id)
            AND NOT EXISTS (SELECT 1 FROM feeds_mute m WHERE m.muter_id = %(me)s AND m.muted_id = a.id)
            AND NOT EXISTS (
                SELECT 1 FROM feeds_block b WHERE (b.blocker_id = %(me)s AND b.blocked_id = a.id)
                    OR (b.blocker_id = a.id AND b.blocked_id = %(me)s))),
    reasoned AS (
        SELECT c.*,
            (SELECT array_agg(DISTINCT t.name ORDER BY t.name)
                FROM feeds_post p
                JOIN feeds_taggedpost x ON x.post_id = p.id
                JOIN subject s ON s.tag_id = x.tag_id
                JOIN feeds_tag t ON t.id = x.tag_id
                WHERE p.author_id = c.id AND p.id >= %(since)s AND p.visibility = 0 AND p.deleted_at IS NULL
            ) AS subjects,
            (SELECT count(*) FROM (
                SELECT 1 FROM feeds_follow mine
                JOIN coop_actor friend ON friend.id = mine.followed_id AND friend.shows_follows
                JOIN feeds_follow theirs ON theirs.follower_id = friend.id AND theirs.followed_id = c.id
                    AND theirs.accepted_at IS NOT NULL
                WHERE mine.follower_id = %(me)s AND mine.accepted_at IS NOT NULL
                LIMIT %(mutuals)s) known) AS mutuals
        FROM candidate c),
    ranked AS (
        SELECT r.*, row_number() OVER (PARTITION BY kind ORDER BY
            is_neighbour DESC, is_in_region DESC, coalesce(cardinality(subjects), 0) DESC, mutuals DESC,
            last_post_id DESC) AS turn
        FROM reasoned r)
    SELECT id, is_neighbour, is_in_region, coalesce(subjects, ARRAY[]::text[]), mutuals
    FROM ranked ORDER BY turn, kind = 'organisation', last_post_id DESC LIMIT %(limit)s
"""


def voices(account: Account, *, limit: int = SHOWN) -> list[Suggestion]:
    """Suggest voices, by the rule above: four queries, whatever the number of people."""
    me = account.actor
    assert me is not None  # an account without a face sees no page
    uses_interests = Preferences.objects.filter(account=account, uses_interests=True).exists()
    with connection.cursor() as cursor:
        cursor.execute(
            _VOICES,
            {
                "me": me.pk,
                "uses_interests": uses_interests,
                "municipality": me.municipality_id,
                "region": me.region_id,
                "since": snowflake.at(timezone.now() - ACTIVE_SPAN),
                "mutuals": MUTUALS_COUNTED,
                "limit": limit,
            },
        )
        found = cursor.fetchall()
    ids = [row[0] for row in found]
    actors = Actor.objects.select_related("region", "municipality").in_bulk(ids)
    last = last_posts(account, ids)
    return [
        Suggestion(actors[pk], is_neighbour, is_in_region, subjects, mutuals, last.get(pk))
        for pk, is_neighbour, is_in_region, subjects, mutuals in found
    ]


def last_posts(account: Account, actor_ids: Sequence[int]) -> dict[int, Post]:
    """Give the newest first post that each of these voices addressed to everyone, by actor; one query."""
    rows = (
        Post.objects.visible_to(account)
        .in_open_square()
        .filter(author__in=actor_ids, content_warning="")
        .exclude(text="")
        .order_by("author_id", "-id")
        .distinct("author_id")
    )
    return {row.author_id: row for row in rows}


def subjects() -> list[Tag]:
    """Give the hashtags that the most voices used for everyone lately, in alphabetical order; one query."""
    since = snowflake.at(timezone.now() - ACTIVE_SPAN)
    used = (
        Tag.objects.filter(
            tagged_posts__content_object__gte=since,
            tagged_posts__content_object__visibility=0,
            tagged_posts__content_object__deleted_at__isnull=True,
        )
        .annotate(voices=Count("tagged_posts__content_object__author", distinct=True))
        .filter(voices__gte=SUBJECT_VOICES)
        .order_by("-voices", "slug")[:SUBJECTS_SHOWN]
    )
    return sorted(used, key=lambda tag: tag.slug)
