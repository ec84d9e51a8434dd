"""Live delivery: thousands of sockets on one Daphne process, one post; the last notice, and the memory of a socket."""

from __future__ import annotations

import asyncio
import contextlib
import os
import resource
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil

from bench.ground import median
from bench.pages import free_port, wait_for
from bench.timelines import Measure
from config import services

if TYPE_CHECKING:
    from collections.abc import Iterator

ROUNDS = 5
AUTHOR = 1
OPENED_AT_ONCE = 50


def sessions(count: int) -> list[str]:
    """Open one session for each of the first `count` accounts after the author, and make them follow the author."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: PLC0415 -- after setup
    from django.contrib.sessions.backends.db import SessionStore  # noqa: PLC0415 -- as above
    from django.contrib.sessions.models import Session  # noqa: PLC0415 -- as above
    from django.utils import timezone  # noqa: PLC0415 -- as above
    from django.utils.crypto import get_random_string  # noqa: PLC0415 -- as above

    from coop.models import Account  # noqa: PLC0415 -- as above
    from feeds.models import Follow  # noqa: PLC0415 -- as above

    store, keys, rows, follows, now = SessionStore(), [], [], [], timezone.now()
    for account in Account.objects.exclude(pk=AUTHOR).order_by("pk")[:count]:
        key = get_random_string(32, "abcdefghijklmnopqrstuvwxyz0123456789")
        values = {
            SESSION_KEY: str(account.pk),
            BACKEND_SESSION_KEY: "coop.auth.AccountBackend",
            HASH_SESSION_KEY: account.get_session_auth_hash(),
        }
        rows.append(Session(key, store.encode(values), now + timedelta(days=1)))
        follows.append(Follow(follower_id=account.actor_id, followed_id=AUTHOR, accepted_at=now))
        keys.append(key)
    Session.objects.bulk_create(rows, batch_size=1000)
    Follow.objects.bulk_create(follows, batch_size=1000, ignore_conflicts=True)
    return keys


@contextlib.contextmanager
def daphne() -> Iterator[tuple[int, psutil.Process]]:
    """Run one Daphne process, as the Procfile does."""
    port = free_port()
    program = str(Path(sys.executable).parent / "daphne")
    command = [
        program,
        "--bind",
        "127.0.0.1",
        "--port",
        str(port),
        "--verbosity",
        "0",
        "config.asgi:application",
    ]
    process = subprocess.Popen(command, cwd=services.BASE_DIR, env=os.environ)
    try:
        wait_for(port)
        yield port, psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait(20)


class Client:
    """Many sockets in one process, each counting what it hears."""

    def __init__(self, port: int, cookie: str) -> None:
        self.port, self.cookie = port, cookie
        self.readers: list[asyncio.StreamReader] = []
        self.writers: list[asyncio.StreamWriter] = []

    async def open(self, keys: list[str]) -> None:
        """Open one socket a session, a few at a time."""
        gate = asyncio.Semaphore(OPENED_AT_ONCE)

        async def one(key: str) -> None:
            async with gate:
                reader, writer = await asyncio.open_connection("127.0.0.1", self.port, limit=1 << 12)
                writer.write(
                    (
                        f"GET /direct?sujet=home HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: http://127.0.0.1\r\n"
                        f"Cookie: {self.cookie}={key}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
                    ).encode()
                )
                head = await reader.readuntil(b"\r\n\r\n")
                if b" 101 " not in head:
                    raise ConnectionError(head.decode())
                self.readers.append(reader)
                self.writers.append(writer)

        await asyncio.gather(*(one(key) for key in keys))

    async def hear(self) -> None:
        """Wait until every socket has received one text frame."""

        async def one(reader: asyncio.StreamReader) -> None:
            while True:
                head = await reader.readexactly(2)
                body = await reader.readexactly(head[1] & 0x7F)
                if head[0] == 0x81 and b'"new"' in body:  # noqa: PLR2004 -- a final text frame (RFC 6455)
                    return

        await asyncio.gather(*(one(reader) for reader in self.readers))

    async def close(self) -> None:
        for writer in self.writers:
            writer.close()
        await asyncio.sleep(0.5)


def publish() -> float:
    """Publish a post as the application does; gives the moment it was committed."""
    from coop.models import Account  # noqa: PLC0415 -- after django.setup()
    from feeds.actions.posts import publish_post  # noqa: PLC0415 -- as above
    from feeds.models import Visibility  # noqa: PLC0415 -- as above

    account: Any = Account.objects.select_related("actor").get(pk=AUTHOR)
    begun = time.perf_counter()
    publish_post(
        account=account, author=account.actor, text="Bonjour le parvis", visibility=Visibility.PUBLIC
    )
    return begun


async def rounds(client: Client, keys: list[str], process: psutil.Process) -> tuple[list[float], float]:
    before = process.memory_info().rss
    await client.open(keys)
    await asyncio.sleep(2)
    memory = (process.memory_info().rss - before) / len(keys)
    durations = []
    for _ in range(ROUNDS):
        heard = asyncio.ensure_future(client.hear())
        await asyncio.sleep(0.1)
        begun = await asyncio.to_thread(publish)
        await asyncio.wait_for(heard, 60)
        durations.append(time.perf_counter() - begun)
        await asyncio.sleep(0.5)
    await client.close()
    return sorted(durations), memory


def measure() -> Iterator[Measure]:
    """Measure 1,000 and 5,000 sockets."""
    from django.conf import settings  # noqa: PLC0415 -- after django.setup()

    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    for count, bar in ((1_000, 150.0), (4_999, 500.0)):
        keys = sessions(count)
        with daphne() as (port, process):
            client = Client(port, settings.SESSION_COOKIE_NAME)
            durations, memory = asyncio.run(rounds(client, keys, process))
        yield Measure(f"one post, {len(keys):,} sockets: last notice", 1000 * median(durations), bar)
        yield Measure(
            f"memory of an idle socket with its session, {len(keys):,} sockets", memory / 1024, 64.0, "KiB"
        )
