"""Keyword filters: does a text contain what a reader chose not to meet? Pure: imports no Django.

Both the phrase and the text are folded first: case, accents, ligatures, typographic apostrophes, hyphens and
invisible characters do not matter, and a hyphen counts as a space (`porte parole` finds « porte-parole »).

A whole word ends where letters, digits and the low line end. An apostrophe or a hyphen ends a word too, so
that `aréna` finds « l’aréna » and `guerre` finds « l’après-guerre »: a reader who hides a word is better
served by one post too many than by one too few. Two exceptions, where the apostrophe is inside a word:
« aujourd’hui » and « prud’homme », and the English `n't` (`don` does not find “don't”). The words of a
hashtag are also read apart, so that `hockey` finds #HockeyFéminin.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

HIDE = "hide"

_LETTERS = {"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "\u0131": "i"}
_APOSTROPHES = "’\u2018\u02bc\u2032\u0060\u00b4"
_HYPHENS = "-\u2010\u2011\u2012–—\u2212"
_SAME = str.maketrans(_LETTERS | dict.fromkeys(_APOSTROPHES, "'") | dict.fromkeys(_HYPHENS, " "))
_JOINER = "\u200d"  # holds the parts of an emoji together
_HASHTAG = re.compile(r"#(\w+)")
_CAMEL = re.compile(r"(?<=[^\W\d_A-ZÀ-ÖØ-Þ])(?=[A-ZÀ-ÖØ-Þ])|(?<=\d)(?=[^\W\d_])|(?<=[^\W\d_])(?=\d)|_")
_WORD_START = r"(?<!\w)(?<!\baujourd')(?<!\bprud')"
_WORD_END = r"(?!\w)(?!'t\b)"
_SIGN_START = f"(?<!{_JOINER})"
_SIGN_END = f"(?!{_JOINER})"


class Filter(Protocol):
    """What a filter must tell: the rows of feeds.Filter do."""

    @property
    def phrase(self) -> str: ...
    @property
    def whole_word(self) -> bool: ...
    @property
    def effect(self) -> str: ...


AnyFilter = TypeVar("AnyFilter", bound=Filter)


def fold(text: str) -> str:
    """Give what a reader would call the same text: no case, accent, ligature or invisible character."""
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text.translate(_SAME)).casefold())
    kept = "".join(
        character
        for character in folded.translate(_SAME)
        if unicodedata.category(character) != "Mn"
        and (character == _JOINER or unicodedata.category(character) != "Cf")
    )
    return " ".join(kept.split())


def matcher(filters: Iterable[AnyFilter]) -> Callable[[str], AnyFilter | None]:
    """Give the function that finds the filter a text falls under, or None; one that hides goes first.

    The patterns are compiled once for the same filters, so a page of posts costs one search each.
    """
    ordered = sorted(filters, key=lambda one: one.effect != HIDE)
    patterns = _compiled(tuple((one.phrase, one.whole_word, one.effect == HIDE) for one in ordered))
    if not patterns:
        return lambda _text: None

    def match(text: str) -> AnyFilter | None:
        read = fold(_with_hashtags_apart(text))
        for pattern in patterns:
            found = pattern.search(read)
            if found is not None and found.lastgroup is not None:
                return ordered[int(found.lastgroup.removeprefix("f"))]
        return None

    return match


@lru_cache(maxsize=1024)
def _compiled(filters: tuple[tuple[str, bool, bool], ...]) -> tuple[re.Pattern[str], ...]:
    """Compile the filters that hide, then those that warn, into one pattern each."""
    hiding: list[str] = []
    warning: list[str] = []
    for place, (phrase, whole_word, hides) in enumerate(filters):
        source = _source(phrase, whole_word=whole_word)
        if source:
            (hiding if hides else warning).append(f"(?P<f{place}>{source})")
    return tuple(re.compile("|".join(sources)) for sources in (hiding, warning) if sources)


def _source(phrase: str, *, whole_word: bool) -> str:
    """Write the pattern of one phrase; empty when nothing of it can be read."""
    folded = fold(phrase)
    if not folded or not whole_word:
        return re.escape(folded)
    start = _WORD_START if re.match(r"\w", folded) else _SIGN_START
    end = _WORD_END if re.search(r"\w\Z", folded) else _SIGN_END
    return f"{start}{re.escape(folded)}{end}"


def _with_hashtags_apart(text: str) -> str:
    """Add, after the text, the words that its hashtags are made of."""
    apart = [" ".join(filter(None, _CAMEL.split(tag))) for tag in _HASHTAG.findall(text)]
    return "\n".join([text, *apart]) if apart else text
