"""The Jinja2 environment of every page: what templates may call, how dates and numbers read here."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any
from zlib import crc32

from django.conf import settings
from django.contrib.messages import get_messages
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language, gettext, ngettext, npgettext, pgettext
from jinja2 import Environment, StrictUndefined
from jinja2.ext import Extension
from jinja2.lexer import Token

from coop import notifications
from coop.devices import name_device
from coop.models import Account
from coop.navigation import navigation

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from django.http import HttpRequest
    from jinja2.lexer import TokenStream

HUES = 12
LINES = re.compile(r"[ \t]*\n\s*")
NBSP = "\u00a0"
NARROW_NBSP = "\u202f"
MINUTE = 60
HOUR = 60 * MINUTE
DAY = 24 * HOUR
WEEK_DAYS = 7


class Squeeze(Extension):
    """Fold the line breaks and indents of HTML templates when they are compiled.

    Templates are laid out for those who read them; a page of forty cards would carry that layout forty times.
    """

    def filter_stream(self, stream: TokenStream) -> Iterable[Token]:
        """Rewrite what stands between tags of the template language; mails in plain text keep their lines."""
        if stream.name is None or not stream.name.endswith(".html"):
            return stream
        return self._squeezed(stream)

    def _squeezed(self, stream: TokenStream) -> Iterator[Token]:
        for token in stream:
            if token.type == "data":
                yield Token(token.lineno, "data", LINES.sub("\n", token.value))
            else:
                yield token


def environment(**options: Any) -> Environment:
    """Build the environment: strict (an unknown name is an error), autoescaped, translated."""
    options.setdefault("undefined", StrictUndefined)
    options["autoescape"] = is_markup
    env = Environment(  # noqa: S701 -- autoescape is among the options
        extensions=["jinja2.ext.i18n", "jinja2.ext.do", Squeeze],
        trim_blocks=True,
        lstrip_blocks=True,
        **options,
    )
    env.install_gettext_callables(gettext, ngettext, newstyle=True, pgettext=pgettext, npgettext=npgettext)  # type: ignore[attr-defined]  # by the i18n extension
    env.globals.update(url=url, static=cache(static))  # a page names the sprite hundreds of times
    env.filters.update(
        datetime_fr=datetime_fr,
        ago=ago,
        number=number,
        nbsp=nbsp,
        iso=iso,
        hue=hue,
        initials=initials,
        device=name_device,
    )
    return env


def is_markup(template: str | None) -> bool:
    """Escape everything but plain text (mails and passing messages, `*.txt`)."""
    return not (template or "").endswith(".txt")


def url(name: str, *args: Any, **kwargs: Any) -> str:
    """Give the address of a route by name."""
    return reverse(name, args=args or None, kwargs=kwargs or None)


def iso(moment: datetime) -> str:
    """Give a moment for `<time datetime>`."""
    return timezone.localtime(moment).isoformat(timespec="seconds")


def datetime_fr(moment: datetime) -> str:
    """Give the whole date and hour: « 21 novembre 2026, 14 h 05 »."""
    local = timezone.localtime(moment)
    if get_language() == "en":
        return date_format(local, "F j, Y, P")
    day = "1er" if local.day == 1 else str(local.day)
    return f"{day} {date_format(local, 'F Y')}, {local.hour}{NBSP}h{NBSP}{local.minute:02d}"


def ago(moment: datetime) -> str:
    """Give a short distance in time: « 3 min », « 5 h », « hier », « 12 oct. », « 3 mars 2025 »."""
    now = timezone.now()
    seconds = int((now - moment).total_seconds())
    if seconds < HOUR:
        return _ago_in_words(get_language(), "min", max(0, seconds // MINUTE))
    if seconds < DAY:
        return _ago_in_words(get_language(), "h", seconds // HOUR)
    local, today = timezone.localtime(moment), timezone.localtime(now).date()
    days = (today - local.date()).days
    if days < WEEK_DAYS:
        return _ago_in_words(get_language(), "j", days)
    return date_format(local, "j N" if local.year == today.year else "j N Y")


@cache
def _ago_in_words(_language: str | None, unit: str, count: int) -> str:
    """Say a distance, once a language: a page says forty."""
    match unit, count:
        case "min", 0:
            return gettext("à l’instant")
        case "min", _:
            return gettext("%(count)d min") % {"count": count}
        case "h", _:
            return gettext("%(count)d h") % {"count": count}
        case "j", 1:
            return gettext("hier")
        case _:
            return gettext("%(count)d j") % {"count": count}


def number(value: float) -> str:
    """Write a number the way it is read here: « 12 345 » in French, « 12,345 » in English."""
    grouped = f"{value:,}"
    return grouped if get_language() == "en" else grouped.replace(",", NARROW_NBSP).replace(".", ",")


def nbsp(text: str) -> str:
    """Keep a short text on one line."""
    return str(text).replace(" ", NBSP)


def hue(key: object) -> int:
    """Choose one of the twelve hues of a generated face; the same key has the same hue in every process."""
    return crc32(str(key).encode()) % HUES


def initials(name: str) -> str:
    """Give one or two capital letters for a name: « Théâtre du Bic » → « TB »."""
    words = [word for word in re.findall(r"[^\W_]+", name) if word[0].isupper() or word[0].isdigit()]
    words = words or re.findall(r"[^\W_]+", name) or ["?"]
    last: str = words[-1][0] if len(words) > 1 else ""
    return f"{words[0][0]}{last}".upper()


def context(request: HttpRequest) -> dict[str, Any]:
    """Give every template the person, the site and the counters; each costs a query only where shown."""
    account = request.user if isinstance(request.user, Account) else None
    return {
        "account": account,
        "actor": account.actor if account else None,
        "site": settings.SITE,
        "csp_nonce": getattr(request, "csp_nonce", ""),
        "messages": get_messages(request),
        "navigation": SimpleLazyObject(lambda: navigation(request)),
        "unread_notifications": SimpleLazyObject(lambda: _unread(request, account)),
        "language": get_language(),
    }


def _unread(request: HttpRequest, account: Account | None) -> int:
    """Count unread notifications, unless the view already did (home reads them with the rest)."""
    counted: int | None = getattr(request, "unread_notifications", None)
    return notifications.unread_count(account) if counted is None else counted
