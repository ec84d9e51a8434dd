"""Reads across the rows of the ground floor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import prefetch_related_objects
from django.utils import timezone

from coop import parameters
from coop.models import Actor, Delegate, Organisation, ParameterValue

if TYPE_CHECKING:
    from datetime import date

    from django.contrib.auth.models import AnonymousUser

    from coop.models import Account, Discipline, Region
    from coop.parameters import Parameter


@dataclass(frozen=True, slots=True)
class ParameterInForce:
    """A parameter as members read it: its value today, whose decision, and what comes next."""

    parameter: Parameter
    value: int
    source: str
    since: date | None
    coming: list[ParameterValue]


def parameters_in_force() -> list[ParameterInForce]:
    """List every declared parameter with the value of today; one query."""
    today = timezone.localdate()
    held: dict[str, ParameterValue] = {}
    coming: dict[str, list[ParameterValue]] = {}
    for row in ParameterValue.objects.order_by("name", "effective_on"):
        if row.effective_on <= today:
            held[row.name] = row
        else:
            coming.setdefault(row.name, []).append(row)
    return [
        ParameterInForce(
            parameter,
            int(held[name].value) if name in held else parameter.default,
            held[name].source if name in held else str(parameter.source),
            held[name].effective_on if name in held else None,
            coming.get(name, []),
        )
        for parameter in parameters.declared()
        for name in (parameter.name,)
    ]


def faces(account: Account) -> list[Actor]:
    """List the faces an account may speak as: its own, then its organisations by name. One query."""
    organisations = Actor.objects.active().filter(
        organisation__delegates__in=Delegate.objects.current().filter(account=account)
    )
    return [account.actor, *organisations.order_by("display_name", "pk")]


ORGANISATIONS_A_PAGE = 30


@dataclass(frozen=True, slots=True)
class OrganisationPage:
    """A page of the directory; `newer` and `older` are the ids to ask the next pages by, or None."""

    rows: list[Organisation]
    newer: int | None
    older: int | None


def organisation_page(
    account: Account | AnonymousUser,
    *,
    region: Region | None = None,
    discipline: Discipline | None = None,
    before: int | None = None,
    after: int | None = None,
) -> OrganisationPage:
    """Read one page of the directory, newest first, by key; two queries whatever its length."""
    found = Organisation.objects.visible_to(account).select_related("actor__region", "actor__municipality")
    if region is not None:
        found = found.filter(actor__region=region)
    if discipline is not None:
        found = found.filter(disciplines=discipline)
    if after is not None:
        rows = list(found.filter(pk__gt=after).order_by("pk")[: ORGANISATIONS_A_PAGE + 1])
        more_newer, more_older = len(rows) > ORGANISATIONS_A_PAGE, True
        rows = rows[:ORGANISATIONS_A_PAGE][::-1]
    else:
        if before is not None:
            found = found.filter(pk__lt=before)
        rows = list(found.order_by("-pk")[: ORGANISATIONS_A_PAGE + 1])
        more_newer, more_older = before is not None, len(rows) > ORGANISATIONS_A_PAGE
        rows = rows[:ORGANISATIONS_A_PAGE]
    prefetch_related_objects(rows, "disciplines")
    return OrganisationPage(
        rows,
        rows[0].pk if rows and more_newer else None,
        rows[-1].pk if rows and more_older else None,
    )


def organisations_left_alone(account: Account) -> list[Actor]:
    """List the organisations that would have nobody in charge without this person."""
    managers = Delegate.objects.current().filter(role=Delegate.Role.MANAGER)
    mine = managers.filter(account=account).values("organisation_id")
    shared = managers.exclude(account=account).values("organisation_id")
    alone = Organisation.objects.filter(pk__in=mine).exclude(pk__in=shared).select_related("actor")
    return [organisation.actor for organisation in alone]
