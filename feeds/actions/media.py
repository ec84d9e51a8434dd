"""Images: receiving an upload, preparing it in the worker, putting it on a post, erasing it."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from coop.errors import ActionError
from coop.models import Account
from coop.permissions import authorize
from coop.pictures import EXTENSION, PictureRefused
from feeds import images, live
from feeds.models import Draft, MediaAttachment, Post

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.core.files.storage import Storage
    from django.core.files.uploadedfile import UploadedFile
    from django.db.models.fields.files import FieldFile

    from coop.models import Actor

UPLOAD_MAX_BYTES = 10 * 1024 * 1024
ALT_MAX = 1500
PLACEHOLDER_MAX = 1200
FORGOTTEN_AFTER = timedelta(hours=24)
DRAFTS_KEEP = timedelta(days=30)
STUCK_AFTER = timedelta(minutes=3)
SWEEP_BATCH = 500


def check_upload(file: UploadedFile[Any]) -> None:
    """Refuse at once what can be seen from outside; the rest is seen by decoding, in the worker."""
    if file.size is None or file.size > UPLOAD_MAX_BYTES:
        raise ActionError(_("Cette image dépasse 10 Mo. Choisis-en une plus légère."), field="media")
    if not file.size:
        raise ActionError(_("Ce fichier est vide."), field="media")


def receive_upload(
    *, account: Account, owner: Actor, file: UploadedFile[Any], alt: str = ""
) -> MediaAttachment:
    """Keep a raw upload until the worker has re-encoded it. Nobody is ever served the raw file.

    Its name on disk is drawn at random: neither the person's file name nor the image's id leads to it.
    """
    authorize("coop.speak_as_actor", account, owner)
    check_upload(file)
    file.name = secrets.token_hex(20)
    media = MediaAttachment(owner=owner, upload=file, alt=alt.strip()[:ALT_MAX])
    try:
        with transaction.atomic():
            media.save(force_insert=True)
            transaction.on_commit(lambda: send_to_worker(media), robust=True)
    except BaseException:
        media.upload.delete(save=False)
        raise
    return media


def send_to_worker(media: MediaAttachment) -> None:
    """Queue the preparation of an image."""
    from feeds.tasks.media import process_upload as task  # noqa: PLC0415 -- tasks call actions, and this one calls back

    task.delay(media_id=str(media.pk))


def process_upload(*, media_id: str) -> None:
    """Re-encode one upload, or refuse it with a sentence; either way the raw file is erased.

    Decoding holds no lock and no transaction. Whoever finishes first wins: a second run on the same image
    finds nothing to do, or throws its own files away.
    """
    media = MediaAttachment.objects.filter(pk=media_id, state=MediaAttachment.State.WAITING).first()
    if media is None:
        return
    try:
        with media.upload.open("rb") as raw:
            prepared = images.prepare(raw)
    except PictureRefused as refused:
        with translation.override(_language_of(media)):
            _refuse(media, refused.sentence)
        return
    except (FileNotFoundError, ValueError):
        with translation.override(_language_of(media)):
            _refuse(media, _("Cette image s’est perdue en chemin. Ajoute-la de nouveau."))
        return
    _keep(media, prepared)


def _keep(media: MediaAttachment, prepared: images.Prepared) -> None:
    """Store the two sizes under names drawn at random, then say that the image is ready."""
    storage = media.file.storage
    name = f"images/{secrets.token_hex(1)}/{secrets.token_hex(20)}"
    stored: list[str] = []
    done = 0
    try:
        stored.append(storage.save(name + EXTENSION, ContentFile(prepared.full.bytes)))
        if prepared.preview is not prepared.full:
            stored.append(storage.save(f"{name}-p{EXTENSION}", ContentFile(prepared.preview.bytes)))
        placeholder = prepared.preview.placeholder
        with transaction.atomic():
            done = MediaAttachment.objects.filter(pk=media.pk, state=MediaAttachment.State.WAITING).update(
                state=MediaAttachment.State.READY,
                file=stored[0],
                preview=stored[-1],
                upload="",
                width=prepared.full.width,
                height=prepared.full.height,
                placeholder=placeholder if len(placeholder) <= PLACEHOLDER_MAX else "",
            )
            if done:
                delete_files([media.upload])
                _tell_page(media)
    finally:
        if not done:
            for path in stored:
                storage.delete(path)


def _refuse(media: MediaAttachment, sentence: str) -> None:
    """Keep the reason for the person, and nothing of the file."""
    with transaction.atomic():
        refused = MediaAttachment.objects.filter(pk=media.pk, state=MediaAttachment.State.WAITING).update(
            state=MediaAttachment.State.REFUSED, refusal=sentence[:200], upload=""
        )
        if refused:
            delete_files([media.upload])
            _tell_page(media)


def _tell_page(media: MediaAttachment) -> None:
    """Refresh what depends on the images of the post this one is on by now, if any."""
    post = Post.objects.filter(media=media.pk).first()
    if post is None:
        return
    shown = MediaAttachment.objects.filter(post=post).exclude(state=MediaAttachment.State.REFUSED)
    # Written even when unchanged: pages keep cards by the version of the post's row.
    Post.objects.filter(pk=post.pk).update(has_media=shown.exists())
    transaction.on_commit(lambda: live.changed(post), robust=True)


def _language_of(media: MediaAttachment) -> str:
    return Account.objects.filter(actor_id=media.owner_id).values_list("language", flat=True).first() or "fr"


def attach(*, post: Post, media: Sequence[MediaAttachment]) -> None:
    """Put free images on a post, in order, in its transaction; an image serves one post only."""
    for position, attachment in enumerate(media):
        attached = (
            MediaAttachment.objects.filter(pk=attachment.pk, post__isnull=True)
            .exclude(state=MediaAttachment.State.REFUSED)
            .update(post=post, position=position, owner_id=post.author_id, alt=attachment.alt[:ALT_MAX])
        )
        if not attached:
            raise ActionError(
                _("Une des images n’est plus disponible. Retire-la et ajoute-la de nouveau."), field="media"
            )


def replace(*, post: Post, before: Sequence[MediaAttachment], media: Sequence[MediaAttachment]) -> None:
    """Leave exactly these images on a post, in this order; erase those left out."""
    kept = {attachment.pk for attachment in media}
    erase([attachment for attachment in before if attachment.pk not in kept])
    old = {attachment.pk for attachment in before}
    for position, attachment in enumerate(media):
        if attachment.pk in old:
            MediaAttachment.objects.filter(pk=attachment.pk, post=post).update(
                position=position, alt=attachment.alt[:ALT_MAX]
            )
        else:
            attach(post=post, media=[attachment])
            MediaAttachment.objects.filter(pk=attachment.pk).update(position=position)


def erase(media: Iterable[MediaAttachment]) -> None:
    """Delete these images for good: rows now, files as soon as the transaction holds."""
    for attachment in media:
        attachment_files = [f for f in (attachment.upload, attachment.file, attachment.preview) if f]
        MediaAttachment.objects.filter(pk=attachment.pk).delete()
        delete_files(attachment_files)


def delete_files(files: Iterable[FieldFile]) -> None:
    """Delete stored files on commit."""
    for file in files:
        if file.name:
            _delete_later(file.storage, file.name)


def _delete_later(storage: Storage, name: str) -> None:
    transaction.on_commit(lambda: storage.delete(name), robust=True)


def remove_upload(*, account: Account, media: MediaAttachment) -> None:
    """Throw away an image that is on no post yet."""
    authorize("feeds.use_media", account, media)
    with transaction.atomic():
        erase(MediaAttachment.objects.select_for_update().filter(pk=media.pk, post__isnull=True))


def describe(*, account: Account, media: MediaAttachment, alt: str) -> None:
    """Write the description of an image that is on no post yet."""
    authorize("feeds.use_media", account, media)
    MediaAttachment.objects.filter(pk=media.pk, post__isnull=True).update(alt=alt.strip()[:ALT_MAX])


def sweep() -> int:
    """Erase the images that nobody published, and the refused; send again those that the worker lost.

    An image waiting in a draft is kept as long as the draft lives (30 days without a change). Gives how many
    were erased.
    """
    now = timezone.now()
    old = MediaAttachment.objects.filter(post__isnull=True, created_at__lt=now - FORGOTTEN_AFTER)
    refused = MediaAttachment.objects.filter(
        post__isnull=False, state=MediaAttachment.State.REFUSED, created_at__lt=now - FORGOTTEN_AFTER
    )
    candidates = [*old.order_by("created_at")[:SWEEP_BATCH], *refused.order_by("created_at")[:SWEEP_BATCH]]
    drafts = Draft.objects.filter(
        account__actor__in={media.owner_id for media in candidates}, updated_at__gt=now - DRAFTS_KEEP
    )
    kept = {pk for fields in drafts.values_list("fields", flat=True) for pk in fields.get("media", [])}
    gone = [
        media
        for media in candidates
        if str(media.pk) not in kept or media.state == MediaAttachment.State.REFUSED
    ]
    with transaction.atomic():
        erase(gone)
    stuck = MediaAttachment.objects.filter(
        state=MediaAttachment.State.WAITING,
        created_at__lt=now - STUCK_AFTER,
        created_at__gt=now - FORGOTTEN_AFTER,
    )
    for media in stuck.order_by("created_at")[:SWEEP_BATCH]:
        send_to_worker(media)
    return len(gone)
