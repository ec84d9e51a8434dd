"""Announcements from the open data of the Ville de Laval (CC-BY 4.0), moved into the demo's six weeks."""

from __future__ import annotations

import html
import json
import random
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import Truncator

if TYPE_CHECKING:
    from pathlib import Path

SOURCE = "Source\u00a0: Ville de Laval, données ouvertes, CC-BY 4.0 (dates déplacées pour la démonstration)"
PAGE_SOURCE = "Ville de Laval, Calendrier des activités, données ouvertes (Données Québec), CC-BY 4.0"
NBSP = "\u00a0"
TEXT_LIMIT = 490
SHORTEST = 60
SPAN_DAYS = 41
LONG_EVENT = timedelta(hours=20)

# A text that names its own date, a year or an edition cannot move with its event.
_DATED = re.compile(
    r"\b(20\d\d|janvier|février|fevrier|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre"
    r"|lundis?|mardis?|mercredis?|jeudis?|vendredis?|relâche|pâques|saint-valentin|printemps|été|hiver"
    r"|mois de l)\b",
    re.IGNORECASE,
)
_TAGS = {
    "Bibliothèques": "Bibliothèques",
    "Expositions et spectacles": "Spectacles",
    "Dehors": "PleinAir",
    "Sports": "Sports",
    "Événements et festivals": "Festival",
    "Communautaire et organismes": "VieCommunautaire",
}
_PUBLICS = {"Familles": "Familles", "Adolescents": "Jeunesse", "Aînés": "Aînés"}


@dataclass(frozen=True, slots=True)
class Announcement:
    """One post of a page of Laval: where it is said, when, and what."""

    place: str
    at: datetime
    text: str


def announcements(path: Path, until: datetime) -> list[Announcement]:
    """Give each distinct activity of the file once, in its order of dates, spread evenly up to `until`."""
    events = _distinct(json.loads(path.read_text(encoding="utf-8")))
    pick = random.Random("laval")  # noqa: S311 -- a demo that is the same everywhere, not secrets
    made = []
    for rank, event in enumerate(events):
        at = until - timedelta(days=SPAN_DAYS * (1 - rank / len(events)) + 0.4)
        at = at.replace(
            hour=pick.choice((9, 10, 11, 13, 14, 15, 16)), minute=pick.randrange(60), second=0, microsecond=0
        )
        at = min(at, until - timedelta(hours=1, minutes=pick.randrange(240)))
        starts = _local(event["start"])
        day = (at + timedelta(days=pick.randrange(3, 15))).date()
        moved = starts.replace(year=day.year, month=day.month, day=day.day)
        lasts = _local(event["end"]) - starts
        place = event["locations"][0] if event["locations"] else ""
        made.append(Announcement(place, at, _text(event, moved, lasts)))
    return made


def _distinct(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    seen: set[str] = set()
    kept = []
    for event in sorted(events, key=lambda event: (event["start"], event["title"])):
        title, excerpt = plain(event["title"]), plain(event["excerpt"])
        if title.casefold() in seen or len(excerpt) < SHORTEST or _DATED.search(f"{title} {excerpt}"):
            continue
        seen.add(title.casefold())
        kept.append(event)
    return kept


def _local(moment: str) -> datetime:
    """Read the file's hours, which are UTC without saying so."""
    return timezone.localtime(datetime.fromisoformat(moment).replace(tzinfo=UTC))


def plain(markup: str | None) -> str:
    """Take the words out of a piece of HTML."""
    text = re.sub(r"<br\s*/?>|</p>|</li>", " ", markup or "")
    text = html.unescape(re.sub(r"<[^>]+>", "", text)).replace("\u200b", "").replace("'", "’")
    return re.sub(r"\s+", " ", text).strip()


def _day(moment: datetime) -> str:
    return f"{'1er' if moment.day == 1 else moment.day} {date_format(moment, 'F')}"


def _text(event: dict[str, Any], moved: datetime, lasts: timedelta) -> str:
    where = " · ".join(event["locations"][:2])
    if lasts > LONG_EVENT:
        when = f"Du {_day(moved)} au {_day(moved + min(lasts, timedelta(days=30)))}"
    else:
        hour = f"{moved.hour}{NBSP}h{NBSP}{moved.minute:02d}".removesuffix(f"{NBSP}00")
        when = f"{date_format(moved, 'l').capitalize()} {_day(moved)}, {hour}"
    tags = ["Laval", *(_TAGS[name] for name in event["categories"] if name in _TAGS)]
    tags += [_PUBLICS[name] for name in event["clienteles"] if name in _PUBLICS]
    hashtags = " ".join(f"#{tag}" for tag in dict.fromkeys(tags))
    foot = f"{', '.join(filter(None, (when, where)))}.\n{hashtags}\n{SOURCE}"
    head = f"{plain(event['title'])}\n"
    room = TEXT_LIMIT - len(head) - len(foot) - 2
    return f"{head}{Truncator(plain(event['excerpt'])).chars(max(room, SHORTEST))}\n{foot}"
