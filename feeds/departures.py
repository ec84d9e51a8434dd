"""Erasing what a person who left for good had in the Fil."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from coop import erasure
from feeds.actions import media, posts
from feeds.models import (
    ActorActivity,
    Block,
    Bookmark,
    Favourite,
    Filter,
    Follow,
    FollowedTag,
    GroupMembership,
    Interest,
    List,
    ListMember,
    MediaAttachment,
    Mention,
    Mute,
    MutedThread,
    Poll,
    PollVote,
    Post,
    PostRevision,
    PostSearch,
    ReadingMark,
    StarterPack,
    StarterPackMember,
    TaggedPost,
)

if TYPE_CHECKING:
    from coop.models import Account

# One statement each, whatever the number of posts: counters follow the rows that go.
_UNCOUNT_REPLIES = """
    UPDATE feeds_poststats AS stats SET replies = GREATEST(stats.replies - gone.count, 0)
    FROM (
        SELECT in_reply_to_id AS post_id, count(*) AS count FROM feeds_post
        WHERE author_id = %s AND deleted_at IS NULL AND in_reply_to_id IS NOT NULL
        GROUP BY in_reply_to_id
    ) AS gone
    WHERE stats.post_id = gone.post_id
"""
_UNCOUNT_FAVOURITES = """
    UPDATE feeds_poststats SET favourites = GREATEST(favourites - 1, 0)
    WHERE post_id IN (SELECT post_id FROM feeds_favourite WHERE actor_id = %s)
"""


def erase_from_the_fil(account: Account) -> None:
    """Empty a person's posts and remove every tie to others, inside the caller's transaction.

    Posts stay as empty places, so that the answers of others keep theirs. Answers to polls stay counted, with
    nothing that says whose they were. What was published in the name of an organisation stays the
    organisation's.
    """
    actor_id = account.actor_id
    mine = Post.objects.filter(author_id=actor_id)
    posts.remove_boosts(mine.filter(boost_of__isnull=False))
    posts.remove_boosts(Post.objects.filter(boost_of__author_id=actor_id))
    with connection.cursor() as cursor:
        cursor.execute(_UNCOUNT_REPLIES, [actor_id])
        cursor.execute(_UNCOUNT_FAVOURITES, [actor_id])
    media.erase(list(MediaAttachment.objects.filter(owner_id=actor_id)))
    for model in (Poll, Mention, PostSearch, PostRevision, Favourite, Bookmark):
        model.objects.filter(post__author_id=actor_id).delete()
    TaggedPost.objects.filter(content_object__author_id=actor_id).delete()
    mine.filter(deleted_at__isnull=True).update(deleted_at=timezone.now())
    mine.update(
        text="",
        html="",
        content_warning="",
        is_sensitive=False,
        has_media=False,
        has_poll=False,
        edited_at=None,
        published_by=None,
        region=None,
    )
    _untie(actor_id)
    ActorActivity.objects.filter(actor_id=actor_id).delete()


def _untie(actor_id: int) -> None:
    """Remove follows, blocks, marks, lists and memberships, both ways."""
    Follow.objects.filter(Q(follower_id=actor_id) | Q(followed_id=actor_id)).delete()
    Block.objects.filter(Q(blocker_id=actor_id) | Q(blocked_id=actor_id)).delete()
    Mute.objects.filter(Q(muter_id=actor_id) | Q(muted_id=actor_id)).delete()
    List.objects.filter(owner_id=actor_id).delete()
    StarterPack.objects.filter(curator_id=actor_id).delete()
    for model in (
        *(MutedThread, FollowedTag, Interest, Filter, Favourite, Bookmark, PollVote, ReadingMark),
        *(GroupMembership, ListMember, StarterPackMember, Mention),
    ):
        model.objects.filter(actor_id=actor_id).delete()


def register_erasure() -> None:
    """Fill the ground floor's registry, from `ready()`."""
    erasure.register("feeds", erase_from_the_fil)
