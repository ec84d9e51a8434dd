"""Drafts: keeping what is being written, valid or not, until it is published or thrown away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from coop.permissions import authorize
from feeds.actions import media as images
from feeds.models import Draft, MediaAttachment

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from coop.models import Account
    from feeds.models import Post

KEPT = 100
TEXT_MAX = 20_000


def save_draft(
    *, account: Account, fields: dict[str, Any], draft_id: UUID | None = None, in_reply_to: Post | None = None
) -> Draft | None:
    """Keep the composer's fields as typed; nothing typed keeps nothing. The oldest beyond 100 go."""
    authorize("feeds.publish_post", account)
    kept = fields | {"text": str(fields.get("text", ""))[:TEXT_MAX]}
    with transaction.atomic():
        mine = Draft.objects.filter(account=account)
        if not is_worth_keeping(kept):
            if draft_id:
                mine.filter(pk=draft_id).delete()
            return None
        draft = mine.filter(pk=draft_id).first() if draft_id else None
        draft = draft or Draft(account=account)
        draft.fields = kept
        draft.in_reply_to = in_reply_to
        draft.updated_at = timezone.now()
        draft.save()
        oldest = mine.order_by("-updated_at").values_list("pk", flat=True)[KEPT:]
        mine.filter(pk__in=list(oldest)).delete()
    return draft


def is_worth_keeping(fields: dict[str, Any]) -> bool:
    """Say whether something was typed or added."""
    typed = [fields.get("text"), fields.get("content_warning"), *fields.get("poll_options", [])]
    return any(str(value or "").strip() for value in typed) or bool(fields.get("media"))


def delete_draft(*, account: Account, draft_id: UUID) -> None:
    """Throw a draft away, with the images that were waiting in it."""
    with transaction.atomic():
        draft = Draft.objects.filter(account=account, pk=draft_id).first()
        if draft is None:
            return
        waiting = MediaAttachment.objects.filter(
            pk__in=media_ids(draft), owner_id=account.actor_id, post__isnull=True
        )
        images.erase(waiting)
        draft.delete()


def forget_published(*, account: Account, draft_id: UUID) -> None:
    """Drop the draft of what has just been published; its images are on the post now."""
    Draft.objects.filter(account=account, pk=draft_id).delete()


def media_ids(draft: Draft) -> Iterable[str]:
    """List the ids of the images of a draft."""
    return [str(pk) for pk in draft.fields.get("media", [])]
