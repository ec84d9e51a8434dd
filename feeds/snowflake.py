"""Ids of posts: 64-bit snowflakes, 48 bits of Unix milliseconds then 16 bits of sequence.

Sortable by time, one space for posts and boosts. The database makes them (`feeds_snowflake()`, see the first
migration); this module reads them and makes bounds. Pure: imports no Django.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

SEQUENCE_BITS = 16
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def at(moment: datetime, sequence: int = 0) -> int:
    """Give the id of `moment` (aware, rounded down to the millisecond) with this sequence number
    (0–65,535).
    """
    if not 0 <= sequence < 1 << SEQUENCE_BITS:
        message = f"sequence {sequence} does not fit in {SEQUENCE_BITS} bits"
        raise ValueError(message)
    milliseconds = (moment - EPOCH) // timedelta(milliseconds=1)
    return (milliseconds << SEQUENCE_BITS) | sequence


def time_of(snowflake: int) -> datetime:
    """Give the moment (UTC, to the millisecond) at which this id was made."""
    return EPOCH + timedelta(milliseconds=snowflake >> SEQUENCE_BITS)
