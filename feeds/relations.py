"""What stands between a reader and other people: reads for profiles, lists of people and groups."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import (
    BooleanField,
    Count,
    Exists,
    ExpressionWrapper,
    F,
    Func,
    OuterRef,
    Q,
    Subquery,
    TextField,
    Value,
)
from django.db.models.functions import Coalesce, Concat

from coop.models import Actor, Delegate
from feeds.models import Block, Follow, Group, GroupMembership, Mute

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from coop.models import Account, Region
    from coop.models.actors import ActorQuerySet
    from feeds.models.groups import GroupQuerySet

PEOPLE_FOUND = 20


@dataclass(frozen=True, slots=True)
class Tie:
    """How one reader stands towards one actor; what the follow button and the menu of a page depend on."""

    is_self: bool = False
    follows: bool = False
    has_asked: bool = False
    shows_boosts: bool = True
    is_followed_by: bool = False
    blocks: bool = False
    is_blocked_by: bool = False
    mutes: bool = False
    muted_until: datetime | None = None


def ties(me: Actor | None, ids: Iterable[int]) -> dict[int, Tie]:
    """Give the reader's tie to each of these actors: one query, whatever their number."""
    wanted = list(ids)
    if me is None or not wanted:
        return dict.fromkeys(wanted, Tie())
    them = OuterRef("pk")
    mine = Follow.objects.filter(follower=me, followed=them)
    mute = Mute.objects.current().filter(muter=me, muted=them)
    rows = Actor.objects.filter(pk__in=wanted).values_list(
        "pk",
        Exists(mine.accepted()),
        Exists(mine.pending()),
        Coalesce(Subquery(mine.values("shows_boosts")[:1]), Value(True)),
        Exists(Follow.objects.accepted().filter(follower=them, followed=me)),
        Exists(Block.objects.filter(blocker=me, blocked=them)),
        Exists(Block.objects.filter(blocker=them, blocked=me)),
        Exists(mute),
        Subquery(mute.values("expires_at")[:1]),
    )
    return {pk: Tie(pk == me.pk, *rest) for pk, *rest in rows}


def meetable(actors: ActorQuerySet, me: Actor | None) -> ActorQuerySet:
    """Keep active actors between whom and this reader there is no block."""
    actors = actors.active()
    if me is None:
        return actors
    apart = Block.objects.filter(
        Q(blocker=me, blocked=OuterRef("pk")) | Q(blocker=OuterRef("pk"), blocked=me)
    )
    return actors.filter(~Exists(apart))


class Fold(Func):
    """Names without case or accents (the expression of the index on names)."""

    function = "coop_fold"
    output_field = TextField()


def findable(me: Actor, text: str) -> list[Actor]:
    """Find people and organisations by a part of their name or handle, accents and case aside.

    Those who did not ask to be found come up only for who follows them or writes their handle in full.
    """
    words = text.strip().lstrip("@")
    if not words:
        return []
    known = Follow.objects.filter(follower=me, followed=OuterRef("pk"))
    people = meetable(Actor.objects.exclude(kind=Actor.Kind.GROUP), me)
    people = people.filter(Q(is_discoverable=True) | Q(handle=words.lower()) | Q(Exists(known)) | Q(pk=me.pk))
    names = Fold(Concat(F("display_name"), Value(" "), F("handle")))
    is_exact = ExpressionWrapper(Q(handle=words.lower()), output_field=BooleanField())
    found = people.annotate(names=names, is_exact=is_exact).filter(names__contains=Fold(Value(words)))
    return list(found.order_by("-is_exact", "display_name", "pk")[:PEOPLE_FOUND])


def shows_counts(actor: Actor) -> bool:
    """Tell whether everyone may see whom this actor follows and who follows it."""
    return actor.is_organisation or actor.shows_follows


def speaks_for(account: Account | None, actor: Actor) -> bool:
    """Tell whether this person is behind the actor: its own face, or a delegate of its organisation."""
    if account is None:
        return False
    if actor.pk == account.actor_id:
        return True
    return (
        actor.is_organisation
        and Delegate.objects.current().filter(account=account, organisation__actor=actor).exists()
    )


def follow_counts(actor: Actor) -> tuple[int, int]:
    """Count (followers, followed), for pages that may show them."""
    row = Actor.objects.filter(pk=actor.pk).values_list(
        _count(Follow.objects.accepted().filter(followed=OuterRef("pk")), "followed"),
        _count(Follow.objects.accepted().filter(follower=OuterRef("pk")), "follower"),
    )[0]
    return row[0], row[1]


def _count(rows: Any, key: str) -> Coalesce:
    counted = rows.order_by().values(key).annotate(n=Count("*")).values("n")
    return Coalesce(Subquery(counted), Value(0))


@dataclass(frozen=True, slots=True)
class GroupLine:
    """A group as the directory shows it."""

    group: Group
    members: int
    is_member: bool
    has_asked: bool


def directory(
    me: Actor | None,
    *,
    region: Region | None = None,
    kind: str = "",
    mine: bool = False,
    before: int | None = None,
    size: int = 30,
) -> tuple[list[GroupLine], int | None]:
    """Give one page of groups, newest first, and the id to ask the next page from. One query."""
    groups: GroupQuerySet = Group.objects.active().select_related("actor__region")
    if region is not None:
        groups = groups.filter(actor__region=region)
    if kind:
        groups = groups.filter(kind=kind)
    own = GroupMembership.objects.filter(group=OuterRef("pk"), actor=me)
    if mine:
        groups = groups.filter(Exists(own))
    if before is not None:
        groups = groups.filter(pk__lt=before)
    members = GroupMembership.objects.active().filter(group=OuterRef("pk"))
    rows: list[Any] = list(
        groups.annotate(
            members_count=_count(members, "group"),
            is_member=Exists(own.active()),
            has_asked=Exists(own.pending()),
        ).order_by("-pk")[: size + 1]
    )
    lines = [GroupLine(row, row.members_count, row.is_member, row.has_asked) for row in rows[:size]]
    return lines, rows[size - 1].pk if len(rows) > size else None
