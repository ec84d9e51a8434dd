"""Nobody is ever shown a post that its rule hides: generated squares against an oracle in plain Python.

The oracle is the sentence of feeds/models/visibility.py and nothing else: it reads the drawn square, never
the database. Each post carries a word of its own, so that pages can be searched for what they must not hold.
"""

from __future__ import annotations

import json
import re
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

import pytest
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from coop import exports
from coop.models import Account, Actor, Delegate
from feeds import cards, live, notices, search, threads, timelines
from feeds.models import GroupMembership, Post, Visibility
from tests.factories.coop import make_account, make_notification, make_organisation, make_region
from tests.factories.feeds import (
    make_block,
    make_bookmark,
    make_boost,
    make_draft,
    make_favourite,
    make_follow,
    make_followed_tag,
    make_group,
    make_group_membership,
    make_list,
    make_mute,
    make_post,
    make_revision,
    make_tag,
)

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

PEOPLE = 5
ORGANISATION = PEOPLE  # its index among the actors
ACTORS = PEOPLE + 1
GROUPS = 2
WORD = "carrefour"

# -------------------------------------------------------------------------------------------------
# The square, as drawn


@dataclass
class Line:
    """One drawn row: a post, an answer, or a boost of `boost_of`."""

    author: int
    visibility: int
    group: int | None = None
    in_reply_to: int | None = None
    boost_of: int | None = None
    boost_visibility: int | None = None
    mentions: frozenset[int] = frozenset()
    is_deleted: bool = False


@dataclass
class Plan:
    """A square: who follows, blocks, belongs and speaks for whom, and what was said."""

    follows: dict[tuple[int, int], bool]
    blocks: set[tuple[int, int]]
    members: dict[tuple[int, int], str]
    delegates: dict[int, bool]
    suspended: set[int]
    gone: set[int]
    lines: list[Line] = field(default_factory=list)


def readable(plan: Plan, reader: int | None, line: Line, visibility: int) -> bool:
    """The sentence of the rule, for one row with this audience."""
    if line.is_deleted or line.author in plan.suspended | plan.gone:
        return False
    if reader is None:
        return visibility == Visibility.PUBLIC
    if {(reader, line.author), (line.author, reader)} & plan.blocks:
        return False
    speaks_for = reader == line.author or (line.author == ORGANISATION and plan.delegates.get(reader) is True)
    mentioned = reader in line.mentions
    audience = {
        Visibility.PUBLIC: True,
        Visibility.MEMBERS: True,
        Visibility.GROUP: plan.members.get((line.group, reader)) in {"member", "moderator"},
        Visibility.FOLLOWERS: mentioned or plan.follows.get((reader, line.author)) is True,
        Visibility.MENTIONED: mentioned,
    }
    return speaks_for or audience[visibility]


def shows(plan: Plan, reader: int | None, number: int) -> bool:
    """A post, or a boost whose original is readable too."""
    line = plan.lines[number]
    if line.boost_of is None:
        return readable(plan, reader, line, line.visibility)
    original = plan.lines[line.boost_of]
    return readable(plan, reader, line, line.boost_visibility) and readable(
        plan, reader, original, original.visibility
    )


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """Draw a square of five people, an organisation and two groups."""
    people = st.integers(0, PEOPLE - 1)
    actors = st.integers(0, ACTORS - 1)
    pairs = st.tuples(people, actors).filter(lambda pair: pair[0] != pair[1])
    plan = Plan(
        follows=draw(st.dictionaries(pairs, st.booleans(), max_size=12)),
        blocks=draw(st.sets(pairs, max_size=3)),
        members=draw(
            st.dictionaries(
                st.tuples(st.integers(0, GROUPS - 1), people),
                st.sampled_from(["member", "moderator", "pending"]),
                max_size=6,
            )
        ),
        delegates=draw(st.dictionaries(people, st.booleans(), max_size=2)),
        suspended=draw(st.sets(actors, max_size=1)),
        gone=draw(st.sets(people, max_size=1)) if draw(st.integers(0, 4)) == 0 else set(),
    )
    for number in range(draw(st.integers(2, 8))):
        plan.lines.append(draw_line(draw, plan, number))
    return plan


def draw_line(draw: st.DrawFn, plan: Plan, number: int) -> Line:
    author = draw(st.integers(0, ACTORS - 1))
    originals = [place for place, line in enumerate(plan.lines) if line.boost_of is None]
    kind = draw(st.sampled_from(["post", "post", "answer", "boost"]))
    if kind == "boost":
        free = [
            place
            for place in originals
            if not any(line.boost_of == place and line.author == author for line in plan.lines)
        ]
        if free:
            # What was passed on to everyone may have been narrowed, or deleted, since.
            boosted = draw(st.sampled_from(free))
            wide = draw(st.sampled_from([Visibility.PUBLIC, Visibility.MEMBERS]))
            return Line(author, wide, boost_of=boosted, boost_visibility=wide)
    in_reply_to = draw(st.sampled_from(originals)) if kind == "answer" and originals else None
    visibility = draw(st.sampled_from(Visibility.values))
    group = plan.lines[in_reply_to].group if in_reply_to is not None else None
    if visibility == Visibility.GROUP and group is None:
        if in_reply_to is not None:
            visibility = Visibility.FOLLOWERS
        else:
            group = draw(st.integers(0, GROUPS - 1))
    if group is not None:
        visibility = min(visibility, Visibility.GROUP)  # in a group, one speaks at least to all of it
    return Line(
        author,
        visibility,
        group=group,
        in_reply_to=in_reply_to,
        mentions=draw(st.frozensets(st.integers(0, ACTORS - 1), max_size=2)) - {author},
        is_deleted=draw(st.integers(0, 7)) == 0,
    )


# -------------------------------------------------------------------------------------------------
# The square, in the database


@dataclass
class Ground:
    """Who is always there; made once."""

    accounts: list[Account]
    actors: list[Actor]


@dataclass
class Built:
    """A plan that has become rows."""

    plan: Plan
    ground: Ground
    posts: list[Post]
    groups: list
    lists: list
    tokens: dict[str, int]

    def readers(self, chosen: set[int | None] | None = None):
        """Those who come (all unless said): a visitor (None) and people, fresh as a request loads them."""
        for number in [None, *range(PEOPLE)] if chosen is None else chosen:
            yield number, None if number is None else self.account(number)

    def account(self, number: int) -> Account:
        pk = self.ground.accounts[number].pk
        return Account.objects.select_related("actor__region", "preferences").get(pk=pk)

    def allowed(self, reader: int | None) -> set[int]:
        """Ids of the rows that the oracle lets this reader see."""
        return {
            self.posts[number].pk for number in range(len(self.posts)) if shows(self.plan, reader, number)
        }

    def hidden_words(self, reader: int | None, html: str) -> set[str]:
        """Words of posts that this text holds and should not."""
        return {
            word
            for word in re.findall(r"zq[a-z]+qz", html)
            if word in self.tokens and not shows(self.plan, reader, self.tokens[word])
        }


@pytest.fixture
def ground(db) -> Ground:
    region = make_region("01")
    accounts = [make_account(f"p{number}", region=region) for number in range(PEOPLE)]
    for account in accounts:
        make_followed_tag(account, "place")
    organisation = make_organisation("theatre", region=region)
    return Ground(accounts, [*(account.actor for account in accounts), organisation.actor])


def token(number: int) -> str:
    return f"zq{'abcdefghijkl'[number]}{'mnopqr'[number % 6]}qz"


@contextmanager
def built(ground: Ground, plan: Plan, *, traces: bool = False):
    """Make the rows, lend them, and take them back."""
    with transaction.atomic():
        square = build(ground, plan)
        if traces:
            leave_traces(square)
        yield square
        transaction.set_rollback(True)


def build(ground: Ground, plan: Plan) -> Built:
    accounts, actors = ground.accounts, ground.actors
    now = timezone.now()
    for (one, other), accepted in plan.follows.items():
        make_follow(actors[one], actors[other], accepted=accepted)
    for one, other in plan.blocks:
        make_block(actors[one], actors[other])
    for number, current in plan.delegates.items():
        Delegate.objects.create(
            organisation=actors[ORGANISATION].organisation,
            account=accounts[number],
            granted_at=now - timedelta(days=2),
            ended_at=None if current else now,
        )
    groups = [make_group(f"cercle{number}") for number in range(GROUPS)]
    for (group, number), state in plan.members.items():
        make_group_membership(
            groups[group],
            actors[number],
            joined=state != "pending",
            role=GroupMembership.Role.MODERATOR if state == "moderator" else GroupMembership.Role.MEMBER,
        )
    posts: list[Post] = []
    for number, line in enumerate(plan.lines):
        posts.append(write(ground, groups, posts, number, line))
    for number, line in enumerate(plan.lines):
        if line.is_deleted:
            # The words stay here, unlike in the action: a page that shows them is at fault by itself.
            Post.objects.filter(pk=posts[number].pk).update(deleted_at=now)
        if line.boost_of is None:
            Post.objects.filter(pk=posts[number].pk).update(visibility=line.visibility)  # narrowed since
    Actor.objects.filter(pk__in=[actors[n].pk for n in plan.suspended]).update(suspended_at=now)
    Actor.objects.filter(pk__in=[actors[n].pk for n in plan.gone]).update(deleted_at=now)
    lists = [make_list(one, members=[other for other in actors if other != one.actor]) for one in accounts]
    tokens = {token(number): number for number, line in enumerate(plan.lines) if line.boost_of is None}
    return Built(plan, ground, posts, groups, lists, tokens)


def write(ground: Ground, groups: list, posts: list[Post], number: int, line: Line) -> Post:
    author = ground.actors[line.author]
    if line.boost_of is not None:
        boost = make_boost(author, posts[line.boost_of])
        Post.objects.filter(pk=boost.pk).update(visibility=line.boost_visibility)
        return boost
    return make_post(
        author,
        f"{token(number)} {WORD} #place",
        visibility=Visibility.PUBLIC,
        in_reply_to=None if line.in_reply_to is None else posts[line.in_reply_to],
        group=None if line.group is None else groups[line.group],
        mentions=[ground.actors[n] for n in line.mentions],
    )


def leave_traces(square: Built) -> None:
    """Everyone has once kept, liked, been told of and begun to answer everything."""
    originals = [post for post in square.posts if not post.is_boost]
    for account in square.ground.accounts:
        for post in originals:
            make_bookmark(account, post)
            make_favourite(account, post)
            make_draft(account, in_reply_to=post)
            for kind in ("mention", "boost"):
                make_notification(
                    account, kind=kind, actor=post.author, subject_id=post.pk, group_key=f"{kind}:{post.pk}"
                )
    for post in originals:
        make_revision(post, post.text)


def examples(count: int) -> settings:
    """So many squares, the same ones in every run; they are small enough as drawn."""
    return settings(
        max_examples=count,
        phases=[Phase.generate],
        deadline=None,
        derandomize=True,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )


READERS = st.sets(st.sampled_from([None, *range(PEOPLE)]), min_size=1, max_size=2)

# -------------------------------------------------------------------------------------------------
# The rule, and what reads by it


@examples(60)
@given(plan=plans())
def test_every_reader_sees_what_the_rule_says_and_nothing_else(ground, plan):
    with built(ground, plan) as square:
        for number, account in square.readers():
            allowed = square.allowed(number)

            assert set(Post.objects.visible_to(account).values_list("pk", flat=True)) == allowed
            ids = [post.pk for post in square.posts]
            rows = timelines.visible_rows(ids, actor_id=account and account.actor_id)
            assert {row.id for row in rows} == allowed


@examples(50)
@given(plan=plans(), chosen=READERS)
def test_no_timeline_search_or_conversation_goes_round_the_rule(ground, plan, chosen):
    with built(ground, plan) as square:
        for number, account in square.readers(chosen):
            allowed = square.allowed(number)
            for source in sources(square, number, account):
                page = timelines.page(source, account)
                assert {row.id for row in page.rows} <= allowed
                shown = {card.post.id for card in cards.build(account, page.rows)}
                assert shown <= allowed
            originals = {post.pk for post in square.posts if not post.is_boost}
            assert {post.pk for post in search.posts(account, WORD).posts} == allowed & originals
            assert_threads(square, account, allowed)
            if account is not None:
                assert set(notices.load_posts(account, originals)) == allowed & originals


def sources(square: Built, number: int | None, account: Account | None):
    yield timelines.Public()
    yield timelines.InRegion(make_region("01"))
    yield timelines.Tagged(make_tag("place"))
    yield from (timelines.InGroup(group) for group in square.groups)
    for actor in square.ground.actors:
        yield from (timelines.Profile(actor, tab) for tab in ("posts", "replies", "media"))
    if account is not None:
        yield timelines.Home(account.actor, is_newcomer=True)
        yield timelines.Home(account.actor)
        yield timelines.OfList(square.lists[number])


def assert_threads(square: Built, account: Account | None, allowed: set[int]) -> None:
    for post in square.posts:
        if post.is_boost or post.pk not in allowed:
            continue
        thread = threads.read(post, account)
        lines = [*thread.ancestors, *thread.replies]
        assert {line.id for line in lines if not line.is_tombstone} <= allowed
        deleted = {p.pk for p, line in zip(square.posts, square.plan.lines, strict=True) if line.is_deleted}
        assert {line.id for line in lines if line.is_tombstone} <= deleted


# -------------------------------------------------------------------------------------------------
# Live


class Page:
    """An open page without its browser."""

    def __init__(self, account: Account, topic: str) -> None:
        self.account_id, self.actor_id, self.topic = account.pk, account.actor_id, topic
        self.told: list[str] = []

    async def tell(self, message: bytes) -> None:
        self.told.append(json.loads(message)["id"])


def inline(function):
    """Run the hub's reads in this thread, inside the transaction of the example."""

    async def run(*args, **named):
        return function(*args, **named)

    return run


def finish(coroutine) -> None:
    """Run to its end a coroutine that never waits."""
    with pytest.raises(StopIteration):
        coroutine.send(None)


@examples(15)
@given(plan=plans())
def test_no_page_hears_of_a_post_that_it_could_not_show(ground, plan):
    with built(ground, plan) as square, pytest.MonkeyPatch.context() as patch:
        patch.setattr(live, "database_sync_to_async", inline)
        sent: list[dict] = []
        patch.setattr(live, "_publish", sent.append)
        hub = live.Hub()
        pages: list[tuple[int, Page]] = []
        for number, account in square.readers():
            if account is None:
                continue
            for topic in topics(square, number):
                keys = live.may_listen(account, topic)
                if topic.startswith("thread:"):
                    may_read = int(topic.removeprefix("thread:")) in square.allowed(number)
                    assert (keys is not None) == may_read
                if topic.startswith("list:"):
                    assert (keys is not None) == (topic == f"list:{square.lists[number].pk}")
                if keys is not None:
                    page = Page(account, topic)
                    hub.sockets.add(page)
                    hub.listen(page, keys)  # `add` would open the subscription
                    pages.append((number, page))
        for post in square.posts:
            live.announce(post)
        for message in sent:
            finish(hub.deliver(message))

        for number, page in pages:
            assert set(map(int, page.told)) <= square.allowed(number)


def topics(square: Built, number: int):
    yield from ("home", "public", "region:01", f"tag:{make_tag('place').pk}")
    yield from (f"group:{group.pk}" for group in square.groups)
    yield from (f"thread:{post.pk}" for post in square.posts if not post.is_boost)
    yield from (f"list:{row.pk}" for row in square.lists)


# -------------------------------------------------------------------------------------------------
# Pages


@examples(8)
@given(plan=plans(), chosen=READERS.filter(lambda chosen: len(chosen) == 1))
def test_no_page_feed_or_archive_holds_words_that_are_hidden(ground, plan, chosen):
    with built(ground, plan, traces=True) as square:
        for number, account in square.readers(chosen):
            client = Client()
            if account is not None:
                client.force_login(account, backend="coop.auth.AccountBackend")
            for address in addresses(square, number):
                answer = client.get(address)
                assert answer.status_code < 500, address
                assert square.hidden_words(number, answer.text) == set(), address
            for post, line in zip(square.posts, plan.lines, strict=True):
                if line.boost_of is None:
                    may_read = post.pk in square.allowed(number)
                    assert client.get(post.get_absolute_url()).status_code == (200 if may_read else 404)
            if account is not None:
                archived = archive_of(account)
                strangers = {
                    word
                    for word in square.hidden_words(number, archived)
                    if plan.lines[square.tokens[word]].author != number
                }
                assert strangers == set()


def archive_of(account: Account) -> str:
    """Everything that the archive of this person's data says."""
    return "".join(
        json.dumps(row, cls=DjangoJSONEncoder)
        for make in exports.sections().values()
        for row in make(account).rows
    )


def addresses(square: Built, number: int | None):
    yield from map(reverse, ("feeds:home", "feeds:public", "feeds:groups"))
    yield reverse("feeds:region", args=[make_region("01").slug])
    yield reverse("feeds:tag-timeline", args=["place"])
    yield f"{reverse('feeds:search')}?q={WORD}"
    yield from (reverse("feeds:group", args=[group.actor.handle]) for group in square.groups)
    for actor in square.ground.actors:
        for name in ("profile", "profile-replies", "profile-media"):
            yield reverse(f"feeds:{name}", args=[actor.handle])
    for post in square.posts:
        if not post.is_boost:
            address = partial(reverse, args=[post.author.handle, post.pk])
            yield address("feeds:post-detail")
            yield address("feeds:post-history")
            if number is not None:
                for name in ("post-edit", "post-delete", "thread-mute"):
                    yield address(f"feeds:{name}")
                yield f"{reverse('feeds:post-create')}?reponse={post.pk}"
    yield from feeds_of(square)
    if number is not None:
        for name in ("feeds:catch-up", "feeds:bookmarks", "feeds:favourites", "feeds:drafts", "feeds:mutes"):
            yield reverse(name)
        yield reverse("coop:notifications")
        yield from (reverse("feeds:list", args=[row.pk]) for row in square.lists)


def feeds_of(square: Built):
    """Every syndication feed that the routes declare."""
    by_parameter = {
        "handle": [actor.handle for actor in square.ground.actors] + [g.actor.handle for g in square.groups],
        "slug": ["place", make_region("01").slug],
    }
    names = get_resolver().namespace_dict["feeds"][1].reverse_dict
    for name in sorted(key for key in names if isinstance(key, str) and key.endswith("atom")):
        (parameters,) = {tuple(shape[1]) for shape, *_ in names.getlist(name) for shape in shape}
        if not parameters:
            yield reverse(f"feeds:{name}")
        for value in by_parameter[parameters[0]] if parameters else ():
            yield reverse(f"feeds:{name}", args=[value])


def test_a_mute_hides_nothing_that_the_rule_shows(ground):
    """Mutes are taste: what someone muted says can still be read where one goes to read it."""
    one, other = ground.accounts[:2]
    make_mute(one, other)
    post = make_post(other, "Bonjour")

    assert Post.objects.visible_to(one).filter(pk=post.pk).exists()
