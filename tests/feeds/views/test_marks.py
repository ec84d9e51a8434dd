"""Favourites, bookmarks and muted conversations through their pages."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from feeds.models import Bookmark, Favourite, MutedThread, PostStats, Visibility
from tests.factories.coop import make_account
from tests.factories.feeds import (
    make_block,
    make_bookmark,
    make_boost,
    make_favourite,
    make_muted_thread,
    make_post,
)

pytestmark = pytest.mark.django_db

HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def author():
    return make_account("alice")


@pytest.fixture
def me():
    return make_account("moi")


@pytest.mark.parametrize(("path", "model"), [("favori", Favourite), ("signet", Bookmark)])
def test_a_mark_is_put_and_taken_back(path, model, client_for, author, me):
    post = make_post(author)
    client = client_for(me)
    address = f"/@alice/{post.pk}/{path}"
    response = client.post(address, {"etat": "oui"})
    assert (response.status_code, response.headers["Location"]) == (302, f"/@alice/{post.pk}")
    assert model.objects.get().post_id == post.pk
    client.post(address, {"etat": "non"})
    assert not model.objects.exists()


def test_htmx_gets_the_row_of_acts_of_the_line_it_was_on(client_for, author, me):
    post = make_post(author)
    boost = make_boost(make_account(), post)
    address = f"/@alice/{post.pk}/favori?ligne={boost.pk}"
    response = client_for(me).post(address, {"etat": "oui"}, **HTMX)
    html = response.content.decode()
    assert f'id="actes-{boost.pk}"' in html
    assert 'aria-pressed="true"' in html.split(f'id="favourite-{boost.pk}"')[1].split(">")[0]
    assert "<html" not in html
    assert PostStats.objects.get(post=post).favourites == 1


@pytest.mark.parametrize("path", ["favori", "signet", "sourdine"])
def test_what_one_may_not_read_does_not_exist(path, client_for, author, me):
    narrow = make_post(author, visibility=Visibility.FOLLOWERS)
    assert client_for(me).post(f"/@alice/{narrow.pk}/{path}", {"etat": "oui"}).status_code == 404
    make_block(author, me)
    open_ = make_post(author)
    assert client_for(me).post(f"/@alice/{open_.pk}/{path}", {"etat": "oui"}).status_code == 404


@pytest.mark.parametrize("path", ["favori", "signet", "sourdine"])
def test_a_visitor_is_sent_to_the_door(path, client, author):
    response = client.post(f"/@alice/{make_post(author).pk}/{path}", {"etat": "oui"})
    assert response.status_code == 302
    assert response.headers["Location"].startswith("/compte/")


@pytest.mark.parametrize("path", ["favori", "signet"])
def test_marks_are_posted(path, client_for, author, me):
    assert client_for(me).get(f"/@alice/{make_post(author).pk}/{path}").status_code == 405


def test_a_conversation_is_muted_after_saying_what_it_does(client_for, author, me):
    root = make_post(author)
    reply = make_post(make_account("jean"), in_reply_to=root)
    client = client_for(me)
    address = f"/@jean/{reply.pk}/sourdine"
    assert "Mettre la conversation en sourdine?" in client.get(address).content.decode()
    response = client.post(address, {"etat": "oui"}, follow=True)
    assert MutedThread.objects.get().root_id == root.pk
    assert "Conversation en sourdine" in response.content.decode()
    assert "Enlever la sourdine?" in client.get(address).content.decode()
    client.post(address, {"etat": "non"})
    assert not MutedThread.objects.exists()


@pytest.mark.parametrize(("path", "make"), [("/favoris", make_favourite), ("/signets", make_bookmark)])
def test_marks_are_listed_by_when_they_were_put(path, make, client_for, author, me):
    old, new = make_post(author, "Plus ancienne"), make_post(author, "Plus récente")
    make(me, new)
    make(me, old)
    make(make_account(), make_post(author, "Pas la mienne"))
    html = client_for(me).get(path).content.decode()
    assert html.index("Plus ancienne") < html.index("Plus récente")
    assert "Pas la mienne" not in html


@pytest.mark.parametrize(("path", "make"), [("/favoris", make_favourite), ("/signets", make_bookmark)])
def test_marks_of_what_closed_are_left_out(path, make, client_for, author, me):
    make(me, make_post(author, "Encore là"))
    gone = make_account()
    make(me, make_post(gone, "Bloquée depuis"))
    make_block(gone, me)
    html = client_for(me).get(path).content.decode()
    assert "Encore là" in html
    assert "Bloquée depuis" not in html


def test_marks_come_by_pages_both_ways(client_for, author, me, monkeypatch):
    from feeds.views import marks

    monkeypatch.setattr(marks, "PAGE_SIZE", 2)
    rows = [make_bookmark(me, make_post(author, f"Numéro {number}")) for number in range(5)]
    client = client_for(me)
    first = client.get("/signets").content.decode()
    assert [f"Numéro {n}" in first for n in range(5)] == [False, False, False, True, True]
    assert f"?avant={rows[3].pk}" in first
    assert "?apres=" not in first
    second = client.get(f"/signets?avant={rows[3].pk}").content.decode()
    assert [f"Numéro {n}" in second for n in range(5)] == [False, True, True, False, False]
    assert f"?apres={rows[2].pk}" in second
    back = client.get(f"/signets?apres={rows[2].pk}").content.decode()
    assert [f"Numéro {n}" in back for n in range(5)] == [False, False, False, True, True]
    assert client.get("/signets?avant=x").status_code == 404
    more = client.get(f"/signets?avant={rows[3].pk}", **HTMX).content.decode()
    assert "Numéro 1" in more
    assert "<html" not in more


def test_a_page_without_marks_says_what_will_be_there(client_for, me):
    client = client_for(me)
    assert "Pas encore de favori" in client.get("/favoris").content.decode()
    assert "Pas encore de signet" in client.get("/signets").content.decode()


def test_the_page_of_bookmarks_costs_the_same_whatever_it_holds(client_for, author, me):
    client = client_for(me)
    costs = []
    for number in (1, 3):
        for _ in range(number):
            make_bookmark(me, make_post(author))
        client.get("/signets")
        with CaptureQueriesContext(connection) as queries:
            client.get("/signets")
        costs.append(len(queries))
    assert costs[0] == costs[1]


def test_muted_conversations_are_listed_and_undone(client_for, author, me):
    post = make_post(author, "Trop bavarde")
    make_muted_thread(me, post)
    client = client_for(me)
    assert "Trop bavarde" in client.get("/reglages/sourdines").content.decode()
    response = client.post(f"/@alice/{post.pk}/sourdine", {"etat": "non", "suite": "/reglages/sourdines"})
    assert response.headers["Location"] == "/reglages/sourdines"
    assert "Trop bavarde" not in client.get("/reglages/sourdines").content.decode()
