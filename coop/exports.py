"""What an archive of a person's data holds: sections that each wing registers (Loi 25, art. 27)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from django.db.models.fields.files import FieldFile
    from django.utils.functional import _StrPromise

    from coop.models import Account


@dataclass(frozen=True, slots=True)
class Section:
    """One JSON file of the archive: what it is about, how many rows, the rows, and files that go with them.

    `rows` is read once, in order, and may be a generator: a year of posts never stands in memory. `files`
    gives (path inside the archive, stored file). `total` counts rows and files, for the progress bar only.
    """

    about: str | _StrPromise
    total: int
    rows: Iterable[dict[str, Any]]
    files: Iterable[tuple[str, FieldFile]] = field(default=())


_sections: dict[str, Callable[[Account], Section]] = {}


def register(name: str, make: Callable[[Account], Section]) -> None:
    """Add a section; called from `ready()`. `name` becomes `<name>.json`. KeyError if it is taken."""
    if name in _sections:
        raise KeyError(name)
    _sections[name] = make


def sections() -> dict[str, Callable[[Account], Section]]:
    """Give every section in the order of registration."""
    return dict(_sections)
