"""Post cards: what a page shows of a post, and what this reader sees of it.

A card has two halves. *Content* is the same for everyone (author, text, images…): it is kept in the
process, with its rendered HTML, under the row versions it was made from, so that an edit by anyone is seen
on the next page. *Marks* are the reader's: counters, what they liked, why they see it, what they asked not
to meet.

Rows come already filtered by `visible_to`: nothing here decides who may see what.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import Exists, OuterRef, Value

from coop.models import Account, Actor
from feeds import card_html, filtering, snowflake
from feeds.fragments import without_slots
from feeds.models import Filter, MediaAttachment, PollOption, PollVote, Post, Visibility
from feeds.prepared import Statement, numbered

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from django.contrib.auth.models import AnonymousUser
    from markupsafe import Markup

    from feeds.fragments import Fragment
    from feeds.timelines import Reason, Row

CONTENTS_KEPT = 4_000


@dataclass(frozen=True, slots=True)
class Face:
    """What a card shows of an actor."""

    id: int
    handle: str
    name: str
    kind: str
    avatar: str | None

    @property
    def href(self) -> str:
        return f"/@{self.handle}"

    @classmethod
    def of(cls, actor: Actor) -> Face:
        """Read it from a loaded actor."""
        avatar = actor.avatar.url if actor.avatar else None
        return cls(actor.pk, actor.handle, without_slots(actor.display_name), actor.kind, avatar)


@dataclass(frozen=True, slots=True)
class Picture:
    """One image of a post; not ready means the worker still has it."""

    id: str
    is_ready: bool
    url: str
    preview: str
    placeholder: str
    width: int
    height: int
    alt: str


@dataclass(slots=True)
class Content:
    """What everyone who may read a post sees of it."""

    id: int
    author: Face
    text: str
    html: str
    content_warning: str
    is_sensitive: bool
    visibility: int
    language: str
    replying_to: Face | None
    group: Face | None
    region: str | None
    pictures: tuple[Picture, ...]
    has_poll: bool
    root_id: int
    edited_at: datetime | None
    #: The card as rendered for (language, signed in), with slots for what is the reader's (feeds.card_html).
    markup: dict[tuple[str, bool], Fragment] = field(default_factory=dict)

    @property
    def created_at(self) -> datetime:
        return snowflake.time_of(self.id)

    @property
    def href(self) -> str:
        return f"/@{self.author.handle}/{self.id}"

    @property
    def is_narrow(self) -> bool:
        """Addressed to fewer than all accounts."""
        return self.visibility > Visibility.MEMBERS


class Versions(NamedTuple):
    """Row versions (transaction and place) of a post and of its author: any change of either makes new
    ones.
    """

    post: str
    author: str


@dataclass(slots=True)
class Answer:
    """One answer of a poll, as shown."""

    id: int
    text: str
    votes: int
    share: int
    is_mine: bool


@dataclass(slots=True)
class PollView:
    """A poll as this reader sees it: a form while they may answer, results after."""

    id: int
    answers: list[Answer]
    is_multiple: bool
    is_closed: bool
    closes_at: datetime
    voters: int
    shows_results: bool


@dataclass(slots=True)
class Card:
    """One line of a timeline for one reader."""

    row_id: int
    post: Content
    replies: int
    boosts: int
    favourites: int
    is_favourite: bool = False
    is_bookmarked: bool = False
    is_boosted: bool = False
    is_mine: bool = False
    boosted_by: Face | None = None
    reasons: Sequence[Reason] = ()
    folded_by: str | None = None
    poll: PollView | None = None

    @property
    def can_boost(self) -> bool:
        return not self.post.is_narrow

    def html(self, csrf_token: str | None, why: bool, classes: str) -> Markup:
        """Write the whole card."""
        return card_html.render(self, csrf_token=csrf_token, why=why, classes=classes)

    def acts_html(self, csrf_token: str | None) -> Markup:
        """Write its row of acts."""
        return card_html.acts(self, signed_in=csrf_token is not None)

    def poll_html(self, csrf_token: str | None) -> Markup:
        """Write its poll."""
        return card_html.poll(self, csrf_token=csrf_token)


_contents: OrderedDict[int, tuple[Versions, Content]] = OrderedDict()

_MARKS_SQL = """
    SELECT p.id, p.xmin::text || p.ctid::text, a.xmin::text || a.ctid::text,
        coalesce(s.replies, 0), coalesce(s.boosts, 0), coalesce(s.favourites, 0),
        EXISTS (SELECT 1 FROM feeds_favourite f WHERE f.actor_id = %(me)s AND f.post_id = p.id),
        EXISTS (SELECT 1 FROM feeds_bookmark b WHERE b.actor_id = %(me)s AND b.post_id = p.id),
        EXISTS (SELECT 1 FROM feeds_post o WHERE o.author_id = %(me)s AND o.boost_of_id = p.id),
        (SELECT json_agg(json_build_object('phrase', phrase, 'whole_word', whole_word, 'effect', effect)
            ORDER BY phrase)
            FROM feeds_filter WHERE actor_id = %(me)s AND (expires_at IS NULL OR expires_at > now()))
    FROM feeds_post p
    JOIN coop_actor a ON a.id = p.author_id
    LEFT JOIN feeds_poststats s ON s.post_id = p.id
    WHERE p.id = ANY(%(ids)s)
"""


_MARKS = Statement("marks", *reversed(numbered(_MARKS_SQL, {"me": "bigint", "ids": "bigint[]"})))


class Marks(NamedTuple):
    """What `_MARKS` reads of one post: row versions, counters, this reader's marks, this reader's filters."""

    post_version: str
    author_version: str
    replies: int
    boosts: int
    favourites: int
    is_favourite: bool
    is_bookmarked: bool
    is_boosted: bool
    filters: list[dict[str, Any]] | None


def forget() -> None:
    """Drop the contents kept in this process (tests start cold)."""
    _contents.clear()


def build(
    account: Account | AnonymousUser | None,
    rows: Iterable[Row | Post],
    reasons: Mapping[int, Sequence[Reason]] | None = None,
) -> list[Card]:
    """Make the cards of these visible rows, in their order, without those that a filter hides.

    Rows are timelines' rows or Post objects; the number of statements does not depend on how many there are.
    """
    rows = list(rows)
    if not rows:
        return []
    me = account.actor_id if isinstance(account, Account) else None
    marks = _marks([row.boost_of_id or row.id for row in rows], me)
    contents = _load({pk: Versions(mark.post_version, mark.author_version) for pk, mark in marks.items()})
    polls = _polls({pk: content for pk, content in contents.items() if content.has_poll}, me)
    filters = next(iter(marks.values())).filters if marks else None
    match = filtering.matcher([Filter(**fields) for fields in filters or ()])
    cards: list[Card] = []
    for row in rows:
        content = contents.get(row.boost_of_id or row.id)
        if content is None:
            continue
        mine = content.author.id == me
        hit = None if mine or not filters else match(f"{content.content_warning} {content.text}")
        if hit is not None and hit.effect == Filter.Effect.HIDE:
            continue
        mark = marks[content.id]
        cards.append(
            Card(
                row_id=row.id,
                post=content,
                replies=mark.replies,
                boosts=mark.boosts,
                favourites=mark.favourites,
                is_favourite=mark.is_favourite,
                is_bookmarked=mark.is_bookmarked,
                is_boosted=mark.is_boosted,
                is_mine=mine,
                boosted_by=_booster(row) if row.boost_of_id else None,
                reasons=(reasons or {}).get(row.id, ()),
                folded_by=hit.phrase if hit is not None else None,
                poll=polls.get(content.id),
            )
        )
    return cards


def _marks(ids: list[int], me: int | None) -> dict[int, Marks]:
    return {row[0]: Marks(*row[1:]) for row in _MARKS.fetch([me, ids])}


def _booster(row: Row | Post) -> Face:
    """Say who passed a post on; needs `author` loaded when the row is a Post."""
    if isinstance(row, Post):
        return Face.of(row.author)
    avatar = Actor._meta.get_field("avatar").storage.url(row.author_avatar) if row.author_avatar else None
    return Face(row.author_id, row.author_handle, without_slots(row.author_name), row.author_kind, avatar)


def _load(versions: dict[int, Versions]) -> dict[int, Content]:
    """Give the contents, from the process where the versions still hold, else from the database (two
    statements).
    """
    found: dict[int, Content] = {}
    missing: list[int] = []
    for post_id, version in versions.items():
        kept = _contents.get(post_id)
        if kept is not None and kept[0] == version:
            _contents.move_to_end(post_id)
            found[post_id] = kept[1]
        else:
            missing.append(post_id)
    if missing:
        for content in _read(missing):
            found[content.id] = content
            if all(picture.is_ready for picture in content.pictures):
                _contents[content.id] = (versions[content.id], content)
        while len(_contents) > CONTENTS_KEPT:
            _contents.popitem(last=False)
    return found


def _read(ids: list[int]) -> Iterable[Content]:
    posts = list(
        Post.objects.filter(pk__in=ids)
        .select_related("author", "in_reply_to_author", "group__actor", "region")
        .defer("tags", "author__summary")
        .order_by()
    )
    pictures: dict[int, list[Picture]] = {}
    for media in MediaAttachment.objects.filter(post__in=[p.pk for p in posts if p.has_media]).exclude(
        state=MediaAttachment.State.REFUSED
    ):
        pictures.setdefault(media.post_id or 0, []).append(picture_of(media))
    for post in posts:
        yield Content(
            id=post.pk,
            author=Face.of(post.author),
            text=post.text,
            html=without_slots(post.html),
            content_warning=without_slots(post.content_warning),
            is_sensitive=post.is_sensitive,
            visibility=post.visibility,
            language=post.language,
            replying_to=Face.of(post.in_reply_to_author) if post.in_reply_to_author else None,
            group=Face.of(post.group.actor) if post.group else None,
            region=post.region.name if post.region else None,
            pictures=tuple(pictures.get(post.pk, ())),
            has_poll=post.has_poll,
            root_id=post.root_id,
            edited_at=post.edited_at,
        )


def picture_of(media: MediaAttachment) -> Picture:
    """Read what a page shows of an image."""
    ready = media.state == MediaAttachment.State.READY
    return Picture(
        id=str(media.pk),
        is_ready=ready,
        url=media.file.url if ready else "",
        preview=(media.preview or media.file).url if ready else "",
        placeholder=media.placeholder,
        width=media.width or 0,
        height=media.height or 0,
        alt=without_slots(media.alt),
    )


def _polls(contents: Mapping[int, Content], me: int | None) -> dict[int, PollView]:
    """Read the polls of these posts, with this reader's answers, in one statement."""
    if not contents:
        return {}
    chosen = Exists(PollVote.objects.filter(option=OuterRef("pk"), actor_id=me)) if me else Value(value=False)
    options = (
        PollOption.objects.filter(poll__post__in=list(contents))
        .annotate(is_mine=chosen)
        .select_related("poll")
        .order_by("poll", "position")
    )
    views: dict[int, PollView] = {}
    for option in options:
        poll = option.poll
        view = views.get(poll.post_id)
        if view is None:
            view = views[poll.post_id] = PollView(
                id=poll.pk,
                answers=[],
                is_multiple=poll.is_multiple,
                is_closed=poll.is_closed,
                closes_at=poll.closes_at,
                voters=poll.voters_count,
                shows_results=poll.is_closed or me is None or contents[poll.post_id].author.id == me,
            )
        share = round(100 * option.votes_count / poll.voters_count) if poll.voters_count else 0
        view.answers.append(Answer(option.pk, option.text, option.votes_count, share, option.is_mine))
        view.shows_results = view.shows_results or option.is_mine
    return views
