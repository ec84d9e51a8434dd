"""`make run` as a person meets it: real processes, real signals, one sentence for each fault."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request

import pytest

from config import launch, services
from tests.conftest import free_ports


@pytest.fixture
def run(tmp_path):
    """Start `manage.py run` in a directory of its own; whatever was started is stopped at the end."""
    started = []
    var = tmp_path / "var"

    def start(command="run", *, given="", **environment):
        port, live_port = free_ports(2)
        kept = {
            name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG", "TMPDIR"}
        }
        defaults = {"PARVIS_VAR": str(var), "PORT": str(port), "LIVE_PORT": str(live_port), "DEMO": "0"}
        process = subprocess.Popen(
            [sys.executable, "manage.py", command],
            cwd=services.BASE_DIR,
            env=kept | defaults | environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        process.given, process.port = given, (defaults | environment)["PORT"]
        started.append(process)
        return process

    for folder in (tmp_path, *tmp_path.parents[:2]):
        folder.chmod(0o711)
    yield start
    launch.stop_orphans(services.Instance(var))
    for process in started:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate(timeout=20)
    services.destroy(services.Instance(var))


def refusal(process):
    """The only line that a failed start may print."""
    _output, error = process.communicate(input=process.given, timeout=60)
    assert process.returncode == 1
    assert "Traceback" not in error
    [line] = [
        line
        for line in error.splitlines()
        if not line.startswith(("Droit de traverser", "PostgreSQL refuse"))
    ]
    return line


def wait_until_ready(process, path="pret", seconds=90):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{process.port}/sante/{path}", timeout=3) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.1)
    os.killpg(process.pid, signal.SIGTERM)
    pytest.fail("not ready:\n" + "\n".join(process.communicate(timeout=20)))


def interrupt(process):
    """What the terminal does on Ctrl-C, and what came out of it."""
    os.kill(process.pid, signal.SIGINT)
    output, error = process.communicate(timeout=60)
    assert "Traceback" not in error
    return output, error


@pytest.mark.slow
def test_square_opens_stops_cleanly_and_opens_again_with_its_data(run, tmp_path):
    instance = services.Instance(tmp_path / "var")
    first = run()
    wait_until_ready(first)
    time.sleep(1)
    with (
        services.connect(instance, database="parvis", role="parvis") as connection,
        connection.cursor() as cursor,
    ):
        cursor.execute("CREATE TABLE kept AS SELECT 1 AS n")
    connection.close()
    _output, error = interrupt(first)
    assert first.returncode == 0
    assert f"Parvis est ouvert : http://127.0.0.1:{first.port}" in error
    assert not services.postgres_is_up(instance)
    assert not services.redis_is_up(instance)
    assert (
        "database system is shut down" in (instance.logs / "postgres.log").read_text()
        or not (instance.data / "postmaster.pid").exists()
    )

    start = time.monotonic()
    second = run()
    wait_until_ready(second, "vivant")
    assert time.monotonic() - start < 10
    with (
        services.connect(instance, database="parvis", role="parvis") as connection,
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT n FROM kept")
        assert cursor.fetchall() == [(1,)]
    connection.close()

    third = run()
    assert refusal(third).startswith(f"Parvis tourne déjà avec {instance.root}")
    interrupt(second)


@pytest.mark.slow
def test_square_survives_its_own_murder(run, tmp_path):
    """Nothing was stopped properly: the next start finds its way and its data."""
    first = run()
    wait_until_ready(first)
    instance = services.Instance(tmp_path / "var")
    os.kill(first.pid, signal.SIGKILL)
    os.kill(services.postgres_pid(instance), signal.SIGKILL)
    first.wait()
    second = run(PORT=str(first.port))
    wait_until_ready(second)
    interrupt(second)


@pytest.mark.parametrize("which", ["PORT", "LIVE_PORT"])
def test_busy_port_is_one_sentence(run, which):
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = busy.getsockname()[1]
        line = refusal(run(**{which: str(port)}))
    assert line == f"Le port {port} est déjà pris : arrête ce qui l’occupe, ou essaie « make run PORT=8010 »."


@pytest.mark.parametrize(("value", "told"), [("huit", "doit être un nombre"), ("70000", "entre 1 et 65534")])
def test_port_that_is_none_is_one_sentence(run, value, told):
    assert told in refusal(run(PORT=value, LIVE_PORT=""))


@pytest.mark.parametrize(
    "url",
    ["postgres://parvis:secret@127.0.0.1:1/parvis", "postgres://parvis@%2Fnowhere/parvis", "nonsense"],
)
def test_unreachable_database_is_one_sentence_without_the_password(run, url):
    line = refusal(run(DATABASE_URL=url))
    assert line.startswith("La base de données de DATABASE_URL ne répond pas : ")
    assert "secret" not in line


@pytest.mark.parametrize("url", ["redis://127.0.0.1:1/0", "unix:///nowhere/redis.sock", "nonsense"])
def test_unreachable_redis_is_one_sentence(run, url):
    assert refusal(run(REDIS_URL=url)).startswith("Le serveur Redis de REDIS_URL ne répond pas : ")


def test_directory_that_cannot_be_is_one_sentence(run, tmp_path):
    (tmp_path / "file").write_text("")
    line = refusal(run(PARVIS_VAR=str(tmp_path / "file" / "var")))
    assert re.match(r"Les services embarqués ne démarrent pas|Impossible d’écrire", line)


def test_reset_asks_first_and_only_takes_what_is_ours(run, tmp_path):
    var = tmp_path / "var"
    (var / "media").mkdir(parents=True)
    (var / "media" / "photo.webp").write_text("x")
    (var / "lettre.txt").write_text("à garder")
    refused = run("reset", given="non\n")
    _output, error = refused.communicate(input="non\n", timeout=30)
    assert (refused.returncode, (var / "media" / "photo.webp").exists()) == (1, True)
    assert error.splitlines()[-1].endswith("Rien n’a été effacé.")
    accepted = run("reset")
    accepted.communicate(input="oui\n", timeout=30)
    assert accepted.returncode == 0
    assert not (var / "media").exists()
    assert (var / "lettre.txt").read_text() == "à garder"


def test_static_files_are_collected_again_only_when_they_changed(tmp_path, settings, monkeypatch):
    calls = []

    def collect(name, **options):
        calls.append(name)
        settings.STATIC_ROOT.mkdir(exist_ok=True)
        (settings.STATIC_ROOT / "staticfiles.json").write_text("{}")

    settings.WHITENOISE_USE_FINDERS = False
    settings.STATIC_ROOT = tmp_path / "static"
    monkeypatch.setattr("django.core.management.call_command", collect)
    instance = services.Instance(tmp_path)
    launch.collect_static(instance)
    launch.collect_static(instance)
    assert calls == ["collectstatic"]
    (tmp_path / "static.stamp").write_text("older")
    launch.collect_static(instance)
    assert calls == ["collectstatic", "collectstatic"]
