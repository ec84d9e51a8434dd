import io
import struct
import zlib
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from coop.errors import ActionError
from feeds import live
from feeds.actions import media as images
from feeds.actions.posts import publish_post
from feeds.models import MediaAttachment, Post, Visibility
from tests.factories.coop import make_account, make_organisation
from tests.factories.feeds import make_draft, make_media, make_post

pytestmark = pytest.mark.django_db
State = MediaAttachment.State


@pytest.fixture
def marie():
    return make_account("marie")


@pytest.fixture
def media_root(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def files(root):
    return sorted(path for path in Path(root).rglob("*") if path.is_file())


def encoded(image, kind="JPEG", **options):
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def receive(account, data, name="photo.jpg"):
    return images.receive_upload(
        account=account, owner=account.actor, file=SimpleUploadedFile(name, data), alt=" Une barque "
    )


def gps_photo(size=(3000, 1500)):
    """A photo that says where and with what it was taken."""
    exif = Image.Exif()
    exif[0x010F] = "Appareil de Marie"
    exif.get_ifd(0x8825).update({1: "N", 2: (48.0, 26.0, 55.0), 3: "W", 4: (68.0, 31.0, 26.0)})
    return encoded(Image.new("RGB", size, "steelblue"), exif=exif)


def test_a_photo_is_reencoded_in_two_sizes_without_its_metadata(
    marie, media_root, django_capture_on_commit_callbacks
):
    media = receive(marie, gps_photo())
    assert b"Appareil de Marie" in files(media_root)[0].read_bytes()
    assert media.state == State.WAITING and media.alt == "Une barque"
    with django_capture_on_commit_callbacks(execute=True):
        images.process_upload(media_id=str(media.pk))
    media = MediaAttachment.objects.get()

    assert media.state == State.READY and not media.upload
    assert (media.width, media.height) == (2048, 1024)
    assert media.placeholder.startswith("data:image/webp;base64,")
    assert len(files(media_root)) == 2
    with Image.open(media.file.path) as full, Image.open(media.preview.path) as preview:
        assert full.format == preview.format == "WEBP"
        assert preview.size == (640, 320)
        assert not full.getexif() and not preview.getexif()
    for path in files(media_root):
        assert b"Appareil de Marie" not in path.read_bytes()
        assert "photo" not in path.name and media.pk.hex not in path.name and str(media.pk) not in path.name


def test_an_animation_gives_its_first_frame(marie, media_root):
    frames = [Image.new("RGB", (60, 40), colour) for colour in ("red", "green", "blue")]
    data = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:], duration=100)
    media = receive(marie, data, "danse.gif")
    images.process_upload(media_id=str(media.pk))
    media.refresh_from_db()

    with Image.open(media.file.path) as still:
        assert getattr(still, "n_frames", 1) == 1
        assert still.convert("RGB").getpixel((30, 20))[0] > 200


def bomb():
    """A PNG of 40,000 × 40,000 pixels in a few bytes of header."""

    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 40_000, 40_000, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(b"\0" * 10_000)) + chunk(b"IEND", b"")


def endless_animation():
    frames = [Image.new("L", (2, 2), n * 37 % 251) for n in range(10_000)]
    return encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(bomb, id="bomb"),
        pytest.param(endless_animation, id="10000-frames"),
        pytest.param(lambda: b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>", id="svg"),
        pytest.param(lambda: gps_photo((400, 300))[:-200], id="truncated"),
        pytest.param(lambda: gps_photo((40, 30)) + b"PK\x03\x04" + b"x" * 200, id="polyglot"),
        pytest.param(lambda: b"GIF89a" + b"\xff" * 500, id="garbage"),
        pytest.param(lambda: b"%PDF-1.7 " + b"x" * 500, id="pdf"),
    ],
)
def test_a_hostile_file_is_refused_with_a_sentence_and_leaves_nothing(
    marie, media_root, data, django_capture_on_commit_callbacks
):
    media = receive(marie, data())
    with django_capture_on_commit_callbacks(execute=True):
        images.process_upload(media_id=str(media.pk))
    media.refresh_from_db()

    assert media.state == State.REFUSED
    assert media.refusal.endswith(".") and not media.upload and not media.file
    assert files(media_root) == []


@pytest.mark.parametrize("size", [0, images.UPLOAD_MAX_BYTES + 1])
def test_empty_and_heavy_files_are_refused_at_once(marie, media_root, size):
    with pytest.raises(ActionError):
        receive(marie, b"x" * size)

    assert files(media_root) == [] and not MediaAttachment.objects.exists()


def test_uploading_for_an_organisation_asks_for_a_delegate(marie, media_root):
    theatre = make_organisation("theatre")
    with pytest.raises(PermissionDenied):
        images.receive_upload(
            account=marie, owner=theatre.actor, file=SimpleUploadedFile("a.jpg", gps_photo((8, 8)))
        )

    assert files(media_root) == []


def test_receiving_sends_the_work_to_the_worker(marie, media_root, run_tasks):
    with run_tasks():
        media = receive(marie, gps_photo((80, 60)))
    media.refresh_from_db()

    assert media.state == State.READY


def test_a_second_run_changes_nothing(marie, media_root):
    media = receive(marie, gps_photo((80, 60)))
    images.process_upload(media_id=str(media.pk))
    before = files(media_root)
    images.process_upload(media_id=str(media.pk))

    assert files(media_root) == before


def test_an_image_erased_meanwhile_leaves_no_file(marie, media_root, monkeypatch):
    media = receive(marie, gps_photo((80, 60)))
    prepare = images.images.prepare

    def slow(raw):
        prepared = prepare(raw)
        MediaAttachment.objects.all().delete()
        return prepared

    monkeypatch.setattr(images.images, "prepare", slow)
    images.process_upload(media_id=str(media.pk))

    assert [path.parent.name for path in files(media_root)] in ([], ["televersements"])


def test_the_page_of_a_published_post_is_told_when_its_image_is_ready(
    marie, media_root, monkeypatch, django_capture_on_commit_callbacks
):
    told = []
    monkeypatch.setattr(live, "changed", lambda post: told.append(post.pk))
    media = receive(marie, gps_photo((80, 60)))
    post = publish_post(
        account=marie, author=marie.actor, text="Oh", visibility=Visibility.PUBLIC, media=[media]
    )
    with django_capture_on_commit_callbacks(execute=True):
        images.process_upload(media_id=str(media.pk))

    assert told == [post.pk]
    media.refresh_from_db()
    assert (media.state, media.post_id, media.alt) == (State.READY, post.pk, "Une barque")


def test_a_published_post_whose_only_image_is_refused_has_none(marie, media_root):
    media = receive(marie, b"pas une image")
    post = publish_post(
        account=marie, author=marie.actor, text="Oh", visibility=Visibility.PUBLIC, media=[media]
    )
    images.process_upload(media_id=str(media.pk))

    assert not Post.objects.get(pk=post.pk).has_media


def test_sweeping_erases_orphans_and_keeps_drafts(marie, media_root):
    old = timezone.now() - timedelta(hours=25)
    orphan, drafted, attached = (make_media(marie) for _ in range(3))
    recent = make_media(marie)
    refused = make_media(
        marie, state=State.REFUSED, file="", preview="", width=None, height=None, refusal="Non."
    )
    post = make_post(marie)
    MediaAttachment.objects.filter(pk=attached.pk).update(post=post)
    make_draft(marie, fields={"media": [str(drafted.pk), str(refused.pk)]})
    MediaAttachment.objects.exclude(pk=recent.pk).update(created_at=old)

    assert images.sweep() == 2
    assert set(MediaAttachment.objects.all()) == {drafted, attached, recent}
    assert orphan not in MediaAttachment.objects.all()


def test_sweeping_sends_again_what_the_worker_lost(marie, media_root, run_tasks):
    media = receive(marie, gps_photo((80, 60)))
    MediaAttachment.objects.update(created_at=timezone.now() - timedelta(minutes=10))
    with run_tasks():
        images.sweep()
    media.refresh_from_db()

    assert media.state == State.READY


def test_taking_an_upload_back(marie, media_root, django_capture_on_commit_callbacks):
    media = receive(marie, gps_photo((80, 60)))
    with pytest.raises(PermissionDenied):
        images.remove_upload(account=make_account(), media=media)
    with django_capture_on_commit_callbacks(execute=True):
        images.remove_upload(account=marie, media=media)

    assert files(media_root) == [] and not MediaAttachment.objects.exists()
