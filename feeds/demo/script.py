"""Reading the demo's conversations, written by hand like the lines of a play (notation: data/README.md).

Pure: imports no Django.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

_OPENING = re.compile(r"^= (?:(?P<days>\d+) (?P<hour>\d\d):(?P<minute>\d\d)|(?P<ago>\d+[mh])) (?P<who>\w+)$")
_ANSWER = re.compile(r"^(?P<depth>\++) (?P<after>\d+[mhj]) (?P<who>\w+)$")
_OPTION = re.compile(r"^~ (?P<name>[a-z]+) ?(?P<value>.*)$")
_UNITS = {"m": "minutes", "h": "hours", "j": "days"}


@dataclass(slots=True)
class Line:
    """One post of a conversation. `parent` is the place, in the same conversation, of what it answers."""

    who: str
    at: datetime
    parent: int | None = None
    text: str = ""
    options: dict[str, str] = field(default_factory=dict)


def span(text: str) -> timedelta:
    """Read « 12m », « 3h » or « 2j »."""
    return timedelta(**{_UNITS[text[-1]]: int(text[:-1])})


def read(source: str, until: datetime) -> Iterator[list[Line]]:
    """Give each conversation in turn, dated back from `until` (aware, in local time).

    What would be said after `until` is left out, with its answers.
    """
    conversation: list[Line] = []
    path: list[int] = []
    for number, raw in enumerate(source.splitlines(), 1):
        if opening := _OPENING.match(raw):
            if conversation:
                yield said(conversation, until)
            conversation, path = [Line(opening["who"], _opening_time(opening, until))], [0]
        elif answer := _ANSWER.match(raw):
            depth = len(answer["depth"])
            if depth > len(path):
                message = f"line {number}: nothing to answer at this depth"
                raise ValueError(message)
            parent = path[depth - 1]
            # Minutes count from what is answered, or from the line above when that one came later.
            since = conversation[-1].at if depth == 1 and parent == 0 else conversation[parent].at
            at = max(since, conversation[parent].at) + span(answer["after"])
            path = [*path[:depth], len(conversation)]
            conversation.append(Line(answer["who"], at, parent))
        elif option := _OPTION.match(raw):
            conversation[-1].options[option["name"]] = option["value"]
        elif raw.strip():
            line = conversation[-1]
            line.text = f"{line.text}\n{raw}" if line.text else raw
    if conversation:
        yield said(conversation, until)


def said(conversation: list[Line], until: datetime) -> list[Line]:
    """Keep what was already said at that moment; an answer to what is left out goes with it."""
    kept: dict[int, int] = {}
    lines: list[Line] = []
    for place, line in enumerate(conversation):
        if line.at >= until or (line.parent is not None and line.parent not in kept):
            continue
        kept[place] = len(lines)
        if line.parent is not None:
            line.parent = kept[line.parent]
        lines.append(line)
    return lines


def _opening_time(match: re.Match[str], until: datetime) -> datetime:
    if match["ago"]:
        return until - span(match["ago"])
    day = until - timedelta(days=int(match["days"]))
    return day.replace(hour=int(match["hour"]), minute=int(match["minute"]), second=0, microsecond=0)
