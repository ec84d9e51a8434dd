"""Atom documents (RFC 4287) of public posts. Pure: rows in, bytes out; imports no Django.

Ids are `tag:` URIs (RFC 4151) made of the host, the day the post was published and its number: they never
change, whatever becomes of addresses.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

if TYPE_CHECKING:
    from datetime import date, datetime

NAMESPACE = "http://www.w3.org/2005/Atom"
CONTENT_TYPE = "application/atom+xml; charset=utf-8"
GENERATOR = "Parvis"

# What XML 1.0 cannot hold, even escaped (section 2.2).
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Enclosure:
    """An image of an entry."""

    href: str
    media_type: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One public post. `html` is our own clean markup, with absolute addresses."""

    id: str
    title: str
    href: str
    author_name: str
    author_href: str
    published: datetime
    updated: datetime
    html: str
    categories: list[str] = field(default_factory=list)
    enclosures: list[Enclosure] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed and its newest entries, newest first; never updated before `born`."""

    id: str
    title: str
    subtitle: str
    href: str
    self_href: str
    language: str
    born: datetime
    entries: list[Entry]
    author: tuple[str, str] | None = None
    icon: str = ""
    rights: str = ""

    @property
    def updated(self) -> datetime:
        """When something in it last changed."""
        return max((entry.updated for entry in self.entries), default=self.born)


def tag_uri(host: str, day: date, specific: str) -> str:
    """Make an id that belongs to us for ever: `tag:parvis.example,2026-11-21:publication/123`."""
    return f"tag:{host},{day.isoformat()}:{specific}"


def write(feed: Feed) -> bytes:
    """Write the document."""
    root = ET.Element("feed", {"xmlns": NAMESPACE, "xml:lang": feed.language})
    _text(root, "id", feed.id)
    _text(root, "title", feed.title)
    if feed.subtitle:
        _text(root, "subtitle", feed.subtitle)
    _text(root, "updated", moment(feed.updated))
    _link(root, "self", feed.self_href, "application/atom+xml")
    _link(root, "alternate", feed.href, "text/html")
    _text(root, "generator", GENERATOR)
    if feed.author:
        _person(root, *feed.author)
    if feed.icon:
        _text(root, "icon", feed.icon)
    if feed.rights:
        _text(root, "rights", feed.rights)
    for entry in feed.entries:
        _entry(root, entry)
    body: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return body


def _entry(root: ET.Element, entry: Entry) -> None:
    node = ET.SubElement(root, "entry")
    _text(node, "id", entry.id)
    _text(node, "title", entry.title)
    _link(node, "alternate", entry.href, "text/html")
    _text(node, "published", moment(entry.published))
    _text(node, "updated", moment(entry.updated))
    _person(node, entry.author_name, entry.author_href)
    for category in entry.categories:
        ET.SubElement(node, "category", {"term": clean(category)})
    for enclosure in entry.enclosures:
        link = _link(node, "enclosure", enclosure.href, enclosure.media_type)
        if enclosure.title:
            link.set("title", clean(enclosure.title))
    content = ET.SubElement(node, "content", {"type": "html"})
    content.text = clean(entry.html)


def _text(parent: ET.Element, name: str, value: str) -> None:
    ET.SubElement(parent, name).text = clean(value)


def _link(parent: ET.Element, rel: str, href: str, media_type: str) -> ET.Element:
    return ET.SubElement(parent, "link", {"rel": rel, "href": clean(href), "type": media_type})


def _person(parent: ET.Element, name: str, uri: str) -> None:
    author = ET.SubElement(parent, "author")
    _text(author, "name", name)
    _text(author, "uri", uri)


def moment(at: datetime) -> str:
    """Write an aware moment the way RFC 3339 wants it."""
    return at.isoformat(timespec="seconds").replace("+00:00", "Z")


def clean(text: str) -> str:
    """Leave out the control characters that XML cannot carry."""
    return _FORBIDDEN.sub("", text)
