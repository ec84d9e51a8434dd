"""The rows that stand around a post: mentions, hashtags, counters, activity.

Called inside an action's transaction.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection
from django.urls import reverse

from coop.models import Actor
from feeds import text as texts
from feeds.models import ActorActivity, Mention, Tag, TaggedPost

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

# Written by hand: GREATEST in an upsert, in one statement, is what keeps publishing cheap and free of races.
_COUNT_POST = """
    INSERT INTO feeds_actoractivity (actor_id, last_post_id, posts_count) VALUES (%s, %s, %s)
    ON CONFLICT (actor_id) DO UPDATE SET
        last_post_id = GREATEST(feeds_actoractivity.last_post_id, EXCLUDED.last_post_id),
        posts_count = feeds_actoractivity.posts_count + EXCLUDED.posts_count
"""
_RECOUNT_ACTIVITY = """
    UPDATE feeds_actoractivity AS activity SET
        posts_count = GREATEST(activity.posts_count - %s, 0),
        last_post_id = COALESCE(
            (
                SELECT id FROM feeds_post
                WHERE author_id = activity.actor_id AND deleted_at IS NULL
                ORDER BY id DESC LIMIT 1
            ), 0)
    WHERE actor_id = ANY(%s)
"""
_COUNT_REPLY = """
    INSERT INTO feeds_poststats (post_id, replies, boosts, favourites) VALUES (%s, GREATEST(%s, 0), 0, 0)
    ON CONFLICT (post_id) DO UPDATE SET replies = GREATEST(feeds_poststats.replies + %s, 0)
"""
_COUNT_BOOST = """
    INSERT INTO feeds_poststats (post_id, replies, boosts, favourites) VALUES (%s, 0, GREATEST(%s, 0), 0)
    ON CONFLICT (post_id) DO UPDATE SET boosts = GREATEST(feeds_poststats.boosts + %s, 0)
"""


def named_actors(text: str) -> dict[str, int]:
    """Find the active actors named in a text: {handle: actor id}. No query when nobody is named."""
    handles = texts.mentions(text)
    if not handles:
        return {}
    return dict(Actor.objects.active().filter(handle__in=handles).values_list("handle", "pk"))


def render(text: str, known_handles: Collection[str]) -> str:
    """Write the text as HTML with our own addresses."""
    return texts.render(
        text,
        known_handles=known_handles,
        profile_url=lambda handle: reverse("feeds:profile", args=[handle]),
        tag_url=lambda slug: reverse("feeds:tag-timeline", args=[slug]),
    )


def add_mentions(post_id: int, actor_ids: Iterable[int]) -> None:
    """Name these actors in the post, in one statement."""
    Mention.objects.bulk_create(
        [Mention(post_id=post_id, actor_id=actor_id) for actor_id in actor_ids], ignore_conflicts=True
    )


def add_tags(post_id: int, names: list[str]) -> None:
    """Put the hashtags on the post; a new one is created as first written. At most four statements."""
    if not names:
        return
    by_slug = {texts.tag_slug(name): name for name in names}
    known = dict(Tag.objects.filter(slug__in=by_slug).values_list("slug", "pk"))
    missing = [Tag(name=name, slug=slug) for slug, name in by_slug.items() if slug not in known]
    if missing:
        # Two people may write a new hashtag at once: whoever comes second uses the first's.
        Tag.objects.bulk_create(missing, ignore_conflicts=True)
        known = dict(Tag.objects.filter(slug__in=by_slug).values_list("slug", "pk"))
    TaggedPost.objects.bulk_create(
        [TaggedPost(content_object_id=post_id, tag_id=tag_id) for tag_id in known.values()],
        ignore_conflicts=True,
    )


def replace_mentions(post_id: int, actor_ids: Collection[int]) -> set[int]:
    """Name exactly these actors; give those who were not named before."""
    before = set(Mention.objects.filter(post_id=post_id).values_list("actor_id", flat=True))
    Mention.objects.filter(post_id=post_id).exclude(actor_id__in=actor_ids).delete()
    added = set(actor_ids) - before
    add_mentions(post_id, sorted(added))
    return added


def replace_tags(post_id: int, names: list[str]) -> None:
    """Put exactly these hashtags on the post."""
    slugs = [texts.tag_slug(name) for name in names]
    TaggedPost.objects.filter(content_object_id=post_id).exclude(tag__slug__in=slugs).delete()
    add_tags(post_id, names)


def count_post(actor_id: int, post_id: int, *, counted: bool) -> None:
    """Note an actor's newest row; `counted` for a post, not for a boost."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT_POST, [actor_id, post_id, int(counted)])


def recount_activity(actor_ids: Iterable[int], *, uncounted: int) -> None:
    """Find the newest row of these actors again after a removal; take `uncounted` posts off each.

    The lock comes first and alone: a post published meanwhile is then seen by the statement that counts.
    """
    ids = sorted(actor_ids)
    if not ids:
        return
    list(
        ActorActivity.objects.select_for_update()
        .filter(actor_id__in=ids)
        .order_by("actor_id")
        .values_list("pk")
    )
    with connection.cursor() as cursor:
        cursor.execute(_RECOUNT_ACTIVITY, [uncounted, ids])


def count_reply(post_id: int, change: int) -> None:
    """Add to (or take from) the replies of a post."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT_REPLY, [post_id, change, change])


def count_boost(post_id: int, change: int) -> None:
    """Add to (or take from) the boosts of a post."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT_BOOST, [post_id, change, change])


def next_sequence() -> int:
    """Draw the next sequence number of an id that is made by hand (a post dated in the past)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('feeds_snowflake_seq')")
        return int(cursor.fetchone()[0])
