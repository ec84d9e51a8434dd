"""Groups through their pages."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from feeds.models import Group, GroupMembership, Post, Visibility
from tests.factories.coop import make_account, make_region
from tests.factories.feeds import make_block, make_group, make_group_membership, make_post

pytestmark = pytest.mark.django_db

HTMX = {"HTTP_HX_REQUEST": "true"}
REQUEST = Group.JoinPolicy.REQUEST


@pytest.fixture
def me():
    return make_account("moi")


@pytest.fixture
def browser(client_for, me):
    return client_for(me)


def read(client, path, status=200):
    response = client.get(path)
    assert response.status_code == status, response.content[:300]
    return response.content.decode()


# The directory


def test_the_directory_is_open_and_narrows(client, browser, me):
    bsl, mtl = make_region("01"), make_region("06")
    make_group("lecture_bsl", region=bsl, kind="regional", members=[me], moderators=[make_account()])
    make_group("cirque", region=mtl, kind="sector", join_policy=REQUEST)
    make_group("ferme", deleted_at=timezone.now())

    def names(reader, query=""):
        html = read(reader, f"/groupes{query}")
        return [h for h in ("lecture_bsl", "cirque", "ferme") if f"/groupes/{h}" in html]

    assert names(client) == ["lecture_bsl", "cirque"]
    assert names(client, f"?region={bsl.slug}") == ["lecture_bsl"]
    assert names(client, "?sorte=sector") == ["cirque"]
    assert names(client, "?sorte=inconnue&region=inconnue") == ["lecture_bsl", "cirque"]
    assert names(browser, "?les-miens=oui") == ["lecture_bsl"]
    assert names(client, f"?region={bsl.slug}&sorte=sector") == []
    assert "2 membres" in read(client, f"/groupes?region={bsl.slug}")


def test_the_directory_comes_by_pages(client, monkeypatch):
    from feeds import relations

    groups = [make_group(f"groupe_{number}", kind="sector") for number in range(3)]
    original = relations.directory
    monkeypatch.setattr(relations, "directory", lambda me, **given: original(me, **given, size=2))
    html = read(client, "/groupes?sorte=sector")
    assert f"?sorte=sector&amp;avant={groups[1].pk}" in html
    rest = read(client, f"/groupes?sorte=sector&avant={groups[1].pk}")
    assert "/groupes/groupe_0" in rest
    assert "/groupes/groupe_2" not in rest


def test_the_directory_costs_the_same_whatever_it_holds(browser, me):
    costs = []
    for number in (1, 3):
        for _ in range(number):
            make_group(members=[me, make_account()], region=make_region("01"))
        read(browser, "/groupes")
        with CaptureQueriesContext(connection) as queries:
            read(browser, "/groupes")
        costs.append(len(queries))
    assert costs[0] == costs[1]


# Opening and changing

FIELDS = {
    "display_name": "Gens de théâtre",
    "handle": "@Gens_Theatre",
    "summary": "Entre nous.",
    "kind": "sector",
    "region": "",
    "join_policy": "open",
    "rules_text": "Rester courtois.",
}


def test_a_group_is_opened(browser, me):
    response = browser.post("/groupes/nouveau-groupe", FIELDS)
    assert response.headers["Location"] == "/groupes/gens_theatre"
    group = Group.objects.get()
    assert group.actor.display_name == "Gens de théâtre"
    html = read(browser, "/groupes/gens_theatre")
    for piece in ("Rester courtois.", "1 membre", "Écrire au groupe", "Régler le groupe"):
        assert piece in html


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"handle": "moi"}, "déjà pris"),
        ({"handle": "a-b"}, "trait bas"),
        ({"kind": "regional"}, "Choisis la région"),
        ({"display_name": ""}, "obligatoire"),
        ({"summary": "x" * 601}, "600"),
    ],
)
def test_a_bad_group_is_said_beside_the_field_and_kept(fields, sentence, browser):
    response = browser.post("/groupes/nouveau-groupe", FIELDS | fields)
    assert response.status_code == 422
    html = response.content.decode()
    assert sentence in html
    assert "Rester courtois." in html
    assert not Group.objects.exists()


def test_a_moderator_changes_the_group(browser, me):
    group = make_group("lecture", moderators=[me])
    assert "Enregistrer" in read(browser, "/groupes/lecture/reglages")
    browser.post("/groupes/lecture/reglages", FIELDS | {"join_policy": REQUEST, "is_indexable": "on"})
    group = Group.objects.select_related("actor").get()
    assert (group.actor.handle, group.actor.display_name) == ("lecture", "Gens de théâtre")
    assert (group.join_policy, group.actor.is_indexable) == (REQUEST, True)


@pytest.mark.parametrize("path", ["/reglages", "/demandes"])
def test_only_moderators_enter_the_back_room(path, browser, me):
    make_group("lecture", members=[me], moderators=[make_account()])
    assert "Seule la modération" in read(browser, f"/groupes/lecture{path}", 403)


# The page


def test_group_only_posts_are_for_members(client, client_for, me):
    author, stranger = make_account(), make_account()
    group = make_group("lecture", members=[author, me])
    make_post(author, "Pour le groupe", group=group, visibility=Visibility.GROUP)
    make_post(author, "Pour tout le monde", group=group)
    seen = {
        name: ["Pour le groupe" in html, "Pour tout le monde" in html]
        for name, html in (
            ("member", read(client_for(me), "/groupes/lecture")),
            ("stranger", read(client_for(stranger), "/groupes/lecture")),
            ("visitor", read(client, "/groupes/lecture")),
        )
    }
    assert seen == {"member": [True, True], "stranger": [False, True], "visitor": [False, True]}


def test_a_closed_group_and_a_strange_handle_do_not_exist(browser):
    make_group("ferme", deleted_at=timezone.now())
    make_account("alice")
    for handle in ("ferme", "alice", "personne"):
        read(browser, f"/groupes/{handle}", 404)
    assert browser.get("/groupes/Lecture").headers["Location"] == "/groupes/lecture"


def test_the_page_costs_the_same_whatever_it_holds(browser, me):
    group = make_group("lecture", members=[me], moderators=[make_account()])
    costs = []
    for number in (1, 3):
        for _ in range(number):
            make_post(make_account(), group=group)
            make_group_membership(group, make_account(), role=GroupMembership.Role.MODERATOR)
        read(browser, "/groupes/lecture")
        with CaptureQueriesContext(connection) as queries:
            read(browser, "/groupes/lecture")
        costs.append(len(queries))
    assert costs[0] == costs[1]


# Entering and leaving


def test_entering_and_leaving_an_open_group(browser, me):
    group = make_group("lecture", moderators=[make_account()])
    html = browser.post("/groupes/lecture/adhesion", {"etat": "oui"}, **HTMX).content.decode()
    assert f'id="adhesion-{group.pk}"' in html
    assert "Membre" in html
    assert "<html" not in html
    response = browser.post("/groupes/lecture/adhesion", {"etat": "non"})
    assert response.headers["Location"] == "/groupes/lecture/quitter"
    assert "Quitter Lecture?" in read(browser, "/groupes/lecture/quitter")
    browser.post("/groupes/lecture/quitter")
    assert not GroupMembership.objects.filter(actor=me.actor).exists()
    read(browser, "/groupes/lecture/quitter", 404)


def test_asking_and_taking_it_back(browser, me):
    make_group("lecture", join_policy=REQUEST)
    html = browser.post("/groupes/lecture/adhesion", {"etat": "oui"}, **HTMX).content.decode()
    assert "Demande envoyée" in html
    browser.post("/groupes/lecture/adhesion", {"etat": "non"})
    assert not GroupMembership.objects.exists()


def test_the_last_moderator_is_told_to_name_another(browser, me):
    make_group("lecture", moderators=[me], members=[make_account()])
    response = browser.post("/groupes/lecture/quitter", follow=True)
    assert response.redirect_chain == [("/groupes/lecture/membres", 302)]
    assert "nommes-en une autre" in response.content.decode()


def test_the_last_of_all_is_warned(browser, me):
    make_group("lecture", moderators=[me])
    assert "il ferme" in read(browser, "/groupes/lecture/quitter")


# People


def test_members_see_members(browser, me):
    group = make_group("lecture", members=[me, make_account("alice")], moderators=[make_account("bob")])
    make_group_membership(group, make_account("attente"), joined=False)
    apart = make_account("fache")
    make_group_membership(group, apart)
    make_block(me, apart)
    html = read(browser, "/groupes/lecture/membres")
    assert [f"/@{h}" in html for h in ("alice", "bob", "attente", "fache")] == [True, True, False, False]
    assert "Retirer du groupe" not in html


def test_strangers_do_not_see_members(browser):
    make_group("lecture", members=[make_account("alice")])
    assert "Seuls les membres" in read(browser, "/groupes/lecture/membres", 403)


def test_a_moderator_decides(browser, me):
    group = make_group("lecture", moderators=[me], join_policy=REQUEST)
    yes, no, member, friend = (
        make_group_membership(group, make_account(handle), joined=joined)
        for handle, joined in (("oui_oui", False), ("non_non", False), ("membre", True), ("amie", True))
    )
    html = read(browser, "/groupes/lecture/demandes")
    assert "/@oui_oui" in html
    assert "/@membre" not in html
    assert "2 personnes demandent" in read(browser, "/groupes/lecture")
    assert "Retirer du groupe" in read(browser, "/groupes/lecture/membres")
    for row, decision in ((yes, "accepter"), (no, "refuser"), (member, "retirer"), (friend, "nommer")):
        response = browser.post(f"/groupes/lecture/membres/{row.pk}", {"decision": decision})
        assert response.status_code == 302
    roles = dict(GroupMembership.objects.active().values_list("actor__handle", "role"))
    assert roles == {"moi": "moderator", "oui_oui": "member", "amie": "moderator"}
    mine = GroupMembership.objects.get(actor=me.actor)
    browser.post(f"/groupes/lecture/membres/{mine.pk}", {"decision": "redevenir"})
    mine.refresh_from_db()
    assert mine.role == "member"


def test_decisions_are_for_moderators_of_this_group(browser, client_for, me):
    group = make_group("lecture", moderators=[make_account()], members=[me])
    other = make_group("cirque", moderators=[me])
    row = make_group_membership(group, make_account(), joined=False)
    mine = GroupMembership.objects.get(group=other)
    assert browser.post(f"/groupes/lecture/membres/{row.pk}", {"decision": "accepter"}).status_code == 403
    assert browser.post(f"/groupes/cirque/membres/{row.pk}", {"decision": "accepter"}).status_code == 404
    assert browser.post(f"/groupes/cirque/membres/{mine.pk}", {"decision": "rien"}).status_code == 404


# Taking a post out


def test_a_post_is_taken_out_after_asking(browser, me):
    author = make_account("alice")
    group = make_group("lecture", moderators=[me], members=[author])
    post = make_post(author, "Hors sujet", group=group, visibility=Visibility.GROUP)
    address = f"/@alice/{post.pk}/retirer-du-groupe"
    assert "Hors sujet" in read(browser, address)
    response = browser.post(address, follow=True)
    assert response.redirect_chain == [("/groupes/lecture", 302)]
    post = Post.objects.get(pk=post.pk)
    assert (post.group_id, post.visibility) == (None, Visibility.MENTIONED)
    read(browser, address, 404)


def test_members_do_not_take_posts_out(browser, me):
    group = make_group("lecture", moderators=[make_account()], members=[me])
    post = make_post(make_account("alice"), group=group)
    assert browser.post(f"/@alice/{post.pk}/retirer-du-groupe").status_code == 403


def test_the_menu_of_a_post_offers_it_to_moderators_only(client_for, me):
    member = make_account()
    group = make_group("lecture", moderators=[me], members=[member])
    post = make_post(make_account("alice"), group=group)
    address = f"/@alice/{post.pk}/retirer-du-groupe"
    assert address in read(client_for(me), f"/@alice/{post.pk}/actes")
    assert address not in read(client_for(member), f"/@alice/{post.pk}/actes")
