"""Several people at once, on real connections: counters, boosts and answers stay true."""

import threading
from contextlib import suppress

import pytest
from django.core.exceptions import PermissionDenied
from django.db import close_old_connections, connection

from coop.errors import ActionError
from feeds.actions.polls import vote_poll
from feeds.actions.posts import boost_post, delete_post, publish_post, unboost_post
from feeds.models import ActorActivity, Poll, PollVote, Post, PostStats, Tag, Visibility
from tests.factories.coop import make_account
from tests.factories.feeds import make_poll, make_post

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def together(*acts):
    """Do all of it at once, each on a connection of its own; give what went wrong."""
    barrier = threading.Barrier(len(acts))
    faults = []

    def run(act):
        try:
            barrier.wait()
            act()
        except Exception as error:  # noqa: BLE001 -- given back to the test
            faults.append(error)
        finally:
            close_old_connections()
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return faults


@pytest.fixture(autouse=True)
def _quiet(monkeypatch):
    monkeypatch.setattr("feeds.live.announce", lambda post: None)
    monkeypatch.setattr("feeds.live.changed", lambda post: None)


def publish(account, **options):
    values = {"author": account.actor, "text": "Bonjour #parvis", "visibility": Visibility.PUBLIC} | options
    return publish_post(account=account, **values)


def test_one_author_publishing_and_deleting_at_once_keeps_a_true_count():
    marie = make_account("marie")
    old = [publish(marie) for _ in range(3)]
    faults = together(
        *(lambda: publish(marie) for _ in range(5)),
        *(lambda post=post: delete_post(account=marie, post=post) for post in old),
    )

    assert faults == []
    activity = ActorActivity.objects.get(actor=marie.actor)
    standing = Post.objects.filter(author=marie.actor, deleted_at__isnull=True)
    assert activity.posts_count == standing.count() == 5
    assert activity.last_post_id == standing.newest_first().first().pk


def test_answers_at_once_are_all_counted():
    people = [make_account() for _ in range(6)]
    post = make_post(make_account())
    faults = together(*(lambda one=one: publish(one, in_reply_to=post) for one in people))

    assert faults == []
    assert PostStats.objects.get(post=post).replies == 6
    assert Tag.objects.count() == 1


def test_a_boost_sent_twice_at_once_is_one_boost():
    jean = make_account("jean")
    post = make_post(make_account())
    faults = together(*(lambda: boost_post(account=jean, post=post) for _ in range(6)))

    assert faults == []
    assert Post.objects.filter(boost_of=post).count() == 1
    assert PostStats.objects.get(post=post).boosts == 1


def test_boosting_and_taking_back_at_once_agree_with_the_count():
    people = [make_account() for _ in range(4)]
    post = make_post(make_account())
    for one in people[:2]:
        boost_post(account=one, post=post)
    faults = together(
        *(lambda one=one: unboost_post(account=one, post=post) for one in people[:2]),
        *(lambda one=one: boost_post(account=one, post=post) for one in people[2:]),
    )

    assert faults == []
    assert PostStats.objects.get(post=post).boosts == Post.objects.filter(boost_of=post).count() == 2


def test_one_person_answering_a_poll_many_times_at_once_counts_once():
    jean = make_account("jean")
    poll = make_poll(make_post(make_account()), ("Thé", "Café"), is_multiple=True)
    options = list(poll.options.all())

    def answer(option):
        with suppress(ActionError):
            vote_poll(account=jean, poll=poll, options=[option])

    faults = together(*(lambda n=n: answer(options[n % 2]) for n in range(6)))

    assert faults == []
    assert PollVote.objects.filter(poll=poll).count() == 1
    assert sum(poll.options.values_list("votes_count", flat=True)) == 1
    assert Poll.objects.get(pk=poll.pk).voters_count == 1


def test_two_windows_deleting_one_post_delete_it_once():
    marie = make_account("marie")
    parent = make_post(make_account())
    post = publish(marie, in_reply_to=parent)
    faults = together(*(lambda: delete_post(account=marie, post=post) for _ in range(3)))

    assert all(isinstance(fault, PermissionDenied) for fault in faults) and len(faults) == 2
    assert PostStats.objects.get(post=parent).replies == 0
    assert ActorActivity.objects.get(actor=marie.actor).posts_count == 0
