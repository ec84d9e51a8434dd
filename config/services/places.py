"""Where an instance lives and what its faults are called."""

import errno
import functools
import hashlib
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

BASE_DIR = Path(__file__).resolve().parent.parent.parent

DATABASE_NAME = "parvis"
APP_ROLE = "parvis"
ADMIN_ROLE = "postgres"

MINIMUM_FREE_BYTES = 300 * 1024 * 1024
SOCKET_PATH_LIMIT = 100
"""Unix socket paths may hold 103 bytes on macOS and 107 on Linux, the final zero apart."""

START_SECONDS = 60
STOP_SECONDS = 20


class ServiceError(Exception):
    """A fault told to the person in one sentence."""


def say(message: str) -> None:
    """Print one line at once: these lines explain a wait."""
    print(message, file=sys.stderr, flush=True)


@dataclass(frozen=True)
class Instance:
    """One directory holding one PostgreSQL and one Redis."""

    root: Path
    durable: bool = True
    """False for throw-away tests: no fsync, so a crash of the machine may lose everything."""

    @property
    def data(self) -> Path:
        return self.root / "postgres"

    @property
    def redis_data(self) -> Path:
        return self.root / "redis"

    @property
    def logs(self) -> Path:
        return self.root / "log"

    @functools.cached_property
    def sockets(self) -> Path:
        """Where the sockets live: under the instance, or among temporary files when its path is too long."""
        near = self.root / "run"
        if len(os.fsencode(near / "pg" / ".s.PGSQL.5432.lock")) <= SOCKET_PATH_LIMIT:
            return near
        digest = hashlib.sha256(os.fsencode(self.root)).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"parvis-{os.geteuid()}-{digest}"

    @property
    def pg_socket_dir(self) -> Path:
        return self.sockets / "pg"

    @property
    def pg_socket(self) -> Path:
        return self.pg_socket_dir / ".s.PGSQL.5432"

    @property
    def redis_socket(self) -> Path:
        return self.sockets / "redis.sock"

    @property
    def redis_pid_file(self) -> Path:
        return self.redis_data / "redis.pid"

    def database_url(self, name: str = DATABASE_NAME, role: str = APP_ROLE) -> str:
        return f"postgres://{role}@{quote(str(self.pg_socket_dir), safe='')}/{name}"

    def redis_url(self, number: int = 0) -> str:
        return f"unix://{quote(str(self.redis_socket))}?db={number}"


def var_dir() -> Path:
    """The directory of everything that is made at run time: `var/`, or the value of PARVIS_VAR."""
    return Path(os.environ.get("PARVIS_VAR") or BASE_DIR / "var").expanduser().resolve()


def instance() -> Instance:
    """The instance of this checkout."""
    return Instance(var_dir())


def explain(instance: Instance, output: str, what: str) -> str:
    """One sentence for a failure of PostgreSQL or Redis, with its own last words."""
    if "No space left" in output or free_bytes(instance.root) < MINIMUM_FREE_BYTES // 10:
        return f"{what} : le disque est plein sous {instance.root}."
    words = [line.strip() for line in output.splitlines() if line.strip()]
    telling = [line for line in words if "FATAL" in line or "PANIC" in line or "error" in line.lower()]
    last = (telling or words or ["sans explication"])[-1]
    return f"{what} ({last}) : les détails sont sous {instance.logs}."


def free_bytes(folder: Path) -> int:
    while not folder.exists():
        folder = folder.parent
    space = os.statvfs(folder)
    return space.f_bavail * space.f_frsize


def require_space(instance: Instance) -> None:
    if free_bytes(instance.root) < MINIMUM_FREE_BYTES:
        needed = MINIMUM_FREE_BYTES // 1024 // 1024
        raise ServiceError(f"Le disque est plein : il faut au moins {needed} Mo libres sous {instance.root}.")


def explain_os_error(instance: Instance, error: OSError) -> str:
    if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
        return f"Le disque est plein sous {instance.root}."
    if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        place = error.filename or instance.root
        return f"Impossible d’écrire dans {place} : vérifie à qui appartient ce dossier."
    return f"Les services embarqués ne démarrent pas : {error}."


def process_command(pid: int) -> str:
    """The whole command line of a process (`-ww`: never cut at 80 columns), empty when there is none."""
    result = subprocess.run(  # noqa: S603 -- fixed arguments
        ["ps", "-ww", "-o", "command=", "-p", str(pid)],  # noqa: S607 -- `ps` is where the system puts it
        check=False,
        capture_output=True,
        text=True,
    )
    return result.stdout.strip()


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
