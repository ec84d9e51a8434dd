"""Permissions by name, with a reason for each refusal. Default deny; nobody passes by being staff.

`register("feeds.edit_post", (is_author, _("…")), …)` in an app's rules.py composes predicates (one fact
each, from django-rules) in order. `refusal` gives the first reason that fails, `authorize` raises with it.
django-rules' own `has_perm` is not used: Django lets an active superuser through before any predicate runs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import rules
from django.core.exceptions import PermissionDenied

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.contrib.auth.models import AnonymousUser
    from django.utils.functional import _StrPromise

    from coop.models import Account

_sheet: dict[str, tuple[tuple[Any, Any], ...]] = {}


def register(name: str, *conditions: tuple[Callable[..., bool], str | _StrPromise]) -> None:
    """Declare what `name` (`app.verb_model`) requires: (predicate, sentence said when it fails), in order.

    Raises KeyError when the name is taken: two sheets must not disagree.
    """
    combined = rules.always_true
    for predicate, _reason in conditions:
        combined = combined & predicate
    rules.add_perm(name, combined)
    _sheet[name] = conditions


def names() -> list[str]:
    """List every registered permission, for the tests that hold a matrix of each."""
    return sorted(_sheet)


def refusal(name: str, account: Account | AnonymousUser, obj: object = None) -> str | None:
    """Say why `account` may not do `name` to `obj`, or None if they may. KeyError for an unknown name."""
    for predicate, reason in _sheet[name]:
        if not predicate(account, obj):
            return str(reason)
    return None


def allows(name: str, account: Account | AnonymousUser, obj: object = None) -> bool:
    """Tell whether `account` may do `name` to `obj`."""
    return refusal(name, account, obj) is None


def authorize(name: str, account: Account | AnonymousUser, obj: object = None) -> None:
    """Let pass, or raise PermissionDenied with the reason in French."""
    reason = refusal(name, account, obj)
    if reason is not None:
        raise PermissionDenied(reason)
