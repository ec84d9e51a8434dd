"""Pages of a timeline, both ways by keyset."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from feeds import snowflake
from feeds.models import Follow
from feeds.timelines.rows import Row, visible_rows
from feeds.timelines.sources import FIRST_RUN, Cursor, Reason

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from coop.models import Account, Actor
    from feeds.timelines.sources import Source

PAGE_SIZE = 40
SHORTEST_RUN = 24
NEXT_RUN = 200
MAX_RUNS = 40
FEW_FOLLOWS = 5
SAME_BOOST = timedelta(hours=24)


@dataclass(slots=True)
class Page:
    """Rows newest first, why each is there, and the cursors of the pages around (None: nothing there)."""

    rows: list[Row]
    reasons: dict[int, list[Reason]] = field(default_factory=dict)
    newer: int | None = None
    older: int | None = None


def page(
    source: Source,
    account: Account | AnonymousUser | None,
    cursor: Cursor = Cursor(),  # noqa: B008 -- frozen
    *,
    size: int = PAGE_SIZE,
) -> Page:
    """Read one page of a timeline as this person sees it.

    Two statements when the first run of candidates fills the page, two more for each further run (many rows
    hidden from this reader). Boosts of a post already on the page within 24 hours are folded into the newer
    one."""
    actor_id: int | None = getattr(account, "actor_id", None)
    ascending = cursor.after is not None
    kept: list[Row] = []
    reasons: dict[int, list[Reason]] = defaultdict(list)
    shown: dict[int, int] = {}
    start = cursor
    read = 0
    length = FIRST_RUN
    for _ in range(MAX_RUNS):
        found, end = source.run(start, length)
        for candidate in found:
            reason = Reason(candidate.kind, candidate.via)
            if reason not in reasons[candidate.id]:
                reasons[candidate.id].append(reason)
        rows = visible_rows(
            list({candidate.id for candidate in found}),
            actor_id=actor_id,
            quiet=source.quiet,
            replies_rule=source.replies_rule,
        )
        if ascending:
            rows.reverse()
        for row in rows:
            if len(kept) <= size and not is_repeat(row, shown):
                kept.append(row)
                shown[row.original_id] = row.id
        if end is None or len(kept) > size:
            break
        start = Cursor(after=end) if ascending else Cursor(before=end)
        # What is still missing, at the rate seen so far, and half as much again.
        read += len(found)
        missing = size + 1 - len(kept)
        length = max(SHORTEST_RUN, min(NEXT_RUN, 3 * missing * read // (2 * max(1, len(kept)))))
    more = len(kept) > size or end is not None
    kept = kept[:size]
    if ascending:
        kept.reverse()
    result = Page(rows=kept, reasons={row.id: reasons[row.id] for row in kept})
    if kept:
        result.older = kept[-1].id if more or ascending else None
        result.newer = kept[0].id if (more and ascending) or cursor.before is not None else None
    return result


def is_repeat(row: Row, shown: dict[int, int]) -> bool:
    """True for a boost of a post already on the page, when the two are less than 24 hours apart."""
    other = shown.get(row.original_id)
    if other is None or (row.boost_of_id is None and row.id != other):
        return other is not None
    return abs(snowflake.time_of(other) - snowflake.time_of(row.id)) < SAME_BOOST


def follows_few(actor: Actor) -> bool:
    """True until five voices are followed: home then shows the region and the square too."""
    accepted = Follow.objects.accepted().filter(follower=actor).values_list("pk", flat=True)
    return len(accepted[:FEW_FOLLOWS]) < FEW_FOLLOWS
