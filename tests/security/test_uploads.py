"""Hostile files through the doors that people use: refused with a sentence, and nothing left behind.

What the decoder does with each sort of file is held in tests/coop/test_pictures.py.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from feeds.actions import media as images
from feeds.models import MediaAttachment, Post
from tests.factories.coop import make_account

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.django_db

Refused = MediaAttachment.State.REFUSED


def encoded(image: Image.Image, kind: str = "JPEG", **options) -> bytes:
    data = io.BytesIO()
    image.save(data, kind, **options)
    return data.getvalue()


def photo() -> bytes:
    """A photo that says where it was taken."""
    exif = Image.Exif()
    exif[0x010F] = "Appareil de Marie"
    exif.get_ifd(0x8825).update({1: "N", 2: (48.0, 26.0, 55.0), 3: "W", 4: (68.0, 31.0, 26.0)})
    return encoded(Image.new("RGB", (320, 200), "steelblue"), exif=exif)


def bomb() -> bytes:
    """2.5 billion pixels in a few hundred bytes."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 50_000, 50_000, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(bytes(200_000))) + chunk(b"IEND", b"")


def with_archive() -> bytes:
    """A JPEG that is a ZIP too."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as inside:
        inside.writestr("virus.js", "alert(1)")
    return photo() + archive.getvalue()


def endless() -> bytes:
    frames = [Image.new("L", (2, 2), n * 37 % 251) for n in range(10_000)]
    return encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])


HOSTILE = {
    "bombe.png": bomb,
    "page.jpg": lambda: photo() + b"<html><script>alert(document.cookie)</script>",
    "archive.jpg": with_archive,
    "dessin.svg": lambda: b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    "dessin.png": lambda: b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>",
    "page.gif": lambda: b"GIF89a/*" + b"<script>alert(1)</script>*/" * 20,
    "tronquee.jpg": lambda: photo()[:-120],
    "sans_fin.gif": endless,
    "programme.png": lambda: b"MZ" + bytes(900),
    "vide.jpg": lambda: b"",
    "lourde.jpg": lambda: photo() + bytes(13 * 1024 * 1024),
}


@pytest.fixture
def marie():
    return make_account("marie")


@pytest.fixture
def media_root(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path
    return tmp_path


def files(root: Path) -> list[Path]:
    return sorted(path for path in root.rglob("*") if path.is_file())


def sweep_tomorrow() -> None:
    """Run the cleanup as if a day had passed."""
    MediaAttachment.objects.update(created_at=timezone.now() - timedelta(hours=30))
    images.sweep()


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_image_is_refused_in_words_and_leaves_nothing(
    client_for, marie, media_root, run_tasks, name
):
    client = client_for(marie)
    # The browser may say what it likes about the file.
    file = SimpleUploadedFile(name, HOSTILE[name](), content_type="image/jpeg")
    with run_tasks():
        answer = client.post(reverse("feeds:media-upload"), {"image": file})
    if answer.status_code == 200:
        image = MediaAttachment.objects.get()
        assert image.state == Refused and image.refusal.endswith(".")
        said = client.get(reverse("feeds:media-state", args=[image.pk]))
        assert image.refusal in said.text and "<img" not in said.text
    else:
        assert answer.status_code == 422 and answer.json()["error"].endswith(".")
    assert files(media_root) == []

    with run_tasks():
        sweep_tomorrow()
    assert not MediaAttachment.objects.exists() and files(media_root) == []


@pytest.mark.parametrize("name", ["bombe.png", "archive.jpg", "dessin.svg", "vide.jpg", "lourde.jpg"])
def test_a_hostile_image_cannot_be_published_without_scripts_either(
    client_for, marie, media_root, run_tasks, name
):
    client = client_for(marie)
    file = SimpleUploadedFile(name, HOSTILE[name](), content_type="image/png")
    with run_tasks():
        client.post(reverse("feeds:post-create"), {"text": "Regarde", "visibility": "0", "images": file})
    for post in Post.objects.all():
        assert (
            not post.has_media
            and "<img" not in client.get(post.get_absolute_url()).text.partition("</article>")[0]
        )
    assert files(media_root) == []

    with run_tasks():
        sweep_tomorrow()
    assert not MediaAttachment.objects.exists() and files(media_root) == []


@pytest.mark.parametrize("name", sorted(HOSTILE.keys() - {"sans_fin.gif"}))
def test_a_hostile_portrait_is_refused_in_words_and_leaves_nothing(client_for, marie, media_root, name):
    file = SimpleUploadedFile(name, HOSTILE[name](), content_type="image/jpeg")
    answer = client_for(marie).post(
        reverse("coop:settings-profile"), {"display_name": "Marie", "summary": "", "picture": file}
    )
    marie.actor.refresh_from_db()

    assert answer.status_code == 422
    assert "aria-invalid" in answer.text
    assert not marie.actor.avatar and files(media_root) == []


def test_a_photo_loses_where_it_was_taken_on_every_way_in(client_for, marie, media_root, run_tasks):
    client = client_for(marie)
    with run_tasks():
        client.post(reverse("feeds:media-upload"), {"image": SimpleUploadedFile("a.jpg", photo())})
        client.post(
            reverse("coop:settings-profile"),
            {"display_name": "Marie", "summary": "", "picture": SimpleUploadedFile("b.jpg", photo())},
        )
    kept = files(media_root)

    assert len(kept) >= 2
    for path in kept:
        with Image.open(path) as image:
            assert image.format == "WEBP" and not image.getexif()
        assert b"Appareil de Marie" not in path.read_bytes()


def test_an_upload_given_up_halfway_leaves_nothing_on_the_disk(client_for, marie, media_root):
    """A body that stops in the middle of a large file: the temporary file goes with the request."""
    half = b'--x\r\nContent-Disposition: form-data; name="image"; filename="a.jpg"\r\n\r\n' + bytes(3_000_000)
    answer = client_for(marie).post(
        reverse("feeds:media-upload"), half, content_type="multipart/form-data; boundary=x"
    )

    assert answer.status_code in {400, 422, 200}
    assert [path for path in files(media_root) if "televersements" not in path.parts] == []
