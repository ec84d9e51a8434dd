"""The search page."""

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from feeds.models import Visibility
from tests.factories.coop import make_account, make_organisation, make_region
from tests.factories.feeds import make_block, make_post

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada():
    return make_account("ada", display_name="Ada Lovelace")


def look(client, **params):
    return client.get("/recherche", params)


def test_blank_page_explains_how_to_search(client):
    page = look(client).content.decode()
    assert "Que cherches-tu?" in page
    assert "Pour chercher plus juste" in page


def test_everything_at_a_glance(ada, client):
    make_organisation("theatre", display_name="Théâtre du Bic")
    make_account("theo", display_name="Théâtreux Roy")
    make_post(ada, "Ce soir, du théâtre #TheatreLibre")
    page = look(client, q="théâtre").content.decode()
    for said in ("Théâtre du Bic", "Théâtreux Roy", "#TheatreLibre", "Ce soir, du théâtre"):
        assert said in page


def test_nothing_found_says_so(client):
    page = look(client, q="introuvable").content.decode()
    assert "Rien trouvé pour «\u00a0introuvable\u00a0»" in page


def test_visitor_finds_public_posts_only(ada, client, client_for):
    make_post(ada, "vélo pour tous")
    make_post(ada, "vélo entre nous", visibility=Visibility.MEMBERS)
    page = look(client, q="vélo").content.decode()
    assert "pour tous" in page
    assert "entre nous" not in page
    assert "entre nous" in look(client_for(make_account()), q="vélo").content.decode()


def test_block_holds_on_every_tab(ada, client_for):
    luc = make_account("luc")
    make_post(ada, "vélo bleu #VeloBleu")
    make_block(ada, luc)
    for tab in ("tout", "publications", "personnes", "organisations", "mots-clics"):
        for query in ("vélo", "ada", "Lovelace"):
            page = look(client_for(luc), q=query, onglet=tab).content.decode()
            assert "vélo bleu" not in page
            assert "Ada Lovelace" not in page
            assert "#VeloBleu" not in page


def test_filters_stay_in_the_address_and_in_the_form(ada, client):
    region = make_region("11")
    luc = make_account("luc", region=region)
    make_post(ada, "vélo un")
    make_post(luc, "vélo deux")
    page = look(client, q="vélo", region=region.slug, auteur="@LUC", onglet="publications").content.decode()
    assert "vélo deux" in page
    assert "vélo un" not in page
    assert f'value="{region.slug}" selected' in page
    assert f"region={region.slug}" in page.split("tabs__list")[1]


def test_mistakes_are_said_beside_the_field_and_nothing_is_lost(client):
    answer = look(client, q="vélo", auteur="@personne_ici", du="2026-02-02", au="2026-01-01")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Personne ne s’appelle ainsi ici." in page
    assert "Cette date vient avant l’autre." in page
    assert 'value="vélo"' in page
    assert 'value="@personne_ici"' in page


def test_older_posts_come_alone_for_scripts(ada, client):
    for number in range(45):
        make_post(ada, f"vélo {number}")
    page = look(client, q="vélo", onglet="publications").content.decode()
    older = page.split('hx-get="')[1].split('"')[0].replace("&amp;", "&")
    assert page.count('class="post"') == 40
    piece = client.get(older, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in piece
    assert piece.count('class="post"') == 5
    assert "Voilà tout" in piece


def test_people_page_by_page(client):
    for number in range(35):
        make_account(display_name=f"Marie {number:02d}")
    page = look(client, q="marie", onglet="personnes").content.decode()
    assert page.count("person-row__name") == 30
    following = page.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
    assert client.get(following).content.decode().count("person-row__name") == 5


def test_queries_do_not_grow_with_results(ada, client_for):
    client = client_for(ada)
    look(client)
    counts = []
    for count in (1, 2):
        for _ in range(count):
            make_post(make_account(display_name="Vélo Roy"), "vélo #Velo")
            make_organisation(display_name="Vélo Nord")
        with CaptureQueriesContext(connection) as queries:
            look(client, q="vélo")
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_too_many_searches_are_slowed_with_a_sentence(ada, client_for, settings):
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"search": "2/m/user"}
    cache.clear()
    client = client_for(ada)
    answers = [look(client, q="vélo") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert "Tu vas trop vite" in answers[-1].content.decode()


@pytest.mark.parametrize(
    "query",
    ["'", '"', "%", "\\", "<script>alert(1)</script>", "é" * 300, "a" * 201, "#", "@", "-", "OU"],
)
@pytest.mark.parametrize("tab", ["tout", "personnes", "mots-clics", "autre"])
def test_any_text_is_answered(client, query, tab):
    answer = look(client, q=query, onglet=tab)
    assert answer.status_code in {200, 422}
    assert "<script>alert" not in answer.content.decode()


def test_odd_cursors_are_refused(client):
    assert look(client, q="vélo", avant="abc").status_code == 404
