"""Cards: the same content for all, each reader's own marks, as many statements for three as for one."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from feeds import cards, timelines
from feeds.models import Filter, Post, PostStats
from feeds.timelines import Home, page
from tests.factories.coop import make_account
from tests.factories.feeds import (
    make_bookmark,
    make_boost,
    make_favourite,
    make_filter,
    make_follow,
    make_media,
    make_poll,
    make_poll_vote,
    make_post,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _cold():
    """Contents kept by an earlier test would hide what this one reads."""
    cards.forget()


def test_a_card_tells_content_and_marks():
    reader, author = make_account(), make_account(display_name="Ada Tremblay")
    post = make_post(author, "Bonjour #Culture")
    make_favourite(reader, post)
    make_bookmark(reader, post)
    PostStats.objects.update_or_create(post=post, defaults={"favourites": 7, "replies": 2})
    [card] = cards.build(reader, [post])
    assert (card.post.author.name, card.post.text) == ("Ada Tremblay", "Bonjour #Culture")
    assert (card.favourites, card.replies, card.boosts) == (7, 2, 0)
    assert (card.is_favourite, card.is_bookmarked, card.is_boosted, card.is_mine) == (
        True,
        True,
        False,
        False,
    )
    [mine] = cards.build(author, [post])
    assert (mine.is_favourite, mine.is_mine) == (False, True)
    [seen] = cards.build(None, [post])
    assert (seen.is_favourite, seen.is_bookmarked, seen.is_mine) == (False, False, False)


def test_a_boost_shows_the_original_and_who_passed_it_on():
    reader, author, booster = (make_account() for _ in range(3))
    post = make_post(author)
    boost = make_boost(booster, post)
    [card] = cards.build(reader, [boost])
    assert (card.row_id, card.post.id, card.boosted_by.id) == (boost.pk, post.pk, booster.actor_id)


def test_an_edit_of_the_post_or_of_its_author_is_seen_at_once():
    reader, author = make_account(), make_account()
    post = make_post(author, "Avant")
    cards.build(reader, [post])
    Post.objects.filter(pk=post.pk).update(text="Après", html="<p>Après</p>")
    assert cards.build(reader, [post])[0].post.text == "Après"
    author.actor.display_name = "Nouveau nom"
    author.actor.save()
    assert cards.build(reader, [post])[0].post.author.name == "Nouveau nom"


def test_kept_contents_are_not_read_again():
    reader, author = make_account(), make_account()
    post = make_post(author)
    cards.build(reader, [post])
    with CaptureQueriesContext(connection) as queries:
        cards.build(reader, [post])
    assert len(queries) == 1  # marks


def test_a_post_with_an_image_in_preparation_is_read_again_until_it_is_ready():
    reader, author = make_account(), make_account()
    post = make_post(author, has_media=True)
    media = make_media(author, post=post, state="waiting")
    assert not cards.build(reader, [post])[0].post.pictures[0].is_ready
    media.delete()
    make_media(author, post=post, state="ready")
    assert cards.build(reader, [post])[0].post.pictures[0].is_ready


def test_filters_fold_or_hide_but_never_ones_own_words():
    reader, author = make_account(), make_account()
    folded, hidden = make_post(author, "Vive l’hiver"), make_post(author, "La canicule")
    own = make_post(reader, "L’hiver et la canicule")
    make_filter(reader, "hiver", effect=Filter.Effect.WARN)
    make_filter(reader, "canicule", effect=Filter.Effect.HIDE)
    built = {card.post.id: card for card in cards.build(reader, [folded, hidden, own])}
    assert set(built) == {folded.pk, own.pk}
    assert built[folded.pk].folded_by == "hiver"
    assert built[own.pk].folded_by is None
    assert len(cards.build(author, [folded, hidden])) == 2


def test_a_poll_is_a_form_until_one_has_answered():
    reader, author = make_account(), make_account()
    post = make_post(author)
    poll = make_poll(post, options=["Oui", "Non"])
    assert not cards.build(reader, [post])[0].poll.shows_results
    assert cards.build(author, [post])[0].poll.shows_results
    assert cards.build(None, [post])[0].poll.shows_results
    make_poll_vote(poll.options.first(), reader)
    view = cards.build(reader, [post])[0].poll
    assert view.shows_results
    assert [answer.is_mine for answer in view.answers] == [True, False]
    poll.closes_at = timezone.now() - timedelta(minutes=1)
    poll.save()
    assert cards.build(reader, [post])[0].poll.is_closed


@pytest.mark.parametrize("count", [1, 3])
def test_a_page_of_cards_takes_the_same_statements_for_one_and_three(count):
    reader, booster = make_account(), make_account()
    make_follow(reader, booster)
    for _ in range(count):
        author = make_account()
        make_follow(reader, author)
        original = make_post(author, has_media=True)
        make_media(author, post=original)
        make_poll(original)
        make_boost(booster, original)
    page(Home(reader.actor), reader)  # the first use of a connection prepares the statement
    with CaptureQueriesContext(connection) as queries:
        rows = page(Home(reader.actor), reader)
        built = cards.build(reader, rows.rows, rows.reasons)
    assert len(built) == count
    # candidates, visible rows, marks and filters, posts, images, polls
    assert len(queries) == 6


@pytest.mark.parametrize("count", [1, 3])
def test_the_whole_home_page_takes_at_most_twelve_statements(client_for, count):
    reader = make_account()
    for _ in range(count):
        author = make_account()
        make_follow(reader, author)
        make_post(author)
    client = client_for(reader)
    client.get("/")
    cards.forget()
    with CaptureQueriesContext(connection) as queries:
        response = client.get("/")
    assert response.status_code == 200
    assert response.content.decode().count("<article") == count
    assert len(queries) <= 12, [query["sql"][:200] for query in queries]


def test_reasons_reach_the_cards():
    reader, friend = make_account(), make_account()
    make_follow(reader, friend)
    make_post(friend)
    rows = timelines.page(Home(reader.actor), reader)
    assert cards.build(reader, rows.rows, rows.reasons)[0].reasons == [("follow", "")]
