"""The notation of the demo's conversations."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from feeds.demo import script

NOON = datetime(2026, 11, 21, 12, tzinfo=ZoneInfo("America/Toronto"))

PLAY = """
= 2 08:30 anne
~ image mer-baie: La baie
Bonjour.
Deux lignes.
+ 20m bruno
Salut!
++ 1h anne
Ça va?
+ 5m carla
Moi aussi.

= 3h bruno
Presque midi.
+ 5h anne
Trop tard : ce n’est pas encore dit.
++ 1m bruno
Ni ceci.
"""


def test_lines_are_dated_and_answer_what_they_answer():
    first, second = script.read(PLAY, NOON)
    morning = datetime(2026, 11, 19, 8, 30, tzinfo=NOON.tzinfo)
    assert [(line.who, line.at - morning, line.parent) for line in first] == [
        ("anne", timedelta(0), None),
        ("bruno", timedelta(minutes=20), 0),
        ("anne", timedelta(minutes=80), 1),
        ("carla", timedelta(minutes=85), 0),
    ]
    assert first[0].text == "Bonjour.\nDeux lignes."
    assert first[0].options == {"image": "mer-baie: La baie"}
    assert [(line.who, line.at) for line in second] == [("bruno", NOON - timedelta(hours=3))]


def test_an_answer_to_nothing_is_a_fault():
    with pytest.raises(ValueError, match="line 2"):
        list(script.read("= 1 08:00 anne\n+++ 5m bruno\nQuoi?", NOON))


@pytest.mark.parametrize(("text", "length"), [("5m", 5), ("2h", 120), ("1j", 1440)])
def test_spans(text, length):
    assert script.span(text) == timedelta(minutes=length)
