"""Whole pages, logged in, through the real server: durations, rate, and the CPU of the application and of PostgreSQL."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil

from bench.ground import median, percentile, timed
from bench.load import get, load
from bench.timelines import VIEWERS, Measure
from config import services

if TYPE_CHECKING:
    from collections.abc import Iterator

REQUESTS = 300
RUNS_INSIDE = 50
WORKERS = 2


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def web(workers: int = WORKERS) -> Iterator[tuple[int, psutil.Process]]:
    """Run the web server as the Procfile does; gives its port and its process."""
    port = free_port()
    command = [
        str(Path(sys.executable).parent / "granian"), "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port),
        "--workers", str(workers), "--blocking-threads", "1", "--no-ws", "--log-level", "warning",
        "config.wsgi:application",
    ]  # fmt: skip
    process = subprocess.Popen(command, cwd=services.BASE_DIR, env=os.environ | {"PORT": str(port)})
    try:
        wait_for(port)
        yield port, psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait(10)


def wait_for(port: int) -> None:
    """Wait until something listens there; TimeoutError after 20 seconds."""
    for _ in range(200):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.1)
    raise TimeoutError(f"nothing listens on {port}")


def cookie_of(account: Any) -> str:
    """Open a session for an account and give its cookie."""
    from django.conf import settings  # noqa: PLC0415 -- after django.setup()
    from django.test import Client  # noqa: PLC0415 -- as above

    client = Client()
    client.force_login(account, backend="coop.auth.AccountBackend")
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


def cpu_of(processes: list[psutil.Process]) -> float:
    """Sum user and system seconds of these processes and of their children, gone ones included."""
    total = 0.0
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            for one in (process, *process.children(recursive=True)):
                with contextlib.suppress(psutil.NoSuchProcess):
                    times = one.cpu_times()
                    total += times.user + times.system
    return total


def inside(cookie_owner: Any) -> Iterator[Measure]:
    """Look at one warm page from inside: statements, the share of its time in SQL, its ratio to the floor."""
    from django.db import connection  # noqa: PLC0415 -- after django.setup()
    from django.test import Client  # noqa: PLC0415 -- as above

    from feeds import timelines  # noqa: PLC0415 -- as above

    client = Client(HTTP_HOST="127.0.0.1")
    client.force_login(cookie_owner, backend="coop.auth.AccountBackend")
    spent: list[float] = []

    def clock(execute: Any, *arguments: Any) -> Any:
        begun = time.perf_counter()
        try:
            return execute(*arguments)
        finally:
            spent.append(1000 * (time.perf_counter() - begun))

    def page() -> None:
        client.get("/")

    whole = median(timed(page, runs=RUNS_INSIDE))
    with connection.execute_wrapper(clock):
        page()
        statements = len(spent)
        spent.clear()
        for _ in range(RUNS_INSIDE):
            page()
    keys = [row.id for row in timelines.page(timelines.Public(), None).rows]

    def floor() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT * FROM feeds_post WHERE id = ANY(%s)", [keys])
            cursor.fetchall()

    yield Measure("home page, warm: statements (bar: at most 12)", statements, 12.0, "")
    yield Measure(
        "home page, warm: share of its time in SQL", 100 * sum(spent) / RUNS_INSIDE / whole, None, "%"
    )
    yield Measure(
        "home page, warm: times the floor (40 rows by key)", whole / median(timed(floor, runs=60)), None, "×"
    )


def measure(instance: services.Instance) -> Iterator[Measure]:
    """Measure the home page of viewers who follow 50 to 5,000 voices, alone and eight at a time."""
    from bench.timelines import account  # noqa: PLC0415 -- after django.setup()

    pid = services.postgres_pid(instance)
    postgres = [psutil.Process(pid)] if pid else []
    viewers = {follows: cookie_of(account(number)) for follows, number in VIEWERS.items()}
    with web() as (port, server):
        for cookie in viewers.values():
            load(port, [get("/", port, cookie=cookie)] * 40, concurrency=4)
        load(port, [get("/", port, cookie=viewers[200])] * 200, concurrency=8)
        for follows, cookie in viewers.items():
            requests = [get("/", port, cookie=cookie)] * REQUESTS
            before = cpu_of([server]), cpu_of(postgres)
            alone = load(port, requests, concurrency=1)
            app, database = cpu_of([server]) - before[0], cpu_of(postgres) - before[1]
            name = f"home page, {follows:,} follows"
            yield Measure(f"{name}: median alone", median(alone.durations), None)
            yield Measure(f"{name}: p95 alone", percentile(alone.durations, 0.95), 25.0)
            yield Measure(f"{name}: CPU a page, application", 1000 * app / REQUESTS, None)
            yield Measure(f"{name}: CPU a page, PostgreSQL", 1000 * database / REQUESTS, None)
            yield Measure(f"{name}: CPU a page, both", 1000 * (app + database) / REQUESTS, 8.0)
            yield Measure(f"{name}: size", alone.size / 1024, None, "KiB")
        eight = load(port, [get("/", port, cookie=viewers[200])] * 3 * REQUESTS, concurrency=8)
        yield Measure(
            "home page, 200 follows: pages a second at c = 8 (bar: at least 150)", eight.rate, None, "/s"
        )
        yield Measure("home page, 200 follows: p95 at c = 8", percentile(eight.durations, 0.95), None)
        yield from inside(account(VIEWERS[200]))
        square = load(port, [get("/public", port)] * REQUESTS, concurrency=1)
        yield Measure("public page of a visitor: median alone", median(square.durations), None)
