"""Images: receiving an upload, preparing it in the worker, putting it on a post, erasing it."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from coop.errors import ActionError
from coop.permissions import authorize
from feeds.models import MediaAttachment

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.core.files.uploadedfile import UploadedFile
    from django.db.models.fields.files import FieldFile

    from coop.models import Account, Actor
    from feeds.models import Post

UPLOAD_MAX_BYTES = 10 * 1024 * 1024
ALT_MAX = 1500


def check_upload(file: UploadedFile) -> None:
    """Refuse at once what can be seen from outside; the rest is seen by decoding, in the worker."""
    if file.size is None or file.size > UPLOAD_MAX_BYTES:
        raise ActionError(_("Cette image dépasse 10 Mo. Choisis-en une plus légère."), field="media")
    if not file.size:
        raise ActionError(_("Ce fichier est vide."), field="media")


def receive_upload(*, account: Account, owner: Actor, file: UploadedFile, alt: str = "") -> MediaAttachment:
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
        transaction.on_commit(lambda file=file: file.storage.delete(file.name), robust=True)
