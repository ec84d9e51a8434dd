"""Where a timeline's posts come from: gap-free runs of ids, straight from indexes, ordered by id alone."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from django.db import connection

from feeds.prepared import Statement, numbered

if TYPE_CHECKING:
    from coop.models import Actor, Region
    from feeds.models import Group, List, Tag


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page starts: just below `before`, or just above `after`; neither is the newest page."""

    before: int | None = None
    after: int | None = None


class Reason(NamedTuple):
    """Why a row is on the page: `kind` is follow, own, group, tag, region or public; `via` names the tag."""

    kind: str
    via: str = ""


class Candidate(NamedTuple):
    """One id that a source gives, with its reason."""

    id: int
    kind: str
    via: str


class Run(NamedTuple):
    """Candidates in order; `end` is the id the run is complete up to, or None when nothing lies beyond."""

    candidates: list[Candidate]
    end: int | None


class Source:
    """A timeline's source of candidates. Subclasses give SQL legs; `{op}`, `{dir}` and `%(cursor)s` make
    the order.
    """

    #: Statements giving (id, kind, via), each ordered by id alone and limited by %(n)s.
    legs: ClassVar[tuple[str, ...]] = ()
    quiet = True
    replies_rule = False
    #: Reads so many rows that a plan made for this very reader is worth its cost.
    is_wide = False

    def params(self) -> dict[str, Any]:
        """Values for the legs, besides cursor and n."""
        return {}

    def active_legs(self, cursor: Cursor) -> tuple[str, ...]:  # noqa: ARG002 -- home's legs depend on it
        """Give the legs that hold on this side of the cursor."""
        return self.legs

    def statement(self, cursor: Cursor) -> str:
        """Join the legs, in the direction of the cursor; a `bound` row sorts after the posts of the same
        id.
        """
        direction = "ASC" if cursor.after is not None else "DESC"
        words = {"op": "<" if direction == "DESC" else ">", "dir": direction}
        legs = " UNION ALL ".join(f"({leg.format(**words)})" for leg in self.active_legs(cursor))
        return f"SELECT * FROM ({legs}) leg ORDER BY 1 {direction}, 2 DESC LIMIT %(n)s"

    def run(self, cursor: Cursor, n: int) -> Run:
        """Give up to n ids next to the cursor, without gaps: newest first, or oldest first above `after`."""
        position = cursor.before if cursor.after is None else cursor.after
        params = {**self.params(), "cursor": NEWEST if position is None else position}
        sql = self.statement(cursor)
        if n == FIRST_RUN and not self.is_wide:
            # Planned once a connection, with its length in the text: a plan for any length would be poor.
            rows = _prepared(sql, tuple(params)).fetch(list(params.values()))
        else:
            with connection.cursor() as db:
                db.execute(sql, {**params, "n": n})
                rows = db.fetchall()
        found = [Candidate(*row) for row in rows]
        end = found[-1].id if len(found) == n else None
        for index, candidate in enumerate(found):
            if candidate.kind == "bound":
                return Run(found[:index], candidate.id)
        return Run(found, end)


NEWEST = 2**63 - 1
FIRST_RUN = 80
WIDE = 2_000


@cache
def _prepared(sql: str, names: tuple[str, ...]) -> Statement:
    """Make the statement of a source's first run, with its length written in."""
    types = {name: "text" if name == "region" else "bigint" for name in names}
    text, kinds = numbered(sql.replace("%(n)s", str(FIRST_RUN)), types)
    return Statement("run", kinds, text)


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
    SELECT p.id, 'tag', t.name
    FROM feeds_followedtag ft JOIN feeds_tag t ON t.id = ft.tag_id CROSS JOIN LATERAL (
        SELECT tp.post_id AS id FROM feeds_taggedpost tp
        WHERE tp.tag_id = ft.tag_id AND tp.post_id {op} %(cursor)s
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
    """What the reader follows: people, organisations, groups, hashtags; and the square itself until five
    follows.
    """

    replies_rule = True

    def __init__(self, actor: Actor, *, is_newcomer: bool = False, follows: int | None = None) -> None:
        """Read what `actor` follows; `follows` says how many that is, as far as it was counted."""
        self.actor = actor
        self.is_newcomer = is_newcomer
        self.is_wide = follows is None or follows > WIDE

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
        (
            "SELECT p.id, 'group', '' FROM feeds_post p WHERE p.group_id = %(group)s "
            "AND p.in_reply_to_id IS NULL AND p.id {op} %(cursor)s ORDER BY p.id {dir} LIMIT %(n)s"
        ),
    )

    def __init__(self, group: Group) -> None:
        self.group = group

    def params(self) -> dict[str, Any]:
        return {"group": self.group.pk}


class Tagged(Source):
    """Posts with a hashtag."""

    legs = (
        (
            "SELECT tp.post_id, 'tag', '' FROM feeds_taggedpost tp WHERE tp.tag_id = %(tag)s "
            "AND tp.post_id {op} %(cursor)s ORDER BY tp.post_id {dir} LIMIT %(n)s"
        ),
    )

    def __init__(self, tag: Tag) -> None:
        self.tag = tag

    def params(self) -> dict[str, Any]:
        return {"tag": self.tag.pk}


class OfList(Source):
    """What the voices of a list post, followed or not."""

    quiet = False
    legs = (
        (
            "SELECT p.id, 'list', '' FROM feeds_listmember lm CROSS JOIN LATERAL ("
            "SELECT id FROM feeds_post WHERE author_id = lm.actor_id AND id {op} %(cursor)s "
            "ORDER BY id {dir} LIMIT %(n)s) p WHERE lm.list_id = %(list)s ORDER BY p.id {dir} LIMIT %(n)s"
        ),
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
        self.legs = (  # type: ignore[misc]  # the tab chooses among three constants
            "SELECT p.id, 'profile', '' FROM feeds_post p WHERE p.author_id = %(actor)s AND "
            + self.conditions[tab]
            + " AND p.id {op} %(cursor)s ORDER BY p.id {dir} LIMIT %(n)s",
        )

    def params(self) -> dict[str, Any]:
        return {"actor": self.actor.pk}
