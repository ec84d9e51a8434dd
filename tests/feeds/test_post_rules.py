"""Who may write, answer, change and pass on: one matrix per permission, role × state → what is said."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from coop.permissions import refusal
from feeds.models import ReplyControl, Visibility
from tests.factories.coop import make_account, make_organisation
from tests.factories.feeds import (
    make_block,
    make_boost,
    make_follow,
    make_group,
    make_media,
    make_poll,
    make_post,
)

pytestmark = pytest.mark.django_db

STANDING = {
    "visitor": "Il faut un compte pour faire cela.",
    "deactivated": "Il faut un compte pour faire cela.",
    "leaving": "Ton compte est en cours de suppression\u00a0: annule-la d’abord.",
    "suspended": "Ton profil est suspendu.",
}
GONE = "Cette publication n’existe plus, ou elle ne t’est pas adressée."
RESERVED = "L’auteur·e a réservé les réponses à certaines personnes."
OUTSIDE = "Joins-toi au groupe pour répondre."
NARROW = "Son audience est restreinte\u00a0: elle ne peut pas être relayée."
ROLES = ("author", "follower", "mentioned", "stranger", "blocked", "member")


@pytest.fixture
def people():
    """Who stands how towards the author; `member` is in the author's group."""
    rows = {role: make_account(role) for role in ROLES}
    make_follow(rows["follower"], rows["author"])
    make_block(rows["author"], rows["blocked"])
    return {
        "visitor": AnonymousUser(),
        "deactivated": make_account(is_active=False),
        "leaving": make_account(deletion_requested_at=timezone.now()),
        "suspended": make_account(actor={"suspended_at": timezone.now()}),
        **rows,
    }


@pytest.fixture
def post_as(people):
    """Make the author's post in a given state."""

    def make(state="public"):
        audience = {
            "members": Visibility.MEMBERS,
            "followers": Visibility.FOLLOWERS,
            "mentioned": Visibility.MENTIONED,
            "group": Visibility.GROUP,
        }
        control = {"followers_answer": ReplyControl.FOLLOWERS, "mentioned_answer": ReplyControl.MENTIONED}
        in_group = state in {"group", "public_in_group"}
        return make_post(
            people["author"],
            visibility=audience.get(state, Visibility.PUBLIC),
            reply_control=control.get(state, ReplyControl.EVERYONE),
            group=make_group(members=[people["author"], people["member"]]) if in_group else None,
            mentions=[people["mentioned"]],
            deleted_at=timezone.now() if state == "deleted" else None,
        )

    return make


def said(permission, people, obj=None):
    return {role: refusal(permission, person, obj) for role, person in people.items()}


def each(reason, **others):
    """The same answer for every role, but for those named."""
    return STANDING | dict.fromkeys(ROLES, reason) | others


def test_publish_post(people):
    assert said("feeds.publish_post", people) == each(None)


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("public", each(None, blocked=GONE)),
        ("members", each(None, blocked=GONE)),
        ("followers", each(GONE, author=None, follower=None, mentioned=None)),
        ("mentioned", each(GONE, author=None, mentioned=None)),
        ("group", each(GONE, author=None, member=None)),
        ("public_in_group", each(OUTSIDE, author=None, member=None, blocked=GONE)),
        ("followers_answer", each(RESERVED, author=None, follower=None, mentioned=None, blocked=GONE)),
        ("mentioned_answer", each(RESERVED, author=None, mentioned=None, blocked=GONE)),
        ("deleted", each(GONE)),
    ],
)
def test_reply_post(people, post_as, state, expected):
    assert said("feeds.reply_post", people, post_as(state)) == expected


def test_reply_post_in_a_reserved_conversation(people, post_as):
    answer = make_post(people["mentioned"], in_reply_to=post_as("mentioned_answer"))
    closed = "La personne qui a ouvert la conversation a réservé les réponses."

    assert said("feeds.reply_post", people, answer) == each(closed, author=None, mentioned=None)


def test_reply_post_to_a_boost(people, post_as):
    boost = make_boost(people["follower"], post_as())
    reason = "On répond à la publication, pas au relais."

    assert said("feeds.reply_post", people, boost) == each(reason, blocked=GONE)


@pytest.mark.parametrize("state", ["public", "followers", "group"])
@pytest.mark.parametrize(
    ("permission", "reason"),
    [
        ("feeds.edit_post", "Seule la personne qui l’a écrite peut la modifier."),
        ("feeds.delete_post", "Seule la personne qui l’a écrite peut la supprimer."),
    ],
)
def test_edit_and_delete_post(people, post_as, permission, reason, state):
    assert said(permission, people, post_as(state)) == each(reason, author=None)
    assert said(permission, people, post_as("deleted")) == each(GONE)


@pytest.mark.parametrize("permission", ["feeds.edit_post", "feeds.delete_post"])
def test_delegates_edit_and_delete_what_their_organisation_says(people, permission):
    theatre = make_organisation("theatre", manager=people["member"])
    told = said(permission, people, make_post(theatre.actor))

    assert told["member"] is None
    assert told["author"] is not None and told["stranger"] is not None


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("public", each(None, blocked=GONE)),
        ("members", each(None, blocked=GONE)),
        ("followers", each(GONE, author=NARROW, follower=NARROW, mentioned=NARROW)),
        ("mentioned", each(GONE, author=NARROW, mentioned=NARROW)),
        ("group", each(GONE, author=NARROW, member=NARROW)),
        ("deleted", each(GONE)),
    ],
)
def test_boost_post(people, post_as, state, expected):
    assert said("feeds.boost_post", people, post_as(state)) == expected


@pytest.mark.parametrize(
    ("state", "is_over", "expected"),
    [
        ("public", False, each(None, author="On ne répond pas à son propre sondage.", blocked=GONE)),
        (
            "followers",
            False,
            each(GONE, author="On ne répond pas à son propre sondage.", follower=None, mentioned=None),
        ),
        ("public", True, each("Ce sondage est terminé.", blocked=GONE)),
    ],
)
def test_vote_poll(people, post_as, state, is_over, expected):
    ends = {"closes_at": timezone.now() - timedelta(minutes=1)} if is_over else {}
    poll = make_poll(post_as(state), **ends)

    assert said("feeds.vote_poll", people, poll) == expected


def test_use_media(people):
    image = make_media(people["author"])

    assert said("feeds.use_media", people, image) == each("Cette image n’est pas à toi.", author=None)
