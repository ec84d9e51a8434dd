"""What robots and installed copies are told."""

from __future__ import annotations

import json
from urllib.robotparser import RobotFileParser

import pytest

from tests.factories.coop import make_account

pytestmark = pytest.mark.django_db


@pytest.fixture
def robots(client):
    response = client.get("/robots.txt")
    assert response.status_code == 200
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    parser = RobotFileParser()
    parser.parse(response.content.decode().splitlines())
    return parser


@pytest.mark.parametrize("path", ["/", "/public", "/@quelqu_un", "/region/laval", "/mots-clics/hiver"])
def test_search_engines_may_fetch_public_pages_and_trainers_nothing(robots, path):
    assert robots.can_fetch("Googlebot", path)
    assert not robots.can_fetch("GPTBot", path)
    assert not robots.can_fetch("CCBot", path)


@pytest.mark.parametrize(
    "path", ["/recherche?q=x", "/reglages/profil", "/compte/entree/", "/avis", "/bienvenue/voix"]
)
def test_pages_of_no_use_to_them_are_closed(robots, path):
    assert not robots.can_fetch("Googlebot", path)


def test_a_profile_is_indexed_only_by_its_own_yes(client):
    make_account("discrete")
    make_account("connue", actor={"is_indexable": True})
    noindex = '<meta name="robots" content="noindex">'
    assert noindex in client.get("/@discrete").content.decode()
    assert noindex not in client.get("/@connue").content.decode()


def test_the_square_can_be_installed(client):
    manifest = json.loads(client.get("/manifest.webmanifest").content)
    assert (manifest["scope"], manifest["start_url"], manifest["display"]) == ("/", "/", "standalone")
    assert {icon["purpose"] for icon in manifest["icons"]} == {"any", "maskable"}
    for icon in manifest["icons"]:
        response = client.get(icon["src"])
        response.close()
        assert response.status_code == 200, icon["src"]


def test_the_service_worker_answers_for_the_whole_site_and_knows_a_page_without_network(client):
    worker = client.get("/service-worker.js")
    assert worker["Content-Type"].startswith("text/javascript")
    assert "no-cache" in worker["Cache-Control"]
    assert "/hors-ligne/" in worker.content.decode()
    assert "La place est hors de portée" in client.get("/hors-ligne/").content.decode()
