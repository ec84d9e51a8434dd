"""Favourites and bookmarks: rule, rows, count, news."""

from __future__ import annotations

import threading

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction

from coop.models import AuditEvent
from feeds import notices
from feeds.actions.marks import add_bookmark, add_favourite, remove_bookmark, remove_favourite
from feeds.models import Bookmark, Favourite, PostStats, Visibility
from tests.factories.coop import make_account
from tests.factories.feeds import make_block, make_boost, make_post


@pytest.fixture
def told(monkeypatch):
    calls = []
    monkeypatch.setattr(notices, "favourited", lambda post, by: calls.append((post.pk, by.pk)))
    return calls


def favourites(post):
    return PostStats.objects.get(post=post).favourites


@pytest.mark.django_db
def test_favourite_is_counted_and_told_on_commit(told, django_capture_on_commit_callbacks):
    post, reader = make_post(make_account()), make_account()
    with django_capture_on_commit_callbacks(execute=True):
        favourite = add_favourite(account=reader, post=post)
        assert told == []
    assert (favourite.actor_id, favourite.post_id) == (reader.actor_id, post.pk)
    assert favourites(post) == 1
    assert told == [(post.pk, reader.actor_id)]
    assert AuditEvent.objects.count() == 0


@pytest.mark.django_db
def test_favourite_twice_counts_once(told, django_capture_on_commit_callbacks):
    post, reader = make_post(make_account()), make_account()
    with django_capture_on_commit_callbacks(execute=True):
        assert add_favourite(account=reader, post=post) == add_favourite(account=reader, post=post)
    assert favourites(post) == 1
    assert len(told) == 1


@pytest.mark.django_db
def test_favourite_of_a_boost_goes_to_the_post():
    post, reader = make_post(make_account()), make_account()
    add_favourite(account=reader, post=make_boost(make_account(), post))
    assert Favourite.objects.get().post_id == post.pk
    assert favourites(post) == 1


@pytest.mark.django_db
def test_favourite_keeps_the_other_counters():
    post = make_post(make_account())
    PostStats.objects.create(post=post, replies=3, boosts=2, favourites=1)
    add_favourite(account=make_account(), post=post)
    stats = PostStats.objects.get(post=post)
    assert (stats.replies, stats.boosts, stats.favourites) == (3, 2, 2)


@pytest.mark.django_db
def test_favourite_of_what_one_may_not_read_is_refused():
    author, reader = make_account(), make_account()
    narrow = make_post(author, visibility=Visibility.FOLLOWERS)
    apart = make_post(author)
    make_block(author, reader)
    for post in (narrow, apart):
        with pytest.raises(PermissionDenied, match="ne t’est pas adressée"):
            add_favourite(account=reader, post=post)
    assert not Favourite.objects.exists()
    assert not PostStats.objects.exists()


@pytest.mark.django_db
def test_removing_a_favourite_counts_back_once():
    post, reader = make_post(make_account()), make_account()
    add_favourite(account=reader, post=post)
    remove_favourite(account=reader, post=post)
    remove_favourite(account=reader, post=post)
    assert favourites(post) == 0
    assert not Favourite.objects.exists()


@pytest.mark.django_db
def test_a_mark_can_be_taken_from_a_post_that_closed():
    author, reader = make_account(), make_account()
    post = make_post(author)
    add_favourite(account=reader, post=post)
    add_bookmark(account=reader, post=post)
    make_block(author, reader)
    remove_favourite(account=reader, post=post)
    remove_bookmark(account=reader, post=post)
    assert favourites(post) == 0
    assert not Bookmark.objects.exists()


@pytest.mark.django_db
def test_bookmark_is_kept_once_and_counted_nowhere(django_capture_on_commit_callbacks):
    post, reader = make_post(make_account()), make_account()
    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        add_bookmark(account=reader, post=make_boost(make_account(), post))
        add_bookmark(account=reader, post=post)
    assert Bookmark.objects.get().post_id == post.pk
    assert not PostStats.objects.filter(favourites__gt=0).exists()
    assert callbacks == []
    remove_bookmark(account=reader, post=post)
    assert not Bookmark.objects.exists()


@pytest.mark.django_db
def test_bookmark_of_what_one_may_not_read_is_refused():
    post = make_post(make_account(), visibility=Visibility.MENTIONED)
    with pytest.raises(PermissionDenied):
        add_bookmark(account=make_account(), post=post)


def together(*acts):
    """Run acts at once, each on its own connection; give what each raised."""
    start, raised = threading.Barrier(len(acts)), []

    def run(act):
        try:
            start.wait(timeout=10)
            act()
        except Exception as error:  # noqa: BLE001 -- told to the test, which is in another thread
            raised.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return raised


@pytest.mark.django_db(transaction=True)
def test_favourites_at_once_are_all_counted():
    post, readers = make_post(make_account()), [make_account() for _ in range(8)]
    raised = together(*[lambda reader=reader: add_favourite(account=reader, post=post) for reader in readers])
    assert raised == []
    assert favourites(post) == 8
    raised = together(
        *[lambda reader=reader: remove_favourite(account=reader, post=post) for reader in readers[:5]]
    )
    assert raised == []
    assert favourites(post) == 3


@pytest.mark.django_db(transaction=True)
def test_the_same_favourite_at_once_counts_once():
    post, reader = make_post(make_account()), make_account()
    assert together(*[lambda: add_favourite(account=reader, post=post)] * 6) == []
    assert favourites(post) == 1
    assert together(*[lambda: remove_favourite(account=reader, post=post)] * 6) == []
    assert favourites(post) == 0


@pytest.mark.django_db(transaction=True)
def test_favourite_and_count_are_undone_together():
    post, reader = make_post(make_account()), make_account()
    with transaction.atomic():
        add_favourite(account=reader, post=post)
        transaction.set_rollback(True)
    assert not Favourite.objects.exists()
    assert not PostStats.objects.exists()
