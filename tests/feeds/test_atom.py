"""Atom documents hold what RFC 4287 asks for, whatever the words in them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from feeds import atom

NS = {"a": atom.NAMESPACE}
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
MORNING = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def an_entry(**fields):
    values = {
        "id": "tag:parvis.example,2026-11-21:publication/1",
        "title": "Bonjour",
        "href": "https://parvis.example/@moi/1",
        "author_name": "Moi",
        "author_href": "https://parvis.example/@moi",
        "published": MORNING,
        "updated": MORNING,
        "html": "<p>Bonjour & bienvenue</p>",
    }
    return atom.Entry(**(values | fields))


def a_feed(*entries, **fields):
    values = {
        "id": "tag:parvis.example,2026-11-21:visage/1",
        "title": "Moi",
        "subtitle": "",
        "href": "https://parvis.example/@moi",
        "self_href": "https://parvis.example/@moi/atom.xml",
        "language": "fr-CA",
        "born": MORNING,
        "entries": list(entries),
    }
    return atom.Feed(**(values | fields))


def parse(feed):
    return ET.fromstring(atom.write(feed))


def check_required(root):
    """Each element that sections 4.1.1 and 4.1.2 require, once; ids that are never twice the same."""
    assert root.tag == f"{{{atom.NAMESPACE}}}feed"
    for name in ("id", "title", "updated"):
        assert len(root.findall(f"a:{name}", NS)) == 1, name
    assert [link.get("rel") for link in root.findall("a:link", NS)] == ["self", "alternate"]
    ids = [root.findtext("a:id", namespaces=NS)]
    for entry in root.findall("a:entry", NS):
        for name in ("id", "title", "updated", "published", "content"):
            assert len(entry.findall(f"a:{name}", NS)) == 1, name
        assert entry.findtext("a:author/a:name", namespaces=NS)
        assert entry.find("a:link[@rel='alternate']", NS).get("href").startswith("https://")
        ids.append(entry.findtext("a:id", namespaces=NS))
    assert len(set(ids)) == len(ids)
    for moment in root.iter(f"{{{atom.NAMESPACE}}}updated"):
        assert datetime.fromisoformat(moment.text).tzinfo is not None


def test_a_feed_without_entries_is_whole():
    root = parse(a_feed())
    check_required(root)
    assert root.findtext("a:updated", namespaces=NS) == "2026-11-21T08:30:00Z"
    assert root.get(LANG) == "fr-CA"


def test_a_feed_is_as_new_as_its_newest_change():
    feed = a_feed(an_entry(updated=NOON), an_entry(id="tag:x,2026:2"))
    assert parse(feed).findtext("a:updated", namespaces=NS) == "2026-11-21T12:00:00Z"


def test_an_entry_carries_its_words_its_tags_and_its_images():
    picture = atom.Enclosure("https://media.example/1.webp", "image/webp", "Une place")
    root = parse(a_feed(an_entry(categories=["Patinoire", "Hiver"], enclosures=[picture])))
    check_required(root)
    entry = root.find("a:entry", NS)
    content = entry.find("a:content", NS)
    assert (content.get("type"), content.text) == ("html", "<p>Bonjour & bienvenue</p>")
    assert [c.get("term") for c in entry.findall("a:category", NS)] == ["Patinoire", "Hiver"]
    enclosure = entry.find("a:link[@rel='enclosure']", NS)
    assert (enclosure.get("href"), enclosure.get("type"), enclosure.get("title")) == (
        "https://media.example/1.webp",
        "image/webp",
        "Une place",
    )


def test_optional_parts_are_said_when_known():
    root = parse(
        a_feed(subtitle="Ici", author=("Moi", "https://x.example"), icon="https://x.example/i", rights="©")
    )
    for name, text in (("subtitle", "Ici"), ("icon", "https://x.example/i"), ("rights", "©")):
        assert root.findtext(f"a:{name}", namespaces=NS) == text
    assert root.findtext("a:author/a:name", namespaces=NS) == "Moi"


def test_an_id_names_the_host_the_day_and_the_thing():
    uri = atom.tag_uri("parvis.example", date(2026, 11, 21), "publication/123")
    assert uri == "tag:parvis.example,2026-11-21:publication/123"


@given(st.text(), st.text(), st.text())
def test_any_words_make_a_document_that_can_be_read(title, html, category):
    root = parse(a_feed(an_entry(title=title, html=html, categories=[category])))
    check_required(root)
    read = root.findtext("a:entry/a:content", namespaces=NS)
    assert read.replace("\n", "") == atom.clean(html).replace("\r", "\n").replace("\n", "")
