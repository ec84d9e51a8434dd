"""HTML rendered once, with slots that are filled for each reader.

Forty post cards are most of a page, and nearly all of a card is the same for everyone. A template renders
it once with `slot("name")` where something differs; filling is then a join of strings. Pure: imports no
Django."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

# Control characters cannot be typed nor pasted into a post (feeds.text drops them), so no text can make a
# slot.
OPEN, CLOSE = "\x02", "\x03"
# Templates are written for their readers, over many lines: a page needs none of that, forty times over.
_LINES = re.compile(r"\s*\n\s*")
_SLOT = re.compile(f"{OPEN}([a-z_]+){CLOSE}")


def slot(name: str) -> str:
    """Give what a template writes where `name` will be filled in."""
    return f"{OPEN}{name}{CLOSE}"


def without_slots(text: str) -> str:
    """Drop the two control characters from what people wrote."""
    return text.replace(OPEN, "").replace(CLOSE, "")


class Fragment:
    """Rendered HTML cut at its slots, its line breaks and indents folded into single spaces."""

    __slots__ = ("_names", "_pieces")

    def __init__(self, html: str) -> None:
        self._pieces = _SLOT.split(_LINES.sub(" ", html))
        self._names = [(index, self._pieces[index]) for index in range(1, len(self._pieces), 2)]

    def fill(self, values: Mapping[str, str]) -> str:
        """Give the HTML with each slot replaced by its value, already escaped; KeyError for a missing one."""
        pieces = self._pieces.copy()
        for index, name in self._names:
            pieces[index] = values[name]
        return "".join(pieces)
