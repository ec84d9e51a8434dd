"""SQL of the timelines: medians beside a floor, deep pages, hidden posts, dormant voices, and query plans."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bench.ground import median, timed

if TYPE_CHECKING:
    from collections.abc import Iterator

RUNS = 60
VIEWERS = {50: 1, 200: 2, 1_000: 3, 5_000: 4}
DEPTH = 4_000


@dataclass(frozen=True, slots=True)
class Measure:
    """One line of the results: what, the median in milliseconds, the bar it is held to (None: no bar)."""

    name: str
    value: float
    bar: float | None
    unit: str = "ms"

    def __str__(self) -> str:
        bar = "—" if self.bar is None else f"≤ {self.bar:g} {self.unit}"
        kept = "" if self.bar is None else " ✓" if self.value <= self.bar else " ✗"
        return f"| {self.name} | {self.value:.1f} {self.unit} | {bar}{kept} |"


def account(number: int) -> Any:
    from coop.models import Account  # noqa: PLC0415 -- after django.setup()

    return Account.objects.select_related("actor__region").get(pk=number)


def measure() -> Iterator[Measure]:
    """Measure ids, pages, deep pages and the hard cases."""
    from django.db import connection, transaction  # noqa: PLC0415 -- after django.setup()

    from feeds import timelines  # noqa: PLC0415 -- as above
    from feeds.timelines import Cursor, Home, Public  # noqa: PLC0415 -- as above
    from feeds.timelines.pages import FIRST_RUN  # noqa: PLC0415 -- as above

    newest = timelines.page(Public(), None)
    keys = [row.id for row in newest.rows]

    def floor() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT * FROM feeds_post WHERE id = ANY(%s)", [keys])
            cursor.fetchall()

    yield Measure("floor: the same 40 rows by key", median(timed(floor, runs=RUNS)), None)
    for follows, bar in ((50, None), (200, 3.0), (1_000, 4.0), (5_000, 8.0)):
        source = Home(account(VIEWERS[follows]).actor, follows=follows)
        value = median(timed(lambda source=source: source.run(Cursor(), FIRST_RUN), runs=RUNS))
        yield Measure(f"home ids, first page, {follows:,} follows", value, bar)
    for follows in (200, 1_000, 5_000):
        viewer = account(VIEWERS[follows])
        value = median(
            timed(
                lambda viewer=viewer, follows=follows: timelines.page(
                    Home(viewer.actor, follows=follows), viewer
                ),
                runs=RUNS,
            )
        )
        yield Measure(f"home page of visible rows, {follows:,} follows", value, None)
    for follows, bar in ((200, 10.0), (5_000, 40.0)):
        viewer = account(VIEWERS[follows])
        cursor = deep_cursor(viewer)
        work = lambda viewer=viewer, cursor=cursor: timelines.page(Home(viewer.actor), viewer, cursor)  # noqa: E731
        yield Measure(
            f"home page {DEPTH:,} posts deep, {follows:,} follows", median(timed(work, runs=RUNS)), bar
        )
    with transaction.atomic():
        for follows in (200, 1_000, 5_000):
            viewer = account(VIEWERS[follows])
            hide_some(viewer)
            value = median(
                timed(
                    lambda viewer=viewer, follows=follows: timelines.page(
                        Home(viewer.actor, follows=follows), viewer
                    ),
                    runs=RUNS,
                )
            )
            yield Measure(f"home page, a third hidden, 5 % muted, {follows:,} follows", value, 10.0)
        transaction.set_rollback(True)
    with transaction.atomic():
        viewer = account(5)
        follow_dormant(viewer)
        value = median(timed(lambda: timelines.page(Home(viewer.actor, follows=200), viewer), runs=RUNS))
        yield Measure("home page, 200 dormant follows", value, 8.0)
        transaction.set_rollback(True)
    value = median(timed(lambda: timelines.page(Public(), account(VIEWERS[200])), runs=RUNS))
    yield Measure("public timeline", value, 10.0)


def deep_cursor(viewer: Any) -> Any:
    """Find the cursor that lies `DEPTH` posts down the viewer's home."""
    from feeds.timelines import Cursor, Home  # noqa: PLC0415 -- after django.setup()

    source, cursor, seen = Home(viewer.actor), Cursor(), 0
    while seen < DEPTH:
        run = source.run(cursor, 1_000)
        if run.end is None:
            break
        seen += len(run.candidates)
        cursor = Cursor(before=run.end)
    return cursor


def hide_some(viewer: Any) -> None:
    """Hide a third of the viewer's voices by blocks, and mute one in twenty (undone with the transaction)."""
    from django.db import connection  # noqa: PLC0415 -- after django.setup()

    from feeds.models import Block, Follow, Mute  # noqa: PLC0415 -- after django.setup()

    followed = list(
        Follow.objects.filter(follower=viewer.actor)
        .order_by("followed")
        .values_list("followed_id", flat=True)
    )
    Block.objects.bulk_create([Block(blocker_id=pk, blocked=viewer.actor) for pk in followed[::3]])
    Mute.objects.bulk_create([Mute(muter=viewer.actor, muted_id=pk) for pk in followed[1::20]])
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE feeds_block, feeds_mute")  # as a square that has lived would have


def follow_dormant(viewer: Any) -> None:
    """Make the viewer follow only the 200 voices that have been silent for longest."""
    from feeds.models import ActorActivity, Follow  # noqa: PLC0415 -- after django.setup()

    Follow.objects.filter(follower=viewer.actor).delete()
    silent = ActorActivity.objects.order_by("last_post_id").values_list("actor_id", flat=True)[:200]
    from django.utils import timezone  # noqa: PLC0415 -- as above

    now = timezone.now()
    Follow.objects.bulk_create(
        [
            Follow(follower=viewer.actor, followed_id=pk, accepted_at=now)
            for pk in silent
            if pk != viewer.actor_id
        ]
    )


def plans() -> Iterator[str]:
    """Check the plan of each timeline: no sequential scan of posts, no sort over more than a page times the
    legs.
    """
    from django.db import connection  # noqa: PLC0415 -- after django.setup()

    from coop.models import Region  # noqa: PLC0415 -- as above
    from feeds import timelines  # noqa: PLC0415 -- as above
    from feeds.models import Tag  # noqa: PLC0415 -- as above
    from feeds.timelines.pages import FIRST_RUN  # noqa: PLC0415 -- as above
    from feeds.timelines.sources import NEWEST  # noqa: PLC0415 -- as above

    viewer = account(VIEWERS[1_000])
    deep = deep_cursor(viewer)
    sources = {
        "home": timelines.Home(viewer.actor),
        "home of a newcomer": timelines.Home(viewer.actor, is_newcomer=True),
        "public": timelines.Public(),
        "region": timelines.InRegion(Region.objects.get(pk="06")),
        "hashtag": timelines.Tagged(Tag.objects.get(pk=1)),
        "profile": timelines.Profile(viewer.actor),
    }
    for name, source in sources.items():
        for where, cursor in (
            ("first", timelines.Cursor()),
            ("deep", deep),
            ("newer", timelines.Cursor(after=deep.before)),
        ):
            position = cursor.before if cursor.after is None else cursor.after
            params = {
                **source.params(),
                "cursor": NEWEST if position is None else position,
                "n": FIRST_RUN,
            }
            with connection.cursor() as db:
                db.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {source.statement(cursor)}", params)
                found = db.fetchone()[0]
            plan = json.loads(found) if isinstance(found, str) else found
            legs = len(source.active_legs(cursor))
            yield f"| {name}, {where} | {verdict(plan[0]['Plan'], legs)} |"


def verdict(plan: dict[str, Any], legs: int) -> str:
    """Say what is wrong with a plan, or « ✓ » with the largest sort."""
    from feeds.timelines.pages import FIRST_RUN  # noqa: PLC0415 -- after django.setup()

    largest = 0
    allowed = FIRST_RUN * FIRST_RUN * legs
    faults = []
    for node in nodes(plan):
        if node["Node Type"] == "Seq Scan" and node.get("Relation Name") == "feeds_post":
            faults.append("sequential scan of posts")
        if node["Node Type"] in {"Sort", "Incremental Sort"}:
            largest = max(largest, int(node["Plans"][0]["Actual Rows"]))
    posts_sorted = sorted_posts(plan)
    if posts_sorted > allowed:
        faults.append(f"a sort of {posts_sorted} posts")
    return ", ".join(faults) or f"✓ (largest sort of posts: {posts_sorted} rows, of voices: {largest})"


def sorted_posts(plan: dict[str, Any]) -> int:
    """Count the rows that the largest sort of posts reads (a sort of voices reads one narrow row a follow)."""
    largest = 0
    for node in nodes(plan):
        if node["Node Type"] in {"Sort", "Incremental Sort"} and any(
            inner.get("Relation Name") in {"feeds_post", "feeds_taggedpost"} for inner in nodes(node)
        ):
            key = " ".join(node.get("Sort Key", []))
            if "last_post_id" not in key and "near_id" not in key:
                largest = max(largest, int(node["Plans"][0]["Actual Rows"]))
    return largest


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for inner in plan.get("Plans", ()):
        yield from nodes(inner)
