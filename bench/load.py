"""A small HTTP client for benches: keep-alive connections, no parsing beyond the length, so that it costs little."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Load:
    """What a run of requests took: sorted durations in milliseconds, the whole in seconds, bytes of one answer."""

    durations: list[float]
    seconds: float
    size: int

    @property
    def rate(self) -> float:
        """Give requests a second."""
        return len(self.durations) / self.seconds


async def _fetch(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes
) -> tuple[int, int]:
    writer.write(request)
    head = await reader.readuntil(b"\r\n\r\n")
    status = int(head[9:12])
    lowered = head.lower()
    start = lowered.find(b"content-length:")
    if start < 0:
        raise ValueError(head.decode())
    length = int(lowered[start + 15 : lowered.find(b"\r\n", start)])
    await reader.readexactly(length)
    return status, length


async def _run(port: int, requests: list[bytes], concurrency: int) -> Load:
    durations: list[float] = []
    size = 0
    waiting = iter(requests)

    async def worker() -> None:
        nonlocal size
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 20)
        for request in waiting:
            begun = time.perf_counter()
            status, size = await _fetch(reader, writer, request)
            durations.append(1000 * (time.perf_counter() - begun))
            if status != 200:  # noqa: PLR2004 -- anything else would measure an error page
                raise ValueError(f"answer {status}")
        writer.close()

    begun = time.perf_counter()
    await asyncio.gather(*(worker() for _ in range(concurrency)))
    return Load(sorted(durations), time.perf_counter() - begun, size)


def load(port: int, requests: list[bytes], *, concurrency: int) -> Load:
    """Send these requests over `concurrency` connections; ValueError on any answer but 200."""
    return asyncio.run(_run(port, requests, concurrency))


def get(path: str, port: int, *, cookie: str | None = None) -> bytes:
    """Write a GET request."""
    lines = [f"GET {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", "Accept-Language: fr"]
    if cookie:
        lines.append(f"Cookie: {cookie}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode()
