"""Which rows a reader may see and wants to see: the second half of a timeline page, and of a live message."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, BooleanField, Exists, F, Func, OuterRef, Q, Value

from coop.models import Actor
from feeds.models import Follow, Mute, MutedThread, Post
from feeds.models.visibility import within
from feeds.prepared import Statement

if TYPE_CHECKING:
    from collections.abc import Sequence

    from feeds.models.posts import PostQuerySet
    from feeds.models.visibility import Reader


class Row(NamedTuple):
    """One visible line of a timeline: a post, or a boost of `boost_of_id`; what a card shows of its author is
    read with it, so that naming who passed a post on costs no statement.
    """

    id: int
    boost_of_id: int | None
    author_id: int
    author_handle: str = ""
    author_name: str = ""
    author_kind: str = ""
    author_avatar: str = ""

    @property
    def original_id(self) -> int:
        return self.boost_of_id or self.id


ROW_FIELDS = (
    "id",
    "boost_of_id",
    "author_id",
    "author__handle",
    "author__display_name",
    "author__kind",
    "author__avatar",
)


class _IsAnyOf(Func):
    """`id = ANY(array)`: one parameter whatever the number of ids, so that the statement's text never
    changes.
    """

    template = "%(expressions)s)"
    arg_joiner = " = ANY("
    output_field = BooleanField()


ACTOR_MARK = -7_001
IDS_MARK = [-7_002]


def wanted(rows: PostQuerySet, reader: Reader, *, replies_rule: bool) -> PostQuerySet:
    """Leave out muted people and conversations and, for `replies_rule`, replies to people the reader does
    not know.
    """
    me = within(reader)
    for author in ("author_id", "boost_of__author_id"):
        rows = rows.filter(~Exists(Mute.objects.current().filter(muter_id=me, muted_id=OuterRef(author))))
    muted_thread = MutedThread.objects.filter(
        Q(root_id=OuterRef("thread_root_id")) | Q(root_id=OuterRef("pk")), actor_id=me
    )
    rows = rows.filter(~Exists(muted_thread))
    if replies_rule:
        known = Follow.objects.accepted().filter(
            follower_id=me, followed_id=OuterRef("in_reply_to_author_id")
        )
        rows = rows.filter(
            Q(in_reply_to__isnull=True)
            | Q(in_reply_to_author_id=F("author_id"))
            | Q(in_reply_to_author_id=reader)
            | Q(author_id=reader)
            | Q(Exists(known))
        )
    return rows


@cache
def _visible_statement(*, signed_in: bool, quiet: bool, replies_rule: bool) -> Statement:
    """Compile once, from the ORM, the statement that keeps visible rows: $1 is the reader, $2 the ids.

    Compiling it for each request would cost more than running it.
    """
    reader = ACTOR_MARK if signed_in else None
    ids = Value(IDS_MARK, output_field=ArrayField(BigIntegerField()))
    rows = Post.objects.visible_to_actor(reader).filter(_IsAnyOf(F("pk"), ids))
    if signed_in and quiet:
        rows = wanted(rows, reader, replies_rule=replies_rule)
    query = rows.newest_first().values_list(*ROW_FIELDS).query
    sql, params = query.sql_with_params()
    places = [
        "$1" if param == ACTOR_MARK else "$2" if param == IDS_MARK else str(int(param)) for param in params
    ]
    name = f"visible_{signed_in:d}{quiet:d}{replies_rule:d}"
    return Statement(name, "bigint, bigint[]", sql % tuple(places))


def visible_rows(
    ids: Sequence[int], *, actor_id: int | None, quiet: bool = False, replies_rule: bool = False
) -> list[Row]:
    """Keep, of these ids, the rows that the person behind `actor_id` may see; newest first, one statement."""
    if not ids:
        return []
    statement = _visible_statement(signed_in=actor_id is not None, quiet=quiet, replies_rule=replies_rule)
    return [Row(*row) for row in statement.fetch([actor_id, list(ids)])]


def readers_of(post_id: int, actor_ids: Sequence[int], *, replies_rule: bool) -> set[int]:
    """Tell which of these people may see a new post and want it in their timelines: one statement, for live
    pages.
    """
    seen = wanted(
        Post.objects.filter(pk=post_id).visible_to_actor(OuterRef("pk")),
        OuterRef("pk"),
        replies_rule=replies_rule,
    )
    people = Actor.objects.filter(pk__in=actor_ids).filter(Exists(seen))
    return set(people.values_list("pk", flat=True))
