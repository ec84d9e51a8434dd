"""The three steps of the welcome, through their pages."""

from __future__ import annotations

import pytest

from coop.models import Account, Preferences
from feeds.models import Follow, Interest
from tests.factories.coop import make_account, make_municipality, make_region
from tests.factories.feeds import make_follow, make_pack, make_pack_member, make_post

pytestmark = pytest.mark.django_db

STEPS = ("/bienvenue/region", "/bienvenue/voix", "/bienvenue/lecteurs", "/bienvenue/fin")


@pytest.fixture
def me():
    return make_account("moi")


@pytest.fixture
def browser(client_for, me):
    return client_for(me)


def read(client, path):
    response = client.get(path)
    assert response.status_code == 200, response.content[:300]
    return response.content.decode()


@pytest.mark.parametrize("path", ["/bienvenue", *STEPS])
def test_a_visitor_is_sent_to_the_door(client, path):
    assert client.get(path)["Location"].startswith("/compte/")


def test_the_welcome_starts_where_one_lives_and_goes_on_where_one_was(browser, me):
    assert browser.get("/bienvenue")["Location"] == "/bienvenue/region"
    read(browser, "/bienvenue/lecteurs")
    assert browser.get("/bienvenue")["Location"] == "/bienvenue/lecteurs"


def test_on_a_new_device_it_starts_at_the_first_step_not_done(client_for, me):
    me.actor.region = make_region("06")
    me.actor.save()
    assert client_for(me).get("/bienvenue")["Location"] == "/bienvenue/voix"
    for number in range(5):
        make_follow(me, make_account(f"voix{number}"))
    assert client_for(me).get("/bienvenue")["Location"] == "/bienvenue/lecteurs"


def test_each_step_can_be_skipped_and_gone_back_from(browser):
    html = read(browser, "/bienvenue/voix")
    assert 'href="/bienvenue/region"' in html
    assert 'href="/bienvenue/lecteurs"' in html
    assert "Étape 2 sur 3" in html
    assert Account.objects.get(actor__handle="moi").welcomed_at is None

    assert browser.post("/bienvenue/terminer")["Location"] == "/"
    assert Account.objects.get(actor__handle="moi").welcomed_at is not None


def test_the_first_end_of_the_welcome_counts(browser, me):
    browser.post("/bienvenue/terminer")
    me.refresh_from_db()
    first = me.welcomed_at
    browser.post("/bienvenue/terminer")
    me.refresh_from_db()
    assert me.welcomed_at == first


def test_a_region_and_a_municipality_are_kept(browser, me):
    region = make_region("11")
    place = make_municipality("06060", name="Carleton-sur-Mer", region=region)
    response = browser.post("/bienvenue/region", {"region": "11", "municipality": place.code})
    assert response["Location"] == "/bienvenue/voix"
    me.actor.refresh_from_db()
    assert (me.actor.region, me.actor.municipality) == (region, place)


def test_no_region_is_an_answer_too(browser, me):
    assert browser.post("/bienvenue/region", {"region": ""})["Location"] == "/bienvenue/voix"
    me.actor.refresh_from_db()
    assert me.actor.region is None


def test_the_map_and_the_list_choose_the_same_without_saving(browser, me):
    make_region("11", name="Gaspésie")
    html = read(browser, "/bienvenue/region?region=11")
    assert '<option value="11" selected>' in html
    assert "data-current" in html
    me.actor.refresh_from_db()
    assert me.actor.region is None


def test_a_municipality_of_elsewhere_is_refused_with_a_sentence(browser):
    make_region("11")
    elsewhere = make_municipality("66023", name="Montréal", region=make_region("06"))
    response = browser.post("/bienvenue/region", {"region": "11", "municipality": elsewhere.code})
    assert response.status_code == 200
    assert "Choisis une municipalité de cette région" in response.content.decode()


def test_voices_come_with_their_rule_and_one_button_each(browser, me):
    other = make_account("voisine")
    make_post(other, "La glace est prise!")
    html = read(browser, "/bienvenue/voix")
    assert "La glace est prise!" in html
    assert 'action="/@voisine/suivre"' in html
    assert "Le nombre d’abonné·es ne compte jamais." in html


def test_interests_are_kept_and_can_be_taken_back(browser, me):
    for handle in ("une", "deux"):
        make_post(make_account(handle), "Il neige #Hiver")
    assert browser.post("/bienvenue/sujets", {"subjects": ["hiver"]}).status_code == 302
    assert list(Interest.objects.values_list("actor__handle", "tag__slug")) == [("moi", "hiver")]
    assert Preferences.objects.get(account=me).uses_interests is True

    browser.post("/bienvenue/sujets", {})
    assert not Interest.objects.exists()
    assert Preferences.objects.get(account=me).uses_interests is False


def test_a_pack_is_followed_from_the_welcome(browser, me):
    pack = make_pack(make_account("marraine"))
    make_pack_member(pack, make_account("voix"))
    assert "Tout suivre" in read(browser, "/bienvenue/voix")
    response = browser.post(f"/trousses/{pack.slug}/suivre", {"suite": "bienvenue"})
    assert response["Location"] == "/bienvenue/voix"
    assert Follow.objects.filter(follower=me.actor, followed__handle="voix").exists()


def test_readers_and_mail_are_chosen_in_plain_words(browser, me):
    before = Preferences.objects.get(account=me)
    assert (before.default_audience, before.mail_frequency) == (Preferences.Audience.FOLLOWERS, "never")
    response = browser.post(
        "/bienvenue/lecteurs", {"default_audience": "0", "mail_frequency": "daily", "is_discoverable": "on"}
    )
    assert response["Location"] == "/bienvenue/fin"
    after = Preferences.objects.get(account=me)
    me.refresh_from_db()
    me.actor.refresh_from_db()
    assert (after.default_audience, after.mail_frequency) == (Preferences.Audience.PUBLIC, "daily")
    assert me.actor.is_discoverable is True
    assert me.welcomed_at is not None


def test_an_unknown_audience_is_refused(browser, me):
    response = browser.post("/bienvenue/lecteurs", {"default_audience": "2", "mail_frequency": "never"})
    assert response.status_code == 200
    assert Preferences.objects.get(account=me).default_audience == Preferences.Audience.FOLLOWERS


def test_the_end_hands_over_a_greeting(browser):
    html = read(browser, "/bienvenue/fin")
    assert "/publier?texte=Bonjour" in html
    assert "Bonjour le Parvis!" in read(browser, "/publier?texte=Bonjour%20le%20Parvis%21")


def test_the_home_page_of_a_newcomer_shows_the_way(browser, me):
    make_post(make_account("quelqu_un"), "Une nouvelle de la place")
    html = read(browser, "/")
    assert "Continuer l’accueil" in html
    assert "Une nouvelle de la place" in html
