"""Notifications: a registry of kinds that the wings fill, and what every page needs to know."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from coop.models import Notification

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from django.utils.functional import _StrPromise

    from coop.models import Account

UNREAD_SHOWN = 99


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of notification, declared by the wing that rings it.

    `load(account, subject_ids)` gives {subject_id: what the template shows} for the subjects this account may still
    see: a notification whose subject is missing from it is not shown. `template` is a Jinja2 file with a macro
    `line(notification_group, subject)`.
    """

    name: str
    label: str | _StrPromise
    load: Callable[[Account, Iterable[int]], dict[int, Any]]
    template: str
    in_app: bool = True
    by_mail: bool = True


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Declare a kind; KeyError if the name is taken."""
    if kind.name in _kinds:
        raise KeyError(kind.name)
    _kinds[kind.name] = kind


def kinds() -> list[Kind]:
    """List the kinds in the order in which they were declared."""
    return list(_kinds.values())


def kind(name: str) -> Kind:
    """Give one kind; KeyError if no wing declared it."""
    return _kinds[name]


def unread_count(account: Account | None) -> int:
    """Count unread notifications, up to 100: nobody reads a larger number."""
    if account is None:
        return 0
    unread = Notification.objects.filter(account=account, read_at__isnull=True)
    return len(unread.values_list("pk", flat=True)[: UNREAD_SHOWN + 1])
