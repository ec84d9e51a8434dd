"""Publishing: time, statements and WAL of one post by an author with 1,000 followers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bench.ground import median, timed
from bench.timelines import Measure

if TYPE_CHECKING:
    from collections.abc import Iterator

RUNS = 60


def measure() -> Iterator[Measure]:
    """Publish plain posts and look at what it cost; the rows stay (a bench database is thrown away)."""
    from django.db import connection  # noqa: PLC0415 -- after django.setup()
    from django.db.models import Count  # noqa: PLC0415 -- as above
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415 -- as above

    from coop.models import Account, Actor  # noqa: PLC0415 -- as above
    from feeds.actions.posts import publish_post  # noqa: PLC0415 -- as above
    from feeds.models import Visibility  # noqa: PLC0415 -- as above

    popular = Actor.objects.annotate(n=Count("followers")).filter(n__gte=1_000).order_by("n").first()
    account: Any = Account.objects.select_related("actor").get(actor=popular)

    def publish() -> None:
        publish_post(
            account=account,
            author=account.actor,
            text="La bibliothèque de Rimouski cherche des bénévoles samedi.",
            visibility=Visibility.PUBLIC,
        )

    durations = timed(publish, runs=RUNS)
    yield Measure(f"publish to {popular.n:,} followers", median(durations), 15.0)  # type: ignore[union-attr]  # annotated
    with CaptureQueriesContext(connection) as statements:
        publish()
    yield Measure("publish: statements", len(statements), None, "")
    with connection.cursor() as cursor:
        cursor.execute("CHECKPOINT") if is_admin(cursor) else None
        cursor.execute("SELECT pg_current_wal_lsn()")
        before = cursor.fetchone()[0]
    for _ in range(RUNS):
        publish()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), %s)", [before])
        written = float(cursor.fetchone()[0])
    yield Measure("publish: WAL a post", written / RUNS / 1024, 4.0, "KiB")


def is_admin(cursor: Any) -> bool:
    cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
    return bool(cursor.fetchone()[0])
