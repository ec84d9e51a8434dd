"""Suggestions follow the rule printed beside them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from feeds import suggestions
from feeds.models import Visibility
from tests.factories.coop import make_account, make_municipality, make_organisation, make_region
from tests.factories.feeds import make_block, make_follow, make_interest, make_mute, make_post, make_tag

pytestmark = pytest.mark.django_db


@pytest.fixture
def gaspesie():
    return make_region("11")


@pytest.fixture
def me(gaspesie):
    return make_account("moi", region=gaspesie)


def speaker(handle, **fields):
    account = make_account(handle, **fields)
    make_post(account, f"Bonjour de {handle}")
    return account


def handles(account, **kwargs):
    return [suggestion.actor.handle for suggestion in suggestions.voices(account, **kwargs)]


def test_only_active_people_who_asked_to_be_found_are_suggested(me):
    speaker("ouverte")
    speaker("cachee", is_discoverable=False)
    make_account("muette")
    old = make_account("ancienne")
    make_post(old, at=timezone.now() - timedelta(days=31))
    gone = speaker("partie")
    gone.actor.suspended_at = timezone.now()
    gone.actor.save()
    make_post(me, "Moi aussi")

    assert handles(me) == ["ouverte"]


def test_whom_one_follows_mutes_or_blocks_and_who_blocks_are_left_out(me):
    followed, asked, muted, blocked, blocking = (
        speaker(handle) for handle in ("suivie", "demandee", "sourde", "bloquee", "bloquante")
    )
    make_follow(me, followed)
    make_follow(me, asked, accepted=False)
    make_mute(me, muted)
    make_block(me, blocked)
    make_block(blocking, me)

    assert handles(me) == []


def test_the_municipality_comes_first_then_the_region_then_the_latest(me, gaspesie):
    carleton = make_municipality("06060", name="Carleton-sur-Mer", region=gaspesie)
    me.actor.municipality = carleton
    me.actor.save()
    speaker("voisine", actor={"municipality": carleton}, region=gaspesie)
    speaker("regionale", region=gaspesie)
    speaker("lointaine1")
    speaker("lointaine2", region=make_region("06"))

    found = suggestions.voices(me)

    assert [s.actor.handle for s in found] == ["voisine", "regionale", "lointaine2", "lointaine1"]
    assert [(s.is_neighbour, s.is_in_region) for s in found[:3]] == [
        (True, True),
        (False, True),
        (False, False),
    ]


def test_interests_count_only_when_the_person_turned_them_on(me):
    make_post(make_account("apicultrice"), "Les ruches ronronnent #Apiculture")
    speaker("recente")
    make_interest(me, make_tag("Apiculture"))

    assert handles(me) == ["recente", "apicultrice"]
    assert suggestions.voices(me)[1].subjects == []

    me.preferences.uses_interests = True
    me.preferences.save()
    assert handles(me) == ["apicultrice", "recente"]
    assert suggestions.voices(me)[0].subjects == ["Apiculture"]


def test_a_hashtag_in_a_restricted_post_is_not_a_reason(me):
    make_post(make_account("discrete"), "Chut #Apiculture", visibility=Visibility.FOLLOWERS)
    make_interest(me, make_tag("Apiculture"))
    me.preferences.uses_interests = True
    me.preferences.save()

    assert suggestions.voices(me)[0].subjects == []


def test_friends_of_friends_count_where_the_friend_shows_it(me):
    open_friend = make_account("amie", actor={"shows_follows": True})
    closed_friend = make_account("ami", actor={"shows_follows": False})
    first, second = speaker("par_amie"), speaker("par_ami")
    speaker("inconnue")
    for friend in (open_friend, closed_friend):
        make_follow(me, friend)
    make_follow(open_friend, first)
    make_follow(closed_friend, second)

    found = suggestions.voices(me)

    assert [(s.actor.handle, s.mutuals) for s in found] == [("par_amie", 1), ("inconnue", 0), ("par_ami", 0)]


def test_followers_never_count(me):
    star, quiet = speaker("vedette"), speaker("discrete")
    for number in range(5):
        make_follow(make_account(f"fan{number}", is_discoverable=False), star)

    assert handles(me) == ["discrete", "vedette"]
    assert quiet.actor.handle == "discrete"


def test_people_and_organisations_take_turns(me):
    for number in range(3):
        make_post(make_organisation(f"org{number}").actor)
    for number in range(2):
        speaker(f"gens{number}")

    assert handles(me) == ["gens1", "org2", "gens0", "org1", "org0"]


def test_a_suggestion_shows_what_was_last_said_to_everyone(me):
    account = make_account("bavarde")
    shown = make_post(account, "Pour tout le monde")
    make_post(account, "Pour les miens", visibility=Visibility.FOLLOWERS)
    make_post(account, "Sous un pli", content_warning="Attention")

    assert suggestions.voices(me)[0].last_post == shown


@pytest.mark.parametrize("people", [1, 3])
def test_suggesting_takes_the_same_queries_whatever_the_number(me, people):
    for number in range(people):
        speaker(f"voix{number}")
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert len(suggestions.voices(me)) == people
    assert len(queries) == 4


def test_subjects_are_those_that_several_voices_use(me):
    for handle in ("une", "deux"):
        make_post(make_account(handle), "Il neige #Hiver")
    make_post(make_account("seule"), "Deux fois #Ruches")
    make_post(make_account("autre"), "#Secret", visibility=Visibility.MEMBERS)

    assert [tag.name for tag in suggestions.subjects()] == ["Hiver"]
