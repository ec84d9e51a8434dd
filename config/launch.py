"""`manage.py run` and `manage.py reset`: the whole square in one terminal, and back to nothing.

Faults end in one French sentence (`services.ServiceError`), never in a traceback.
"""

import contextlib
import errno
import fcntl
import hashlib
import os
import shlex
import shutil
import signal
import socket
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import IO, Any

from config import services
from config.services import Instance, ServiceError, say

LOCAL = "127.0.0.1"
READY_SECONDS = 90
ORPHAN_SECONDS = 10
OURS = (
    "celerybeat-schedule*",
    "demo-*.loaded",
    "log",
    "mail",
    "media",
    "postgres",
    "postgres.inachevé-*",
    "postgres.new",
    "private",
    "redis",
    "run",
    "secret_key",
    "static",
    "static.stamp",
)
"""What we make under `var/`: a reset removes this and nothing else, wherever PARVIS_VAR points."""


def main(command: str) -> int:
    signal.signal(signal.SIGTERM, interrupt)
    signal.signal(signal.SIGHUP, interrupt)
    try:
        return run() if command == "run" else reset()
    except ServiceError as error:
        say(str(error))
        return 1
    except KeyboardInterrupt:
        say("Arrêté.")
        return 130


def interrupt(_signum: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


# -------------------------------------------------------------------------------------------------
# Run


def run() -> int:
    os.environ.setdefault("PARVIS_ENV", "local")
    port, live_port = read_ports()
    os.environ["PORT"], os.environ["LIVE_PORT"] = str(port), str(live_port)
    os.environ.setdefault("HOST", LOCAL)
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    instance = services.instance()
    postgres, redis = services.wanted()
    with only_one(instance):
        for number in (port, live_port):
            require_free(os.environ["HOST"], number)
        if not postgres:
            require_database(os.environ["DATABASE_URL"])
        if not redis:
            require_redis(os.environ["REDIS_URL"])
        with services.running(instance, postgres=postgres, redis=redis):
            prepare(instance)
            try:
                return watch(instance, port)
            finally:
                # A second Ctrl-C must not cut the database's own stop short.
                signal.signal(signal.SIGINT, signal.SIG_IGN)
                signal.signal(signal.SIGTERM, signal.SIG_IGN)


def read_ports() -> tuple[int, int]:
    try:
        port = int(os.environ.get("PORT") or 8000)
        live_port = int(os.environ.get("LIVE_PORT") or port + 1)
    except ValueError:
        raise ServiceError("PORT doit être un nombre, par exemple « make run PORT=8010 ».") from None
    if not (0 < port < 65535 and 0 < live_port <= 65535):  # noqa: PLR2004 -- the range of ports
        raise ServiceError("PORT doit être entre 1 et 65534 : le port suivant sert au direct.")
    return port, live_port


@contextlib.contextmanager
def only_one(instance: Instance) -> Iterator[None]:
    """Two squares in one directory would share their work: refuse the second.

    The lock outlives a launcher that was killed, as long as its processes do: those are stopped first.
    """
    try:
        instance.root.mkdir(parents=True, exist_ok=True)
        handle = (instance.root / ".running").open("a+")
    except OSError as error:
        raise ServiceError(services.explain_os_error(instance, error)) from error
    with handle:
        deadline = time.monotonic() + ORPHAN_SECONDS
        while not is_locked(handle):
            handle.seek(0)
            launcher = handle.read().strip()
            if (launcher.isdigit() and services.is_alive(int(launcher))) or time.monotonic() > deadline:
                raise ServiceError(
                    f"Parvis tourne déjà avec {instance.root} : arrête-le, ou choisis un autre dossier "
                    "avec PARVIS_VAR.",
                )
            stop_orphans(instance)
            time.sleep(0.1)
        stop_orphans(instance)
        handle.truncate(0)
        handle.write(str(os.getpid()))
        handle.flush()
        yield


def is_locked(handle: IO[str]) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def stop_orphans(instance: Instance) -> None:
    """Stop the processes that a killed launcher left behind, known by the numbers they wrote."""
    for path in (instance.root / "run").glob("*.process"):
        with contextlib.suppress(ValueError, ProcessLookupError, FileNotFoundError):
            pid = int(path.read_text())
            if "config" in services.process_command(pid):
                say(f"Processus resté d’un lancement interrompu : {path.stem} est arrêté.")
                os.killpg(pid, signal.SIGKILL)
        path.unlink(missing_ok=True)


def require_free(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                message = (
                    f"Le port {port} est déjà pris : arrête ce qui l’occupe, "
                    "ou essaie « make run PORT=8010 »."
                )
            elif error.errno == errno.EACCES:
                message = f"Le port {port} est réservé : essaie « make run PORT=8010 »."
            else:
                message = f"Impossible d’écouter sur {host}:{port} ({error.strerror or error})."
            raise ServiceError(message) from None


def require_database(url: str) -> None:
    import psycopg2  # noqa: PLC0415 -- only when the database is not ours

    try:
        psycopg2.connect(url, connect_timeout=5).close()
    except (psycopg2.Error, UnicodeError) as error:
        reason = (str(error).strip().splitlines() or ["adresse illisible"])[0]
        raise ServiceError(f"La base de données de DATABASE_URL ne répond pas : {reason}.") from None


def require_redis(url: str) -> None:
    import redis  # noqa: PLC0415 -- only when Redis is not ours

    try:
        with redis.Redis.from_url(url, socket_connect_timeout=5, socket_timeout=5) as client:
            client.ping()
    except (redis.RedisError, ValueError) as error:
        raise ServiceError(f"Le serveur Redis de REDIS_URL ne répond pas : {error}.") from None


# -------------------------------------------------------------------------------------------------
# Prepare


def prepare(instance: Instance) -> None:
    """Bring the database, the static files and the demo up to date, in this process: one start of Django."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django  # noqa: PLC0415 -- the servers are up now, and the environment is complete
    from django.core.management import call_command  # noqa: PLC0415
    from django.db import Error, connections  # noqa: PLC0415

    try:
        django.setup()
        require_person_in_charge()
        call_command("migrate", verbosity=0, interactive=False)
        collect_static(instance)
        load_demo(instance)
    except Error as error:
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
        if "No space left" in str(error):
            reason = "le disque est plein"
        raise ServiceError(f"La base de données n’a pas pu être préparée : {reason}.") from error
    except OSError as error:
        raise ServiceError(services.explain_os_error(instance, error)) from error
    finally:
        connections.close_all()


def require_person_in_charge() -> None:
    from config.checks import check_person_in_charge  # noqa: PLC0415 -- as above

    for error in check_person_in_charge():
        raise ServiceError(f"{error.msg} ({error.hint})")


def collect_static(instance: Instance) -> None:
    """Fingerprint and compress the static files, when one of them changed."""
    from django.conf import settings  # noqa: PLC0415 -- as above
    from django.contrib.staticfiles.finders import get_finders  # noqa: PLC0415
    from django.core.management import call_command  # noqa: PLC0415

    if settings.WHITENOISE_USE_FINDERS:
        return
    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            state = Path(storage.path(name)).stat()
            digest.update(f"{name} {state.st_size} {state.st_mtime_ns}\n".encode())
    stamp = instance.root / "static.stamp"
    current = f"{settings.STATIC_ROOT} {digest.hexdigest()}"
    if (
        stamp.exists()
        and stamp.read_text() == current
        and (settings.STATIC_ROOT / "staticfiles.json").exists()
    ):
        return
    call_command("collectstatic", verbosity=0, interactive=False, clear=True)
    stamp.write_text(current)


def load_demo(instance: Instance) -> None:
    """Fill a new square once. A database that is not ours and already has people is left alone."""
    from django.contrib.auth import get_user_model  # noqa: PLC0415 -- as above
    from django.core.management import call_command, get_commands  # noqa: PLC0415

    if os.environ.get("DEMO", "1") == "0" or "load_demo" not in get_commands():
        return
    where = hashlib.sha256(os.environ.get("DATABASE_URL", "").encode()).hexdigest()[:8]
    marker = instance.root / f"demo-{where}.loaded"
    if marker.exists():
        return
    if os.environ.get("DATABASE_URL") and get_user_model().objects.exists():
        return
    say("Première visite : la place se remplit de voix du Québec (une fois, moins d’une minute)…")
    call_command("load_demo")
    marker.touch()


# -------------------------------------------------------------------------------------------------
# Watch over the processes


def watch(instance: Instance, port: int) -> int:
    """Run the processes of the Procfile until one of them stops or the person does."""
    from honcho.environ import parse_procfile  # noqa: PLC0415 -- only `run` needs it
    from honcho.manager import Manager  # noqa: PLC0415
    from honcho.printer import Printer  # noqa: PLC0415

    manager = Manager(Printer(sys.stdout))
    procfile = (services.BASE_DIR / "Procfile").read_text()
    numbers = instance.root / "run"
    numbers.mkdir(exist_ok=True)
    for name, command in parse_procfile(procfile).processes.items():
        environment: dict[str, Any] = {**os.environ, "PYTHONUNBUFFERED": "1"}
        number = shlex.quote(str(numbers / f"{name}.process"))
        manager.add_process(
            name, f"echo $$ > {number}; exec {command}", env=environment, cwd=str(services.BASE_DIR)
        )
    ports = port, int(os.environ["LIVE_PORT"])
    threading.Thread(target=announce, args=ports, daemon=True).start()
    manager.loop()
    say("Arrêt de la base de données…")
    code = manager.returncode
    return 0 if code is None or code < 0 or code == 130 else int(code)  # noqa: PLR2004 -- stopped by Ctrl-C


def announce(port: int, live_port: int) -> None:
    """Once pages and live answer, say where, and how to come in. Tasks can wait for their worker."""
    address = f"http://{LOCAL}:{port}"
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        if answers(f"{address}/sante/vivant") and listens(live_port):
            say(
                "\n".join(
                    ["", f"  Parvis est ouvert : {address}", *demo_logins(), "", "  Ctrl-C arrête tout.", ""]
                )
            )
            return
        time.sleep(0.1)
    say(f"Parvis ne répond pas encore tout à fait : regarde {address}/sante/pret.")


def answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=3) as answer:  # noqa: S310 -- our own address
            return bool(answer.status == 200)  # noqa: PLR2004 -- HTTP
    except OSError:
        return False


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((LOCAL, port)) == 0


def demo_logins() -> list[str]:
    """The logins that the demo declares, when it is there."""
    from django.core.management import get_commands, load_command_class  # noqa: PLC0415 -- as above

    app = get_commands().get("load_demo")
    if not isinstance(app, str) or os.environ.get("DEMO", "1") == "0":
        return []
    command = load_command_class(app, "load_demo")
    logins = getattr(command, "logins", ())
    if not logins:
        return []
    lines = ["", f"  Pour entrer (mot de passe : {getattr(command, 'password', '')})"]
    return lines + [f"    {email:<34} {role}" for email, role in logins]


# -------------------------------------------------------------------------------------------------
# Reset


def reset() -> int:
    instance = services.instance()
    with only_one(instance):
        present = [path for pattern in OURS for path in sorted(instance.root.glob(pattern))]
        if not present:
            say(f"Rien à effacer sous {instance.root}.")
            return 0
        say(f"Tout ce que Parvis a fait sous {instance.root} sera effacé : comptes, publications, images.")
        if os.environ.get("OUI") != "1" and not is_confirmed():
            say("Rien n’a été effacé.")
            return 1
        services.stop(instance)
        for path in present:
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)
        if instance.sockets.parent != instance.root:
            shutil.rmtree(instance.sockets, ignore_errors=True)
        say("C’est fait : « make run » repart à neuf.")
    return 0


def is_confirmed() -> bool:
    try:
        answer = input("Écris « oui » pour continuer : ")
    except EOFError:
        return False
    return answer.strip().casefold() == "oui"
