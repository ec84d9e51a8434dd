"""Reads across the rows of the ground floor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils import timezone

from coop import parameters
from coop.models import Actor, Delegate, ParameterValue

if TYPE_CHECKING:
    from datetime import date

    from coop.models import Account
    from coop.parameters import Parameter


@dataclass(frozen=True, slots=True)
class ParameterInForce:
    """A parameter as members read it: its value today, since when and by whose decision, and what comes next."""

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
