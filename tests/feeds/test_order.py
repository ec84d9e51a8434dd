"""There is no ranking in this house: every timeline orders by id alone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from feeds.timelines import sources
from feeds.timelines.sources import Cursor, Home, InGroup, InRegion, OfList, Profile, Public, Source, Tagged

FEEDS = Path(sources.__file__).parent.parent
BY_ID = re.compile(
    r"^(?:(?:p|tp)\.)?(?:id|post_id)(?: (?:ASC|DESC))?$|^1 (?:ASC|DESC), 2 DESC$"
    r"|^(?:a\.)?last_post_id DESC$|^near_id(?: DESC)?$"
)


class Row:
    """Stands for any row that a source names: only its key is read."""

    pk = 1
    region_id = "01"


def all_sources():
    row = Row()
    yield from (
        Home(row),
        Home(row, is_newcomer=True),
        Public(),
        InRegion(row),
        InGroup(row),
        Tagged(row),
        OfList(row),
    )
    yield from (Profile(row, tab) for tab in Profile.conditions)


def test_every_source_is_looked_at():
    def below(cls):
        for child in cls.__subclasses__():
            yield child
            yield from below(child)

    assert {type(source) for source in all_sources()} == set(below(Source))


@pytest.mark.parametrize(
    "cursor", [Cursor(), Cursor(before=9), Cursor(after=9)], ids=["newest", "older", "newer"]
)
def test_every_timeline_orders_by_id_alone(cursor):
    for source in all_sources():
        orders = re.findall(r"ORDER BY (.+?)(?= LIMIT|\)|$)", " ".join(source.statement(cursor).split()))
        assert orders
        # A voice's newest or nearest post is an id too: it only says which voices to read.
        assert [order for order in orders if not BY_ID.match(order.strip())] == []


def test_no_query_of_posts_orders_by_anything_but_an_id():
    """Posts, wherever they are listed, are ordered by an id: no counter or score decides what is first."""
    ranked = [
        f"{path.relative_to(FEEDS)}: {order}"
        for path in sorted(FEEDS.rglob("*.py"))
        if "migrations" not in path.parts
        for order in re.findall(r"order_by\(([^)]*)\)", path.read_text())
        if re.search(r"stats|favourites|boosts|replies|rank|score|similarity.*post|count", order)
    ]
    assert ranked == []
