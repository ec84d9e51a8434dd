"""Feeds give what is public, of those who let it appear outside, and nothing else."""

from __future__ import annotations

from datetime import timedelta
from xml.etree import ElementTree as ET

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from feeds.models import Post, Visibility
from tests.factories.coop import make_account, make_organisation
from tests.factories.feeds import make_boost, make_group, make_media, make_post

pytestmark = pytest.mark.django_db

NS = {"a": "http://www.w3.org/2005/Atom"}
FEED_QUERIES = 4


@pytest.fixture
def author():
    return make_account("autrice", actor={"is_indexable": True})


def fetch(client, path, **headers):
    response = client.get(path, **headers)
    assert response.status_code == 200, response.content[:300]
    return ET.fromstring(response.content)


def titles(root):
    return [entry.findtext("a:title", namespaces=NS) for entry in root.findall("a:entry", NS)]


def test_only_public_first_posts_go_out(client, author):
    opened = make_post(author, "Publique")
    make_post(author, "Membres", visibility=Visibility.MEMBERS)
    make_post(author, "Abonnés", visibility=Visibility.FOLLOWERS)
    make_post(author, "Nommés", visibility=Visibility.MENTIONED)
    make_post(author, "Réponse", in_reply_to=opened)
    make_boost(author, make_post(make_account("autre"), "Relayée"))
    gone = make_post(author, "Retirée")
    Post.objects.filter(pk=gone.pk).update(deleted_at=timezone.now(), text="")

    response = client.get("/@autrice/atom.xml")

    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    assert titles(ET.fromstring(response.content)) == ["Publique"]


def test_someone_who_is_not_indexable_has_no_feed(client):
    make_post(make_account("discrete"), "Publique")
    for handle in ("discrete", "personne"):
        assert client.get(f"/@{handle}/atom.xml").status_code == 404


@pytest.mark.parametrize("field", ["suspended_at", "deleted_at"])
def test_someone_who_is_gone_has_no_feed(client, author, field):
    setattr(author.actor, field, timezone.now())
    author.actor.save()
    assert client.get("/@autrice/atom.xml").status_code == 404


def test_an_organisation_has_a_feed_and_a_group_is_not_a_face(client):
    make_post(make_organisation("fanfare").actor, "Répétition")
    make_group("cercle", is_indexable=True)
    assert titles(fetch(client, "/@fanfare/atom.xml")) == ["Répétition"]
    assert client.get("/@cercle/atom.xml").status_code == 404


def test_a_group_gives_what_its_members_said_to_everyone(client, author):
    hidden = make_account("discrete")
    group = make_group("cercle", members=[author, hidden])
    make_post(author, "Pour tous", group=group)
    make_post(author, "Entre nous", group=group, visibility=Visibility.GROUP)
    make_post(hidden, "Sans le vouloir", group=group)

    assert titles(fetch(client, "/groupes/cercle/atom.xml")) == ["Pour tous"]
    assert client.get("/groupes/rien/atom.xml").status_code == 404


def test_a_hashtag_gives_posts_and_answers(client, author):
    first = make_post(author, "Elle chante #Patinoire")
    make_post(author, "Encore #Patinoire", in_reply_to=first)
    make_post(author, "Chut #Patinoire", visibility=Visibility.MEMBERS)
    make_post(make_account("discrete"), "Moi #Patinoire")

    root = fetch(client, "/mots-clics/patinoire/atom.xml")

    assert titles(root) == ["Encore #Patinoire", "Elle chante #Patinoire"]
    assert root.find("a:entry/a:category", NS).get("term") == "Patinoire"
    assert client.get("/mots-clics/rien/atom.xml").status_code == 404


def test_the_same_words_for_a_member_as_for_a_stranger(client, client_for, author):
    make_post(author, "Publique")
    make_post(author, "Abonnés", visibility=Visibility.FOLLOWERS)
    assert client_for(author).get("/@autrice/atom.xml").content == client.get("/@autrice/atom.xml").content


def test_links_and_images_hold_outside(client, author, settings):
    settings.BASE_URL = "https://parvis.example"
    post = make_post(author, "Avec @autrice #Hiver")
    make_media(author, post, alt="La « place »")
    entry = fetch(client, "/@autrice/atom.xml").find("a:entry", NS)
    html = entry.findtext("a:content", namespaces=NS)
    assert 'href="https://parvis.example/mots-clics/hiver"' in html
    assert 'alt="La « place »"' in html
    assert entry.find("a:link[@rel='enclosure']", NS).get("href").startswith("https://parvis.example/media/")
    assert entry.findtext("a:id", namespaces=NS) == (
        f"tag:parvis.example,{post.created_at.date().isoformat()}:publication/{post.pk}"
    )


def test_what_is_folded_here_stays_folded_there(client, author):
    post = make_post(author, "La fin du livre", content_warning="Divulgâcheur")
    make_media(author, post)
    entry = fetch(client, "/@autrice/atom.xml").find("a:entry", NS)
    assert entry.findtext("a:title", namespaces=NS) == "Avertissement\u00a0: Divulgâcheur"
    html = entry.findtext("a:content", namespaces=NS)
    assert html.startswith("<details><summary>Avertissement\u00a0: Divulgâcheur</summary>")
    assert entry.find("a:link[@rel='enclosure']", NS) is None
    sensitive = make_post(author, "Image", is_sensitive=True)
    make_media(author, sensitive)
    assert fetch(client, "/@autrice/atom.xml").find("a:entry/a:link[@rel='enclosure']", NS) is None


def test_an_image_without_words_has_a_title(client, author):
    make_media(author, make_post(author, ""))
    assert titles(fetch(client, "/@autrice/atom.xml")) == ["Image"]


def test_a_reader_that_has_it_all_gets_304(client, author):
    post = make_post(author, "Publique", at=timezone.now() - timedelta(hours=1))
    first = client.get("/@autrice/atom.xml")
    assert client.get("/@autrice/atom.xml", headers={"if-none-match": first["ETag"]}).status_code == 304
    assert (
        client.get("/@autrice/atom.xml", headers={"if-modified-since": first["Last-Modified"]}).status_code
        == 304
    )
    assert "max-age=300" in first["Cache-Control"]

    Post.objects.filter(pk=post.pk).update(edited_at=timezone.now(), text="Corrigée")
    for header, value in (("if-none-match", first["ETag"]), ("if-modified-since", first["Last-Modified"])):
        assert client.get("/@autrice/atom.xml", headers={header: value}).status_code == 200
    Post.objects.filter(pk=post.pk).update(deleted_at=timezone.now())
    assert client.get("/@autrice/atom.xml", headers={"if-none-match": first["ETag"]}).status_code == 200


def test_only_the_newest_thirty_and_always_the_same_queries(client, author):
    make_post(author, "0 #Hiver")
    with CaptureQueriesContext(connection) as one:
        fetch(client, "/@autrice/atom.xml")
    for number in range(1, 32):
        make_post(author, f"{number} #Hiver")
    with CaptureQueriesContext(connection) as many:
        root = fetch(client, "/@autrice/atom.xml")
    assert titles(root) == [f"{number} #Hiver" for number in range(31, 1, -1)]
    assert (len(one), len(many)) == (FEED_QUERIES, FEED_QUERIES)


def test_pages_tell_readers_where_the_feed_is(client, author):
    make_post(author, "Il neige #Hiver")
    make_group("cercle")
    make_account("discrete")
    link = 'type="application/atom+xml"'
    for page, feed in (
        ("/@autrice", "/@autrice/atom.xml"),
        ("/groupes/cercle", "/groupes/cercle/atom.xml"),
        ("/mots-clics/hiver", "/mots-clics/hiver/atom.xml"),
    ):
        html = client.get(page).content.decode()
        assert link in html
        assert f'href="{feed}"' in html
    assert link not in client.get("/@discrete").content.decode()
