"""Starter packs through their pages."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from coop.models import AuditEvent
from feeds.models import Follow, StarterPack
from tests.factories.coop import make_account, make_delegate, make_organisation, make_region
from tests.factories.feeds import make_block, make_follow, make_group, make_pack, make_pack_member

pytestmark = pytest.mark.django_db

LIST_QUERIES = 6
DETAIL_QUERIES = 7


@pytest.fixture
def me():
    return make_account("moi")


@pytest.fixture
def browser(client_for, me):
    return client_for(me)


@pytest.fixture
def pack():
    return make_pack(make_account("marraine"), title="La ruelle", slug="la-ruelle")


def read(client, path, status=200):
    response = client.get(path)
    assert response.status_code == status, response.content[:300]
    return response.content.decode()


def listed(pack, *accounts):
    for position, account in enumerate(accounts, 1):
        make_pack_member(pack, account, position=position)


# Reading


def test_the_list_is_open_and_narrows_by_region(client):
    gaspesie, montreal = make_region("11"), make_region("06")
    curator = make_account("marraine")
    for slug, region in (("baie", gaspesie), ("ruelles", montreal), ("partout", None)):
        listed(make_pack(curator, slug=slug, title=slug, region=region), make_account(f"v_{slug}"))

    def slugs(query=""):
        html = read(client, f"/trousses{query}")
        return [slug for slug in ("baie", "ruelles", "partout") if f'href="/trousses/{slug}"' in html]

    assert slugs() == ["baie", "ruelles", "partout"]
    assert slugs(f"?region={gaspesie.slug}") == ["baie"]
    assert read(client, "/trousses?region=ailleurs", 404)
    assert read(client, "/trousses?avant=beaucoup", 404)


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_takes_the_same_queries_whatever_its_length(browser, me, number):
    curator = make_account("marraine")
    for rank in range(number):
        listed(make_pack(curator, slug=f"t{rank}", title=f"T{rank}"), make_account(f"v{rank}"))
    read(browser, "/trousses")  # the first page of a session also writes it
    with CaptureQueriesContext(connection) as queries:
        read(browser, "/trousses")
    assert len(queries) == LIST_QUERIES


@pytest.mark.parametrize("number", [1, 3])
def test_a_pack_takes_the_same_queries_whatever_its_length(browser, pack, number):
    listed(pack, *(make_account(f"v{rank}") for rank in range(number)))
    read(browser, "/trousses/la-ruelle")
    with CaptureQueriesContext(connection) as queries:
        read(browser, "/trousses/la-ruelle")
    assert len(queries) == DETAIL_QUERIES


def test_the_list_comes_by_pages(client, monkeypatch):
    from feeds import packs

    monkeypatch.setattr(packs, "PACKS_A_PAGE", 2)
    curator = make_account("marraine")
    made = [make_pack(curator, slug=f"t{rank}", title=f"T{rank}") for rank in range(3)]
    first = read(client, "/trousses")
    assert f"avant={made[1].pk}" in first
    assert 'href="/trousses/t0"' in read(client, f"/trousses?avant={made[1].pk}")


def test_a_pack_shows_only_those_who_still_want_to_be_found(client, browser, me, pack):
    open_voice, hidden, gone, blocking = (
        make_account("ouverte"),
        make_account("cachee", is_discoverable=False),
        make_account("partie", actor={"deleted_at": timezone.now()}),
        make_account("bloquante"),
    )
    listed(pack, open_voice, hidden, gone, blocking)
    make_block(blocking, me)

    def shown(reader):
        html = read(reader, "/trousses/la-ruelle")
        return [h for h in ("ouverte", "cachee", "partie", "bloquante") if f"@{h}" in html]

    assert shown(client) == ["ouverte", "bloquante"]
    assert shown(browser) == ["ouverte"]


def test_the_pack_of_someone_who_blocks_or_left_does_not_exist(client, browser, me, pack):
    make_block(pack.curator, me)
    read(browser, "/trousses/la-ruelle", 404)
    pack.curator.suspended_at = timezone.now()
    pack.curator.save()
    read(client, "/trousses/la-ruelle", 404)


# Following


def test_everyone_is_followed_at_once_and_nobody_twice(browser, me, pack):
    open_voice, approving = make_account("ouverte"), make_account("prudente", approves_followers=True)
    listed(pack, open_voice, approving, me)
    browser.post("/trousses/la-ruelle/suivre")
    browser.post("/trousses/la-ruelle/suivre")

    follows = Follow.objects.filter(follower=me.actor).order_by("followed__handle")
    assert [(f.followed.handle, f.accepted_at is not None) for f in follows] == [
        ("ouverte", True),
        ("prudente", False),
    ]
    assert "Tu suis déjà toutes ces voix." in read(browser, "/trousses/la-ruelle")


def test_a_suspended_person_follows_nobody(browser, me, pack):
    listed(pack, make_account("ouverte"))
    me.actor.suspended_at = timezone.now()
    me.actor.save()
    browser.post("/trousses/la-ruelle/suivre")
    assert not Follow.objects.exists()


def test_the_button_counts_what_is_left_to_follow(browser, me, pack):
    voices = [make_account(f"v{rank}") for rank in range(3)]
    listed(pack, *voices)
    make_follow(me, voices[0])
    assert "Suivre ces 2 voix" in read(browser, "/trousses/la-ruelle")


# Leaving


def test_one_leaves_a_pack_alone_and_cannot_be_put_back(browser, me, pack, client_for):
    other = make_account("autre")
    listed(pack, me, other)
    assert "Retirer de la trousse" in read(browser, "/trousses/la-ruelle")
    browser.post("/trousses/la-ruelle/quitter", {"handle": "moi"})
    assert list(pack.members.values_list("actor__handle", flat=True)) == ["autre"]
    assert AuditEvent.objects.filter(kind="feeds.leave_pack", object_id=str(pack.pk)).exists()

    curator = client_for(pack.curator.account)
    response = curator.post(
        "/trousses/la-ruelle/modifier", {"title": "La ruelle", "voices": "@moi Reviens!\n@autre"}
    )
    assert "@moi s’est retiré·e de cette trousse." in response.content.decode()
    assert list(pack.members.values_list("actor__handle", flat=True)) == ["autre"]


def test_a_delegate_takes_an_organisation_out(browser, me, pack):
    organisation = make_organisation("fanfare")
    make_delegate(organisation, me)
    make_pack_member(pack, organisation.actor)
    browser.post("/trousses/la-ruelle/quitter", {"handle": "fanfare"})
    assert not pack.members.exists()


def test_nobody_takes_another_out(browser, pack):
    listed(pack, make_account("autre"))
    assert browser.post("/trousses/la-ruelle/quitter", {"handle": "autre"}).status_code == 404
    assert pack.members.count() == 1


# Composing


def compose(client, voices, path="/trousses/nouvelle", **fields):
    return client.post(path, {"title": "Voix d’hiver", "description": "Brr.", "voices": voices} | fields)


def test_a_pack_is_composed_one_voice_a_line(browser, me):
    make_account("une")
    make_organisation("fanfare")
    response = compose(browser, "@une Elle pellette en chantant\n\n fanfare : du cuivre dehors \n", region="")
    pack = StarterPack.objects.get()
    assert response["Location"] == f"/trousses/{pack.slug}" == "/trousses/voix-dhiver"
    assert pack.curator == me.actor
    assert list(pack.members.values_list("position", "actor__handle", "note")) == [
        (1, "une", "Elle pellette en chantant"),
        (2, "fanfare", "du cuivre dehors"),
    ]


def test_two_packs_of_one_title_have_two_addresses(browser):
    make_account("une")
    compose(browser, "@une")
    compose(browser, "@une")
    compose(browser, "@une", title="Nouvelle")
    assert set(StarterPack.objects.values_list("slug", flat=True)) == {
        "voix-dhiver",
        "voix-dhiver-2",
        "nouvelle-2",
    }


@pytest.mark.parametrize(
    ("voices", "sentence"),
    [
        ("@personne_ici", "Personne ne s’appelle @personne_ici ici."),
        ("@cachee", "@cachee n’a pas choisi de pouvoir être suggéré·e."),
        ("@cercle", "@cercle est un groupe"),
        ("@une\n@UNE", "Une voix est là deux fois."),
        ("@une " + "a" * 141, "au plus 140 caractères"),
        ("\n".join(f"@v{rank}" for rank in range(26)), "Une trousse compte au plus 25 voix."),
        ("@bloquante", "@bloquante n’a pas choisi"),
        ("", "Ce champ est obligatoire"),
    ],
)
def test_what_cannot_be_listed_is_said_and_nothing_is_lost(browser, me, voices, sentence):
    make_account("une")
    make_account("cachee", is_discoverable=False)
    make_block(make_account("bloquante"), me)
    make_group("cercle")
    for rank in range(26):
        make_account(f"v{rank}")
    response = compose(browser, voices)
    assert response.status_code == 200
    html = response.content.decode()
    assert sentence in html
    assert "Brr." in html
    assert not StarterPack.objects.exists()


def test_a_person_composes_ten_packs_at_most(browser, me):
    make_account("une")
    for rank in range(10):
        make_pack(me, slug=f"t{rank}", title=f"T{rank}")
    assert "Tu as déjà dix trousses." in compose(browser, "@une").content.decode()


def test_only_the_curator_changes_or_deletes(browser, me, pack, client_for):
    listed(pack, make_account("une"))
    for path in ("/trousses/la-ruelle/modifier", "/trousses/la-ruelle/supprimer"):
        read(browser, path, 404)
        assert browser.post(path, {"title": "À moi", "voices": "@une"}).status_code == 404

    curator = client_for(pack.curator.account)
    assert "@une" in read(curator, "/trousses/la-ruelle/modifier")
    make_account("deux")
    compose(curator, "@deux Nouvelle venue", path="/trousses/la-ruelle/modifier")
    pack.refresh_from_db()
    assert (pack.title, pack.slug) == ("Voix d’hiver", "la-ruelle")
    assert list(pack.members.values_list("actor__handle", flat=True)) == ["deux"]

    read(curator, "/trousses/la-ruelle/supprimer")
    curator.post("/trousses/la-ruelle/supprimer")
    assert not StarterPack.objects.exists()
