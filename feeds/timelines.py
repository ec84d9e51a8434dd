"""Timelines: strictly chronological pages of posts, pulled when they are read.

Nothing is fanned out on write and nothing is ranked: every timeline orders by id alone, and an id tells the time.
A page is made in two steps. *Candidates*: a gap-free run of ids, newest first, from the sources of the timeline,
straight from indexes. *Visible rows*: those of them that this reader may see and wants to see (visibility, mutes,
the reply rule), in one statement. Too few left: the next run of candidates, until the page is full.

Home's sources are bounded whatever the number of follows: the n followed actors with the newest last post hold the n
newest posts of all followed actors (were the author of one of these n not among them, n others would each have a
newer post). Deeper pages start from the newest post of each followed actor below the cursor.

Cost: read O(page) rows and O(follows) index probes, write O(1).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from django.contrib.postgres.fields import ArrayField
from django.db import connection
from django.db.models import BigIntegerField, BooleanField, Exists, F, Func, OuterRef, Q, Value

from feeds import snowflake
from coop.models import Actor
from feeds.models import Follow, Mute, MutedThread, Post
from feeds.models.visibility import within
from feeds.prepared import Statement

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.contrib.auth.models import AnonymousUser

    from coop.models import Account, Region
    from feeds.models import Group, List, Tag
    from feeds.models.posts import PostQuerySet
    from feeds.models.visibility import Reader

PAGE_SIZE = 40
FIRST_RUN = 64
SHORTEST_RUN = 24
NEXT_RUN = 200
MAX_RUNS = 40
FEW_FOLLOWS = 5
SAME_BOOST = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page starts: just below `before`, or just above `after`; neither is the newest page."""

    before: int | None = None
    after: int | None = None


class Reason(NamedTuple):
    """Why a row is on the page: `kind` is follow, own, group, tag, region or public; `via` names the tag."""

    kind: str
    via: str = ""


class Row(NamedTuple):
    """One visible line of a timeline: a post, or a boost of `boost_of_id` by `author_id`."""

    id: int
    boost_of_id: int | None
    author_id: int

    @property
    def original_id(self) -> int:
        return self.boost_of_id or self.id


@dataclass(slots=True)
class Page:
    """Rows newest first, why each is there, and the cursors of the pages around (None: nothing there)."""

    rows: list[Row]
    reasons: dict[int, list[Reason]] = field(default_factory=dict)
    newer: int | None = None
    older: int | None = None


class Candidate(NamedTuple):
    """One id that a source gives, with its reason."""

    id: int
    kind: str
    via: str


class Run(NamedTuple):
    """Candidates in order; `end` is the id the run is complete up to, or None when nothing lies beyond."""

    candidates: list[Candidate]
    end: int | None


# ----------------------------------------------------------------------------------------------------------------------
# Visible rows
# ----------------------------------------------------------------------------------------------------------------------


class _IsAnyOf(Func):
    """`id = ANY(array)`: one parameter whatever the number of ids, so that the statement's text never changes."""

    template = "%(expressions)s)"
    arg_joiner = " = ANY("
    output_field = BooleanField()


ACTOR_MARK = -7_001
IDS_MARK = [-7_002]


def wanted(rows: PostQuerySet, reader: Reader, *, replies_rule: bool) -> PostQuerySet:
    """Leave out muted people and conversations and, for `replies_rule`, replies to people the reader does not know."""
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
    query = rows.newest_first().values_list("id", "boost_of_id", "author_id").query
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
    """Tell which of these people may see a new post and want it in their timelines: one statement, for live pages."""
    seen = wanted(
        Post.objects.filter(pk=post_id).visible_to_actor(OuterRef("pk")),
        OuterRef("pk"),
        replies_rule=replies_rule,
    )
    people = Actor.objects.filter(pk__in=actor_ids).filter(Exists(seen))
    return set(people.values_list("pk", flat=True))


# ----------------------------------------------------------------------------------------------------------------------
# Sources
# ----------------------------------------------------------------------------------------------------------------------


class Source:
    """A timeline's source of candidates. Subclasses give SQL legs; `{op}`, `{dir}` and `%(cursor)s` make the order."""

    #: Statements giving (id, kind, via), each ordered by id alone and limited by %(n)s.
    legs: ClassVar[tuple[str, ...]] = ()
    quiet = True
    replies_rule = False

    def params(self) -> dict[str, Any]:
        """Values for the legs, besides cursor and n."""
        return {}

    def active_legs(self, cursor: Cursor) -> tuple[str, ...]:
        """Give the legs that hold on this side of the cursor."""
        return self.legs

    def statement(self, cursor: Cursor) -> str:
        """Join the legs, in the direction of the cursor; a `bound` row sorts after the posts of the same id."""
        direction = "ASC" if cursor.after is not None else "DESC"
        words = {"op": "<" if direction == "DESC" else ">", "dir": direction}
        legs = " UNION ALL ".join(f"({leg.format(**words)})" for leg in self.active_legs(cursor))
        return f"SELECT * FROM ({legs}) leg ORDER BY 1 {direction}, 2 DESC LIMIT %(n)s"

    def run(self, cursor: Cursor, n: int) -> Run:
        """Give up to n ids next to the cursor, without gaps: newest first, or oldest first above `after`."""
        position = cursor.before if cursor.after is None else cursor.after
        with connection.cursor() as db:
            db.execute(
                self.statement(cursor),
                {**self.params(), "cursor": _NEWEST if position is None else position, "n": n},
            )
            found = [Candidate(*row) for row in db.fetchall()]
        end = found[-1].id if len(found) == n else None
        for index, candidate in enumerate(found):
            if candidate.kind == "bound":
                return Run(found[:index], candidate.id)
        return Run(found, end)


_NEWEST = 2**63 - 1

OPEN_SQUARE_SQL = (
    "p.visibility = 0 AND p.in_reply_to_id IS NULL AND p.boost_of_id IS NULL AND p.deleted_at IS NULL"
)

# The followed voices, without muted ones and those that an exclusive list keeps for itself, and oneself.
_VOICES = """
    SELECT f.followed_id AS actor_id, f.shows_boosts, 'follow' AS kind
    FROM feeds_follow f
    WHERE f.follower_id = %(me)s AND f.accepted_at IS NOT NULL
        AND NOT EXISTS (
            SELECT 1 FROM feeds_mute m WHERE m.muter_id = %(me)s AND m.muted_id = f.followed_id
                AND (m.expires_at IS NULL OR m.expires_at > now()))
        AND NOT EXISTS (
            SELECT 1 FROM feeds_listmember lm JOIN feeds_list l ON l.id = lm.list_id
            WHERE l.owner_id = %(me)s AND l.is_exclusive AND lm.actor_id = f.followed_id)
    UNION ALL
    SELECT %(me)s, true, 'own'
"""

_NEWEST_PAGE = (
    """
    WITH voice AS MATERIALIZED ("""
    + _VOICES
    + """),
    newest AS MATERIALIZED (
        SELECT v.actor_id, v.shows_boosts, v.kind, a.last_post_id
        FROM voice v JOIN feeds_actoractivity a ON a.actor_id = v.actor_id
        WHERE a.last_post_id > 0
        ORDER BY a.last_post_id DESC LIMIT %(n)s),
    bound AS (
        SELECT CASE WHEN count(*) = %(n)s THEN min(last_post_id) ELSE 0 END AS id FROM newest)
    SELECT p.id, n.kind, '' FROM newest n CROSS JOIN LATERAL (
        SELECT id, boost_of_id FROM feeds_post
        WHERE author_id = n.actor_id AND id >= (SELECT id FROM bound)
            AND (n.shows_boosts OR boost_of_id IS NULL)
        ORDER BY id DESC LIMIT %(n)s) p
    UNION ALL SELECT id, 'bound', '' FROM bound WHERE id > 0
"""
)

_OLDER_PAGE = (
    """
    WITH voice AS MATERIALIZED ("""
    + _VOICES
    + """),
    newest AS MATERIALIZED (
        SELECT * FROM (
            SELECT v.actor_id, v.shows_boosts, v.kind,
                CASE WHEN a.last_post_id < %(cursor)s THEN a.last_post_id ELSE (
                    SELECT p.id FROM feeds_post p WHERE p.author_id = v.actor_id AND p.id < %(cursor)s
                    ORDER BY p.id DESC LIMIT 1) END AS near_id
            FROM voice v JOIN feeds_actoractivity a ON a.actor_id = v.actor_id
            WHERE a.last_post_id > 0) v
        WHERE near_id IS NOT NULL
        ORDER BY near_id DESC LIMIT %(n)s),
    bound AS (
        SELECT CASE WHEN count(*) = %(n)s THEN min(near_id) ELSE 0 END AS id FROM newest)
    SELECT p.id, n.kind, '' FROM newest n CROSS JOIN LATERAL (
        SELECT id, boost_of_id FROM feeds_post
        WHERE author_id = n.actor_id AND id < %(cursor)s AND id >= (SELECT id FROM bound)
            AND (n.shows_boosts OR boost_of_id IS NULL)
        ORDER BY id DESC LIMIT %(n)s) p
    UNION ALL SELECT id, 'bound', '' FROM bound WHERE id > 0
"""
)

_NEWER_PAGE = (
    """
    WITH voice AS MATERIALIZED ("""
    + _VOICES
    + """),
    nearest AS MATERIALIZED (
        SELECT * FROM (
            SELECT v.actor_id, v.shows_boosts, v.kind, (
                SELECT p.id FROM feeds_post p WHERE p.author_id = v.actor_id AND p.id > %(cursor)s
                ORDER BY p.id LIMIT 1) AS near_id
            FROM voice v JOIN feeds_actoractivity a ON a.actor_id = v.actor_id
            WHERE a.last_post_id > %(cursor)s) v
        WHERE near_id IS NOT NULL
        ORDER BY near_id LIMIT %(n)s),
    bound AS (
        SELECT CASE WHEN count(*) = %(n)s THEN max(near_id) ELSE 9223372036854775807 END AS id FROM nearest)
    SELECT p.id, n.kind, '' FROM nearest n CROSS JOIN LATERAL (
        SELECT id, boost_of_id FROM feeds_post
        WHERE author_id = n.actor_id AND id > %(cursor)s AND id <= (SELECT id FROM bound)
            AND (n.shows_boosts OR boost_of_id IS NULL)
        ORDER BY id LIMIT %(n)s) p
    UNION ALL SELECT id, 'bound', '' FROM bound WHERE id < 9223372036854775807
"""
)

_GROUPS_LEG = """
    SELECT p.id, 'group', '' FROM feeds_groupmembership gm CROSS JOIN LATERAL (
        SELECT p.id FROM feeds_post p WHERE p.group_id = gm.group_id AND p.id {op} %(cursor)s
        ORDER BY p.id {dir} LIMIT %(n)s) p
    WHERE gm.actor_id = %(me)s AND gm.joined_at IS NOT NULL
    ORDER BY p.id {dir} LIMIT %(n)s
"""

_TAGS_LEG = """
    SELECT p.id, 'tag', t.name FROM feeds_followedtag ft JOIN feeds_tag t ON t.id = ft.tag_id CROSS JOIN LATERAL (
        SELECT tp.post_id AS id FROM feeds_taggedpost tp WHERE tp.tag_id = ft.tag_id AND tp.post_id {op} %(cursor)s
        ORDER BY tp.post_id {dir} LIMIT %(n)s) p
    WHERE ft.actor_id = %(me)s
    ORDER BY p.id {dir} LIMIT %(n)s
"""

_REGION_LEG = (
    "SELECT p.id, 'region', '' FROM feeds_post p WHERE p.region_id = %(region)s AND "
    + OPEN_SQUARE_SQL
    + " AND p.id {op} %(cursor)s ORDER BY p.id {dir} LIMIT %(n)s"
)

_PUBLIC_LEG = (
    "SELECT p.id, 'public', '' FROM feeds_post p WHERE "
    + OPEN_SQUARE_SQL
    + " AND p.id {op} %(cursor)s ORDER BY p.id {dir} LIMIT %(n)s"
)


class Home(Source):
    """What the reader follows: people, organisations, groups, hashtags; and the square itself until five follows."""

    replies_rule = True

    def __init__(self, actor: Actor, *, is_newcomer: bool = False) -> None:
        self.actor = actor
        self.is_newcomer = is_newcomer

    def params(self) -> dict[str, Any]:
        return {"me": self.actor.pk, "region": self.actor.region_id}

    def active_legs(self, cursor: Cursor) -> tuple[str, ...]:
        voices = (
            _NEWER_PAGE
            if cursor.after is not None
            else _NEWEST_PAGE
            if cursor.before is None
            else _OLDER_PAGE
        )
        legs = (voices, _GROUPS_LEG, _TAGS_LEG)
        return (*legs, _REGION_LEG, _PUBLIC_LEG) if self.is_newcomer else legs


class Public(Source):
    """Every public first post of the square."""

    legs = (_PUBLIC_LEG,)


class InRegion(Source):
    """Public first posts from one region."""

    legs = (_REGION_LEG,)

    def __init__(self, region: Region) -> None:
        self.region = region

    def params(self) -> dict[str, Any]:
        return {"region": self.region.pk}


class InGroup(Source):
    """What is posted in a group, replies under their posts excepted."""

    legs = (
        "SELECT p.id, 'group', '' FROM feeds_post p WHERE p.group_id = %(group)s AND p.in_reply_to_id IS NULL "
        "AND p.id {op} %(cursor)s ORDER BY p.id {dir} LIMIT %(n)s",
    )

    def __init__(self, group: Group) -> None:
        self.group = group

    def params(self) -> dict[str, Any]:
        return {"group": self.group.pk}


class Tagged(Source):
    """Posts with a hashtag."""

    legs = (
        "SELECT tp.post_id, 'tag', '' FROM feeds_taggedpost tp WHERE tp.tag_id = %(tag)s "
        "AND tp.post_id {op} %(cursor)s ORDER BY tp.post_id {dir} LIMIT %(n)s",
    )

    def __init__(self, tag: Tag) -> None:
        self.tag = tag

    def params(self) -> dict[str, Any]:
        return {"tag": self.tag.pk}


class OfList(Source):
    """What the voices of a list post, followed or not."""

    quiet = False
    legs = (
        "SELECT p.id, 'list', '' FROM feeds_listmember lm CROSS JOIN LATERAL ("
        "SELECT id FROM feeds_post WHERE author_id = lm.actor_id AND id {op} %(cursor)s "
        "ORDER BY id {dir} LIMIT %(n)s) p WHERE lm.list_id = %(list)s ORDER BY p.id {dir} LIMIT %(n)s",
    )

    def __init__(self, chosen: List) -> None:
        self.chosen = chosen

    def params(self) -> dict[str, Any]:
        return {"list": self.chosen.pk}


class Profile(Source):
    """What one actor posted: `posts` (with boosts and own threads), `replies` or `media`."""

    quiet = False
    conditions: ClassVar[dict[str, str]] = {
        "posts": "(p.in_reply_to_id IS NULL OR p.in_reply_to_author_id = p.author_id)",
        "replies": "p.boost_of_id IS NULL",
        "media": "p.has_media",
    }

    def __init__(self, actor: Actor, tab: str = "posts") -> None:
        self.actor = actor
        self.legs = (  # type: ignore[misc] -- the tab chooses among three constants
            "SELECT p.id, 'profile', '' FROM feeds_post p WHERE p.author_id = %(actor)s AND "
            + self.conditions[tab]
            + " AND p.id {op} %(cursor)s ORDER BY p.id {dir} LIMIT %(n)s",
        )

    def params(self) -> dict[str, Any]:
        return {"actor": self.actor.pk}


# ----------------------------------------------------------------------------------------------------------------------
# Pages
# ----------------------------------------------------------------------------------------------------------------------


def page(
    source: Source,
    account: Account | AnonymousUser | None,
    cursor: Cursor = Cursor(),  # noqa: B008 -- frozen
    *,
    size: int = PAGE_SIZE,
) -> Page:
    """Read one page of a timeline as this person sees it.

    Two statements when the first run of candidates fills the page, two more for each further run (many rows hidden
    from this reader). Boosts of a post already on the page within 24 hours are folded into the newer one.
    """
    actor_id: int | None = getattr(account, "actor_id", None)
    ascending = cursor.after is not None
    kept: list[Row] = []
    reasons: dict[int, list[Reason]] = defaultdict(list)
    shown: dict[int, int] = {}
    start = cursor
    read = 0
    length = FIRST_RUN
    for _ in range(MAX_RUNS):
        found, end = source.run(start, length)
        for candidate in found:
            reason = Reason(candidate.kind, candidate.via)
            if reason not in reasons[candidate.id]:
                reasons[candidate.id].append(reason)
        rows = visible_rows(
            list({candidate.id for candidate in found}),
            actor_id=actor_id,
            quiet=source.quiet,
            replies_rule=source.replies_rule,
        )
        if ascending:
            rows.reverse()
        for row in rows:
            if len(kept) <= size and not _is_repeat(row, shown):
                kept.append(row)
                shown[row.original_id] = row.id
        if end is None or len(kept) > size:
            break
        start = Cursor(after=end) if ascending else Cursor(before=end)
        # What is still missing, at the rate seen so far, and half as much again.
        read += len(found)
        missing = size + 1 - len(kept)
        length = max(SHORTEST_RUN, min(NEXT_RUN, 3 * missing * read // (2 * max(1, len(kept)))))
    more = len(kept) > size or end is not None
    kept = kept[:size]
    if ascending:
        kept.reverse()
    result = Page(rows=kept, reasons={row.id: reasons[row.id] for row in kept})
    if kept:
        result.older = kept[-1].id if more or ascending else None
        result.newer = kept[0].id if (more and ascending) or cursor.before is not None else None
    return result


def _is_repeat(row: Row, shown: dict[int, int]) -> bool:
    """True for a boost of a post already on the page, when the two are less than 24 hours apart."""
    other = shown.get(row.original_id)
    if other is None or (row.boost_of_id is None and row.id != other):
        return other is not None
    return abs(snowflake.time_of(other) - snowflake.time_of(row.id)) < SAME_BOOST


def follows_few(actor: Actor) -> bool:
    """True until five voices are followed: home then shows the region and the square too."""
    accepted = Follow.objects.accepted().filter(follower=actor).values_list("pk", flat=True)
    return len(accepted[:FEW_FOLLOWS]) < FEW_FOLLOWS
