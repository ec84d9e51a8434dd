"""Search: posts, people and organisations, hashtags. Nothing is ranked: newest posts first, names in order.

A page of posts must not read every match of a common word, nor every post for a rare one. So the newest few
thousand posts are searched first, then eight times as far back, and so on, until the page is full: a common
word fills it from the first window, by key; a rare one has few matches when the last window leaves all to the
index.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import SearchQuery, SearchVector, SearchVectorField
from django.db.models import Exists, F, Func, OuterRef, Q, TextField, Value
from django.db.models.expressions import CombinedExpression
from django.utils import timezone

from coop.models import Account, Actor
from feeds import french, snowflake
from feeds.models import Block, MediaAttachment, PollOption, Post, PostSearch, Tag
from feeds.text import tag_slug

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from django.contrib.auth.models import AnonymousUser

    from coop.models import Region


CONFIGURATION = "parvis_fr"
PAGE_SIZE = 40
NAMES_PAGE = 30
FIRST_WINDOW = 4_000
WIDENING = 8
WINDOWS = 4
FIRST_RUN = 120
RUN_GROWTH = 4
LONGEST_RUN = 8_000
QUERY_LENGTH = 200
SHORTEST_NAME = 2


# -------------------------------------------------------------------------------------------------
# Writing the index


def index_post(post: Post) -> None:
    """Write what finds this post, in the caller's transaction: its text, warning, answers and images."""
    parts = [post.content_warning, post.text]
    if post.has_poll:
        parts += PollOption.objects.filter(poll__post=post).values_list("text", flat=True)
    if post.has_media:
        parts += MediaAttachment.objects.filter(post=post).values_list("alt", flat=True)
    said = SearchVector(Value(french.normalise("\n".join(parts))), config=CONFIGURATION)
    PostSearch.objects.bulk_create(
        [PostSearch(post=post, vector=CombinedExpression(said, "||", Marks(marks(post))))],
        update_conflicts=True,
        unique_fields=["post"],
        update_fields=["vector"],
    )


def marks(post: Post) -> list[str]:
    """List what the filters look for, kept among the words so that one index answers for both.

    No text can forge one: words hold no colon.
    """
    found = [f"author:{post.author_id}"]
    if post.region_id is not None:
        found.append(f"region:{post.region_id}")
    if post.has_media:
        found.append("with:images")
    return found


class Marks(Func):
    """A search vector of these marks, as they are."""

    function = "array_to_tsvector"
    output_field = SearchVectorField()

    def __init__(self, marks: list[str]) -> None:
        super().__init__(Value(marks, output_field=ArrayField(TextField())))


class Marked(SearchQuery):
    """A search query for one mark, as it is."""

    def __init__(self, mark: str) -> None:
        super().__init__(mark)
        self.mark = mark

    def as_sql(self, *_args: Any, **_kwargs: Any) -> Any:
        return "%s::tsquery", [f"'{self.mark}'"]


# -------------------------------------------------------------------------------------------------
# Posts


@dataclass(frozen=True, slots=True)
class Filters:
    """What narrows a search of posts. Days are whole, in the time of Québec; `until` is included."""

    author: Actor | None = None
    region: Region | None = None
    since: date | None = None
    until: date | None = None
    with_images: bool = False

    @property
    def marks(self) -> list[str]:
        """List the marks that a post must bear."""
        found = []
        if self.author is not None:
            found.append(f"author:{self.author.pk}")
        if self.region is not None:
            found.append(f"region:{self.region.pk}")
        if self.with_images:
            found.append("with:images")
        return found


@dataclass(frozen=True, slots=True)
class PostPage:
    """One page of posts; `older` is the id to ask the next page from."""

    posts: list[Post]
    older: int | None


def posts(
    account: Account | AnonymousUser | None,
    text: str,
    filters: Filters | None = None,
    *,
    before: int | None = None,
    size: int = PAGE_SIZE,
) -> PostPage:
    """Give the newest posts that say `text` among those this person may read, `before` an id."""
    filters = filters or Filters()
    query = french.query(text[:QUERY_LENGTH])
    if not query:
        return PostPage([], None)
    # Candidates first, in a light statement: the rule of visibility is long to plan, and most windows empty.
    # Newest first by an expression: a plain column would tempt the planner to walk the key of a whole window
    # for a word that nobody wrote, hoping to meet it soon.
    matching = PostSearch.objects.filter(
        vector=SearchQuery(query, config=CONFIGURATION, search_type="websearch")
    ).order_by((F("post_id") + 0).desc())
    for mark in filters.marks:
        matching = matching.filter(vector=Marked(mark))
    readable = Post.objects.visible_to(account).newest_first().only("pk", "author", "boost_of")
    low, high = bounds(filters, before)
    found: list[Post] = []
    waiting: list[int] = []
    run = FIRST_RUN
    for bottom, top in windows(low, high):
        below = top
        while True:
            ids = list(matching.filter(between(bottom, below)).values_list("post_id", flat=True)[:run])
            waiting += ids
            if len(found) + len(waiting) > size:
                found += readable.filter(pk__in=waiting)[: size + 1 - len(found)]
                waiting = []
            if len(found) > size:
                return PostPage(found[:size], found[size - 1].pk)
            if len(ids) < run:
                break
            below, run = ids[-1], min(run * RUN_GROWTH, LONGEST_RUN)
    if waiting:
        found += readable.filter(pk__in=waiting)
    return PostPage(found, None)


def bounds(filters: Filters, before: int | None) -> tuple[int | None, int | None]:
    """Give the ids that the days and the cursor leave posts between: from the first, below the second."""
    low = None if filters.since is None else snowflake.at(first_moment(filters.since))
    high = before
    if filters.until is not None:
        end = snowflake.at(first_moment(filters.until + timedelta(days=1)))
        high = end if high is None else min(high, end)
    return low, high


def first_moment(day: date) -> datetime:
    """Give the beginning of a day, here."""
    return timezone.make_aware(datetime.combine(day, time.min))


def windows(low: int | None, high: int | None) -> Iterator[tuple[int | None, int | None]]:
    """Cut the ids from `high` down to `low` into windows (from, below), each reaching 8 times as far back.

    The first holds the newest 4,000 posts; an id tells the time, so the others are lengths of time. The last
    goes to the beginning.
    """
    edge = edge_of_first_window(low, high)
    if edge is not None:
        newest = snowflake.at(timezone.now()) if high is None else high
        span = max(newest - edge, 1)
        for step in range(WINDOWS):
            bottom = newest - span * WIDENING**step
            if bottom <= (low or 0):
                break
            yield bottom, high
            high = bottom
    yield low, high


def edge_of_first_window(low: int | None, high: int | None) -> int | None:
    """Give the id of the 4,000th newest post in the range, or None where there are fewer."""
    newest = PostSearch.objects.order_by("-post_id").values_list("post_id", flat=True)
    if high is not None:
        newest = newest.filter(post_id__lt=high)
    if low is not None:
        newest = newest.filter(post_id__gte=low)
    return newest[FIRST_WINDOW - 1 : FIRST_WINDOW].first()


def between(low: int | None, high: int | None) -> Q:
    """Keep the ids from `low`, below `high`."""
    condition = Q()
    if low is not None:
        condition &= Q(post_id__gte=low)
    if high is not None:
        condition &= Q(post_id__lt=high)
    return condition


# -------------------------------------------------------------------------------------------------
# People and organisations


class Fold(Func):
    """Lower case, without accents, by the function of the index (see the third migration of `coop`)."""

    function = "coop_fold"
    output_field = TextField()


FOLDED_NAMES = Fold(F("display_name"), F("handle"), arg_joiner=" || ' ' || ")
PERSONS = (Actor.Kind.PERSON,)
PAGES = (Actor.Kind.ORGANISATION, Actor.Kind.GROUP)


@dataclass(frozen=True, slots=True)
class NamePage:
    """One page of names; the next begins after the actor `following`. `exact` is whom the handle names."""

    actors: list[Actor]
    following: int | None
    exact: Actor | None = None


def actors(
    account: Account | AnonymousUser | None,
    text: str,
    kinds: tuple[str, ...],
    *,
    after: int | None = None,
    size: int = NAMES_PAGE,
) -> NamePage:
    """Give those whose name or handle holds `text`, or nearly, in the order of names.

    Only those who asked to be found, and whoever is called by the whole handle; never across a block.
    """
    wanted = french.fold(text[:QUERY_LENGTH].strip()).removeprefix("@")
    if len(wanted) < SHORTEST_NAME:
        return NamePage([], None)
    reachable = Actor.objects.active().filter(not_blocked(account), kind__in=kinds).select_related("region")
    exact = reachable.filter(handle=wanted).first() if after is None else None
    named = (
        reachable.filter(is_discoverable=True)
        .alias(folded=FOLDED_NAMES)
        .filter(Q(folded__contains=wanted) | Q(folded__trigram_word_similar=wanted))
        .annotate(place=Fold(F("display_name")))
        .order_by("place", "pk")
    )
    if exact is not None:
        named = named.exclude(pk=exact.pk)
    if after is not None:
        last = Actor.objects.filter(pk=after).values_list(Fold(F("display_name")), flat=True).first()
        if last is None:
            return NamePage([], None)
        named = named.filter(Q(place__gt=last) | Q(place=last, pk__gt=after))
    found = list(named[: size + 1])
    return NamePage(found[:size], found[size - 1].pk if len(found) > size else None, exact)


def not_blocked(account: Account | AnonymousUser | None) -> Q:
    """Keep the actors between whom and this person there is no block."""
    if not isinstance(account, Account) or account.actor_id is None:
        return Q()
    me, other = account.actor_id, OuterRef("pk")
    return ~Q(Exists(Block.objects.filter(Q(blocker=me, blocked=other) | Q(blocker=other, blocked=me))))


# -------------------------------------------------------------------------------------------------
# Hashtags


def tags(account: Account | AnonymousUser | None, text: str, *, size: int = NAMES_PAGE) -> list[Tag]:
    """Give the hashtags that hold `text`, in order, of which this person may read at least one post.

    A hashtag used only where this person may not read would tell something of what is said there.
    """
    slug = tag_slug("".join(character for character in text[:QUERY_LENGTH] if character.isalnum()))
    if not slug:
        return []
    readable = Post.objects.visible_to(account).filter(tagged__tag=OuterRef("pk"))
    return list(Tag.objects.filter(Exists(readable), slug__contains=slug).order_by("slug")[:size])
