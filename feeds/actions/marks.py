"""A reader's marks on posts: favourites, which are counted and told to the author; bookmarks, which are not.

Every act may be repeated without harm. A mark put on a boost goes to the post itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection, transaction

from coop.permissions import authorize
from feeds import notices
from feeds.models import Bookmark, Favourite

if TYPE_CHECKING:
    from coop.models import Account
    from feeds.models import Post

# Written by hand: the ORM cannot add to the row that is already there in the same statement.
_COUNT_FAVOURITE = """
    INSERT INTO feeds_poststats (post_id, replies, boosts, favourites) VALUES (%s, 0, 0, GREATEST(%s, 0))
    ON CONFLICT (post_id) DO UPDATE SET favourites = GREATEST(feeds_poststats.favourites + %s, 0)
"""


def add_favourite(*, account: Account, post: Post) -> Favourite:
    """Tell the author that one likes the post; the count moves in the same transaction."""
    post = _original(post)
    authorize("feeds.favourite_post", account, post)
    me = account.actor
    with transaction.atomic():
        favourite, created = Favourite.objects.get_or_create(actor=me, post=post)
        if created:
            _count_favourite(post, 1)
            transaction.on_commit(lambda: notices.favourited(post, me), robust=True)
    return favourite


def remove_favourite(*, account: Account, post: Post) -> None:
    """Take a favourite back, even from a post that one may no longer read."""
    authorize("coop.edit_own_account", account)
    post = _original(post)
    with transaction.atomic():
        removed, _rows = Favourite.objects.filter(actor=account.actor, post=post).delete()
        if removed:
            _count_favourite(post, -1)


def add_bookmark(*, account: Account, post: Post) -> Bookmark:
    """Keep a post to find it again. Nobody is told."""
    post = _original(post)
    authorize("feeds.bookmark_post", account, post)
    bookmark, _created = Bookmark.objects.get_or_create(actor=account.actor, post=post)
    return bookmark


def remove_bookmark(*, account: Account, post: Post) -> None:
    """Take a bookmark away, even from a post that one may no longer read."""
    authorize("coop.edit_own_account", account)
    Bookmark.objects.filter(actor=account.actor, post=_original(post)).delete()


def _original(post: Post) -> Post:
    """Give the post itself, for a boost of it."""
    return post if post.boost_of is None else post.boost_of


def _count_favourite(post: Post, change: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_COUNT_FAVOURITE, [post.pk, change, change])
