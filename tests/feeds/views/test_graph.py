"""Following, blocking and muting through their pages, with and without scripts."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from feeds.models import Block, Follow, FollowedTag, Mute
from tests.factories.coop import make_account, make_organisation
from tests.factories.feeds import (
    make_block,
    make_follow,
    make_followed_tag,
    make_group,
    make_mute,
    make_tag,
)

pytestmark = pytest.mark.django_db

HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def alice():
    return make_account("alice", display_name="Alice Roy")


@pytest.fixture
def me():
    return make_account("moi")


# Following


def test_following_and_stopping_without_scripts(client_for, alice, me):
    client = client_for(me)
    response = client.post("/@alice/suivre", {"etat": "oui"}, headers={"Referer": "http://testserver/public"})
    assert response.headers["Location"] == "http://testserver/public"
    assert Follow.objects.accepted().get().followed_id == alice.actor_id
    client.post("/@alice/suivre", {"etat": "non"})
    assert not Follow.objects.exists()


def test_htmx_gets_the_button_in_its_new_state(client_for, alice, me):
    client = client_for(me)
    html = client.post("/@alice/suivre", {"etat": "oui"}, **HTMX).content.decode()
    assert f'id="suivre-{alice.actor_id}"' in html
    assert "Abonné·e" in html
    assert "<html" not in html
    html = client.post("/@alice/suivre", {"etat": "non"}, **HTMX).content.decode()
    assert 'aria-pressed="false"' in html


def test_a_request_is_said_to_be_one(client_for, me):
    make_account("discrete", approves_followers=True)
    html = client_for(me).post("/@discrete/suivre", {"etat": "oui"}, **HTMX).content.decode()
    assert "Demande envoyée" in html


def test_a_refusal_is_said_in_words(client_for, me):
    make_group("lecture")
    client = client_for(me)
    response = client.post("/@lecture/suivre", {"etat": "oui"}, follow=True)
    assert "On ne suit pas un groupe" in response.content.decode()
    response = client.post("/@lecture/suivre", {"etat": "oui"}, **HTMX)
    assert (response.status_code, response.headers["HX-Refresh"]) == (204, "true")


def test_following_too_fast_is_said_in_words(client_for, alice, me, settings):
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"follow": "1/h/user"}
    client = client_for(me)
    client.post("/@alice/suivre", {"etat": "oui"})
    make_account("bob")
    response = client.post("/@bob/suivre", {"etat": "oui"}, follow=True)
    assert "trop vite" in response.content.decode()
    assert Follow.objects.count() == 1


def test_hiding_someones_boosts(client_for, alice, me):
    make_follow(me, alice)
    client = client_for(me)
    client.post("/@alice/relais", {"etat": "non"})
    assert Follow.objects.get().shows_boosts is False
    client.post("/@alice/relais", {"etat": "oui"})
    assert Follow.objects.get().shows_boosts is True


# Requests


def test_requests_are_answered_on_one_page(client_for, me):
    manager = me
    organisation = make_organisation("theatre", manager=manager, approves_followers=True)
    yes = make_follow(make_account("oui_oui"), me, accepted=False)
    no = make_follow(make_account("non_non"), organisation.actor, accepted=False)
    client = client_for(me)
    html = client.get("/demandes").content.decode()
    assert "/@oui_oui" in html
    assert "/@non_non" in html
    assert "veut suivre Theatre" in html
    client.post(f"/demandes/{yes.pk}", {"decision": "accepter"})
    client.post(f"/demandes/{no.pk}", {"decision": "refuser"})
    assert Follow.objects.accepted().get() == yes
    assert "Aucune demande" in client.get("/demandes").content.decode()


def test_the_requests_of_others_do_not_exist(client_for, alice, me):
    follow = make_follow(make_account(), alice, accepted=False)
    client = client_for(me)
    assert client.post(f"/demandes/{follow.pk}", {"decision": "accepter"}).status_code == 404
    assert client.get("/demandes").content.decode().count("/demandes/") == 0


def test_a_follower_is_removed(client_for, alice, me):
    follow = make_follow(alice, me)
    response = client_for(me).post(f"/demandes/{follow.pk}", {"decision": "refuser"}, follow=True)
    assert "Alice Roy ne te suit plus" in response.content.decode()
    assert not Follow.objects.exists()


# Blocking


def test_blocking_asks_in_words_then_can_be_undone(client_for, alice, me):
    make_follow(me, alice)
    client = client_for(me)
    assert "Bloquer Alice Roy?" in client.get("/@alice/bloquer").content.decode()
    assert not Block.objects.exists()
    response = client.post("/@alice/bloquer", {"etat": "oui"}, follow=True)
    assert response.redirect_chain == [("/reglages/blocages", 302)]
    assert Block.objects.get().blocked_id == alice.actor_id
    assert not Follow.objects.exists()
    html = response.content.decode()
    assert "Débloquer Alice Roy" in html
    client.post("/@alice/bloquer", {"etat": "non", "suite": "/reglages/blocages"})
    assert not Block.objects.exists()


def test_one_does_not_block_oneself(client_for, me):
    response = client_for(me).get("/@moi/bloquer")
    assert response.status_code == 403
    assert "soi-même" in response.content.decode()


def test_someone_gone_is_unblocked_too(client_for, me):
    gone = make_account("partie", actor={"suspended_at": timezone.now()})
    make_block(me, gone)
    client_for(me).post("/@partie/bloquer", {"etat": "non"})
    assert not Block.objects.exists()


# Muting


@pytest.mark.parametrize(
    ("duration", "length"),
    [
        ("1h", timedelta(hours=1)),
        ("1j", timedelta(days=1)),
        ("7j", timedelta(days=7)),
        ("30j", timedelta(days=30)),
        ("toujours", None),
    ],
)
def test_muting_for_a_time(duration, length, client_for, alice, me):
    before = timezone.now()
    client_for(me).post("/@alice/sourdine", {"duration": duration})
    mute = Mute.objects.get()
    if length is None:
        assert mute.expires_at is None
    else:
        assert before + length <= mute.expires_at <= timezone.now() + length


def test_muting_without_a_duration_asks_for_one(client_for, alice, me):
    response = client_for(me).post("/@alice/sourdine", {"duration": "un siècle"})
    assert response.status_code == 422
    assert not Mute.objects.exists()


def test_the_page_of_mutes_lists_what_holds_and_undoes_it(client_for, alice, me):
    make_mute(me, alice)
    make_mute(me, make_account("finie"), expires_at=timezone.now() - timedelta(minutes=1))
    client = client_for(me)
    html = client.get("/reglages/sourdines").content.decode()
    assert "/@alice" in html
    assert "/@finie" not in html
    assert "jusqu’à nouvel ordre" in client.get("/@alice/sourdine").content.decode()
    client.post("/@alice/sourdine", {"etat": "non", "suite": "/reglages/sourdines"})
    assert not Mute.objects.filter(muted=alice.actor).exists()


# Hashtags


def test_a_hashtag_is_followed_from_its_page(client_for, me):
    make_tag("Théâtre")
    client = client_for(me)
    html = client.post("/mots-clics/theatre/suivre", {"etat": "oui"}, **HTMX).content.decode()
    assert 'id="suivre"' in html
    assert "Ne plus suivre" in html
    assert "<html" not in html
    assert FollowedTag.objects.count() == 1
    response = client.post("/mots-clics/theatre/suivre", {"etat": "non"})
    assert response.headers["Location"] == "/mots-clics/theatre"
    assert not FollowedTag.objects.exists()


def test_hashtags_are_managed_on_one_page(client_for, me):
    make_tag("Hockey")
    make_followed_tag(me, "Culture")
    client = client_for(me)
    assert "#Culture" in client.get("/mots-clics").content.decode()
    client.post("/mots-clics", {"mot": " #hockey "})
    assert FollowedTag.objects.count() == 2
    for typed, sentence in ((" # ", "Écris le mot-clic"), ("#jamaisvu", "Personne n’a encore")):
        response = client.post("/mots-clics", {"mot": typed})
        assert response.status_code == 422
        assert sentence in response.content.decode()
    assert 'value="#jamaisvu"' in response.content.decode()


@pytest.mark.parametrize(
    "path",
    [
        "/demandes",
        "/reglages/blocages",
        "/reglages/sourdines",
        "/reglages/filtres",
        "/mots-clics",
        "/listes",
        "/signets",
        "/favoris",
        "/@alice/bloquer",
        "/@alice/sourdine",
        "/@alice/listes",
        "/groupes/nouveau-groupe",
    ],
)
def test_private_pages_ask_who_comes(path, client, alice):
    response = client.get(path)
    assert response.status_code == 302
    assert response.headers["Location"].startswith("/compte/")
