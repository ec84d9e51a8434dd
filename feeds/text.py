"""The text of a post: its mentions, hashtags (mots-clics) and links, how long it is, how it reads as HTML.

One scanner cuts the text into tokens and everything else reads them, so that what is counted, stored and
shown can never disagree. Pure: imports no Django.
"""

from __future__ import annotations

import html
import re
import unicodedata
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

import nh3

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

URL_LENGTH = 23
"""What a link counts for, whatever its real length: nobody should choose a shortener to win room."""

URL_SHOWN = 32
TAG_MAX = 100


class Kind(Enum):
    """What a piece of text is."""

    PLAIN = "plain"
    URL = "url"
    MENTION = "mention"
    TAG = "tag"


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of text; `value` is the address, the handle in lower case or the tag without its sign."""

    kind: Kind
    text: str
    value: str


# A handle stops before `@host` or `.host`, so that addresses of other networks and e-mails stay plain text.
# An apostrophe may stand before a sign (« l’#équité »), a letter may not (« a#b »).
_PATTERN = re.compile(
    r"""
    (?P<url>(?<![\w@/])https?://[^\s<>"'«»“”\u0000-\u001f]+)
    | (?<![\w@/.&\#-])@(?P<mention>[A-Za-z0-9_]{2,30})(?![\w@]|\.\w)
    | (?<![\w@/&\#])\#(?P<tag>\w{1,100})(?!\w)
    """,
    re.VERBOSE,
)
_TRAILING = ".,;:!?…’'*_~|"
_PAIRS = {")": "(", "]": "[", "}": "{"}
_BIDI_OVERRIDES = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_REMOVED = dict.fromkeys(map(ord, _BIDI_OVERRIDES + "\ufeff"))
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae"})
_LATIN_MARKS = re.compile("[\u0300-\u036f]")
_BLANK_LINES = re.compile(r"\n[ ]*\n\s*\n?")
_CAMEL = re.compile(r"(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])|_+")


def clean(text: str) -> str:
    """Give the text as it is kept: composed letters, plain line ends, single blank lines, nothing invisible.

    Direction overrides go too: they can make a link or a name read backwards.
    """
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " "))
    text = text.translate(_REMOVED)
    kept = "".join(c for c in text if c == "\n" or unicodedata.category(c) not in {"Cc", "Cs"})
    return _BLANK_LINES.sub("\n\n", kept).strip()


def tokens(text: str) -> Iterator[Token]:
    """Cut a cleaned text into tokens; joined again, they are the text."""
    position = 0
    for match in _PATTERN.finditer(text):
        if match.start() < position:
            continue
        token = _token(match)
        if token is None:
            continue
        if match.start() > position:
            plain = text[position : match.start()]
            yield Token(Kind.PLAIN, plain, plain)
        yield token
        position = match.start() + len(token.text)
    if position < len(text):
        yield Token(Kind.PLAIN, text[position:], text[position:])


def _token(match: re.Match[str]) -> Token | None:
    if (url := match["url"]) is not None:
        url = _without_trailing(url)
        return Token(Kind.URL, url, url) if len(url) > len("https://") else None
    if (handle := match["mention"]) is not None:
        return Token(Kind.MENTION, match[0], handle.lower())
    tag = match["tag"]
    return Token(Kind.TAG, match[0], tag) if _is_tag(tag) else None


def _is_tag(tag: str) -> bool:
    """At least one letter (« #1 » is a number), and something left once folded."""
    return any(c.isalpha() for c in tag) and len(tag_slug(tag)) in range(1, TAG_MAX + 1)


def _without_trailing(url: str) -> str:
    """Leave the punctuation of the sentence out of the address, and brackets that were not opened in it."""
    while url:
        last = url[-1]
        if last in _TRAILING or (last in _PAIRS and url.count(last) > url.count(_PAIRS[last])):
            url = url[:-1]
        else:
            break
    return url


def mentions(text: str) -> list[str]:
    """List the handles named, in lower case, once each, in order."""
    return list(dict.fromkeys(t.value for t in tokens(text) if t.kind is Kind.MENTION))


def tags(text: str) -> list[str]:
    """List the hashtags as written, once each whatever their case and accents, in order."""
    found: dict[str, str] = {}
    for token in tokens(text):
        if token.kind is Kind.TAG:
            found.setdefault(tag_slug(token.value), token.value)
    return list(found.values())


def urls(text: str) -> list[str]:
    """List the addresses, once each, in order."""
    return list(dict.fromkeys(t.value for t in tokens(text) if t.kind is Kind.URL))


def length(text: str) -> int:
    """Count characters as the limit does: code points of the cleaned text, 23 for any link."""
    return sum(URL_LENGTH if t.kind is Kind.URL else len(t.text) for t in tokens(clean(text)))


def tag_slug(tag: str) -> str:
    """Fold a hashtag for its address: lower case, Latin letters without accents (« Été » → « ete »).

    Letters of other scripts stay: « #ᓄᓇᕕᒃ » is a hashtag of Nunavik.
    """
    folded = unicodedata.normalize("NFKD", tag.casefold().translate(_LIGATURES))
    return unicodedata.normalize("NFC", _LATIN_MARKS.sub("", folded))


def split_camel_case(tag: str) -> str:
    """Give the words of a hashtag, for search: « BudgetCALQ2026 » → « budget calq 2026 »."""
    words: list[str] = []
    for part in _CAMEL.split(tag):
        start = 0
        for index in range(1, len(part)):
            lower_to_upper = part[index].isupper() and not part[index - 1].isupper()
            end_of_acronym = (
                part[index].isupper()
                and part[index - 1].isupper()
                and index + 1 < len(part)
                and part[index + 1].islower()
            )
            if lower_to_upper or end_of_acronym:
                words.append(part[start:index])
                start = index
        words.append(part[start:])
    return " ".join(word.lower() for word in words if word)


def shown_url(url: str) -> str:
    """Give what is shown of an address: no scheme, no `www.`, cut with an ellipsis."""
    shown = re.sub(r"^https?://(?:www\.)?", "", url).removesuffix("/") or url
    return shown if len(shown) <= URL_SHOWN else shown[: URL_SHOWN - 1] + "…"


_ALLOWED_ATTRIBUTES = {"a": {"href", "class", "rel", "title"}}


def render(
    text: str,
    *,
    known_handles: Collection[str] = (),
    profile_url: Callable[[str], str],
    tag_url: Callable[[str], str],
) -> str:
    """Write a cleaned text as HTML: paragraphs, line breaks, links.

    Handles outside `known_handles` stay plain text. Everything is
    escaped piece by piece; nh3 then passes over the whole as a last gate.
    """
    pieces: list[str] = []
    for token in tokens(text):
        shown = html.escape(token.text, quote=False)
        if token.kind is Kind.URL:
            pieces.append(
                f'<a class="long-link" href="{html.escape(token.value)}" rel="nofollow ugc noopener"'
                f' title="{html.escape(token.value)}">{html.escape(shown_url(token.value), quote=False)}</a>'
            )
        elif token.kind is Kind.MENTION and token.value in known_handles:
            pieces.append(f'<a class="mention" href="{html.escape(profile_url(token.value))}">{shown}</a>')
        elif token.kind is Kind.TAG:
            slug = tag_slug(token.value)
            pieces.append(f'<a class="tag-link" href="{html.escape(tag_url(slug))}" rel="tag">{shown}</a>')
        else:
            pieces.append(shown.replace("\n\n", "</p><p>").replace("\n", "<br>"))
    if not pieces:
        return ""
    return nh3.clean(
        f"<p>{''.join(pieces)}</p>",
        tags={"p", "br", "a"},
        attributes=_ALLOWED_ATTRIBUTES,
        url_schemes={"http", "https"},
        link_rel=None,
    )
