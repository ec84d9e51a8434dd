"""Following, blocking and muting: rule, rows, news, and what happens when two act at once."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.utils import timezone

from coop.errors import ActionError
from coop.models import AuditEvent
from feeds import live, notices
from feeds.actions import graph
from feeds.models import Block, Follow, FollowedTag, ListMember, Mute, MutedThread
from tests.factories.coop import make_account, make_organisation
from tests.factories.feeds import (
    make_block,
    make_boost,
    make_follow,
    make_followed_tag,
    make_group,
    make_list,
    make_mute,
    make_post,
    make_tag,
)


@pytest.fixture
def rung(monkeypatch):
    """What was told on commit, in order: (kind, follow id) and (refresh, actor id)."""
    calls = []
    for kind in ("followed", "follow_requested", "follow_accepted"):
        monkeypatch.setattr(notices, kind, lambda follow, kind=kind: calls.append((kind, follow.pk)))
    monkeypatch.setattr(live, "refresh", lambda actor_id: calls.append(("refresh", actor_id)))
    return calls


@pytest.fixture
def on_commit(django_capture_on_commit_callbacks):
    return lambda: django_capture_on_commit_callbacks(execute=True)


def together(*acts):
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


# Following


@pytest.mark.django_db
def test_following_an_open_page_is_accepted_at_once(rung, on_commit):
    me, other = make_account(), make_account()
    with on_commit():
        follow = graph.follow_actor(account=me, actor=other.actor)
        assert rung == []
    assert (follow.follower_id, follow.followed_id) == (me.actor_id, other.actor_id)
    assert follow.accepted_at is not None
    assert rung == [("followed", follow.pk), ("refresh", me.actor_id)]
    assert not AuditEvent.objects.exists()


@pytest.mark.django_db
def test_following_who_approves_is_a_request(rung, on_commit):
    me, other = make_account(), make_account(approves_followers=True)
    with on_commit():
        follow = graph.follow_actor(account=me, actor=other.actor)
    assert follow.accepted_at is None
    assert rung == [("follow_requested", follow.pk), ("refresh", me.actor_id)]


@pytest.mark.django_db
def test_following_twice_is_one_follow_told_once(rung, on_commit):
    me, other = make_account(), make_account()
    with on_commit():
        first = graph.follow_actor(account=me, actor=other.actor)
        assert graph.follow_actor(account=me, actor=other.actor) == first
    assert len(rung) == 2


@pytest.mark.django_db
def test_a_waiting_request_is_accepted_once_the_page_opens(rung, on_commit):
    me, other = make_account(), make_account()
    make_follow(me, other, accepted=False)
    with on_commit():
        follow = graph.follow_actor(account=me, actor=other.actor)
    assert follow.accepted_at is not None
    assert rung[0] == ("followed", follow.pk)


@pytest.mark.django_db
def test_following_again_never_takes_an_accepted_follow_back(rung, on_commit):
    me, other = make_account(), make_account(approves_followers=True)
    make_follow(me, other)
    with on_commit():
        assert graph.follow_actor(account=me, actor=other.actor).accepted_at is not None
    assert rung == []


@pytest.mark.django_db
def test_following_is_refused_between_blocked_people_and_to_groups_and_to_oneself():
    me, blocker, blocked = make_account(), make_account(), make_account()
    make_block(blocker, me)
    make_block(me, blocked)
    refusals = {
        blocker.actor: "ne peux pas suivre",
        blocked.actor: "ne peux pas suivre",
        me.actor: "soi-même",
        make_group().actor: "on s’y joint",
        make_account(actor={"suspended_at": timezone.now()}).actor: "plus active",
    }
    for actor, sentence in refusals.items():
        with pytest.raises(PermissionDenied, match=sentence):
            graph.follow_actor(account=me, actor=actor)
    assert not Follow.objects.exists()


@pytest.mark.django_db
def test_unfollowing_takes_back_a_follow_or_a_request(rung, on_commit):
    me, other = make_account(), make_account()
    make_follow(me, other, accepted=False)
    with on_commit():
        graph.unfollow_actor(account=me, actor=other.actor)
        graph.unfollow_actor(account=me, actor=other.actor)
    assert not Follow.objects.exists()
    assert rung == [("refresh", me.actor_id)]


@pytest.mark.django_db
def test_someone_suspended_may_still_leave():
    me, other = make_account(actor={"suspended_at": timezone.now()}), make_account()
    make_follow(me, other)
    make_block(me, make_account())
    graph.unfollow_actor(account=me, actor=other.actor)
    graph.unblock_actor(account=me, actor=Block.objects.get().blocked)
    assert not Follow.objects.exists()
    assert not Block.objects.exists()


@pytest.mark.django_db
def test_showing_boosts_is_chosen_for_each_follow(rung, on_commit):
    me, other = make_account(), make_account()
    make_follow(me, other)
    with on_commit():
        graph.show_boosts(account=me, actor=other.actor, shown=False)
        graph.show_boosts(account=me, actor=other.actor, shown=False)
    assert Follow.objects.get().shows_boosts is False
    assert rung == [("refresh", me.actor_id)]


@pytest.mark.django_db(transaction=True)
def test_following_at_once_makes_one_follow(rung):
    me, other = make_account(), make_account()
    assert together(*[lambda: graph.follow_actor(account=me, actor=other.actor)] * 6) == []
    assert Follow.objects.count() == 1
    assert [kind for kind, _id in rung].count("followed") == 1


@pytest.mark.django_db(transaction=True)
def test_a_follow_never_slips_past_a_block():
    for _ in range(5):
        me, other = make_account(), make_account()
        raised = together(
            lambda me=me, other=other: graph.follow_actor(account=me, actor=other.actor),
            lambda me=me, other=other: graph.block_actor(account=other, actor=me.actor),
        )
        assert all(isinstance(error, PermissionDenied) for error in raised)
        assert Block.objects.filter(blocker=other.actor, blocked=me.actor).exists()
        assert not Follow.objects.filter(follower=me.actor).exists()


# Answering requests


@pytest.mark.django_db
def test_accepting_a_request_tells_the_follower(rung, on_commit):
    me, asks = make_account(), make_account()
    follow = make_follow(asks, me, accepted=False)
    with on_commit():
        graph.accept_follow(account=me, follow=follow)
        graph.accept_follow(account=me, follow=follow)
    assert Follow.objects.accepted().get() == follow
    assert rung == [("follow_accepted", follow.pk), ("refresh", asks.actor_id)]
    assert not AuditEvent.objects.exists()


@pytest.mark.django_db
def test_accepting_a_request_that_was_taken_back_says_so():
    me = make_account()
    follow = make_follow(make_account(), me, accepted=False)
    Follow.objects.filter(pk=follow.pk).delete()
    with pytest.raises(ActionError, match="retirée"):
        graph.accept_follow(account=me, follow=follow)


@pytest.mark.django_db
def test_refusing_a_request_or_removing_a_follower_tells_nobody(rung, on_commit):
    me, asks, follower = make_account(), make_account(), make_account()
    request, follow = make_follow(asks, me, accepted=False), make_follow(follower, me)
    with on_commit():
        graph.refuse_follow(account=me, follow=request)
        graph.refuse_follow(account=me, follow=follow)
    assert not Follow.objects.exists()
    assert rung == [("refresh", asks.actor_id), ("refresh", follower.actor_id)]


@pytest.mark.django_db
def test_only_the_followed_answers():
    follow = make_follow(make_account(), make_account(), accepted=False)
    for act in (graph.accept_follow, graph.refuse_follow):
        with pytest.raises(PermissionDenied, match="pas adressée"):
            act(account=make_account(), follow=follow)
    assert Follow.objects.pending().count() == 1


@pytest.mark.django_db
def test_a_delegate_answers_for_the_organisation_and_it_is_written_down(rung):
    manager = make_account()
    organisation = make_organisation(manager=manager, approves_followers=True)
    follow = make_follow(make_account(), organisation.actor, accepted=False)
    graph.accept_follow(account=manager, follow=follow)
    event = AuditEvent.objects.get()
    assert (event.kind, event.account_id, event.object_id) == (
        "feeds.accept_follow",
        manager.pk,
        str(follow.pk),
    )
    assert event.data == {"organisation_actor": organisation.actor_id}


# Blocking


@pytest.mark.django_db
def test_blocking_ends_every_tie_both_ways(rung, on_commit):
    me, other, friend = make_account(), make_account(), make_account()
    make_follow(me, other)
    make_follow(other, me, accepted=False)
    kept = make_follow(me, friend)
    make_list(me, members=[other, friend])
    make_list(other, members=[me])
    with on_commit():
        block = graph.block_actor(account=me, actor=other.actor)
        assert graph.block_actor(account=me, actor=other.actor) == block
    assert Follow.objects.get() == kept
    assert ListMember.objects.get().actor_id == friend.actor_id
    assert rung == [("refresh", me.actor_id), ("refresh", other.actor_id)]
    assert not AuditEvent.objects.exists()


@pytest.mark.django_db
def test_unblocking_brings_no_follow_back(rung, on_commit):
    me, other = make_account(), make_account()
    make_follow(me, other)
    graph.block_actor(account=me, actor=other.actor)
    with on_commit():
        graph.unblock_actor(account=me, actor=other.actor)
        graph.unblock_actor(account=me, actor=other.actor)
    assert not Block.objects.exists()
    assert not Follow.objects.exists()
    assert rung == [("refresh", me.actor_id), ("refresh", other.actor_id)]


@pytest.mark.django_db
def test_unblocking_leaves_the_others_block():
    me, other = make_account(), make_account()
    theirs = make_block(other, me)
    make_block(me, other)
    graph.unblock_actor(account=me, actor=other.actor)
    assert Block.objects.get() == theirs


# Muting


@pytest.mark.django_db
def test_muting_again_changes_how_long(rung, on_commit):
    me, other = make_account(), make_account()
    soon = timezone.now() + timedelta(hours=1)
    with on_commit():
        graph.mute_actor(account=me, actor=other.actor, expires_at=soon)
    assert Mute.objects.get().expires_at == soon
    graph.mute_actor(account=me, actor=other.actor)
    assert Mute.objects.get().expires_at is None
    assert rung == [("refresh", me.actor_id)]


@pytest.mark.django_db
def test_a_mute_must_end_later_than_now():
    with pytest.raises(ActionError, match="à venir"):
        graph.mute_actor(account=make_account(), actor=make_account().actor, expires_at=timezone.now())
    assert not Mute.objects.exists()


@pytest.mark.django_db
def test_muting_keeps_the_follow():
    me, other = make_account(), make_account()
    make_follow(me, other)
    graph.mute_actor(account=me, actor=other.actor)
    assert Follow.objects.count() == 1


@pytest.mark.django_db
def test_unmuting(rung, on_commit):
    me, other = make_account(), make_account()
    make_mute(me, other)
    with on_commit():
        graph.unmute_actor(account=me, actor=other.actor)
        graph.unmute_actor(account=me, actor=other.actor)
    assert not Mute.objects.exists()
    assert rung == [("refresh", me.actor_id)]


@pytest.mark.django_db
def test_muting_a_conversation_from_any_of_its_posts_mutes_its_root(rung, on_commit):
    me = make_account()
    root = make_post(make_account())
    reply = make_post(make_account(), in_reply_to=root)
    with on_commit():
        muted = graph.mute_thread(account=me, post=reply)
        assert graph.mute_thread(account=me, post=root) == muted
    assert muted.root_id == root.pk
    assert rung == [("refresh", me.actor_id)]
    graph.unmute_thread(account=me, post=reply)
    assert not MutedThread.objects.exists()


@pytest.mark.django_db
def test_a_conversation_one_may_not_read_cannot_be_muted():
    author, me = make_account(), make_account()
    post = make_post(author)
    make_block(author, me)
    with pytest.raises(PermissionDenied):
        graph.mute_thread(account=me, post=post)


@pytest.mark.django_db
def test_muting_a_boost_mutes_the_conversation_of_the_post():
    me, post = make_account(), make_post(make_account())
    boost = make_boost(make_account(), post)
    assert graph.mute_thread(account=me, post=boost).root_id == post.pk
    graph.unmute_thread(account=me, post=boost)
    assert not MutedThread.objects.exists()


# Hashtags


@pytest.mark.django_db
def test_following_a_hashtag(rung, on_commit):
    me, tag = make_account(), make_tag("Théâtre")
    with on_commit():
        followed = graph.follow_tag(account=me, tag=tag)
        assert graph.follow_tag(account=me, tag=tag) == followed
    assert rung == [("refresh", me.actor_id)]
    graph.unfollow_tag(account=me, tag=tag)
    graph.unfollow_tag(account=me, tag=tag)
    assert not FollowedTag.objects.exists()


@pytest.mark.django_db
def test_hashtags_are_bounded(monkeypatch):
    monkeypatch.setattr(graph, "MOST_TAGS", 2)
    me = make_account()
    tags = [make_tag(name) for name in ("Un", "Deux", "Trois")]
    make_followed_tag(me, tags[0])
    make_followed_tag(me, tags[1])
    graph.follow_tag(account=me, tag=tags[1])
    with pytest.raises(ActionError, match="200 mots-clics"):
        graph.follow_tag(account=me, tag=tags[2])
