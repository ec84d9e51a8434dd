"""Lists: a chosen few voices on a page of their own. They are private: nobody is told, nothing is audited."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from coop.errors import ActionError
from coop.permissions import authorize
from feeds import live
from feeds.models import List, ListMember
from feeds.rules import has_no_block_with

if TYPE_CHECKING:
    from coop.models import Account, Actor

MOST_LISTS = 50
MOST_VOICES = 500


def create_list(*, account: Account, name: str, is_exclusive: bool = False) -> List:
    """Begin an empty list."""
    authorize("feeds.create_list", account)
    owner = account.actor
    if List.objects.filter(owner=owner).count() >= MOST_LISTS:
        raise ActionError(_("Tu as déjà 50 listes. Supprimes-en une pour en créer une autre."))
    with transaction.atomic():
        return _save(List(owner=owner, name=_clean_name(name), is_exclusive=is_exclusive))


def update_list(*, account: Account, chosen: List, name: str, is_exclusive: bool) -> List:
    """Rename a list, or choose whether its voices leave the home page."""
    authorize("feeds.edit_list", account, chosen)
    with transaction.atomic():
        chosen.name = _clean_name(name)
        if chosen.is_exclusive != is_exclusive:
            chosen.is_exclusive = is_exclusive
            _refresh(chosen)
        return _save(chosen)


def delete_list(*, account: Account, chosen: List) -> None:
    """Delete a list; the voices on it are neither told nor unfollowed."""
    authorize("feeds.edit_list", account, chosen)
    with transaction.atomic():
        _refresh(chosen)
        chosen.delete()


def add_to_list(*, account: Account, chosen: List, actor: Actor) -> ListMember:
    """Put a voice on a list, followed or not; only what one may read of it comes up."""
    authorize("feeds.edit_list", account, chosen)
    if not actor.is_active or not has_no_block_with(account, actor):
        raise ActionError(_("Cette page n’est pas disponible."), field="handle")
    if actor.is_group:
        raise ActionError(
            _("Une liste réunit des personnes et des organisations, pas des groupes."), field="handle"
        )
    with transaction.atomic():
        others = ListMember.objects.filter(list=chosen).exclude(actor=actor)
        if others.count() >= MOST_VOICES:
            raise ActionError(_("Cette liste compte déjà 500 voix."), field="handle")
        member, created = ListMember.objects.get_or_create(list=chosen, actor=actor)
        if created:
            _refresh(chosen)
    return member


def remove_from_list(*, account: Account, chosen: List, actor: Actor) -> None:
    """Take a voice off a list."""
    authorize("feeds.edit_list", account, chosen)
    with transaction.atomic():
        removed, _rows = ListMember.objects.filter(list=chosen, actor=actor).delete()
        if removed:
            _refresh(chosen)


def _clean_name(name: str) -> str:
    cleaned = " ".join(name.split())
    if not cleaned:
        raise ActionError(_("Donne un nom à ta liste."), field="name")
    return cleaned


def _save(chosen: List) -> List:
    try:
        with transaction.atomic():
            chosen.save()
    except IntegrityError as error:
        raise ActionError(_("Tu as déjà une liste de ce nom."), field="name") from error
    return chosen


def _refresh(chosen: List) -> None:
    transaction.on_commit(lambda: live.refresh(chosen.owner_id), robust=True)
