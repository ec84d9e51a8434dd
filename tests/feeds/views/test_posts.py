import re
from collections import OrderedDict

import pytest
from django.urls import reverse

from coop.models import Preferences
from feeds.models import MediaAttachment, Poll, Post, ReplyControl, Visibility
from tests.factories.coop import make_account, make_organisation
from tests.factories.feeds import (
    make_block,
    make_boost,
    make_filter,
    make_follow,
    make_group,
    make_media,
    make_mute,
    make_post,
    make_revision,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def marie():
    return make_account("marie")


@pytest.fixture
def jean():
    return make_account("jean")


def address(name, post):
    return reverse(f"feeds:{name}", args=[post.author.handle, post.pk])


def shown_ids(response):
    return [int(pk) for pk in re.findall(r'id="p(\d+)"', response.content.decode())]


# -------------------------------------------------------------------------------------------------
# Composer


def test_publishing_from_the_page(client_for, marie):
    response = client_for(marie).post(
        "/publier", {"text": "Bonjour le parvis", "visibility": "0", "reply_control": "1"}
    )
    post = Post.objects.get()

    assert response.status_code == 302 and response["Location"] == address("post-detail", post)
    assert (post.text, post.visibility, post.reply_control) == (
        "Bonjour le parvis",
        0,
        ReplyControl.FOLLOWERS,
    )


def test_publishing_from_home_goes_back_home(client_for, marie):
    response = client_for(marie).post("/publier", {"text": "Bonjour", "visibility": "0", "suite": "/"})

    assert response["Location"] == f"/#p{Post.objects.get().pk}"


def test_the_usual_audience_is_the_one_offered(client_for, marie):
    Preferences.objects.filter(account=marie).update(default_audience=Visibility.MEMBERS)
    page = client_for(marie).get("/publier").content.decode()

    assert re.search(r'name="visibility"\s+value="1"\s+checked', page)
    assert "même sans compte" in page


def test_nothing_typed_is_lost_when_refused(client_for, marie):
    image = make_media(marie)
    response = client_for(marie).post(
        "/publier",
        {
            "text": "é" * 501,
            "visibility": "1",
            "content_warning": "Attention",
            "media": [str(image.pk)],
            f"alt-{image.pk}": "Une barque",
            "poll_options": ["Thé", "Café"],
        },
    )
    page = response.content.decode()

    assert response.status_code == 422
    assert "1 caractère de trop" in page
    assert "é" * 501 in page and 'value="Attention"' in page
    assert f'name="media" value="{image.pk}"' in page and ">Une barque</textarea>" in page
    assert 'value="Thé"' in page and 'value="Café"' in page
    assert re.search(r'name="visibility"\s+value="1"\s+checked', page)
    assert not Post.objects.exists()


def test_a_page_sent_twice_publishes_once(client_for, marie):
    client = client_for(marie)
    fields = {"text": "Bonjour", "visibility": "0", "nonce": "abc"}
    first, second = client.post("/publier", fields), client.post("/publier", fields)

    assert first["Location"] == second["Location"]
    assert Post.objects.count() == 1


def test_too_fast_is_said_in_the_form(client_for, marie, settings):
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"post": "1/m/user"}
    client = client_for(marie)
    client.post("/publier", {"text": "Un", "visibility": "0"})
    response = client.post("/publier", {"text": "Deux", "visibility": "0"})

    assert response.status_code == 422
    assert "trop vite" in response.content.decode() and "Deux" in response.content.decode()
    assert Post.objects.count() == 1


def test_publishing_with_images_and_a_poll(client_for, marie):
    image = make_media(marie)
    client_for(marie).post(
        "/publier",
        {
            "text": "Thé ou café?",
            "visibility": "0",
            "media": [str(image.pk)],
            f"alt-{image.pk}": " Deux tasses ",
            "poll_options": ["Thé", "", "Café"],
            "poll_duration": "60",
            "poll_is_multiple": "on",
        },
    )
    post = Post.objects.get()

    assert post.media.get().alt == "Deux tasses"
    assert [option.text for option in post.poll.options.all()] == ["Thé", "Café"]
    assert post.poll.is_multiple


def test_one_answer_is_not_a_poll(client_for, marie):
    response = client_for(marie).post("/publier", {"text": "?", "visibility": "0", "poll_options": ["Thé"]})

    assert response.status_code == 422 and "au moins deux réponses" in response.content.decode()
    assert not Poll.objects.exists()


def test_the_image_of_someone_else_does_not_pass(client_for, marie, jean):
    image = make_media(jean)
    response = client_for(marie).post("/publier", {"text": "Oh", "visibility": "0", "media": [str(image.pk)]})

    assert response.status_code == 422 and "plus disponible" in response.content.decode()


def test_without_scripts_an_image_is_added_then_taken_out(client_for, marie, gif):
    client = client_for(marie)
    page = client.post("/publier", {"text": "Voici", "visibility": "0", "ajouter": "1", "images": gif})
    image = MediaAttachment.objects.get()

    assert page.status_code == 200 and f'value="{image.pk}"' in page.content.decode()
    assert not Post.objects.exists()
    page = client.post(
        "/publier", {"text": "Voici", "visibility": "0", "retirer": str(image.pk), "media": [str(image.pk)]}
    )
    assert page.status_code == 200 and "Voici" in page.content.decode()
    assert not MediaAttachment.objects.exists()


def test_speaking_as_an_organisation_is_offered_to_its_delegates_only(client_for, marie, jean):
    theatre = make_organisation("theatre", manager=marie)
    client_for(marie).post("/publier", {"text": "Ce soir", "visibility": "0", "as_actor": theatre.actor.pk})
    assert Post.objects.get().author == theatre.actor
    response = client_for(jean).post(
        "/publier", {"text": "Ce soir", "visibility": "0", "as_actor": theatre.actor.pk}
    )

    assert response.status_code == 422
    assert Post.objects.count() == 1


def test_moving_to_a_group_keeps_what_is_typed(client_for, marie):
    group = make_group("jardins", members=[marie])
    client = client_for(marie)
    page = client.post(
        "/publier", {"text": "Mes tomates", "visibility": "3", "choisir": "jardins"}
    ).content.decode()

    assert "Mes tomates" in page and 'name="groupe" value="jardins"' in page
    client.post("/publier", {"text": "Mes tomates", "visibility": "2", "groupe": "jardins"})
    assert Post.objects.get().group == group


def test_a_refused_reply_is_explained_and_kept(client_for, marie, jean):
    post = make_post(marie, reply_control=ReplyControl.MENTIONED)
    page = client_for(jean).get(address("post-detail", post)).content.decode()
    assert "réservé les réponses" in page and 'id="composer"' not in page
    response = client_for(jean).post(
        "/publier", {"text": "Ah bon", "visibility": "0", "in_reply_to": post.pk}
    )

    assert response.status_code == 422 and "réservé les réponses" in response.content.decode()


def test_answering_what_one_cannot_read_is_not_found(client_for, marie, jean):
    post = make_post(marie, visibility=Visibility.MENTIONED)

    assert client_for(jean).get(f"/publier?reponse={post.pk}").status_code == 404
    response = client_for(jean).post("/publier", {"text": "Oh", "visibility": "4", "in_reply_to": post.pk})
    assert response.status_code == 404


def test_a_visitor_is_sent_to_the_door(client):
    assert client.get("/publier").status_code == 302
    assert client.post("/publier", {"text": "Oh"}).status_code == 302


# -------------------------------------------------------------------------------------------------
# Conversation


def test_the_whole_conversation_in_order(client_for, marie, jean):
    root = make_post(marie)
    first = make_post(jean, in_reply_to=root)
    second = make_post(jean, in_reply_to=root)
    under_first = make_post(marie, in_reply_to=first)
    other = make_post(marie)
    response = client_for(marie).get(address("post-detail", root))

    assert shown_ids(response) == [root.pk, first.pk, under_first.pk, second.pk]
    response = client_for(marie).get(address("post-detail", under_first))
    assert shown_ids(response) == [root.pk, first.pk, under_first.pk]
    assert str(other.pk) not in response.content.decode()


def test_what_is_not_addressed_to_the_reader_leaves_no_trace(client_for, marie, jean):
    root = make_post(marie)
    hidden = make_post(
        jean, "Entre nous", in_reply_to=root, visibility=Visibility.MENTIONED, mentions=[marie]
    )
    below = make_post(marie, in_reply_to=hidden)
    reader = make_account()
    response = client_for(reader).get(address("post-detail", root))

    assert shown_ids(response) == [root.pk, below.pk]
    assert "Entre nous" not in response.content.decode()
    assert shown_ids(client_for(marie).get(address("post-detail", root))) == [root.pk, hidden.pk, below.pk]


def test_a_deleted_post_keeps_its_place_where_someone_answered(client_for, marie, jean):
    from feeds.actions.posts import delete_post

    root = make_post(marie)
    answered = make_post(jean, "À reprendre", in_reply_to=root)
    alone = make_post(jean, in_reply_to=root)
    below = make_post(marie, in_reply_to=answered)
    for post in (answered, alone):
        delete_post(account=jean, post=post)
    response = client_for(marie).get(address("post-detail", root))

    assert shown_ids(response) == [root.pk, answered.pk, below.pk]
    assert "a été supprimée" in response.content.decode()
    assert "À reprendre" not in response.content.decode()
    assert client_for(marie).get(address("post-detail", answered)).status_code == 404


def test_the_conversation_is_given_alone_to_an_open_page(client_for, marie, jean):
    root = make_post(marie)
    reply = make_post(jean, in_reply_to=root)
    response = client_for(marie).get(address("post-detail", root), headers={"HX-Request": "true"})

    assert response.content.decode().strip().startswith('<div id="conversation"')
    assert shown_ids(response) == [root.pk, reply.pk]


def test_muted_voices_are_left_out_of_answers(client_for, marie, jean):
    root = make_post(marie)
    make_post(jean, in_reply_to=root)
    make_mute(marie, jean)

    assert shown_ids(client_for(marie).get(address("post-detail", root))) == [root.pk]


def test_a_filtered_post_says_so(client_for, marie, jean):
    post = make_post(jean, "Il neige")
    make_filter(marie, "neige", effect="hide")
    response = client_for(marie).get(address("post-detail", post))

    page = response.content.decode().partition("<body")[2]
    assert "Il neige" not in page and "tu filtres" in page


def test_long_conversations_go_on(client_for, marie, monkeypatch):
    from feeds import threads

    monkeypatch.setattr(threads, "PAGE_SIZE", 3)
    root = make_post(marie)
    replies = [make_post(marie, in_reply_to=root) for _ in range(5)]
    client = client_for(marie)
    first = client.get(address("post-detail", root))
    assert shown_ids(first)[1:] == [reply.pk for reply in replies[:3]]
    assert f"?apres={replies[2].pk}" in first.content.decode()
    second = client.get(address("post-detail", root) + f"?apres={replies[2].pk}")

    assert shown_ids(second)[1:] == [reply.pk for reply in replies[3:]]


@pytest.mark.parametrize("reader", ["marie", "visitor"])
def test_a_conversation_costs_the_same_with_one_and_three_answers(
    client_for, marie, jean, reader, monkeypatch
):
    client = client_for(marie if reader == "marie" else None)
    one, three = make_post(jean), make_post(jean)
    make_post(marie, in_reply_to=one)
    for _ in range(3):
        make_post(jean, in_reply_to=three)
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from feeds import cards

    client.get(address("post-detail", one))  # session and caches
    monkeypatch.setattr(cards, "_contents", OrderedDict())
    with CaptureQueriesContext(connection) as few:
        client.get(address("post-detail", one))
    monkeypatch.setattr(cards, "_contents", OrderedDict())
    with CaptureQueriesContext(connection) as more:
        client.get(address("post-detail", three))

    assert len(few) == len(more)
    assert len(more) <= (19 if reader == "marie" else 9), [query["sql"][:150] for query in more]


@pytest.mark.parametrize(
    ("visibility", "visitor", "account"),
    [
        (Visibility.PUBLIC, 200, 200),
        (Visibility.MEMBERS, 404, 200),
        (Visibility.FOLLOWERS, 404, 404),
        (Visibility.MENTIONED, 404, 404),
    ],
)
def test_who_may_open_a_post(client_for, marie, visibility, visitor, account):
    post, jean = make_post(marie, visibility=visibility), make_account()

    assert client_for(None).get(address("post-detail", post)).status_code == visitor
    assert client_for(jean).get(address("post-detail", post)).status_code == account
    assert client_for(marie).get(address("post-detail", post)).status_code == 200


def test_a_blocked_person_and_a_wrong_handle_find_nothing(client_for, marie, jean):
    post = make_post(marie)
    assert client_for(jean).get(f"/@jean/{post.pk}").status_code == 404
    assert client_for(jean).get(f"/@marie/{make_boost(jean, post).pk}").status_code == 404
    make_block(marie, jean)

    assert client_for(jean).get(address("post-detail", post)).status_code == 404


@pytest.mark.parametrize("number", ["9" * 18, "9" * 5000, "-1", "un", "٣" * 30])
def test_numbers_that_are_no_ids_are_not_found(client_for, marie, number):
    client = client_for(marie)
    post = make_post(marie)

    assert client.get("/publier", {"reponse": number}).status_code == 404
    assert client.post("/publier", {"text": "Oh", "in_reply_to": number}).status_code == 404
    assert client.get(address("post-detail", post), {"apres": number}).status_code in {200, 404}
    assert client.post(address("post-boost", post) + f"?ligne={number}", {"etat": "oui"}).status_code == 302
    assert client.post("/brouillons", {"text": "Oh", "in_reply_to": number}).status_code == 302
    assert (
        client.post("/publier", {"text": "Oh", "as_actor": number, "visibility": number}).status_code == 422
    )


def test_open_graph_shows_only_what_nothing_covers(client_for, marie):
    plain, covered, narrow = (
        make_post(marie, "Une barque au soleil"),
        make_post(marie, "La fin du film", content_warning="Divulgâcheur"),
        make_post(marie, "Entre membres", visibility=Visibility.MEMBERS),
    )
    for post in (plain, covered, narrow):
        make_media(marie, post)
    pages = [
        client_for(marie).get(address("post-detail", post)).content.decode()
        for post in (plain, covered, narrow)
    ]

    assert 'property="og:description" content="Une barque au soleil"' in pages[0]
    assert 'property="og:image" content="http' in pages[0]
    assert 'property="og:description" content="Divulgâcheur"' in pages[1]
    assert "og:image" not in pages[1]
    assert "og:description" not in pages[2]


def test_search_engines_are_kept_out_unless_invited(client_for, marie):
    post = make_post(marie)
    response = client_for(None).get(address("post-detail", post))
    assert (
        response["X-Robots-Tag"] == "noindex"
        and 'name="robots" content="noindex"' in response.content.decode()
    )
    marie.actor.is_indexable = True
    marie.actor.save()
    response = client_for(None).get(address("post-detail", post))

    assert "X-Robots-Tag" not in response and 'name="robots"' not in response.content.decode()


# -------------------------------------------------------------------------------------------------
# Editing, versions, deleting, boosting


def test_editing_from_the_page(client_for, marie, jean):
    post = make_post(marie, "Avant")
    client = client_for(marie)
    assert "Avant" in client.get(address("post-edit", post)).content.decode()
    response = client.post(address("post-edit", post), {"text": "Après"})

    assert response["Location"] == address("post-detail", post)
    assert Post.objects.get().text == "Après"
    assert client_for(jean).get(address("post-edit", post)).status_code == 403
    assert client_for(jean).post(address("post-edit", post), {"text": "Ha"}).status_code == 403
    make_block(marie, jean)
    assert client_for(jean).get(address("post-edit", post)).status_code == 404


def test_editing_keeps_the_images_of_the_post(client_for, marie):
    post = make_post(marie, "Avant")
    image = make_media(marie, post)
    client = client_for(marie)
    assert str(image.pk) in client.get(address("post-edit", post)).content.decode()
    client.post(
        address("post-edit", post),
        {"text": "Après", "media": [str(image.pk)], f"alt-{image.pk}": "Mieux dit"},
    )

    assert post.media.get().alt == "Mieux dit"


def test_versions_show_what_changed(client_for, marie):
    post = make_post(marie, "Il fait beau")
    make_revision(post, "Il fait froid")
    page = client_for(None).get(address("post-history", post)).content.decode()

    assert re.search(r"<del>.*froid</del>", page) and re.search(r"<ins>.*beau</ins>", page)
    narrow = make_post(marie, visibility=Visibility.FOLLOWERS)
    assert client_for(None).get(address("post-history", narrow)).status_code == 404


def test_deleting_asks_first(client_for, marie, jean):
    post = make_post(marie)
    client = client_for(marie)
    assert "Supprimer cette publication" in client.get(address("post-delete", post)).content.decode()
    assert client_for(jean).post(address("post-delete", post)).status_code == 403
    assert client.post(address("post-delete", post))["Location"] == "/"
    assert Post.objects.get().is_deleted


def test_boosting_and_taking_it_back(client_for, marie, jean):
    post = make_post(marie)
    client = client_for(jean)
    client.post(address("post-boost", post), {"etat": "oui"})
    assert Post.objects.filter(boost_of=post, author=jean.actor).count() == 1
    response = client.post(
        address("post-boost", post) + "?ligne=123", {"etat": "non"}, headers={"HX-Request": "true"}
    )

    assert 'id="actes-123"' in response.content.decode()
    assert not Post.objects.filter(boost_of=post).exists()


def test_a_boost_that_is_refused_says_why(client_for, marie, jean):
    make_follow(jean, marie)
    post = make_post(marie, visibility=Visibility.FOLLOWERS)
    response = client_for(jean).post(address("post-boost", post), {"etat": "oui"}, follow=True)

    assert "restreinte" in response.content.decode()
