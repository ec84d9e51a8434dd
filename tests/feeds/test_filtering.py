"""Keyword filters, as a reader of French expects them to work."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds import filtering


@dataclass(frozen=True)
class Phrase:
    phrase: str
    whole_word: bool = True
    effect: str = "warn"


def finds(phrase: str, text: str, *, whole_word: bool = True) -> bool:
    return filtering.matcher([Phrase(phrase, whole_word)])(text) is not None


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("aréna", "Rendez-vous à l’ARENA du coin"),
        ("arena", "l'aréna"),
        ("ARÉNA", "aréna."),
        ("coeur", "De tout cœur"),
        ("cœur", "de tout coeur"),
        ("guerre", "l’après-guerre"),
        ("porte parole", "La porte-parole du comité"),
        ("porte-parole", "la porte parole du comité"),
        ("Trois-Rivières", "trois\u2011rivieres en fête"),
        ("aujourd'hui", "Aujourd’hui encore"),
        ("il y a", "Qu’y\u00a0a-t-il? Il\u00a0y\u00a0a de la neige"),
        ("hockey", "Vive le #hockey!"),
        ("#hockey", "Vive le #Hockey!"),
        ("hockey", "On joue : #HockeyFéminin"),
        ("festival", "#Festival2026"),
        ("tempête", "Te\u0301mpête et tempe\u0302te"),
        ("membre", "Chaque membre·s du groupe"),
        ("Trump", "Trump’s speech"),
        ("@radio_mo", "avec @radio_mo ce soir"),
        ("👍", "Bravo 👍🏽"),
        ("❤️", "Merci ❤"),
        ("100 %", "Remis à 100\u00a0% demain"),
        ("mot", "un mo\u00adt coupé et un mot"),
    ],
)
def test_whole_word_found(phrase, text):
    assert finds(phrase, text)


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("hockey", "les hockeyeurs"),
        ("art", "Un départ hâtif"),
        ("hui", "Aujourd’hui"),
        ("homme", "Conseil de prud’hommes"),
        ("don", "I don’t know"),
        ("radio", "avec @radio_mo"),
        ("été", "Été2026fest"),
        ("👩", "Une 👩\u200d🚀 dans l’espace"),
        ("il y a", "il a"),
    ],
)
def test_whole_word_not_found(phrase, text):
    assert not finds(phrase, text)


def test_part_of_word_when_asked():
    assert finds("hockey", "les hockeyeuses", whole_word=False)
    assert finds("hui", "aujourd’hui", whole_word=False)


def test_signs_of_patterns_are_only_signs():
    assert finds("c++ (2.0)", "du C++ (2.0) svp")
    assert not finds("a.c", "abc")
    assert not finds(".*", "n’importe quoi")


def test_a_filter_that_hides_goes_before_one_that_warns():
    warn, hide = Phrase("neige"), Phrase("ski", effect="hide")
    match = filtering.matcher([warn, hide])
    assert match("neige et ski") == hide
    assert match("neige") == warn
    assert match("pluie") is None


def test_no_filter_matches_nothing():
    assert filtering.matcher([])("neige") is None
    assert filtering.matcher([Phrase("\u200b")])("neige") is None


@given(st.text(max_size=200))
def test_folding_twice_changes_nothing(text):
    assert filtering.fold(filtering.fold(text)) == filtering.fold(text)


@given(st.text(max_size=80))
def test_a_text_always_contains_itself_as_a_part(text):
    if filtering.fold(text):
        assert finds(text, f"avant {text} après", whole_word=False)


WORDS = st.text(st.characters(categories=["Ll", "Lu"], max_codepoint=0xFF), min_size=2, max_size=12)


@given(WORDS, st.sampled_from(["{}", "l’{}", "« {} »", "({})", "anti-{}", "#{}", "{}, {}", "{}·e·s"]))
def test_a_word_is_found_whatever_stands_around_it(word, frame):
    assert finds(word, frame.replace("{}", word))
    assert finds(word.upper(), frame.replace("{}", word.lower())) or word.upper().lower() != word.lower()


@given(WORDS, WORDS)
def test_a_word_inside_another_is_not_found(word, longer):
    inside = f"x{word.lower()}{longer.lower()}"
    assert finds(word.lower(), inside) == (filtering.fold(word) == filtering.fold(inside))


def test_it_imports_no_django():
    tree = ast.parse(Path(filtering.__file__).read_text())
    names = {
        (node.module or "") if isinstance(node, ast.ImportFrom) else alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    assert not {name for name in names if name.startswith(("django", "coop", "feeds"))}
