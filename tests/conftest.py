"""The ground under every test: throw-away servers, a migrated database per worker, no network, no mail.

The servers start once, in the process that pytest was called in; xdist's workers find their addresses in the
environment. Django reads its settings after that, which is why nothing here imports Django at the top.
"""

import contextlib
import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from config import services

TEMPLATE_DATABASE = "parvis_modele"
_made: list[services.Instance] = []


# -------------------------------------------------------------------------------------------------
# Servers and settings


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Before Django reads its settings: start the servers (or find them) and say where they are."""
    if "PARVIS_TEST_ROOT" not in os.environ or "PYTEST_XDIST_WORKER" not in os.environ:
        if config.option.help or config.option.version:
            return
        instance = services.ephemeral()
        _made.append(instance)
        os.environ["PARVIS_TEST_ROOT"] = str(instance.root)
    instance = test_instance()
    index = worker_index()
    os.environ.pop("EMAIL_URL", None)
    os.environ.update(
        DJANGO_SETTINGS_MODULE="config.settings",
        PARVIS_ENV="test",
        PARVIS_VAR=str(instance.root),
        DATABASE_URL=instance.database_url(f"parvis_essai_{index}"),
        REDIS_URL=instance.redis_url(2 * index),
        CACHE_URL=instance.redis_url(2 * index + 1),
        MEDIA_ROOT=str(instance.root / f"media-{index}"),
    )
    import django

    django.setup()  # test modules import models at the top
    if "PYTEST_XDIST_WORKER" not in os.environ and config.getoption("numprocesses", 0):
        # A worker that found this name in its environment would read the settings before it has its own
        # addresses, and every worker would empty the cache of the others.
        del os.environ["DJANGO_SETTINGS_MODULE"]


def pytest_unconfigure() -> None:
    while _made:
        services.destroy(_made.pop())


def test_instance() -> services.Instance:
    """The throw-away servers of this run."""
    return services.Instance(Path(os.environ["PARVIS_TEST_ROOT"]), durable=False)


test_instance.__test__ = False


def worker_index() -> int:
    """0 without xdist, else the number of this worker, from 1."""
    name = os.environ.get("PYTEST_XDIST_WORKER", "")
    return int(name.removeprefix("gw")) + 1 if name else 0


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests share one running square: keep them on one worker."""
    for item in items:
        if item.get_closest_marker("e2e"):
            item.add_marker(pytest.mark.xdist_group("e2e"))


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: Any) -> Iterator[None]:
    """Migrate one model database, once a run, and clone it for this worker."""
    from django.core.management import call_command
    from django.db import connections

    instance = test_instance()
    mine = f"parvis_essai_{worker_index()}"
    with django_db_blocker.unblock():
        with (instance.root / ".modele").open("a+") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            handle.seek(0)
            if handle.read() != "migrated":
                create_database(instance, TEMPLATE_DATABASE)
                services.add_extensions(instance, TEMPLATE_DATABASE)
                use_database(TEMPLATE_DATABASE)
                call_command("migrate", verbosity=0, interactive=False)
                # Tests with real transactions are cleaned up by TRUNCATE, which the register refuses.
                with connections["default"].cursor() as cursor:
                    cursor.execute("ALTER TABLE coop_auditevent DISABLE TRIGGER coop_audit_no_truncate")
                connections.close_all()
                handle.write("migrated")
                handle.flush()
            create_database(instance, mine, template=TEMPLATE_DATABASE)
        use_database(mine)
    yield
    with django_db_blocker.unblock():
        connections.close_all()


def create_database(instance: services.Instance, name: str, *, template: str = "template1") -> None:
    with contextlib.closing(services.connect(instance)) as connection, connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{name}" OWNER {services.APP_ROLE} TEMPLATE "{template}"')


def use_database(name: str) -> None:
    from django.conf import settings
    from django.db import connection

    connection.close()
    settings.DATABASES["default"]["NAME"] = name
    connection.settings_dict["NAME"] = name


# -------------------------------------------------------------------------------------------------
# What no test may do

LOOPBACK = ("127.", "localhost", "::1")


class NetworkBlockedError(RuntimeError):
    """A test tried to reach another machine."""


@pytest.fixture(autouse=True, scope="session")
def _network_blocked() -> Iterator[None]:
    """Let sockets reach this machine only."""
    connect, connect_ex = socket.socket.connect, socket.socket.connect_ex

    def check(sock: socket.socket, address: Any) -> None:
        if sock.family in {socket.AF_INET, socket.AF_INET6} and not str(address[0]).startswith(LOOPBACK):
            raise NetworkBlockedError(f"A test tried to reach {address[0]}")

    def guarded_connect(self: socket.socket, address: Any) -> None:
        check(self, address)
        connect(self, address)

    def guarded_connect_ex(self: socket.socket, address: Any) -> int:
        check(self, address)
        return connect_ex(self, address)

    patch = pytest.MonkeyPatch()
    patch.setattr(socket.socket, "connect", guarded_connect)
    patch.setattr(socket.socket, "connect_ex", guarded_connect_ex)
    yield
    patch.undo()


@pytest.fixture(autouse=True)
def _clean_cache() -> None:
    """Rate limits and cached fragments of one test are not those of the next."""
    from django.core.cache import caches

    for name in ("default", "local"):
        caches[name].clear()


@pytest.fixture(autouse=True)
def _french() -> None:
    """The language that a request of one test left behind is not that of the next."""
    from django.conf import settings
    from django.utils import translation

    translation.activate(settings.LANGUAGE_CODE)


# -------------------------------------------------------------------------------------------------
# People and work


@pytest.fixture
def client_for(db: None) -> Callable[[Any], Any]:
    """A logged-in test client: `client_for(account)`; `client_for(None)` is anonymous."""
    from django.test import Client

    def make(account: Any) -> Client:
        client = Client()
        if account is not None:
            client.force_login(account, backend="coop.auth.AccountBackend")
        return client

    return make


@pytest.fixture
def run_tasks(
    django_capture_on_commit_callbacks: Any,
) -> Callable[[], contextlib.AbstractContextManager[None]]:
    """`with run_tasks():` what is sent on commit inside, tasks included, is really done when it ends."""
    from config.celery import app

    @contextlib.contextmanager
    def running() -> Iterator[None]:
        before = app.conf.task_always_eager, app.conf.task_eager_propagates
        app.conf.task_always_eager, app.conf.task_eager_propagates = True, True
        try:
            with django_capture_on_commit_callbacks(execute=True):
                yield
        finally:
            app.conf.task_always_eager, app.conf.task_eager_propagates = before

    return running


# -------------------------------------------------------------------------------------------------
# The whole square, for the browser


@dataclass
class Square:
    """The processes of the Procfile, running against this worker's database. Commit what they must see."""

    url: str
    live_url: str
    mail: Path
    logs: Path
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def letters(self) -> list[str]:
        """The mails sent so far, oldest first, as they would leave the machine."""
        files = sorted(self.mail.glob("*.log"), key=lambda path: path.stat().st_mtime_ns)
        return [path.read_text() for path in files]


def free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for sock in sockets:
            sock.bind(("127.0.0.1", 0))
        return [sock.getsockname()[1] for sock in sockets]


def start_square(
    folder: Path, *, only: tuple[str, ...] = ("web", "live", "worker"), **settings: str
) -> Square:
    """Start processes of the Procfile on free ports; `settings` go to their environment."""
    from honcho.environ import parse_procfile

    port, live_port = free_ports(2)
    square = Square(
        f"http://127.0.0.1:{port}", f"ws://127.0.0.1:{live_port}", folder / "mail", folder / "log"
    )
    square.mail.mkdir(parents=True)
    square.logs.mkdir()
    environment = {
        **os.environ,
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "LIVE_PORT": str(live_port),
        "WEB_WORKERS": "1",
        "TASK_WORKERS": "1",
        "EMAIL_URL": f"file:///{square.mail}",
        "PYTHONWARNINGS": "default",
        **settings,
    }
    procfile = parse_procfile((services.BASE_DIR / "Procfile").read_text())
    for name in only:
        with (square.logs / f"{name}.log").open("wb") as log:
            square.processes[name] = subprocess.Popen(
                ["/bin/sh", "-c", f"exec {procfile.processes[name]}"],
                cwd=services.BASE_DIR,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
    return square


def wait_for(address: str, square: Square, seconds: float = 60) -> None:
    """Until the address answers 200; says what the processes said when one of them dies first."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        dead = [name for name, process in square.processes.items() if process.poll() is not None]
        if dead:
            break
        with contextlib.suppress(OSError), urllib.request.urlopen(address, timeout=5) as answer:
            if answer.status == 200:
                return
        time.sleep(0.1)
    said = "\n".join(f"--- {path.name}\n{path.read_text()[-3000:]}" for path in square.logs.glob("*.log"))
    raise AssertionError(f"{address} does not answer\n{said}")


def stop_square(square: Square) -> None:
    for process in square.processes.values():
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
    for process in square.processes.values():
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@pytest.fixture(scope="session")
def square(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Square]:
    """Web workers, Daphne and a Celery worker, really running. Use with `transactional_db`."""
    running = start_square(tmp_path_factory.mktemp("square"))
    try:
        wait_for(f"{running.url}/sante/pret", running)
        yield running
    finally:
        stop_square(running)


CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Debian's Chromium. Skipped loudly where there is none; a failure under CI."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    found = next((path for name in names if (path := shutil.which(name))), None)
    if found is None:
        message = "BROWSER TESTS NOT RUN: no Chromium on this machine"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    from playwright.sync_api import sync_playwright

    patch = pytest.MonkeyPatch()
    # Playwright keeps an event loop in this thread; the tests themselves are plain and may use the database.
    patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=found, headless=True, args=CHROMIUM_FLAGS)
        yield opened
        opened.close()
    patch.undo()


@pytest.fixture
def open_page(browser: Any, square: Square, transactional_db: None) -> Iterator[Callable[..., Any]]:
    """`open_page(account, width=390, scheme="dark")`: a page of its own browser session, logged in or not.

    At the end of the test, a script error or anything that the content security policy stopped is a failure.
    """
    from django.conf import settings
    from django.test import Client

    contexts, faults = [], []

    def note(kind: str, text: str) -> None:
        if kind == "error" or "Content Security Policy" in text:
            faults.append(text)

    def make(
        account: Any = None, *, width: int = 1280, height: int = 900, scheme: str = "light", **options: Any
    ) -> Any:
        context = browser.new_context(
            base_url=square.url,
            viewport={"width": width, "height": height},
            color_scheme=scheme,
            locale="fr-CA",
            timezone_id="America/Toronto",
            reduced_motion="reduce",
            **options,
        )
        contexts.append(context)
        if account is not None:
            client = Client()
            client.force_login(account, backend="coop.auth.AccountBackend")
            name = settings.SESSION_COOKIE_NAME
            context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": square.url}])
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: note("error", str(error)))
        page.on("console", lambda message: note("console", message.text))
        return page

    yield make
    for context in contexts:
        context.close()
    assert faults == []
