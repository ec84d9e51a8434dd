"""Timelines: strictly chronological pages of posts, pulled when they are read.

Nothing is fanned out on write and nothing is ranked: every timeline orders by id alone, and an id tells the
time. A page is made in two steps. *Candidates*: a gap-free run of ids, newest first, from the sources of
the timeline, straight from indexes. *Visible rows*: those of them that this reader may see and wants to see
(visibility, mutes, the reply rule), in one statement. Too few left: the next run of candidates, until the
page is full.

Home's sources are bounded whatever the number of follows: the n followed actors with the newest last post
hold the n newest posts of all followed actors (were the author of one of these n not among them, n others
would each have a newer post). Deeper pages start from the newest post of each followed actor below the
cursor.

Cost: read O(page) rows and O(follows) index probes, write O(1).
"""

from feeds.timelines.pages import FEW_FOLLOWS, PAGE_SIZE, Page, follows_few, page
from feeds.timelines.rows import Row, readers_of, visible_rows
from feeds.timelines.sources import (
    Cursor,
    Home,
    InGroup,
    InRegion,
    OfList,
    Profile,
    Public,
    Reason,
    Source,
    Tagged,
)

__all__ = [
    "FEW_FOLLOWS",
    "PAGE_SIZE",
    "Cursor",
    "Home",
    "InGroup",
    "InRegion",
    "OfList",
    "Page",
    "Profile",
    "Public",
    "Reason",
    "Row",
    "Source",
    "Tagged",
    "follows_few",
    "page",
    "readers_of",
    "visible_rows",
]
