"""Rows of the ground floor for the tests. Plain functions; what is not given is sensible and visible."""

from __future__ import annotations

from itertools import count
from typing import Any

from allauth.account.models import EmailAddress
from django.utils import timezone

from coop.models import (
    Account,
    Actor,
    AuditEvent,
    DataExport,
    Delegate,
    Discipline,
    Municipality,
    Notification,
    NotificationSetting,
    Organisation,
    OrganisationLink,
    ParameterValue,
    PostalArea,
    Preferences,
    Region,
)

PASSWORD = "un-mot-de-passe-solide"

_numbers = count(1)


def make_account(
    handle: str | None = None,
    *,
    email: str | None = None,
    password: str | None = PASSWORD,
    display_name: str | None = None,
    region: Region | None = None,
    approves_followers: bool = False,
    is_discoverable: bool = True,
    language: str = "fr",
    preferences: dict[str, Any] | None = None,
    actor: dict[str, Any] | None = None,
    **fields: Any,
) -> Account:
    """Make a confirmed person with a visible face; `actor` and `preferences` give further fields."""
    handle = handle or f"personne{next(_numbers)}"
    face = make_actor(
        handle,
        display_name=display_name,
        region=region,
        approves_followers=approves_followers,
        is_discoverable=is_discoverable,
        **(actor or {}),
    )
    account = Account.objects.create_user(
        email or f"{handle}@exemple.test", password, actor=face, is_of_age=True, language=language, **fields
    )
    EmailAddress.objects.create(user=account, email=account.email, verified=True, primary=True)
    Preferences.objects.create(account=account, **(preferences or {}))
    return account


def make_actor(
    handle: str | None = None,
    *,
    kind: str = Actor.Kind.PERSON,
    display_name: str | None = None,
    **fields: Any,
) -> Actor:
    """Make a face alone, as groups and organisations have."""
    handle = handle or f"visage{next(_numbers)}"
    name = display_name or handle.replace("_", " ").title()
    return Actor.objects.create(kind=kind, handle=handle, display_name=name, **fields)


def make_organisation(
    handle: str | None = None,
    *,
    manager: Account | None = None,
    region: Region | None = None,
    disciplines: list[Discipline] | None = None,
    neq: str = "",
    display_name: str | None = None,
    **actor: Any,
) -> Organisation:
    """Make a public organisation page, run by `manager` when one is given."""
    face = {"approves_followers": False, "is_discoverable": True, "is_indexable": True, "shows_follows": True}
    organisation = Organisation.objects.create(
        actor=make_actor(
            handle or f"organisme{next(_numbers)}",
            kind=Actor.Kind.ORGANISATION,
            display_name=display_name,
            region=region,
            **(face | actor),
        ),
        neq=neq,
        created_by=manager,
    )
    organisation.disciplines.set(disciplines or [])
    if manager is not None:
        make_delegate(organisation, manager, role=Delegate.Role.MANAGER)
    return organisation


def make_organisation_link(
    organisation: Organisation, *, label: str = "Site", **fields: Any
) -> OrganisationLink:
    return OrganisationLink.objects.create(
        organisation=organisation, label=label, **({"url": "https://exemple.test/"} | fields)
    )


def make_delegate(
    organisation: Organisation, account: Account, *, role: str = Delegate.Role.EDITOR, **fields: Any
) -> Delegate:
    return Delegate.objects.create(organisation=organisation, account=account, role=role, **fields)


def make_region(code: str = "01", *, name: str | None = None) -> Region:
    """Give a region by code, made on the fly when the reference data are not loaded."""
    return Region.objects.get_or_create(
        code=code, defaults={"name": name or f"Région {code}", "slug": f"region-{code}"}
    )[0]


def make_municipality(
    code: str = "10043", *, name: str = "Rimouski", region: Region | None = None
) -> Municipality:
    return Municipality.objects.get_or_create(
        code=code, defaults={"name": name, "designation": "Ville", "region": region or make_region("01")}
    )[0]


def make_postal_area(fsa: str = "G5L", *, region: Region | None = None) -> PostalArea:
    return PostalArea.objects.get_or_create(fsa=fsa, defaults={"region": region or make_region("01")})[0]


def make_discipline(slug: str = "theatre", *, name: str | None = None) -> Discipline:
    return Discipline.objects.get_or_create(slug=slug, defaults={"name": name or slug.capitalize()})[0]


def make_notification(
    account: Account, *, kind: str = "test", group_key: str | None = None, **fields: Any
) -> Notification:
    key = group_key or f"essai:{next(_numbers)}"
    return Notification.objects.create(account=account, kind=kind, group_key=key, **fields)


def make_notification_setting(account: Account, *, kind: str = "test", **fields: Any) -> NotificationSetting:
    return NotificationSetting.objects.create(account=account, kind=kind, **fields)


def make_parameter_value(name: str, value: int, **fields: Any) -> ParameterValue:
    defaults = {"effective_on": timezone.localdate(), "source": "Résolution 1"}
    return ParameterValue.objects.create(name=name, value=value, **(defaults | fields))


def make_data_export(account: Account, **fields: Any) -> DataExport:
    return DataExport.objects.create(account=account, **fields)


def make_audit_event(account: Account | None = None, **fields: Any) -> AuditEvent:
    defaults = {
        "kind": "coop.test",
        "object_type": "coop.account",
        "object_id": str(account.pk if account else 0),
    }
    return AuditEvent.objects.create(account_id=account.pk if account else None, **(defaults | fields))
