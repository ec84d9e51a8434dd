"""Audiences of a post, and the one place that decides who may see which post."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from coop.models import Delegate


class Visibility(models.IntegerChoices):
    """Who may read a post, widest first."""

    PUBLIC = 0, _("Tout le monde")
    MEMBERS = 1, _("Membres")
    GROUP = 2, _("Groupe")
    FOLLOWERS = 3, _("Abonné·es")
    MENTIONED = 4, _("Personnes mentionnées")


class ReplyControl(models.IntegerChoices):
    """Who may reply to a post, among those who may read it."""

    EVERYONE = 0, _("Tout le monde")
    FOLLOWERS = 1, _("Mes abonné·es")
    MENTIONED = 2, _("Les personnes mentionnées")


Reader = int | OuterRef | None
"""Who reads: the id of a person's actor, a reference to it in an outer query, or None for a visitor."""


def within(reader: Reader) -> Any:
    """Name the reader from one subquery deeper."""
    return OuterRef(reader) if isinstance(reader, OuterRef) else reader


def visible_to_condition(reader: Reader, prefix: str = "") -> Q:
    """Say which posts this reader may read; `prefix` reaches a related post.

    A post is readable when it is not deleted, its author is active, neither of the two blocks the other,
    and its audience includes the reader: everyone, any account, the active members of its group, the
    accepted followers of its author, the people it mentions; its author and the delegates of its
    organisation always. Mutes and filters are not visibility: they belong to timelines."""
    from feeds.models import Block, Follow, GroupMembership, Mention  # noqa: PLC0415 -- circular: they name Post

    def row(**lookups: object) -> Q:
        return Q(**{f"{prefix}{name}": value for name, value in lookups.items()})

    standing = row(
        deleted_at__isnull=True, author__suspended_at__isnull=True, author__deleted_at__isnull=True
    )
    if reader is None:
        return standing & row(visibility=Visibility.PUBLIC)

    author, me = OuterRef(f"{prefix}author_id"), within(reader)
    blocked = Exists(
        Block.objects.filter(Q(blocker_id=author, blocked_id=me) | Q(blocker_id=me, blocked_id=author))
    )
    mentioned = Exists(Mention.objects.filter(post_id=OuterRef(f"{prefix}pk"), actor_id=me))
    follows = Exists(Follow.objects.accepted().filter(follower_id=me, followed_id=author))
    in_group = Exists(
        GroupMembership.objects.active().filter(actor_id=me, group_id=OuterRef(f"{prefix}group_id"))
    )
    speaks_for = Exists(
        Delegate.objects.current().filter(account__actor_id=me, organisation__actor_id=author)
    )
    audience = (
        row(visibility__lte=Visibility.MEMBERS)
        | row(author_id=reader)
        | (row(visibility=Visibility.GROUP) & Q(in_group))
        | (row(visibility=Visibility.FOLLOWERS) & (Q(follows) | Q(mentioned)))
        | (row(visibility=Visibility.MENTIONED) & Q(mentioned))
        | (row(visibility__gte=Visibility.GROUP) & Q(speaks_for))
    )
    return standing & audience & ~Q(blocked)


def visible_rows(reader: Reader) -> Q:
    """Say which rows of the timelines' table a reader may see: posts, and boosts whose original is visible
    too.
    """
    original = visible_to_condition(reader, "boost_of__")
    return visible_to_condition(reader) & (Q(boost_of__isnull=True) | original)
