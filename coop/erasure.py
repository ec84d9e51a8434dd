"""What goes when a person leaves for good: each wing registers how to erase its own part."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from coop.models import Account

_erasers: dict[str, Callable[[Account], None]] = {}


def register(name: str, erase: Callable[[Account], None]) -> None:
    """Add an eraser; called from `ready()`. KeyError if the name is taken.

    It runs inside the transaction that erases the account, must be safe to run again, and removes files only
    on commit.
    """
    if name in _erasers:
        raise KeyError(name)
    _erasers[name] = erase


def erasers() -> list[Callable[[Account], None]]:
    """Give every eraser."""
    return list(_erasers.values())
