"""Profiles: what each reader meets, and what stays private."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from feeds.models import Visibility
from tests.factories.coop import (
    make_account,
    make_discipline,
    make_municipality,
    make_organisation,
    make_organisation_link,
    make_region,
)
from tests.factories.feeds import (
    make_block,
    make_follow,
    make_group,
    make_list,
    make_media,
    make_mute,
    make_post,
)

pytestmark = pytest.mark.django_db


def page(client, path, status=200):
    response = client.get(path)
    assert response.status_code == status, response.content[:500]
    return response.content.decode()


@pytest.fixture
def alice():
    region = make_region("01")
    return make_account(
        "alice",
        display_name="Alice Roy",
        region=region,
        actor={
            "municipality": make_municipality(region=region),
            "summary": "J’aime https://exemple.test et @bob",
        },
    )


def test_a_visitor_reads_the_public_page(client, alice):
    make_account("bob")
    make_post(alice, "Bonjour le parvis")
    make_post(alice, "Entre nous", visibility=Visibility.MEMBERS)
    html = page(client, "/@alice")
    assert "Alice Roy" in html
    assert "Bonjour le parvis" in html
    assert "Entre nous" not in html
    assert 'href="https://exemple.test"' in html
    assert 'href="/@bob"' in html
    assert "Rimouski" in html
    assert "/compte/" in html and "next=/@alice" in html
    assert '<meta name="robots" content="noindex">' in html


def test_only_who_says_so_is_indexed(client):
    make_account("ouverte", actor={"is_indexable": True})
    response = client.get("/@ouverte")
    assert "X-Robots-Tag" not in response.headers
    assert "noindex" not in response.content.decode()
    make_account("fermee")
    assert client.get("/@fermee").headers["X-Robots-Tag"] == "noindex"


def test_capitals_lead_to_the_page(client, alice):
    response = client.get("/@Alice/reponses")
    assert (response.status_code, response.headers["Location"]) == (301, "/@alice/reponses")


def test_a_groups_handle_leads_to_the_group(client):
    make_group("lecture")
    assert client.get("/@lecture").headers["Location"] == "/groupes/lecture"


def test_absent_gone_suspended_and_blocking_pages_read_the_same(client_for, alice):
    make_account("partie", actor={"deleted_at": timezone.now()})
    make_account("suspendue", actor={"suspended_at": timezone.now()})
    me = make_account("moi")
    make_block(alice, me)
    client = client_for(me)
    bodies = set()
    for handle in ("personne_ici", "partie", "suspendue", "alice"):
        for path in ("", "/reponses", "/images", "/abonnes", "/abonnements"):
            html = page(client, f"/@{handle}{path}", 404)
            assert f"@{handle} n’est pas ici" in html
            bodies.add(html.replace(handle, "X").split("<main")[1].split("</main")[0].replace(path, ""))
    assert len(bodies) == 1


def test_a_blocked_person_cannot_act_on_the_page(client_for, alice):
    me = make_account()
    make_block(alice, me)
    client = client_for(me)
    for path in ("suivre", "relais"):
        assert client.post(f"/@alice/{path}", {"etat": "oui"}).status_code == 404
    for path in ("sourdine", "listes", "bloquer"):
        assert client.get(f"/@alice/{path}").status_code == 404


def test_whom_i_block_shows_only_the_way_back(client_for, alice):
    me = make_account()
    make_post(alice, "Bonjour le parvis")
    make_block(me, alice)
    html = page(client_for(me), "/@alice")
    assert "Débloquer" in html
    assert "Bonjour le parvis" not in html


def test_one_sees_ones_own_suspended_page(client_for):
    me = make_account("moi", actor={"suspended_at": timezone.now()})
    html = page(client_for(me), "/@moi")
    assert "Ce profil est suspendu" in html


def test_the_tabs_hold_posts_replies_and_images(client_for, alice):
    me = make_account()
    root = make_post(me, "Une question")
    make_post(alice, "Un début")
    make_post(alice, "Ma réponse", in_reply_to=root)
    make_media(alice, make_post(alice, "Une photo"))
    client = client_for(me)
    posts, replies, media = (page(client, f"/@alice{tab}") for tab in ("", "/reponses", "/images"))
    assert [text in posts for text in ("Un début", "Ma réponse", "Une photo")] == [True, False, True]
    assert [text in replies for text in ("Un début", "Ma réponse", "Une photo")] == [True, True, True]
    assert [text in media for text in ("Un début", "Ma réponse", "Une photo")] == [False, False, True]


@pytest.mark.parametrize(
    ("prepare", "said", "pressed"),
    [
        (lambda me, her: None, "Suivre", "false"),
        (make_follow, "Abonné·e", "true"),
        (lambda me, her: make_follow(me, her, accepted=False), "Demande envoyée", "true"),
    ],
)
def test_the_follow_button_says_where_one_stands(prepare, said, pressed, client_for, alice):
    me = make_account()
    prepare(me, alice)
    html = page(client_for(me), "/@alice")
    button = html.split('class="follow"')[1].split("</form>")[0]
    assert said in button
    assert f'aria-pressed="{pressed}"' in button


def test_who_approves_is_asked(client_for):
    make_account("discrete", approves_followers=True)
    assert "Demander à suivre" in page(client_for(make_account()), "/@discrete")


def test_ones_own_page_offers_to_change_it(client_for, alice):
    make_follow(make_account(), alice, accepted=False)
    html = page(client_for(alice), "/@alice")
    assert "Modifier mon profil" in html
    assert "1</strong> demande en attente" in html
    assert 'id="suivre-' not in html


def test_counts_are_shown_only_by_who_agrees(client_for, alice):
    make_follow(make_account(), alice)
    reader = client_for(make_account())
    assert "abonné·e</a>" not in page(reader, "/@alice")
    assert reader.get("/@alice/abonnes").status_code == 404
    assert reader.get("/@alice/abonnements").status_code == 404
    assert "<strong>1</strong> abonné·e" in page(client_for(alice), "/@alice")
    alice.actor.shows_follows = True
    alice.actor.save()
    assert "<strong>1</strong> abonné·e" in page(reader, "/@alice")
    assert page(reader, "/@alice/abonnes")


def test_followers_are_named_only_if_they_agree(client_for, alice):
    alice.actor.shows_follows = True
    alice.actor.save()
    shy, open_ = make_account("timide"), make_account("ouvert", actor={"shows_follows": True})
    blocked = make_account("fache", actor={"shows_follows": True})
    me = make_account()
    make_block(me, blocked)
    for who in (shy, open_, blocked):
        make_follow(who, alice)
    seen = page(client_for(me), "/@alice/abonnes")
    assert [f"/@{handle}" in seen for handle in ("timide", "ouvert", "fache")] == [False, True, False]
    own = page(client_for(alice), "/@alice/abonnes")
    assert [f"/@{handle}" in own for handle in ("timide", "ouvert", "fache")] == [True, True, True]
    assert "Retirer timide" in own or "Retirer Timide" in own


def test_follows_of_who_shows_them(client_for, alice):
    other = make_account("voix")
    make_follow(alice, other)
    make_follow(alice, make_account("attente"), accepted=False)
    html = page(client_for(alice), "/@alice/abonnements")
    assert "/@voix" in html
    assert "/@attente" not in html


def test_an_organisation_shows_what_it_is(client_for):
    manager = make_account()
    organisation = make_organisation(
        "theatre",
        manager=manager,
        display_name="Théâtre du Bic",
        region=make_region("01"),
        disciplines=[make_discipline("theatre", name="Théâtre"), make_discipline("cirque", name="Cirque")],
    )
    organisation.source = "Ville de Laval, CC-BY 4.0"
    organisation.save()
    make_organisation_link(organisation, label="Billetterie", url="https://exemple.test/b")
    html = page(client_for(make_account()), "/@theatre")
    for piece in (
        "Cirque, Théâtre",
        "Billetterie",
        "Ville de Laval, CC-BY 4.0",
        "<strong>0</strong> abonné·e",
    ):
        assert piece in html
    assert "Gérer la page" not in html
    assert "Gérer la page" in page(client_for(manager), "/@theatre")


def test_the_menu_follows_the_tie(client_for, alice):
    me = make_account()
    client = client_for(me)
    html = page(client, "/@alice")
    assert "Mettre en sourdine…" in html
    assert "Cacher ses relais" not in html
    make_follow(me, alice, shows_boosts=False)
    make_mute(me, alice)
    html = page(client, "/@alice")
    assert "Enlever la sourdine" in html
    assert "Montrer ses relais" in html
    assert "jusqu’à nouvel ordre" in html


def test_the_page_costs_the_same_whatever_it_holds(client_for, alice):
    me = make_account()
    make_list(me)
    client = client_for(me)
    costs = []
    for number in (1, 3):
        for _ in range(number):
            make_post(alice)
        page(client, "/@alice")
        with CaptureQueriesContext(connection) as queries:
            page(client, "/@alice")
        costs.append(len(queries))
    assert costs[0] == costs[1]
    assert costs[0] <= 15


def test_the_list_of_followers_costs_the_same_whatever_it_holds(client_for, alice):
    client = client_for(alice)
    costs = []
    for number in (1, 3):
        for _ in range(number):
            make_follow(make_account(region=make_region("02")), alice)
        page(client, "/@alice/abonnes")
        with CaptureQueriesContext(connection) as queries:
            page(client, "/@alice/abonnes")
        costs.append(len(queries))
    assert costs[0] == costs[1]


def test_followers_come_by_pages(client_for, alice, monkeypatch):
    from feeds.views import graph

    monkeypatch.setattr(graph, "PEOPLE_ON_A_PAGE", 2)
    rows = [make_follow(make_account(), alice) for _ in range(3)]
    client = client_for(alice)
    first = page(client, "/@alice/abonnes")
    assert f"?avant={rows[1].pk}" in first
    second = page(client, f"/@alice/abonnes?avant={rows[1].pk}")
    assert f"/@{rows[0].follower.handle}" in second
    assert f"/@{rows[2].follower.handle}" not in second
    assert client.get("/@alice/abonnes?avant=x").status_code == 404
