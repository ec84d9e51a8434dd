"""Writing a card: the shell that all readers share, filled with what is this reader's."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from django.template import engines
from django.utils.translation import get_language
from markupsafe import Markup, escape

from coop.templating import ago, number
from feeds.fragments import Fragment, slot

if TYPE_CHECKING:
    from feeds.cards import Card

FOLD = '<details class="post__cw post--filtered">'


@cache
def _macros() -> Any:
    """Load the macros of the card, once a process."""
    jinja: Any = engines["jinja2"]
    return jinja.env.get_template("feeds/_card_shell.html").make_module({"slot": slot})


def _shell(card: Card, language: str, *, signed_in: bool) -> Fragment:
    key = (language, signed_in)
    shell = card.post.markup.get(key)
    if shell is None:
        shell = card.post.markup[key] = Fragment(str(_macros().shell(card.post, signed_in=signed_in)))
    return shell


@cache
def _acts(
    _language: str, signed_in: bool, can_boost: bool, boosted: bool, liked: bool, kept: bool
) -> Fragment:
    return Fragment(str(_macros().acts(signed_in, can_boost, boosted, liked, kept)))


def _count(value: int) -> str:
    return f"<span>{number(value)}</span>" if value else ""


def _language() -> str:
    return get_language() or "fr"


def acts(card: Card, *, signed_in: bool, language: str | None = None) -> Markup:
    """Write the row of acts of a card: answer, pass on, like, keep, more."""
    fragment = _acts(
        language or _language(),
        signed_in,
        card.can_boost,
        card.is_boosted,
        card.is_favourite,
        card.is_bookmarked,
    )
    row = str(card.row_id)
    html = fragment.fill(
        {
            "row": row,
            "href": card.post.href,
            # The answer replaces this row of acts: it must know its line when that is not the post itself.
            "line": "" if card.row_id == card.post.id else f"?ligne={row}",
            "replies": _count(card.replies),
            "boosts": _count(card.boosts),
            "favourites": _count(card.favourites),
        }
    )
    return Markup(html)  # noqa: S704 -- templates' output, filled with numbers and an escaped address


def poll(card: Card, *, csrf_token: str | None) -> Markup:
    """Write the poll of a card: a form while its reader may answer, results after."""
    html: Markup = _macros().poll(card, csrf_token)
    return html


def render(card: Card, *, csrf_token: str | None, why: bool = False, classes: str = "") -> Markup:
    """Write a whole card. A reader with a token may act on it; `why` says why it is there."""
    macros = _macros()
    signed_in = csrf_token is not None
    language = _language()
    html = _shell(card, language, signed_in=signed_in).fill(
        {
            "row": str(card.row_id),
            "classes": str(escape(classes)) if classes else "",
            "ago": ago(card.post.created_at),
            "fold": f"{FOLD}{macros.folded(card.folded_by)}" if card.folded_by else "",
            "unfold": "</details>" if card.folded_by else "",
            "above": str(macros.boosted_by(card.boosted_by)) if card.boosted_by else "",
            "poll": poll(card, csrf_token=csrf_token) if card.poll else "",
            "acts": acts(card, signed_in=signed_in, language=language),
            "why": _why(card, language) if why and card.reasons else "",
        }
    )
    return Markup(html)  # noqa: S704 -- templates' output, filled with templates' output


@cache
def _reasons(_language: str, kinds: tuple[str, ...], *, boosted: bool) -> Fragment:
    return Fragment(str(_macros().why(kinds, boosted)))


def _why(card: Card, language: str) -> str:
    kinds = tuple(reason.kind for reason in card.reasons)
    via = next((reason.via for reason in card.reasons if reason.kind == "tag"), "")
    return _reasons(language, kinds, boosted=card.boosted_by is not None).fill(
        {
            "author": str(escape(card.post.author.name)),
            "booster": str(escape(card.boosted_by.name)) if card.boosted_by else "",
            "group": str(escape(card.post.group.name)) if card.post.group else "",
            "tag": str(escape(via)),
        }
    )
