"""Nobody is ever shown a post that its rule hides: generated squares against an oracle in plain Python.

The oracle is the sentence of feeds/models/visibility.py and nothing else: it reads the drawn square, never
the database. Each post carries a word of its own, so that pages can be searched for what they must not hold.
"""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING

import pytest
from django.core.serializers.json import DjangoJSONEncoder
from django.test import Client
from django.urls import get_resolver, reverse
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from coop import exports
from feeds import cards, live, notices, search, threads, timelines
from feeds.models import Post
from tests.factories.coop import make_region
from tests.factories.feeds import (
    make_mute,
    make_post,
    make_tag,
)
from tests.feeds.squares import (
    PEOPLE,
    WORD,
    Built,
    built,
    make_ground,
    plans,
)

if TYPE_CHECKING:
    from coop.models import Account

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture
def ground(db):
    return make_ground()


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
