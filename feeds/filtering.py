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
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

HIDE = "hide"

_LETTERS = {"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "\u0131": "i"}
_APOSTROPHES = "’\u2018\u02bc\u2032\u0060\u00b4"
_HYPHENS = "-\u2010\u2011\u2012–—\u2212"
_SAME = _LETTERS | dict.fromkeys(_APOSTROPHES, "'") | dict.fromkeys(_HYPHENS, " ")
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


class _Folding(dict[int, str]):
    """What each character folds to, found out the first time it is met."""

    def __missing__(self, code: int) -> str:
        folded, before = chr(code), ""
        while folded != before:
            before = folded
            plain = "".join(_SAME.get(character, character) for character in before)
            spread = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", plain).casefold())
            folded = "".join(
                character
                for character in spread
                if character == _JOINER or unicodedata.category(character) not in {"Mn", "Cf"}
            )
        self[code] = folded
        return folded


_FOLDING = _Folding()


def fold(text: str) -> str:
    """Give what a reader would call the same text: no case, accent, ligature or invisible character."""
    return " ".join(text.translate(_FOLDING).split())


class _Sought(NamedTuple):
    """One filter made ready: its folded phrase, its borders if it must be whole, its place."""

    phrase: str
    whole: re.Pattern[str] | None
    place: int


def matcher(filters: Iterable[AnyFilter]) -> Callable[[str], AnyFilter | None]:
    """Give the function that finds the filter a text falls under, or None; one that hides goes first.

    A text is first asked whether it contains the phrase at all, which costs next to nothing: two hundred
    filters on a page of forty posts stay within a few milliseconds.
    """
    ordered = sorted(filters, key=lambda one: one.effect != HIDE)
    sought = _made_ready(tuple((one.phrase, one.whole_word) for one in ordered))
    if not sought:
        return lambda _text: None

    def match(text: str) -> AnyFilter | None:
        read = fold(_with_hashtags_apart(text))
        for phrase, whole, place in sought:
            if phrase in read and (whole is None or whole.search(read)):
                return ordered[place]
        return None

    return match


@lru_cache(maxsize=1024)
def _made_ready(filters: tuple[tuple[str, bool], ...]) -> tuple[_Sought, ...]:
    """Fold and compile the filters of one reader, leaving out those of which nothing can be read."""
    return tuple(
        _Sought(folded, re.compile(_whole(folded)) if whole_word else None, place)
        for place, (phrase, whole_word) in enumerate(filters)
        if (folded := fold(phrase))
    )


def _whole(folded: str) -> str:
    """Write the pattern of a phrase that must begin and end where words do."""
    start = _WORD_START if re.match(r"\w", folded) else _SIGN_START
    end = _WORD_END if re.search(r"\w\Z", folded) else _SIGN_END
    return f"{start}{re.escape(folded)}{end}"


def _with_hashtags_apart(text: str) -> str:
    """Add, after the text, the words that its hashtags are made of."""
    apart = [" ".join(filter(None, _CAMEL.split(tag))) for tag in _HASHTAG.findall(text)]
    return "\n".join([text, *apart]) if apart else text
