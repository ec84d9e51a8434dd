"""Starter packs: composing one, and taking oneself out of one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from coop.audit import record
from coop.errors import ActionError
from coop.models import AuditEvent
from coop.permissions import authorize
from feeds.models import StarterPack, StarterPackMember
from feeds.rules import has_no_block_with

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coop.models import Account, Actor, Region

MOST_PACKS = 10
SLUG_ROOM = 50
SLUG_TRIES = 100
RESERVED_SLUGS = frozenset({"nouvelle"})
LEFT = "feeds.leave_pack"


@dataclass(frozen=True, slots=True)
class Voice:
    """One voice of a pack, with a word about why."""

    actor: Actor
    note: str = ""


def create_pack(
    *, account: Account, title: str, description: str, region: Region | None, voices: Sequence[Voice]
) -> StarterPack:
    """Offer a pack to newcomers. Its address comes from its title and stays."""
    authorize("feeds.create_pack", account)
    me = account.actor
    if StarterPack.objects.filter(curator=me).count() >= MOST_PACKS:
        raise ActionError(_("Tu as déjà dix trousses. Supprimes-en une pour en composer une autre."))
    check_voices(account, voices)
    with transaction.atomic():
        pack = _save_with_slug(
            StarterPack(title=title, description=description, region=region, curator=me), slugify(title)
        )
        _write_voices(pack, voices)
        record("feeds.create_pack", account=account, obj=pack)
    return pack


def update_pack(
    *,
    account: Account,
    pack: StarterPack,
    title: str,
    description: str,
    region: Region | None,
    voices: Sequence[Voice],
) -> StarterPack:
    """Change what a pack says and whom it lists. Who took themselves out is not put back."""
    authorize("feeds.edit_pack", account, pack)
    with transaction.atomic():
        pack = StarterPack.objects.select_for_update(of=("self",)).get(pk=pack.pk)
        check_voices(account, voices)
        check_leavers(pack, voices)
        pack.title, pack.description, pack.region = title, description, region
        pack.save(update_fields=["title", "description", "region"])
        pack.members.all().delete()
        _write_voices(pack, voices)
    return pack


def delete_pack(*, account: Account, pack: StarterPack) -> None:
    """Take a pack away; nobody is unfollowed."""
    authorize("feeds.edit_pack", account, pack)
    with transaction.atomic():
        record("feeds.delete_pack", account=account, obj=pack)
        pack.delete()


def leave_pack(*, account: Account, pack: StarterPack, actor: Actor) -> None:
    """Take oneself, or an organisation one speaks for, out of a pack. Needs nobody's leave."""
    authorize("coop.speak_as_actor", account, actor)
    with transaction.atomic():
        removed, _rows = StarterPackMember.objects.filter(pack=pack, actor=actor).delete()
        if removed:
            record(LEFT, account=account, obj=pack, data={"actor": actor.pk})


def check_voices(account: Account, voices: Sequence[Voice]) -> None:
    """Refuse a pack that is empty, too long, or lists someone who did not ask to be found."""
    if not voices:
        raise ActionError(_("Une trousse compte au moins une voix."), field="voices")
    if len(voices) > StarterPack.MAX_MEMBERS:
        raise ActionError(_("Une trousse compte au plus 25 voix."), field="voices")
    if len({voice.actor.pk for voice in voices}) < len(voices):
        raise ActionError(_("Une voix est là deux fois."), field="voices")
    for voice in voices:
        actor = voice.actor
        if actor.is_group:
            raise ActionError(
                _("@%(handle)s est un groupe\u00a0: une trousse réunit des voix.") % {"handle": actor.handle},
                field="voices",
            )
        is_offered = actor.is_discoverable or actor.pk == account.actor_id
        if not actor.is_active or not is_offered or not has_no_block_with(account, actor):
            raise ActionError(
                _("@%(handle)s n’a pas choisi de pouvoir être suggéré·e.") % {"handle": actor.handle},
                field="voices",
            )


def check_leavers(pack: StarterPack, voices: Sequence[Voice]) -> None:
    """Refuse to list again someone who left the pack: the audit trail remembers who did."""
    left = AuditEvent.objects.filter(
        kind=LEFT, object_type=StarterPack._meta.label_lower, object_id=str(pack.pk)
    ).values_list("data", flat=True)
    gone = {data.get("actor") for data in left}
    for voice in voices:
        if voice.actor.pk in gone:
            raise ActionError(
                _("@%(handle)s s’est retiré·e de cette trousse.") % {"handle": voice.actor.handle},
                field="voices",
            )


def _write_voices(pack: StarterPack, voices: Sequence[Voice]) -> None:
    StarterPackMember.objects.bulk_create(
        StarterPackMember(pack=pack, actor=voice.actor, position=position, note=voice.note)
        for position, voice in enumerate(voices, 1)
    )


def _save_with_slug(pack: StarterPack, wanted: str) -> StarterPack:
    """Save under the first free address: the title's, then with a number."""
    base = wanted[:SLUG_ROOM].strip("-") or "trousse"
    for number in range(1, SLUG_TRIES):
        pack.slug = base if number == 1 else f"{base}-{number}"
        if pack.slug in RESERVED_SLUGS or StarterPack.objects.filter(slug=pack.slug).exists():
            continue
        try:
            with transaction.atomic():
                pack.save(force_insert=True)
        except IntegrityError:
            continue  # someone took it meanwhile
        return pack
    raise ActionError(_("Ce titre est pris. Choisis-en un autre."), field="title")
