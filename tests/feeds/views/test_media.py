import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from feeds.actions.media import UPLOAD_MAX_BYTES
from feeds.models import MediaAttachment
from tests.factories.coop import make_account
from tests.factories.feeds import make_media, make_post

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _media_root(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def marie():
    return make_account("marie")


@pytest.fixture
def jean():
    return make_account("jean")


def test_an_upload_answers_its_piece_of_the_form(client_for, marie, gif):
    response = client_for(marie).post("/images", {"image": gif})
    media = MediaAttachment.objects.get()
    page = response.content.decode()

    assert response.status_code == 200
    assert f'value="{media.pk}"' in page and f'name="alt-{media.pk}"' in page
    assert "En préparation" in page and "ne la voient pas" in page
    assert "vacances" not in media.upload.name


@pytest.mark.parametrize("size", [0, UPLOAD_MAX_BYTES + 1])
def test_a_refused_upload_is_a_sentence(client_for, marie, size):
    file = SimpleUploadedFile("grosse.jpg", b"x" * size)
    response = client_for(marie).post("/images", {"image": file})

    assert response.status_code == 422 and response.json()["error"].endswith(".")
    assert not MediaAttachment.objects.exists()


def test_uploading_too_fast_is_a_sentence(client_for, marie, gif, settings):
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"media": "1/m/user"}
    client = client_for(marie)
    assert client.post("/images", {"image": gif}).status_code == 200
    gif.seek(0)
    response = client.post("/images", {"image": gif})

    assert response.status_code == 422 and "trop vite" in response.json()["error"]


def test_nothing_sent_is_a_sentence(client_for, marie):
    assert client_for(marie).post("/images").json()["error"] == "Choisis une image."


def test_images_of_others_do_not_exist(client_for, marie, jean):
    media = make_media(marie)
    address = reverse("feeds:media-state", args=[media.pk])

    assert client_for(marie).get(address).status_code == 200
    assert client_for(jean).get(address).status_code == 404
    assert client_for(None).get(address).status_code == 302
    client_for(jean).post(reverse("feeds:media-remove", args=[media.pk]))
    assert MediaAttachment.objects.filter(pk=media.pk).exists()


def test_an_image_is_taken_out_once_and_never_from_a_post(client_for, marie):
    free, attached = make_media(marie), make_media(marie, make_post(marie))
    client = client_for(marie)
    for media in (free, free, attached):
        response = client.post(
            reverse("feeds:media-remove", args=[media.pk]), headers={"Accept": "application/json"}
        )
        assert response.status_code == 204

    assert list(MediaAttachment.objects.all()) == [attached]


def test_a_refused_image_says_why(client_for, marie):
    media = make_media(marie, state="refused", file="", preview="", width=None, height=None, refusal="Non.")

    assert "Non." in client_for(marie).get(reverse("feeds:media-state", args=[media.pk])).content.decode()


def test_the_author_alone_learns_that_an_image_of_a_post_was_refused(client_for, marie, jean):
    post = make_post(marie)
    make_media(
        marie, post, state="refused", file="", preview="", width=None, height=None, refusal="Trop de pixels."
    )
    address = reverse("feeds:post-detail", args=["marie", post.pk])

    assert "Trop de pixels." in client_for(marie).get(address).content.decode()
    assert "Trop de pixels." not in client_for(jean).get(address).content.decode()
