"""Parameters: numbers of the law, of a by-law or of the house, declared in code, dated in the database.

`declare` says what exists (type, bounds, default, source); rows of ParameterValue say what holds from which
day. `get("posts.max_length")` reads the value of today; the law is data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.cache import caches
from django.utils import timezone

from coop.models import ParameterValue

if TYPE_CHECKING:
    from datetime import date

    from django.utils.functional import _StrPromise

CACHE_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Parameter:
    """What a parameter is; `minimum` and `maximum` are inclusive."""

    name: str
    label: str | _StrPromise
    default: int
    minimum: int
    maximum: int
    source: str | _StrPromise


_declared: dict[str, Parameter] = {}


def declare(parameter: Parameter) -> Parameter:
    """Add a parameter to the registry; ValueError if the name is taken or the default is out of bounds."""
    if parameter.name in _declared:
        message = f"parameter {parameter.name} is declared twice"
        raise ValueError(message)
    if not parameter.minimum <= parameter.default <= parameter.maximum:
        message = f"default of {parameter.name} is out of bounds"
        raise ValueError(message)
    _declared[parameter.name] = parameter
    return parameter


def declared() -> list[Parameter]:
    """List every parameter, by name."""
    return [_declared[name] for name in sorted(_declared)]


def get(name: str, *, on: date | None = None) -> int:
    """Give the value that holds on that day (today by default); KeyError for an undeclared name."""
    parameter = _declared[name]
    day = on or timezone.localdate()
    # In the process: pages read several, and a value only changes for a day to come.
    cache = caches["local"]
    key = f"parameter:{name}:{day.isoformat()}"
    value: int | None = cache.get(key)
    if value is None:
        row = (
            ParameterValue.objects.filter(name=name, effective_on__lte=day)
            .order_by("-effective_on")
            .values_list("value", flat=True)
            .first()
        )
        value = parameter.default if row is None else int(row)
        cache.set(key, value, CACHE_SECONDS)
    return value
