"""Reads of starter packs: who is shown in them, to whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q

from feeds.models import Block, StarterPack, StarterPackMember

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet

    from coop.models import Actor, Region

PACKS_A_PAGE = 30
FACES_SHOWN = 6
FOR_NEWCOMER = 3


@dataclass(frozen=True, slots=True)
class PackLine:
    """A pack as a list shows it: how many voices this reader meets in it, and the first faces."""

    pack: StarterPack
    voices: int
    faces: list[Actor]


def shown_members(me: Actor | None) -> QuerySet[StarterPackMember]:
    """Keep the voices a reader may meet in packs: active, willing to be found, no block between them."""
    members = StarterPackMember.objects.filter(
        Q(actor__is_discoverable=True) | Q(actor=me),
        actor__suspended_at__isnull=True,
        actor__deleted_at__isnull=True,
    )
    if me is not None:
        apart = Block.objects.filter(
            Q(blocker=me, blocked=OuterRef("actor")) | Q(blocker=OuterRef("actor"), blocked=me)
        )
        members = members.filter(~Exists(apart))
    return members.select_related("actor__region").order_by("pack_id", "position")


def visible_packs(me: Actor | None) -> QuerySet[StarterPack]:
    """Keep packs whose curator is active and not at odds with the reader."""
    packs = StarterPack.objects.filter(curator__suspended_at__isnull=True, curator__deleted_at__isnull=True)
    if me is not None:
        apart = Block.objects.filter(
            Q(blocker=me, blocked=OuterRef("curator")) | Q(blocker=OuterRef("curator"), blocked=me)
        )
        packs = packs.filter(~Exists(apart))
    return packs.select_related("curator", "region")


def lines(packs: Iterable[StarterPack], me: Actor | None) -> list[PackLine]:
    """Add the voices to packs already read; one query."""
    rows = list(packs)
    faces: dict[int, list[Actor]] = {pack.pk: [] for pack in rows}
    for member in shown_members(me).filter(pack__in=rows):
        faces[member.pack_id].append(member.actor)
    return [PackLine(pack, len(faces[pack.pk]), faces[pack.pk][:FACES_SHOWN]) for pack in rows]


def page(
    me: Actor | None, *, region: Region | None = None, before: int | None = None
) -> tuple[list[PackLine], int | None]:
    """Give one page of packs, newest first, and the id to ask the next page from; two queries."""
    packs = visible_packs(me)
    if region is not None:
        packs = packs.filter(region=region)
    if before is not None:
        packs = packs.filter(pk__lt=before)
    rows = list(packs.order_by("-pk")[: PACKS_A_PAGE + 1])
    more = len(rows) > PACKS_A_PAGE
    rows = rows[:PACKS_A_PAGE]
    return lines(rows, me), rows[-1].pk if more else None


def for_newcomer(me: Actor) -> list[PackLine]:
    """Give the packs of the reader's region, then those for all of Québec; two queries."""
    packs = visible_packs(me).filter(Q(region=me.region_id) | Q(region__isnull=True))
    rows = sorted(packs.order_by("-pk")[:PACKS_A_PAGE], key=lambda pack: pack.region_id is None)
    return lines(rows[:FOR_NEWCOMER], me)
