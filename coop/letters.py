"""Mails of the house: plain text first; the HTML says the same words and asks nothing of another server."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import get_language

LINK = re.compile(r"https?://\S+")
CODE = re.compile(r"[A-Z0-9-]{4,14}")


@dataclass(frozen=True, slots=True)
class Part:
    """One paragraph: words, an address alone on its line, or a code alone on its line."""

    kind: Literal["words", "link", "code"]
    text: str


def parts(text: str) -> list[Part]:
    """Cut a plain text into paragraphs."""
    found = []
    for paragraph in re.split(r"\n\s*\n", text.strip()):
        alone = paragraph.strip()
        if LINK.fullmatch(alone):
            found.append(Part("link", alone))
        elif CODE.fullmatch(alone):
            found.append(Part("code", alone))
        else:
            found.append(Part("words", alone))
    return found


def as_html(subject: str, text: str) -> str:
    """Dress a plain text as a letter."""
    context = {
        "subject": subject,
        "parts": parts(text),
        "site_name": settings.SITE["name"],
        "language": get_language() or settings.LANGUAGE_CODE,
    }
    return render_to_string("account/email/letter.html", context, using="jinja2")
