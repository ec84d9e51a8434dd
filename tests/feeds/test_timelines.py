"""Timelines: complete, without doubles, in the order of ids, and nothing that its reader may not see."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from feeds import timelines
from feeds.models import Follow, Post, ReplyControl, Visibility
from feeds.timelines import Cursor, Home, InGroup, InRegion, OfList, Profile, Public, Tagged, page, pages
from tests.factories.coop import make_account, make_organisation, make_region
from tests.factories.feeds import (
    make_block,
    make_boost,
    make_follow,
    make_followed_tag,
    make_group,
    make_group_membership,
    make_list,
    make_list_member,
    make_mute,
    make_muted_thread,
    make_post,
    make_tag,
)

pytestmark = pytest.mark.django_db

START = datetime(2026, 10, 1, 12, tzinfo=UTC)


def ids(result):
    return [row.id for row in result.rows]


def walk(source, account, *, size=7):
    """Read a timeline from the newest to the end by its own cursors."""
    found, cursor = [], Cursor()
    for _ in range(500):
        result = page(source, account, cursor, size=size)
        found += ids(result)
        if result.older is None:
            return found
        cursor = Cursor(before=result.older)
    raise AssertionError("the timeline never ends")


def walk_up(source, account, start, *, size=7):
    """Read a timeline upwards from an id, page above page."""
    found, cursor = [], Cursor(after=start)
    for _ in range(500):
        result = page(source, account, cursor, size=size)
        found = ids(result) + found
        if result.newer is None:
            return found
        cursor = Cursor(after=result.newer)
    raise AssertionError("the timeline never ends")


@pytest.fixture(params=[(4, 8), (64, 200)], ids=["short runs", "real runs"])
def _runs(request, monkeypatch):
    """Short runs make small worlds meet every boundary of the algorithm."""
    monkeypatch.setattr(pages, "FIRST_RUN", request.param[0])
    monkeypatch.setattr(pages, "SHORTEST_RUN", request.param[0])
    monkeypatch.setattr(pages, "NEXT_RUN", request.param[1])


def make_world(seed):  # noqa: C901, PLR0912 -- a world has many kinds of things
    """A small random square: 10 people, follows, blocks, mutes, groups, tags, 110 posts of every audience."""
    rng = random.Random(seed)
    region = make_region("11")
    people = [make_account(region=region if n % 3 == 0 else None) for n in range(10)]
    actors = [account.actor for account in people]
    for follower in people:
        for followed in rng.sample(people, 5):
            if follower != followed:
                make_follow(follower, followed, accepted=rng.random() > 0.15, shows_boosts=rng.random() > 0.2)
    pairs = [(a, b) for a in people for b in people if a != b]
    for pair in rng.sample(pairs, 4):
        make_block(*pair)
    for pair in rng.sample(pairs, 5):
        make_mute(*pair, expires_at=rng.choice([None, timezone.now() - timedelta(hours=1)]))
    groups = [make_group(), make_group(join_policy="request")]
    for group in groups:
        for account in rng.sample(people, 5):
            make_group_membership(group, account, joined=rng.random() > 0.2)
    tags = [make_tag("Patinoire"), make_tag("Théâtre")]
    for account in rng.sample(people, 6):
        make_followed_tag(account, rng.choice(tags))
    posts = []
    for n in range(110):
        author = rng.choice(people)
        moment = START + timedelta(minutes=13 * n + rng.randrange(7))
        kind = rng.random()
        if posts and kind < 0.2:
            parent = rng.choice(posts)
            if not parent.is_boost:
                posts.append(make_post(author, in_reply_to=parent, visibility=parent.visibility, at=moment))
                continue
        if posts and kind < 0.3:
            original = rng.choice(posts)
            if (
                not original.is_boost
                and original.visibility <= Visibility.MEMBERS
                and not Post.objects.filter(author=author.actor, boost_of=original).exists()
            ):
                posts.append(make_boost(author, original, at=moment))
                continue
        visibility = rng.choice([0, 0, 0, 1, 3, 3, 4])
        group = None
        if rng.random() < 0.15:
            group, visibility = rng.choice(groups), rng.choice([Visibility.GROUP, Visibility.PUBLIC])
        text = f"mot {n}" + rng.choice(["", "", " #Patinoire", " #Théâtre"])
        mentions = rng.sample(people, 2) if visibility == Visibility.MENTIONED else []
        posts.append(
            make_post(author, text, visibility=visibility, group=group, at=moment, mentions=mentions)
        )
    for post in rng.sample(posts, 5):
        Post.objects.filter(pk=post.pk).update(deleted_at=timezone.now())
    actors[9].suspended_at = timezone.now()
    actors[9].save()
    make_muted_thread(people[0], next(p for p in posts if not p.is_boost and p.visibility == 0))
    return rng, people, groups, tags, posts, region


def expected_home(account):
    """Home by its definition, without any of its means: from all rows, one by one."""
    me = account.actor
    follows = {f.followed_id: f for f in Follow.objects.accepted().filter(follower=me)}
    muted = set(me.mutes.current().values_list("muted_id", flat=True))
    groups = set(me.group_memberships.active().values_list("group_id", flat=True))
    tags = set(me.followed_tags.values_list("tag_id", flat=True))
    roots = set(me.muted_threads.values_list("root_id", flat=True))
    found = []
    for post in Post.objects.visible_to(account).select_related("boost_of").newest_first():
        follow = follows.get(post.author_id)
        sources = (
            post.author_id == me.pk
            or (follow is not None and (follow.shows_boosts or not post.is_boost))
            or post.group_id in groups
            or bool(tags & set(post.tagged.values_list("tag_id", flat=True)))
        )
        is_muted = post.author_id in muted or (post.boost_of is not None and post.boost_of.author_id in muted)
        answered = post.in_reply_to_author_id
        knows = (
            post.in_reply_to_id is None
            or answered in {post.author_id, me.pk}
            or post.author_id == me.pk
            or answered in follows
        )
        if sources and not is_muted and knows and post.root_id not in roots:
            found.append(post)
    return found


def without_repeats(posts):
    """Fold boosts as a single page does, for a page as long as the timeline."""
    shown, kept = {}, []
    for post in posts:
        row = timelines.Row(post.pk, post.boost_of_id, post.author_id)
        if not pages.is_repeat(row, shown):
            kept.append(post.pk)
            shown[row.original_id] = post.pk
    return kept


@pytest.mark.usefixtures("_runs")
@pytest.mark.parametrize("seed", [1, 2])
def test_home_is_its_definition(seed):
    _, people, *_ = make_world(seed)
    for account in people[:6]:
        source = Home(account.actor)
        expected = expected_home(account)
        whole = page(source, account, size=1000)
        assert ids(whole) == without_repeats(expected)
        assert whole.older is None
        walked = walk(source, account)
        everything = {post.pk for post in expected}
        assert walked == sorted(set(walked), reverse=True)
        assert set(walked) <= everything
        originals = {post.boost_of_id or post.pk for post in expected}
        by_id = {post.pk: post.boost_of_id or post.pk for post in expected}
        assert {by_id[pk] for pk in walked} == originals


@pytest.mark.usefixtures("_runs")
@pytest.mark.parametrize("seed", [4])
def test_home_is_the_same_upwards(seed):
    _, people, *_ = make_world(seed)
    for account in people[:6]:
        source = Home(account.actor)
        assert set(walk_up(source, account, 0)) >= {
            post.pk for post in expected_home(account) if not post.is_boost
        } - {p.boost_of_id for p in expected_home(account)}
        upward = walk_up(source, account, 0)
        assert upward == sorted(set(upward), reverse=True)


@pytest.mark.usefixtures("_runs")
@pytest.mark.parametrize("seed", [6, 7])
def test_every_timeline_is_complete_ordered_and_shows_only_what_is_visible(seed):
    rng, people, groups, tags, _posts, region = make_world(seed)
    chosen = make_list(people[0])
    for account in rng.sample(people[1:], 4):
        make_list_member(chosen, account)
    listed = set(chosen.members.values_list("actor_id", flat=True))
    definitions = [
        (Public(), _is_open, True),
        (InRegion(region), lambda p: _is_open(p) and p.region_id == region.pk, True),
        (InGroup(groups[0]), lambda p: p.group_id == groups[0].pk and p.in_reply_to_id is None, True),
        (Tagged(tags[0]), lambda p: tags[0].pk in set(p.tagged.values_list("tag_id", flat=True)), True),
        (OfList(chosen), lambda p: p.author_id in listed, False),
        (
            Profile(people[1].actor, "replies"),
            lambda p: p.author_id == people[1].actor_id and not p.is_boost,
            False,
        ),
    ]
    for account in [None, *people[:5]]:
        muted, roots = set(), set()
        if account:
            muted = set(account.actor.mutes.current().values_list("muted_id", flat=True))
            roots = set(account.actor.muted_threads.values_list("root_id", flat=True))
        visible = list(Post.objects.visible_to(account).select_related("boost_of").newest_first())
        for source, belongs, quiet in definitions:
            expected = [
                post
                for post in visible
                if belongs(post) and not (quiet and (post.author_id in muted or post.root_id in roots))
            ]
            assert ids(page(source, account, size=1000)) == without_repeats(expected)
            walked = walk(source, account)
            assert walked == sorted(set(walked), reverse=True)
            assert {p for p in walked if not Post.objects.get(pk=p).is_boost} >= {
                p.pk for p in expected if not p.is_boost
            } - {p.boost_of_id for p in expected}


def _is_open(post):
    return (
        post.visibility == Visibility.PUBLIC
        and post.in_reply_to_id is None
        and post.boost_of_id is None
        and post.deleted_at is None
    )


def test_readers_of_agrees_with_visible_to():
    _, people, _, _, posts, _ = make_world(8)
    actor_ids = [account.actor_id for account in people]
    for post in posts:
        readers = timelines.readers_of(post.pk, actor_ids, replies_rule=False)
        for account in people:
            row = timelines.visible_rows([post.pk], actor_id=account.actor_id, quiet=True)
            assert (account.actor_id in readers) == bool(row)


def test_a_newcomer_sees_the_square_and_each_row_says_why():
    reader = make_account(region=make_region("09"))
    stranger = make_account()
    friend = make_account()
    make_follow(reader, friend)
    seen = make_post(stranger, "Bonjour")
    followed = make_post(friend, "Allo", visibility=Visibility.FOLLOWERS)
    result = page(Home(reader.actor, is_newcomer=True), reader)
    assert ids(result) == [followed.pk, seen.pk]
    assert result.reasons[followed.pk] == [("follow", "")]
    assert result.reasons[seen.pk] == [("public", "")]
    assert ids(page(Home(reader.actor), reader)) == [followed.pk]


def test_an_exclusive_list_takes_its_voices_out_of_home():
    reader, friend, other = make_account(), make_account(), make_account()
    make_follow(reader, friend)
    make_follow(reader, other)
    make_post(friend)
    kept = make_post(other)
    chosen = make_list(reader, is_exclusive=True)
    make_list_member(chosen, friend)
    assert ids(page(Home(reader.actor), reader)) == [kept.pk]


def test_a_repeated_boost_is_folded_into_the_newer_one():
    reader, author, first, second = (make_account() for _ in range(4))
    for followed in (author, first, second):
        make_follow(reader, followed)
    post = make_post(author, at=START)
    make_boost(first, post, at=START + timedelta(hours=1))
    newest = make_boost(second, post, at=START + timedelta(hours=2))
    late = make_boost(author, post, at=START + timedelta(days=3))
    assert ids(page(Home(reader.actor), reader)) == [late.pk, newest.pk]


@pytest.mark.parametrize("count", [1, 3])
def test_a_page_takes_two_statements(count):
    reader, friend = make_account(), make_account()
    make_follow(reader, friend)
    for _ in range(count):
        make_post(friend)
    page(Home(reader.actor), reader)
    with CaptureQueriesContext(connection) as queries:
        assert len(page(Home(reader.actor), reader).rows) == count
    assert len(queries) == 2


def test_an_organisation_sees_its_own_narrow_posts_through_its_delegates():
    delegate, stranger = make_account(), make_account()
    organisation = make_organisation(manager=delegate)
    narrow = make_post(
        organisation.actor, visibility=Visibility.FOLLOWERS, reply_control=ReplyControl.MENTIONED
    )
    assert ids(page(Profile(organisation.actor), delegate)) == [narrow.pk]
    assert ids(page(Profile(organisation.actor), stranger)) == []
    assert ids(page(Profile(organisation.actor), None)) == []
