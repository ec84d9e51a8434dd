"""Changing how one appears, what one opens, and which language one reads."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from django.core.files.base import ContentFile
from django.db import transaction

from coop import pictures, privacy
from coop.audit import record
from coop.errors import ActionError
from coop.models import Account, Actor, Preferences
from coop.permissions import authorize

if TYPE_CHECKING:
    from django.core.files import File

    from coop.models import Municipality, Region

AVATAR_SIDE = 400


def edit_face(
    *,
    account: Account,
    actor: Actor,
    display_name: str,
    summary: str,
    region: Region | None,
    municipality: Municipality | None,
    avatar_alt: str,
    picture: File[bytes] | None = None,
    remove_picture: bool = False,
) -> Actor:
    """Change what a face shows: one's own, or that of an organisation one speaks for."""
    authorize("coop.speak_as_actor", account, actor)
    clean = None
    if picture is not None:
        try:
            clean = pictures.reencode(picture, max_side=AVATAR_SIDE, square=True)
        except pictures.PictureRefused as refusal:
            raise ActionError(refusal.sentence, "picture") from refusal
    before = Actor.objects.get(pk=actor.pk)
    actor.display_name, actor.summary, actor.avatar_alt = display_name, summary, avatar_alt
    actor.region, actor.municipality = region, municipality
    if clean is not None:
        actor.avatar.save(f"{uuid.uuid4().hex}{pictures.EXTENSION}", ContentFile(clean.bytes), save=False)
    elif remove_picture:
        actor.avatar, actor.avatar_alt = "", ""
    changed = [
        name
        for name in (
            *("display_name", "summary", "avatar", "avatar_alt"),
            *("region_id", "municipality_id"),
        )
        if getattr(before, name) != getattr(actor, name)
    ]
    with transaction.atomic():
        actor.save(update_fields=[name.removesuffix("_id") for name in changed])
        if changed:
            record("coop.edit_face", account=account, obj=actor, data={"fields": changed})
        if "avatar" in changed and before.avatar:
            old = before.avatar
            transaction.on_commit(lambda: old.storage.delete(str(old.name)), robust=True)
    return actor


def choose_privacy(*, account: Account, choices: dict[str, Any]) -> None:
    """Keep the choices of the privacy page; each change is in the audit trail, by name and value.

    KeyError for a name that `coop.privacy.SETTINGS` does not know.
    """
    authorize("coop.edit_own_account", account)
    models = {setting.field: setting.model for setting in privacy.SETTINGS}
    rows: dict[Any, Any] = {Preferences: account.preferences, Actor: account.actor}
    changed: dict[str, Any] = {}
    for name, value in choices.items():
        row = rows[models[name]]
        if getattr(row, name) != value:
            setattr(row, name, value)
            changed[name] = value
    if not changed:
        return
    with transaction.atomic():
        for model, row in rows.items():
            fields = [name for name in changed if models[name] is model]
            if fields:
                row.save(update_fields=fields)
        record("coop.choose_privacy", account=account, obj=account, data=changed)


def choose_appearance(*, account: Account, language: str, theme: str) -> Account:
    """Keep the language and the theme, for every device."""
    authorize("coop.edit_own_account", account)
    account.language, account.theme = language, theme
    account.save(update_fields=["language", "theme"])
    return account
