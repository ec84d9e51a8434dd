"""Groups: who opens, enters, leaves and moderates them."""

from __future__ import annotations

import threading

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.utils import timezone

from coop.errors import ActionError
from coop.models import Actor, AuditEvent
from feeds import live, notices
from feeds.actions import groups
from feeds.models import Group, GroupMembership, Post, Visibility
from tests.factories.coop import make_account, make_municipality, make_region
from tests.factories.feeds import make_follow, make_group, make_group_membership, make_post

MODERATOR, MEMBER = GroupMembership.Role.MODERATOR, GroupMembership.Role.MEMBER
REQUEST = Group.JoinPolicy.REQUEST


@pytest.fixture
def rung(monkeypatch):
    calls = []
    monkeypatch.setattr(notices, "group_requested", lambda row: calls.append(("requested", row.actor_id)))
    monkeypatch.setattr(notices, "group_accepted", lambda row: calls.append(("accepted", row.actor_id)))
    monkeypatch.setattr(
        notices, "removed_from_group", lambda post, group: calls.append(("removed", post.pk, group.pk))
    )
    monkeypatch.setattr(live, "refresh", lambda actor_id: calls.append(("refresh", actor_id)))
    return calls


@pytest.fixture
def on_commit(django_capture_on_commit_callbacks):
    return lambda: django_capture_on_commit_callbacks(execute=True)


def opened(account, **fields):
    given = {
        "handle": "theatre_bsl",
        "display_name": "Théâtre du Bas-Saint-Laurent",
        "summary": "Les gens de théâtre d’ici.",
        "kind": Group.Kind.SECTOR,
        "join_policy": Group.JoinPolicy.OPEN,
    }
    return groups.create_group(account=account, **(given | fields))


def kinds():
    return list(AuditEvent.objects.order_by("pk").values_list("kind", flat=True))


# Opening


@pytest.mark.django_db
def test_opening_a_group_makes_its_face_and_first_moderator(rung, on_commit):
    me, region = make_account(), make_region("01")
    with on_commit():
        group = opened(me, kind=Group.Kind.REGIONAL, region=region, rules_text="Soyons brefs.")
    actor = group.actor
    assert (actor.kind, actor.handle, actor.region) == (Actor.Kind.GROUP, "theatre_bsl", region)
    assert (actor.is_discoverable, actor.is_indexable, actor.approves_followers) == (True, False, False)
    assert (group.kind, group.join_policy, group.created_by) == ("regional", "open", me)
    membership = GroupMembership.objects.get()
    assert (membership.actor_id, membership.role) == (me.actor_id, MODERATOR)
    assert membership.joined_at is not None
    assert kinds() == ["feeds.create_group"]
    assert rung == [("refresh", me.actor_id)]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fields", "field", "sentence"),
    [
        ({"handle": "deja_la"}, "handle", "déjà pris"),
        ({"handle": "Théâtre"}, "handle", "sans accent"),
        ({"handle": "moderation"}, "handle", "réservé"),
        ({"kind": "regional"}, "region", "région"),
        ({"display_name": ""}, "display_name", "."),
        ({"kind": "secret"}, "kind", "."),
    ],
)
def test_opening_a_group_badly_says_where(fields, field, sentence):
    make_account("deja_la")
    me = make_account()
    with pytest.raises(ActionError, match=sentence) as refused:
        opened(me, **fields)
    assert refused.value.field == field
    assert not Group.objects.exists()
    assert not Actor.objects.filter(kind=Actor.Kind.GROUP).exists()


@pytest.mark.django_db
def test_changing_a_group_writes_which_fields_changed():
    me = make_account()
    region = make_region("01")
    group = make_group(moderators=[me], region=region, municipality=make_municipality(region=region))
    groups.update_group(
        account=me,
        group=group,
        display_name=group.actor.display_name,
        summary="Nouvelle présentation",
        kind=group.kind,
        join_policy=REQUEST,
        region=None,
        rules_text=group.rules_text,
        is_indexable=group.actor.is_indexable,
    )
    group = Group.objects.select_related("actor").get()
    assert (group.join_policy, group.actor.summary) == (REQUEST, "Nouvelle présentation")
    assert (group.actor.region, group.actor.municipality) == (None, None)
    event = AuditEvent.objects.get()
    assert event.kind == "feeds.update_group"
    assert event.data == {"fields": ["join_policy", "municipality", "region", "summary"]}


@pytest.mark.django_db
def test_changing_nothing_writes_nothing():
    me = make_account()
    group = make_group(moderators=[me])
    actor = group.actor
    groups.update_group(
        account=me,
        group=group,
        display_name=actor.display_name,
        summary=actor.summary,
        kind=group.kind,
        join_policy=group.join_policy,
        region=actor.region,
        rules_text=group.rules_text,
        is_indexable=actor.is_indexable,
    )
    assert kinds() == []


# Entering and leaving


@pytest.mark.django_db
def test_an_open_group_is_entered_at_once(rung, on_commit):
    me, group = make_account(), make_group()
    with on_commit():
        membership = groups.join_group(account=me, group=group)
        assert groups.join_group(account=me, group=group) == membership
    assert membership.joined_at is not None
    assert membership.role == MEMBER
    assert rung == [("refresh", me.actor_id)]
    assert kinds() == []


@pytest.mark.django_db
def test_a_group_on_request_asks_its_moderators(rung, on_commit):
    me, group = make_account(), make_group(join_policy=REQUEST)
    with on_commit():
        assert groups.join_group(account=me, group=group).joined_at is None
        groups.join_group(account=me, group=group)
    assert rung == [("requested", me.actor_id)]


@pytest.mark.django_db
def test_a_request_is_accepted_once_the_group_opens(rung, on_commit):
    me, group = make_account(), make_group(join_policy=REQUEST)
    groups.join_group(account=me, group=group)
    Group.objects.update(join_policy=Group.JoinPolicy.OPEN)
    group.refresh_from_db()
    with on_commit():
        groups.join_group(account=me, group=group)
    assert GroupMembership.objects.active().filter(actor=me.actor).exists()
    assert rung == [("refresh", me.actor_id)]


@pytest.mark.django_db
def test_a_closed_group_is_not_entered():
    group = make_group(deleted_at=timezone.now())
    with pytest.raises(PermissionDenied, match="plus actif"):
        groups.join_group(account=make_account(), group=group)


@pytest.mark.django_db
def test_leaving_a_group_or_taking_a_request_back(rung, on_commit):
    me, asks = make_account(), make_account()
    group = make_group(moderators=[make_account()], members=[me])
    make_group_membership(group, asks, joined=False)
    with on_commit():
        for account in (me, me, asks):
            groups.leave_group(account=account, group=group)
    assert GroupMembership.objects.get().role == MODERATOR
    assert rung == [("refresh", me.actor_id), ("refresh", asks.actor_id)]
    assert kinds() == []


@pytest.mark.django_db
def test_the_last_moderator_names_another_before_leaving():
    me, other = make_account(), make_account()
    group = make_group(moderators=[me], members=[other])
    with pytest.raises(ActionError, match="nommes-en une autre"):
        groups.leave_group(account=me, group=group)
    groups.name_moderator(account=me, group=group, actor=other.actor)
    groups.leave_group(account=me, group=group)
    membership = GroupMembership.objects.get()
    assert (membership.actor_id, membership.role) == (other.actor_id, MODERATOR)


@pytest.mark.django_db
def test_the_last_of_all_closes_the_group_behind_them():
    me = make_account()
    group = make_group(moderators=[me])
    make_group_membership(group, make_account(), joined=False)
    groups.leave_group(account=me, group=group)
    assert not GroupMembership.objects.exists()
    assert not Group.objects.active().exists()
    assert kinds() == ["feeds.close_group"]


@pytest.mark.django_db(transaction=True)
def test_two_moderators_who_leave_at_once_leave_one():
    first, second = make_account(), make_account()
    group = make_group(moderators=[first, second], members=[make_account()])
    start, raised = threading.Barrier(2), []

    def leave(account):
        try:
            start.wait(timeout=10)
            groups.leave_group(account=account, group=group)
        except ActionError as error:
            raised.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=leave, args=(account,)) for account in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert len(raised) == 1
    assert GroupMembership.objects.moderating().count() == 1


# Moderating


@pytest.mark.django_db
def test_accepting_a_member(rung, on_commit):
    me, asks = make_account(), make_account()
    group = make_group(moderators=[me], join_policy=REQUEST)
    request = make_group_membership(group, asks, joined=False)
    with on_commit():
        groups.accept_member(account=me, membership=request)
        groups.accept_member(account=me, membership=request)
    assert GroupMembership.objects.active().filter(actor=asks.actor).exists()
    assert rung == [("accepted", asks.actor_id), ("refresh", asks.actor_id)]
    assert kinds() == ["feeds.accept_member"]


@pytest.mark.django_db
def test_accepting_a_request_that_was_taken_back_says_so():
    me = make_account()
    group = make_group(moderators=[me], join_policy=REQUEST)
    request = make_group_membership(group, make_account(), joined=False)
    GroupMembership.objects.filter(pk=request.pk).delete()
    with pytest.raises(ActionError, match="retirée"):
        groups.accept_member(account=me, membership=request)


@pytest.mark.django_db
def test_refusing_only_takes_requests(rung, on_commit):
    me = make_account()
    group = make_group(moderators=[me], join_policy=REQUEST)
    request = make_group_membership(group, make_account(), joined=False)
    member = make_group_membership(group, make_account())
    with on_commit():
        for membership in (request, request, member):
            groups.refuse_member(account=me, membership=membership)
    assert not GroupMembership.objects.pending().exists()
    assert GroupMembership.objects.filter(pk=member.pk).exists()
    assert kinds() == ["feeds.refuse_member"]
    assert rung == []


@pytest.mark.django_db
def test_removing_a_member_but_never_a_moderator(rung, on_commit):
    me, other = make_account(), make_account()
    group = make_group(moderators=[me, other])
    member = make_group_membership(group, make_account())
    with on_commit():
        groups.remove_member(account=me, membership=member)
        groups.remove_member(account=me, membership=member)
    assert rung == [("refresh", member.actor_id)]
    with pytest.raises(ActionError, match="ne peut pas"):
        groups.remove_member(account=me, membership=GroupMembership.objects.get(actor=other.actor))
    assert kinds() == ["feeds.remove_member"]


@pytest.mark.django_db
def test_naming_a_moderator_takes_a_member():
    me, member, asks = make_account(), make_account(), make_account()
    group = make_group(moderators=[me], members=[member])
    make_group_membership(group, asks, joined=False)
    named = groups.name_moderator(account=me, group=group, actor=member.actor)
    groups.name_moderator(account=me, group=group, actor=member.actor)
    assert named.role == MODERATOR
    for stranger in (asks, make_account()):
        with pytest.raises(ActionError, match="pas membre"):
            groups.name_moderator(account=me, group=group, actor=stranger.actor)
    assert kinds() == ["feeds.name_moderator"]


@pytest.mark.django_db
def test_leaving_moderation_is_for_those_who_are_not_last():
    me, other = make_account(), make_account()
    group = make_group(moderators=[me, other])
    assert groups.leave_moderation(account=me, group=group).role == MEMBER
    with pytest.raises(ActionError, match="dernière personne"):
        groups.leave_moderation(account=other, group=group)
    assert kinds() == ["feeds.leave_moderation"]


@pytest.mark.django_db
def test_members_and_strangers_do_not_moderate():
    member, stranger = make_account(), make_account()
    group = make_group(moderators=[make_account()], members=[member])
    request = make_group_membership(group, make_account(), joined=False)
    post = make_post(make_account(), group=group)
    for account in (member, stranger):
        for act in (
            lambda account: groups.accept_member(account=account, membership=request),
            lambda account: groups.refuse_member(account=account, membership=request),
            lambda account: groups.remove_member(account=account, membership=request),
            lambda account: groups.name_moderator(account=account, group=group, actor=member.actor),
            lambda account: groups.leave_moderation(account=account, group=group),
            lambda account: groups.remove_post_from_group(account=account, post=post),
        ):
            with pytest.raises(PermissionDenied, match="modération du groupe"):
                act(account)
    assert kinds() == []


# Taking a post out


@pytest.mark.django_db
def test_a_group_only_post_taken_out_stays_with_its_author(rung, on_commit):
    me, author, member, fan = make_account(), make_account(), make_account(), make_account()
    group = make_group(moderators=[me], members=[author, member])
    make_follow(fan, author)
    post = make_post(author, group=group, visibility=Visibility.GROUP)
    with on_commit():
        groups.remove_post_from_group(account=me, post=post)
    post.refresh_from_db()
    assert (post.group_id, post.visibility) == (None, Visibility.MENTIONED)
    readers = [a for a in (me, author, member, fan) if Post.objects.visible_to(a).filter(pk=post.pk).exists()]
    assert readers == [author]
    assert rung == [("removed", post.pk, group.pk)]
    event = AuditEvent.objects.get()
    assert (event.kind, event.object_id) == ("feeds.remove_post_from_group", str(post.pk))
    assert event.data == {"group": group.pk}
    with pytest.raises(ActionError, match="pas dans un groupe"):
        groups.remove_post_from_group(account=me, post=post)


@pytest.mark.django_db
def test_a_public_post_taken_out_stays_public():
    me = make_account()
    group = make_group(moderators=[me])
    post = make_post(make_account(), group=group, visibility=Visibility.PUBLIC)
    groups.remove_post_from_group(account=me, post=post)
    assert Post.objects.visible_to(None).get() == post
    assert not Post.objects.filter(group=group).exists()


@pytest.mark.django_db
def test_the_author_reads_that_a_post_was_taken_out(on_commit):
    from coop import notifications

    me, author = make_account(), make_account()
    group = make_group(moderators=[me], members=[author])
    group.actor.display_name = "Les <lecteurs>"
    group.actor.save()
    post = make_post(author, group=group, visibility=Visibility.GROUP)
    with on_commit():
        groups.remove_post_from_group(account=me, post=post)
    (news,) = notifications.page(author).news
    assert news.line.plain == (
        "La modération de Les <lecteurs> a retiré ta publication du groupe. Elle reste à toi."
    )
    assert notifications.page(me).news == []


# Who reads


@pytest.mark.django_db
def test_group_only_posts_are_for_active_members():
    author, member, asks, stranger = (make_account() for _ in range(4))
    group = make_group(members=[author, member])
    make_group_membership(group, asks, joined=False)
    post = make_post(author, group=group, visibility=Visibility.GROUP)
    seen = {
        name: Post.objects.visible_to(account).filter(pk=post.pk).exists()
        for name, account in {
            "author": author, "member": member, "asks": asks, "stranger": stranger, "visitor": None
        }.items()
    }  # fmt: skip
    assert seen == {"author": True, "member": True, "asks": False, "stranger": False, "visitor": False}
    groups.leave_group(account=member, group=group)
    assert not Post.objects.visible_to(member).filter(pk=post.pk).exists()
