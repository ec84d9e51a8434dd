"""The ground of every bench: an embedded PostgreSQL and Redis of their own, under var/bench, migrated and
seeded.
"""

from __future__ import annotations

import contextlib
import os
import statistics
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from config import services

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

BENCH_DIR = services.BASE_DIR / "var" / "bench"

# What a small production server would be given; the rest is as in config/services.
SETTINGS = {"shared_buffers": "1GB", "effective_cache_size": "4GB", "max_wal_size": "8GB"}


@contextlib.contextmanager
def standing() -> Iterator[services.Instance]:
    """Have the servers up and Django ready."""
    root = Path(os.environ.setdefault("PARVIS_VAR", str(BENCH_DIR)))
    os.environ.setdefault("PARVIS_ENV", "local")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    instance = services.Instance(root)
    with services.running(instance):
        tune(instance)
        import django  # noqa: PLC0415 -- the servers must be up before the settings are read

        django.setup()
        from django.core.management import call_command  # noqa: PLC0415 -- as above

        call_command("migrate", verbosity=0, interactive=False)
        call_command("collectstatic", verbosity=0, interactive=False)
        yield instance


def tune(instance: services.Instance) -> None:
    """Give PostgreSQL the memory of a small production server; restarts it when that changes something."""
    with contextlib.closing(services.connect(instance)) as connection, connection.cursor() as cursor:
        cursor.execute("SHOW shared_buffers")
        if cursor.fetchone()[0] == SETTINGS["shared_buffers"]:
            return
        for name, value in SETTINGS.items():
            cursor.execute(f"ALTER SYSTEM SET {name} = '{value}'")
    services.stop(instance, redis=False)
    services.start(instance, redis=False)


def timed(work: Callable[[], Any], *, runs: int, warm: int = 3) -> list[float]:
    """Run `work` several times; durations in milliseconds, sorted."""
    for _ in range(warm):
        work()
    durations = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        durations.append(1000 * (time.perf_counter() - start))
    return sorted(durations)


def median(durations: list[float]) -> float:
    return statistics.median(durations)


def percentile(durations: list[float], share: float) -> float:
    """Give the value below which `share` (0–1) of the sorted durations lie."""
    return durations[min(len(durations) - 1, int(share * len(durations)))]
