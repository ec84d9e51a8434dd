"""Statements that PostgreSQL plans once a connection.

The statement that keeps visible rows costs more to plan (2 ms) than to run (1 ms): every page would pay for
it. So each connection PREPAREs it the first time and EXECUTEs it afterwards, with a generic plan: what it
reads is bounded by its array of ids, whoever the reader is. Needs sessions of its own: no
transaction-pooling proxy in between."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary
from zlib import crc32

from django.db import connection

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_prepared: WeakKeyDictionary[Any, set[str]] = WeakKeyDictionary()


def numbered(sql: str, types: Mapping[str, str]) -> tuple[str, str]:
    """Turn `%(name)s` into `$1`, `$2`… in the order of `types`; gives the SQL and the list of types."""
    places = {name: f"${index}::{kind}" for index, (name, kind) in enumerate(types.items(), start=1)}
    return sql % places, ", ".join(types.values())


class Statement:
    """One statement with `$1`, `$2`… in it, and the types of these, such as `bigint, bigint[]`."""

    def __init__(self, name: str, types: str, sql: str) -> None:
        self.name = f"parvis_{name}_{crc32(sql.encode()):08x}"
        self.prepare = f"PREPARE {self.name} ({types}) AS {sql}"
        places = ", ".join(["%s"] * (types.count(",") + 1))
        self.execute = f"EXECUTE {self.name} ({places})"

    def fetch(self, params: Sequence[Any]) -> list[tuple[Any, ...]]:
        """Run it and give all rows."""
        with connection.cursor() as cursor:
            # Only now: opening a cursor replaces a connection that died since the last request.
            done = _prepared.setdefault(connection.connection, set())
            if self.name not in done:
                if not done:
                    cursor.execute("SET plan_cache_mode = force_generic_plan")
                cursor.execute(self.prepare)
                done.add(self.name)
            cursor.execute(self.execute, params)
            rows: list[tuple[Any, ...]] = cursor.fetchall()
            return rows
