"""Opening and running the page of an organisation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from coop.actions.profile import edit_face
from coop.audit import record
from coop.errors import ActionError
from coop.handles import is_reserved
from coop.models import Account, Actor, Delegate, Organisation, OrganisationLink
from coop.permissions import authorize, refusal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.core.files import File

    from coop.models import Discipline, Municipality, Region

MAX_LINKS = 6


def create_organisation(
    *,
    account: Account,
    handle: str,
    display_name: str,
    summary: str = "",
    region: Region | None = None,
    municipality: Municipality | None = None,
    disciplines: Iterable[Discipline] = (),
    links: Iterable[tuple[str, str]] = (),
    neq: str = "",
    source: str = "",
) -> Organisation:
    """Open a public page, run by whoever opens it.

    An organisation exists in order to be found: its face is open from the start, unlike a person's.
    """
    authorize("coop.create_organisation", account)
    if is_reserved(handle):
        raise ActionError(_("Ce nom d’usage est réservé à la maison."), "handle")
    try:
        with transaction.atomic():
            actor = Actor.objects.create(
                kind=Actor.Kind.ORGANISATION,
                handle=handle,
                display_name=display_name,
                summary=summary,
                region=region,
                municipality=municipality,
                approves_followers=False,
                is_discoverable=True,
                is_indexable=True,
                shows_follows=True,
            )
            organisation = Organisation.objects.create(
                actor=actor, neq=neq, source=source, created_by=account
            )
            organisation.disciplines.set(disciplines)
            _write_links(organisation, links)
            Delegate.objects.create(
                organisation=organisation, account=account, role=Delegate.Role.MANAGER, granted_by=account
            )
            record("coop.create_organisation", account=account, obj=organisation)
    except IntegrityError as error:
        raise _taken(error) from error
    return organisation


def edit_organisation(
    *,
    account: Account,
    organisation: Organisation,
    display_name: str,
    summary: str,
    region: Region | None,
    municipality: Municipality | None,
    avatar_alt: str,
    disciplines: Iterable[Discipline],
    links: Iterable[tuple[str, str]],
    neq: str,
    picture: File[bytes] | None = None,
    remove_picture: bool = False,
) -> Organisation:
    """Change what the page says."""
    authorize("coop.manage_organisation", account, organisation)
    try:
        with transaction.atomic():
            edit_face(
                account=account,
                actor=organisation.actor,
                display_name=display_name,
                summary=summary,
                region=region,
                municipality=municipality,
                avatar_alt=avatar_alt,
                picture=picture,
                remove_picture=remove_picture,
            )
            organisation.neq = neq
            organisation.save(update_fields=["neq"])
            organisation.disciplines.set(disciplines)
            organisation.links.all().delete()
            _write_links(organisation, links)
            record("coop.edit_organisation", account=account, obj=organisation)
    except IntegrityError as error:
        raise _taken(error) from error
    return organisation


def _write_links(organisation: Organisation, links: Iterable[tuple[str, str]]) -> None:
    kept = list(links)
    if len(kept) > MAX_LINKS:
        raise ActionError(_("Six liens au plus."), "links")
    OrganisationLink.objects.bulk_create(
        OrganisationLink(organisation=organisation, label=label, url=url, position=position)
        for position, (label, url) in enumerate(kept)
    )


def _taken(error: IntegrityError) -> ActionError:
    if "neq" in str(error):
        return ActionError(_("Une autre page porte déjà ce NEQ."), "neq")
    return ActionError(_("Ce nom d’usage est déjà pris."), "handle")


def name_delegate(
    *, account: Account, organisation: Organisation, person: Account, role: str = Delegate.Role.EDITOR
) -> Delegate:
    """Let a person act for the organisation, or give them another role; the former delegation is ended."""
    authorize("coop.manage_organisation", account, organisation)
    reason = refusal("coop.create_organisation", person)
    if reason is not None:
        raise ActionError(_("Cette personne ne peut pas être déléguée en ce moment."), "handle")
    with transaction.atomic():
        Organisation.objects.select_for_update().get(pk=organisation.pk)
        current = Delegate.objects.current().filter(organisation=organisation, account=person).first()
        if current is not None and current.role == role:
            return current
        if current is not None:
            _refuse_last_manager(current)
            _end(current)
        delegate = Delegate.objects.create(
            organisation=organisation, account=person, role=role, granted_by=account
        )
        data = {"delegate": person.pk, "role": role}
        record("coop.name_delegate", account=account, obj=organisation, data=data)
    return delegate


def end_delegation(*, account: Account, delegate: Delegate) -> Delegate:
    """End a person's right to act for the organisation: by a manager, or by that very person."""
    if delegate.account_id != account.pk:
        authorize("coop.manage_organisation", account, delegate.organisation)
    with transaction.atomic():
        Organisation.objects.select_for_update().get(pk=delegate.organisation_id)
        delegate.refresh_from_db()
        if delegate.ended_at is not None:
            return delegate
        _refuse_last_manager(delegate)
        _end(delegate)
        data = {"delegate": delegate.account_id}
        record("coop.end_delegation", account=account, obj=delegate.organisation, data=data)
    return delegate


def _end(delegate: Delegate) -> None:
    delegate.ended_at = timezone.now()
    delegate.save(update_fields=["ended_at"])


def _refuse_last_manager(delegate: Delegate) -> None:
    """Keep at least one person in charge. The caller holds the organisation's lock."""
    if delegate.role != Delegate.Role.MANAGER:
        return
    others = Delegate.objects.current().filter(
        organisation_id=delegate.organisation_id, role=Delegate.Role.MANAGER
    )
    if not others.exclude(pk=delegate.pk).exists():
        raise ActionError(_("C’est la dernière personne responsable\u00a0: nommes-en une autre d’abord."))
