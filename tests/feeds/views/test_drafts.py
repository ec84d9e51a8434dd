import re

import pytest
from django.urls import reverse

from feeds.models import Draft
from tests.factories.coop import make_account
from tests.factories.feeds import make_draft, make_post

pytestmark = pytest.mark.django_db


@pytest.fixture
def marie():
    return make_account("marie")


@pytest.fixture
def jean():
    return make_account("jean")


def address(name, post):
    return reverse(f"feeds:{name}", args=[post.author.handle, post.pk])


def test_a_draft_is_kept_as_typed_and_comes_back(client_for, marie):
    client = client_for(marie)
    fields = {"text": "À suivre", "visibility": "4", "poll_options": ["Thé", ""], "poll_duration": "60"}
    kept = client.post("/brouillons", fields, headers={"Accept": "application/json"}).json()
    again = client.post(
        "/brouillons",
        fields | {"brouillon": kept["id"], "text": "À suivre…"},
        headers={"Accept": "application/json"},
    ).json()
    page = client.get("/publier").content.decode()

    assert again["id"] == kept["id"] and Draft.objects.count() == 1
    assert "À suivre…" in page and "Voici ce que tu écrivais" in page and 'value="Thé"' in page
    assert re.search(r'name="visibility"\s+value="4"\s+checked', page)
    client.post("/publier", {"text": "Fini", "visibility": "0", "brouillon": kept["id"]})
    assert not Draft.objects.exists()


def test_a_draft_put_aside_waits_in_the_list(client_for, marie):
    client = client_for(marie)
    client.post("/brouillons", {"text": "Plus tard"})

    assert "Plus tard" in client.get("/brouillons").content.decode()
    assert "Plus tard" not in client.get("/publier").content.decode()
    assert "Plus tard" in client.get(f"/publier?brouillon={Draft.objects.get().pk}").content.decode()


def test_an_empty_draft_is_not_kept(client_for, marie):
    client = client_for(marie)
    kept = client.post("/brouillons", {"text": "Oh"}, headers={"Accept": "application/json"}).json()
    client.post("/brouillons", {"text": " ", "brouillon": kept["id"]}, headers={"Accept": "application/json"})

    assert not Draft.objects.exists()


def test_a_reply_draft_comes_back_in_its_conversation_only(client_for, marie, jean):
    post = make_post(jean)
    client = client_for(marie)
    client.post(
        "/brouillons", {"text": "Bien dit", "in_reply_to": post.pk}, headers={"Accept": "application/json"}
    )

    assert "Bien dit" in client.get(address("post-detail", post)).content.decode()
    assert "Bien dit" not in client.get("/publier").content.decode()


def test_drafts_of_others_do_not_exist(client_for, marie, jean):
    draft = make_draft(marie)

    assert client_for(jean).get(f"/publier?brouillon={draft.pk}").status_code == 404
    client_for(jean).post(reverse("feeds:draft-delete", args=[draft.pk]))
    assert Draft.objects.exists()
    client_for(marie).post(reverse("feeds:draft-delete", args=[draft.pk]))
    assert not Draft.objects.exists()


def test_a_draft_with_nothing_but_a_poll_is_listed(client_for, marie):
    make_draft(marie, fields={"poll_options": ["Thé"]})

    assert "Sans texte" in client_for(marie).get("/brouillons").content.decode()
