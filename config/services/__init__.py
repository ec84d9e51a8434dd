"""The embedded PostgreSQL and Redis: real servers, on Unix sockets only, under one directory.

Plain functions for the launcher, `manage.py`, the tests and the benches. Nothing here imports Django, so
that the servers can be up before the settings are read. Every fault that a person can meet is a
`ServiceError` whose message is one French sentence.
"""

import contextlib
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from config.services.places import (
    ADMIN_ROLE,
    APP_ROLE,
    BASE_DIR,
    DATABASE_NAME,
    Instance,
    ServiceError,
    explain_os_error,
    instance,
    is_alive,
    process_command,
    require_space,
    say,
    var_dir,
)
from config.services.postgres import (
    add_extensions,
    connect,
    postgres_is_up,
    postgres_pid,
    start_postgres,
    stop_postgres,
)
from config.services.redis_server import redis_is_up, redis_pid, start_redis, stop_redis

__all__ = [
    "ADMIN_ROLE",
    "APP_ROLE",
    "BASE_DIR",
    "DATABASE_NAME",
    "Instance",
    "ServiceError",
    "add_extensions",
    "connect",
    "destroy",
    "ephemeral",
    "explain_os_error",
    "instance",
    "is_alive",
    "postgres_is_up",
    "postgres_pid",
    "process_command",
    "redis_is_up",
    "redis_pid",
    "running",
    "say",
    "start",
    "stop",
    "sweep_ephemeral",
    "var_dir",
    "wanted",
]


def wanted() -> tuple[bool, bool]:
    """Whether the embedded PostgreSQL and the embedded Redis are the ones in use."""
    return not os.environ.get("DATABASE_URL"), not os.environ.get("REDIS_URL")


@contextlib.contextmanager
def lock(instance: Instance) -> Iterator[None]:
    """One starter at a time in a directory."""
    instance.root.mkdir(parents=True, exist_ok=True)
    with (instance.root / ".lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def start(instance: Instance, *, postgres: bool = True, redis: bool = True) -> tuple[bool, bool]:
    """Start what is asked and not running; says for each whether it was started here."""
    started_postgres = started_redis = False
    try:
        if postgres or redis:
            require_space(instance)
            with lock(instance):
                started_postgres = postgres and start_postgres(instance)
                started_redis = redis and start_redis(instance)
    except OSError as error:
        if started_postgres:
            stop_postgres(instance)
        raise ServiceError(explain_os_error(instance, error)) from error
    except ServiceError:
        if started_postgres:
            stop_postgres(instance)
        raise
    return started_postgres, started_redis


def stop(instance: Instance, *, postgres: bool = True, redis: bool = True) -> None:
    if redis:
        stop_redis(instance)
    if postgres:
        stop_postgres(instance)


@contextlib.contextmanager
def running(instance: Instance, *, postgres: bool = True, redis: bool = True) -> Iterator[Instance]:
    """Have the services up inside the block. The last one to leave the instance stops them."""
    if not (postgres or redis):
        yield instance
        return
    instance.root.mkdir(parents=True, exist_ok=True)
    with (instance.root / ".in-use").open("w") as users:
        fcntl.flock(users, fcntl.LOCK_SH)
        start(instance, postgres=postgres, redis=redis)
        try:
            yield instance
        finally:
            with lock(instance), contextlib.suppress(BlockingIOError):
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                stop(instance, postgres=postgres, redis=redis)


EPHEMERAL_PREFIX = "parvis-essai-"


def sweep_ephemeral(parent: Path) -> None:
    """Stop and remove throw-away instances whose maker died without doing it."""
    for folder in parent.glob(f"{EPHEMERAL_PREFIX}*"):
        try:
            maker = int((folder / "maker.pid").read_text())
            if is_alive(maker) or folder.stat().st_uid != os.geteuid():
                continue
        except (OSError, ValueError):
            continue
        destroy(Instance(folder, durable=False))


def ephemeral(parent: Path | None = None, *, durable: bool = False) -> Instance:
    """A new instance in a temporary directory, started. Give it to `destroy` when done."""
    home = parent or Path(tempfile.gettempdir())
    home.mkdir(parents=True, exist_ok=True)
    sweep_ephemeral(home)
    folder = Path(tempfile.mkdtemp(prefix=EPHEMERAL_PREFIX, dir=home))
    folder.chmod(0o711)  # PostgreSQL's user walks through when we are root
    (folder / "maker.pid").write_text(f"{os.getpid()}\n")
    made = Instance(folder, durable=durable)
    try:
        start(made)
    except ServiceError:
        destroy(made)
        raise
    return made


def destroy(instance: Instance) -> None:
    """Stop an instance at once and remove all that it holds."""
    stop_redis(instance)
    stop_postgres(instance, immediate=True)
    shutil.rmtree(instance.root, ignore_errors=True)
    if instance.sockets.parent != instance.root:
        shutil.rmtree(instance.sockets, ignore_errors=True)
