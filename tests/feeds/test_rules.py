"""Who may do what in the social graph: one matrix per permission, roles × state → the sentence that is said.

None means allowed. Each sentence is the whole reason, as a person reads it.
"""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from coop.permissions import names, refusal
from feeds.models import Group, GroupMembership, Visibility
from tests.factories.coop import make_account, make_delegate, make_organisation
from tests.factories.feeds import (
    make_block,
    make_filter,
    make_follow,
    make_group,
    make_group_membership,
    make_list,
    make_post,
)

pytestmark = pytest.mark.django_db

NO_ACCOUNT = "Il faut un compte pour faire cela."
LEAVING = "Ton compte est en cours de suppression\u00a0: annule-la d’abord."
SUSPENDED = "Ton profil est suspendu."
GONE = "Cette publication n’existe plus, ou elle ne t’est pas adressée."

#: What every act of the Fil asks first.
STANDING = {
    "visitor": NO_ACCOUNT,
    "deactivated": NO_ACCOUNT,
    "leaving": LEAVING,
    "suspended": SUSPENDED,
}


@pytest.fixture
def people():
    """One person for each role that does not depend on the object."""
    return {
        "visitor": AnonymousUser(),
        "deactivated": make_account(is_active=False),
        "leaving": make_account(deletion_requested_at=timezone.now()),
        "suspended": make_account(actor={"suspended_at": timezone.now()}),
        "stranger": make_account(),
    }


def said(permission, people, obj):
    """Give what each is told, by role."""
    return {role: refusal(permission, person, obj) for role, person in people.items()}


# Marks and conversations


@pytest.mark.parametrize("permission", ["feeds.favourite_post", "feeds.bookmark_post", "feeds.mute_thread"])
@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("public", {"author": None, "follower": None, "stranger": None, "blocked": GONE, "member": None}),
        ("members", {"author": None, "follower": None, "stranger": None, "blocked": GONE, "member": None}),
        ("followers", {"author": None, "follower": None, "stranger": GONE, "blocked": GONE, "member": GONE}),
        ("mentioned", {"author": None, "follower": GONE, "stranger": GONE, "blocked": GONE, "member": GONE}),
        ("group", {"author": None, "follower": GONE, "stranger": GONE, "blocked": GONE, "member": None}),
        ("deleted", {"author": GONE, "follower": GONE, "stranger": GONE, "blocked": GONE, "member": GONE}),
    ],
)
def test_posts(permission, state, expected, people):
    author, follower, blocked, member = (make_account() for _ in range(4))
    make_follow(follower, author)
    make_block(author, blocked)
    group = make_group(members=[author, member])
    visibility = {
        "members": Visibility.MEMBERS,
        "followers": Visibility.FOLLOWERS,
        "mentioned": Visibility.MENTIONED,
        "group": Visibility.GROUP,
    }.get(state, Visibility.PUBLIC)
    post = make_post(
        author,
        visibility=visibility,
        group=group if state == "group" else None,
        deleted_at=timezone.now() if state == "deleted" else None,
    )
    people |= {"author": author, "follower": follower, "blocked": blocked, "member": member}
    assert said(permission, people, post) == STANDING | expected


# People


GROUP = "On ne suit pas un groupe\u00a0: on s’y joint."
INACTIVE = "Cette page n’est plus active."
APART = "Tu ne peux pas suivre cette personne."


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("person", {"stranger": None, "blocker": APART, "blocked": APART}),
        ("organisation", {"stranger": None, "blocker": APART, "blocked": APART}),
        (
            "group",
            dict.fromkeys(
                ("stranger", "blocker", "blocked"), "On ne suit pas un groupe\u00a0: on s’y joint."
            ),
        ),
        ("suspended", dict.fromkeys(("stranger", "blocker", "blocked"), "Cette page n’est plus active.")),
        ("deleted", dict.fromkeys(("stranger", "blocker", "blocked"), "Cette page n’est plus active.")),
    ],
)
def test_follow_actor(state, expected, people):
    actor = {
        "person": lambda: make_account(approves_followers=True).actor,
        "organisation": lambda: make_organisation().actor,
        "group": lambda: make_group().actor,
        "suspended": lambda: make_account(actor={"suspended_at": timezone.now()}).actor,
        "deleted": lambda: make_account(actor={"deleted_at": timezone.now()}).actor,
    }[state]()
    people |= {"blocker": make_account(), "blocked": make_account()}
    make_block(people["blocker"], actor)
    make_block(actor, people["blocked"])
    assert said("feeds.follow_actor", people, actor) == STANDING | expected


def test_nobody_follows_blocks_or_mutes_oneself():
    me = make_account()
    assert refusal("feeds.follow_actor", me, me.actor) == "On ne peut pas se suivre soi-même."
    assert refusal("feeds.block_actor", me, me.actor) == "On ne peut pas se bloquer soi-même."
    assert refusal("feeds.mute_actor", me, me.actor) == "On ne peut pas se mettre soi-même en sourdine."


@pytest.mark.parametrize("permission", ["feeds.block_actor", "feeds.mute_actor"])
@pytest.mark.parametrize("state", ["person", "organisation", "suspended", "blocked by them"])
def test_block_and_mute_actor(permission, state, people):
    if state == "organisation":
        actor = make_organisation().actor
    else:
        actor = make_account(actor={"suspended_at": timezone.now()} if state == "suspended" else {}).actor
    if state == "blocked by them":
        make_block(actor, people["stranger"])
    assert said(permission, people, actor) == STANDING | {"stranger": None}


NOT_YOURS = "Cette demande ne t’est pas adressée."


@pytest.mark.parametrize("accepted", [False, True])
def test_decide_follow_of_a_person(accepted, people):
    followed, follower = make_account(), make_account()
    follow = make_follow(follower, followed, accepted=accepted)
    people |= {"followed": followed, "follower": follower}
    assert said("feeds.decide_follow", people, follow) == STANDING | {
        "followed": None,
        "follower": NOT_YOURS,
        "stranger": NOT_YOURS,
    }


def test_decide_follow_of_an_organisation(people):
    manager, editor, former = make_account(), make_account(), make_account()
    organisation = make_organisation(manager=manager)
    make_delegate(organisation, editor)
    now = timezone.now()
    make_delegate(organisation, former, granted_at=now, ended_at=now)
    follow = make_follow(make_account(), organisation.actor, accepted=False)
    people |= {"manager": manager, "editor": editor, "former": former}
    assert said("feeds.decide_follow", people, follow) == STANDING | {
        "manager": None,
        "editor": None,
        "former": NOT_YOURS,
        "stranger": NOT_YOURS,
    }


# Groups


CLOSED = "Ce groupe n’est plus actif."
JOIN_FIRST = "Joins-toi au groupe pour y publier."
FOR_MEMBERS = "Seuls les membres du groupe voient qui en fait partie."
NOT_MODERATOR = "Seule la modération du groupe peut faire cela."


@pytest.mark.parametrize("policy", Group.JoinPolicy.values)
@pytest.mark.parametrize(
    ("permission", "state", "expected"),
    [
        ("feeds.join_group", "active", {"asks": None, "member": None, "moderator": None, "stranger": None}),
        (
            "feeds.join_group",
            "closed",
            {"asks": CLOSED, "member": CLOSED, "moderator": CLOSED, "stranger": CLOSED},
        ),
        (
            "feeds.post_in_group",
            "active",
            {"asks": JOIN_FIRST, "member": None, "moderator": None, "stranger": JOIN_FIRST},
        ),
        (
            "feeds.post_in_group",
            "closed",
            {"asks": CLOSED, "member": CLOSED, "moderator": CLOSED, "stranger": CLOSED},
        ),
        (
            "feeds.see_members",
            "active",
            {"asks": FOR_MEMBERS, "member": None, "moderator": None, "stranger": FOR_MEMBERS},
        ),
        (
            "feeds.see_members",
            "closed",
            {"asks": CLOSED, "member": CLOSED, "moderator": CLOSED, "stranger": CLOSED},
        ),
        (
            "feeds.moderate_group",
            "active",
            {"asks": NOT_MODERATOR, "member": NOT_MODERATOR, "moderator": None, "stranger": NOT_MODERATOR},
        ),
        (
            "feeds.moderate_group",
            "closed",
            {"asks": NOT_MODERATOR, "member": NOT_MODERATOR, "moderator": None, "stranger": NOT_MODERATOR},
        ),
    ],
)
def test_groups(permission, state, expected, policy, people):
    people |= {"asks": make_account(), "member": make_account(), "moderator": make_account()}
    group = make_group(
        members=[people["member"]],
        moderators=[people["moderator"]],
        join_policy=policy,
        deleted_at=timezone.now() if state == "closed" else None,
    )
    make_group_membership(group, people["asks"], joined=False)
    assert said(permission, people, group) == STANDING | expected


def test_asking_to_enter_as_a_moderator_gives_no_power():
    asks = make_account()
    group = make_group()
    make_group_membership(group, asks, joined=False, role=GroupMembership.Role.MODERATOR)
    assert refusal("feeds.moderate_group", asks, group) == NOT_MODERATOR


# What is one's own


@pytest.mark.parametrize("permission", ["feeds.create_group", "feeds.create_list", "feeds.create_filter"])
def test_making_things(permission, people):
    assert said(permission, people, None) == STANDING | {"stranger": None}


@pytest.mark.parametrize(
    ("permission", "make", "sentence"),
    [
        ("feeds.edit_list", make_list, "Cette liste n’est pas à toi."),
        ("feeds.edit_filter", make_filter, "Ce filtre n’est pas à toi."),
    ],
)
def test_own_things(permission, make, sentence, people):
    owner = make_account()
    people |= {"owner": owner}
    assert said(permission, people, make(owner)) == STANDING | {"owner": None, "stranger": sentence}


MINE = {
    "feeds.favourite_post",
    "feeds.bookmark_post",
    "feeds.mute_thread",
    "feeds.follow_actor",
    "feeds.decide_follow",
    "feeds.block_actor",
    "feeds.mute_actor",
    "feeds.create_group",
    "feeds.join_group",
    "feeds.post_in_group",
    "feeds.see_members",
    "feeds.moderate_group",
    "feeds.create_list",
    "feeds.edit_list",
    "feeds.create_filter",
    "feeds.edit_filter",
}


def test_every_name_above_is_registered():
    assert set(names()) >= MINE
