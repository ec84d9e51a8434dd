"""Keyword filters through their pages."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from feeds.models import Filter
from tests.factories.coop import make_account
from tests.factories.feeds import make_filter, make_post

pytestmark = pytest.mark.django_db


@pytest.fixture
def me():
    return make_account("moi")


@pytest.fixture
def browser(client_for, me):
    return client_for(me)


def test_a_filter_is_added_for_a_time(browser, me):
    response = browser.post(
        "/reglages/filtres",
        {"phrase": "  finale ", "whole_word": "on", "effect": "hide", "duration": "7j"},
        follow=True,
    )
    row = Filter.objects.get()
    assert (row.actor_id, row.phrase, row.whole_word, row.effect) == (me.actor_id, "finale", True, "hide")
    assert timedelta(days=6) < row.expires_at - timezone.now() < timedelta(days=8)
    assert "«\u00a0finale\u00a0» est filtré" in response.content.decode()


def test_a_bad_filter_is_said_beside_the_field_and_kept(browser, me):
    make_filter(me, "finale")
    response = browser.post(
        "/reglages/filtres", {"phrase": "finale", "effect": "warn", "duration": "toujours"}
    )
    assert response.status_code == 422
    html = response.content.decode()
    assert "Tu filtres déjà cette expression" in html
    assert 'value="finale"' in html
    assert browser.post("/reglages/filtres", {"phrase": ""}).status_code == 422


def test_changing_a_filter_keeps_its_end_unless_asked(browser, me):
    end = timezone.now() + timedelta(days=3)
    row = make_filter(me, "finale", expires_at=end)
    assert "comme avant" in browser.get(f"/reglages/filtres/{row.pk}").content.decode()
    fields = {"phrase": "série", "whole_word": "on", "effect": "hide", "duration": "inchangee"}
    browser.post(f"/reglages/filtres/{row.pk}", fields)
    row.refresh_from_db()
    assert (row.phrase, row.effect, row.expires_at) == ("série", "hide", end)
    browser.post(f"/reglages/filtres/{row.pk}", fields | {"duration": "toujours"})
    row.refresh_from_db()
    assert row.expires_at is None


def test_a_filter_is_deleted(browser, me):
    row = make_filter(me, "finale")
    response = browser.post(f"/reglages/filtres/{row.pk}/supprimer", follow=True)
    assert "«\u00a0finale\u00a0» n’est plus filtré" in response.content.decode()
    assert not Filter.objects.exists()


def test_the_filters_of_others_do_not_exist(browser):
    row = make_filter(make_account(), "secret")
    assert browser.get(f"/reglages/filtres/{row.pk}").status_code == 404
    assert browser.post(f"/reglages/filtres/{row.pk}/supprimer").status_code == 404
    assert "secret" not in browser.get("/reglages/filtres").content.decode()


def test_filters_fold_or_hide_what_is_read(browser, me):
    make_filter(me, "aréna")
    make_filter(me, "finale", effect="hide")
    make_filter(me, "neige", effect="hide", expires_at=timezone.now() - timedelta(minutes=1))
    author = make_account("alice")
    make_post(author, "On se voit à l’ARENA")
    make_post(author, "Quelle finale!")
    make_post(author, "De la neige")
    make_post(me, "Ma finale à moi")
    html = browser.get("/public").content.decode()
    assert "Filtrée\u00a0: «\u00a0aréna\u00a0»" in html
    assert "Quelle finale!" not in html
    assert "De la neige" in html
    assert "Ma finale à moi" in html
