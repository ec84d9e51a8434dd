"""Lists through their pages."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from feeds.models import List, ListMember
from tests.factories.coop import make_account, make_organisation
from tests.factories.feeds import make_block, make_follow, make_list, make_list_member, make_post

pytestmark = pytest.mark.django_db


@pytest.fixture
def me():
    return make_account("moi")


@pytest.fixture
def browser(client_for, me):
    return client_for(me)


def test_a_list_is_made_then_filled(browser, me):
    alice = make_account("alice", display_name="Alice Béland")
    response = browser.post("/listes", {"name": "Voisines", "is_exclusive": "on"})
    chosen = List.objects.get()
    assert response.headers["Location"] == f"/listes/{chosen.pk}/voix"
    assert chosen.is_exclusive
    html = browser.get(f"/listes/{chosen.pk}/voix?q=beland").content.decode()
    assert "Ajouter Alice Béland à la liste" in html
    browser.post(f"/listes/{chosen.pk}/voix?q=beland", {"handle": "alice", "etat": "oui"})
    assert ListMember.objects.get().actor_id == alice.actor_id
    make_post(alice, "Des nouvelles du rang")
    html = browser.get(f"/listes/{chosen.pk}").content.decode()
    assert "Des nouvelles du rang" in html
    assert "1 voix" in html
    browser.post(f"/listes/{chosen.pk}/voix", {"handle": "alice", "etat": "non"})
    assert not ListMember.objects.exists()


def test_a_bad_name_is_said_beside_the_field_and_kept(browser, me):
    make_list(me, "Voisines")
    response = browser.post("/listes", {"name": "Voisines"})
    assert response.status_code == 422
    html = response.content.decode()
    assert "Tu as déjà une liste de ce nom" in html
    assert 'value="Voisines"' in html


def test_a_list_is_renamed_and_deleted_after_asking(browser, me):
    chosen = make_list(me, "Voisines")
    browser.post(f"/listes/{chosen.pk}/modifier", {"name": "Voisins", "is_exclusive": "on"})
    chosen.refresh_from_db()
    assert (chosen.name, chosen.is_exclusive) == ("Voisins", True)
    assert (
        "Supprimer «\u00a0Voisins\u00a0»?" in browser.get(f"/listes/{chosen.pk}/supprimer").content.decode()
    )
    browser.post(f"/listes/{chosen.pk}/supprimer")
    assert not List.objects.exists()


def test_the_lists_of_others_do_not_exist(browser):
    chosen = make_list(make_account())
    for path in ("", "/modifier", "/supprimer", "/voix"):
        assert browser.get(f"/listes/{chosen.pk}{path}").status_code == 404
        assert browser.post(f"/listes/{chosen.pk}{path}", {"name": "x"}).status_code in {404, 405}


def test_searching_finds_who_may_be_found(browser, me):
    chosen = make_list(me)
    make_account("roy_open", display_name="Paul Roy")
    make_account("roy_shy", display_name="Julie Roy", is_discoverable=False)
    followed = make_account("roy_known", display_name="Luc Roy", is_discoverable=False)
    make_follow(me, followed)
    apart = make_account("roy_apart", display_name="Ève Roy")
    make_block(apart, me)
    make_organisation("roy_inc", display_name="Roy inc.")

    def found(words):
        html = browser.get(f"/listes/{chosen.pk}/voix", {"q": words}).content.decode()
        return {
            handle
            for handle in ("open", "shy", "known", "apart", "inc")
            if f'name="handle" value="roy_{handle}"' in html
        }

    assert found("roy") == {"open", "known", "inc"}
    assert found("@roy_shy") == {"shy"}
    assert found("roy_apart") == set()
    assert found("%") == set()
    assert found("") == set()


def test_who_cannot_be_added_is_said_in_words(browser, me):
    chosen = make_list(me)
    apart = make_account("fache")
    make_block(apart, me)
    response = browser.post(f"/listes/{chosen.pk}/voix", {"handle": "fache", "etat": "oui"}, follow=True)
    assert "Cette page n’est pas disponible" in response.content.decode()
    assert browser.post(f"/listes/{chosen.pk}/voix", {"handle": "personne"}).status_code == 404


def test_lists_are_chosen_from_a_profile(browser, me):
    alice = make_account("alice")
    first, second = make_list(me, "Une"), make_list(me, "Deux")
    make_list_member(first, alice)
    make_list(make_account(), "À une autre")
    html = browser.get("/@alice/listes").content.decode()
    assert "checked" in html.split(f'value="{first.pk}"')[1].split(">")[0]
    assert "À une autre" not in html
    browser.post("/@alice/listes", {"listes": [second.pk], "nouvelle": "Trois"})
    on = set(ListMember.objects.filter(actor=alice.actor).values_list("list__name", flat=True))
    assert on == {"Deux", "Trois"}
    response = browser.post("/@alice/listes", {"listes": [second.pk], "nouvelle": "Une"})
    assert response.status_code == 422
    assert "Tu as déjà une liste" in response.content.decode()


def test_pages_of_lists_cost_the_same_whatever_they_hold(browser, me):
    chosen = make_list(me)
    for path in (f"/listes/{chosen.pk}/voix", f"/listes/{chosen.pk}", "/listes"):
        costs = []
        for number in (1, 3):
            for _ in range(number):
                voice = make_account()
                make_list_member(chosen, voice)
                make_post(voice)
                make_list(me)
            browser.get(path)
            with CaptureQueriesContext(connection) as queries:
                browser.get(path)
            costs.append(len(queries))
        assert costs[0] == costs[1], path
