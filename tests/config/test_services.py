import contextlib
import os
import shutil
import signal
import subprocess

import pytest

from config import services
from config.services import Instance, ServiceError, places, postgres, redis_server


@pytest.fixture
def instance(tmp_path):
    """A durable instance of its own, stopped at the end."""
    made = Instance(tmp_path / "var")
    for folder in (tmp_path, *tmp_path.parents[:2]):
        if folder.stat().st_uid == os.geteuid():
            folder.chmod(0o711)
    yield made
    services.destroy(made)


def query(instance, sql, **connection):
    with contextlib.closing(services.connect(instance, **connection)) as opened, opened.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall() if cursor.description else []


def test_role_of_the_application_owns_its_database_and_nothing_more(instance):
    services.start(instance)
    [row] = query(
        instance,
        "SELECT rolsuper, rolbypassrls, rolcreatedb, rolcreaterole FROM pg_roles WHERE rolname = user",
        database="parvis",
        role="parvis",
    )
    assert row == (False, False, False, False)
    extensions = {name for (name,) in query(instance, "SELECT extname FROM pg_extension", database="parvis")}
    assert set(postgres.EXTENSIONS) <= extensions


def test_servers_listen_on_private_sockets_only(instance):
    services.start(instance)
    [(addresses,)] = query(instance, "SHOW listen_addresses")
    assert addresses == ""
    assert instance.pg_socket_dir.stat().st_mode & 0o077 == 0
    assert instance.redis_socket.stat().st_mode & 0o077 == 0


def test_data_outlives_a_stop_and_a_kill(instance):
    assert services.start(instance) == (True, True)
    assert services.start(instance) == (False, False)
    query(instance, "CREATE TABLE kept AS SELECT 1 AS n", database="parvis", role="parvis")
    services.stop(instance)
    assert not services.postgres_is_up(instance)
    assert not services.redis_is_up(instance)
    services.start(instance)
    os.kill(services.postgres_pid(instance), signal.SIGKILL)
    os.kill(services.redis_pid(instance), signal.SIGKILL)
    services.start(instance)
    assert query(instance, "SELECT n FROM kept", database="parvis", role="parvis") == [(1,)]
    assert services.redis_is_up(instance)


def test_last_one_to_leave_stops_the_servers(instance):
    with services.running(instance, redis=False):
        with services.running(instance, redis=False):
            pass
        assert services.postgres_is_up(instance)
    assert not services.postgres_is_up(instance)


def test_half_made_database_is_set_aside(instance, capsys):
    instance.data.mkdir(parents=True)
    (instance.data / "PG_VERSION").write_text("18\n")
    unfinished = instance.root / "postgres.new"
    unfinished.mkdir()
    services.start(instance, redis=False)
    assert services.postgres_is_up(instance)
    assert not unfinished.exists()
    assert [path.name for path in instance.root.glob("postgres.inachevé-*/PG_VERSION")] == ["PG_VERSION"]
    assert "Base de données inachevée" in capsys.readouterr().err


def test_lock_of_a_dead_server_is_dropped_even_when_its_number_lives(instance):
    services.start(instance, redis=False)
    services.stop(instance, redis=False)
    lock = instance.data / "postmaster.pid"
    lock.write_text(f"{os.getpid()}\n{instance.data}\n0\n5432\n")
    instance.pg_socket.write_text("")
    instance.pg_socket.with_name(".s.PGSQL.5432.lock").write_text(f"{os.getpid()}\n")
    services.start(instance, redis=False)
    assert services.postgres_is_up(instance)


def test_leftover_redis_socket_and_pid_are_replaced(instance):
    instance.redis_data.mkdir(parents=True)
    instance.sockets.mkdir(parents=True)
    instance.redis_socket.write_text("")
    instance.redis_pid_file.write_text(f"{os.getpid()}\n")
    services.start(instance, postgres=False)
    assert services.redis_is_up(instance)


def test_long_path_moves_the_sockets_among_temporary_files(tmp_path):
    deep = Instance(tmp_path / ("long-" * 20))
    assert deep.sockets.parent != deep.root
    assert len(os.fsencode(deep.pg_socket)) < places.SOCKET_PATH_LIMIT
    assert deep.sockets != Instance(tmp_path / ("long-" * 21)).sockets


def test_other_major_version_is_one_sentence(instance):
    services.start(instance, redis=False)
    services.stop(instance, redis=False)
    (instance.data / "PG_VERSION").write_text("14\n")
    with pytest.raises(ServiceError, match=r"viennent de PostgreSQL 14 .* PostgreSQL 18"):
        services.start(instance, redis=False)
    (instance.data / "PG_VERSION").write_text("18\n")


def test_little_space_is_one_sentence(instance, monkeypatch):
    monkeypatch.setattr(places, "free_bytes", lambda _folder: 1024)
    with pytest.raises(ServiceError, match="Le disque est plein : il faut au moins 300 Mo"):
        services.start(instance)
    assert not instance.data.exists()


@pytest.fixture
def tiny_disk(tmp_path):
    """A file system of 8 MB, where the machine lets us mount one."""
    place = tmp_path / "tiny"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(place)]
    if os.geteuid() != 0 or subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("only root may mount a small disk here; the shortage itself is tested above")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def test_disk_that_fills_up_on_the_way_is_one_sentence(tiny_disk, monkeypatch):
    monkeypatch.setattr(places, "MINIMUM_FREE_BYTES", 0)
    for folder in (tiny_disk, *tiny_disk.parents[:3]):
        folder.chmod(folder.stat().st_mode & 0o777 | 0o011)
    small = Instance(tiny_disk / "var")
    with pytest.raises(ServiceError, match="le disque est plein"):
        services.start(small)
    assert not small.data.exists()


def test_missing_wheel_is_one_sentence(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda _name, *_: None)
    monkeypatch.setattr("shutil.which", lambda _name, *_: None)
    with pytest.raises(ServiceError, match="PostgreSQL embarqué est absent"):
        postgres.postgres_bin()
    with pytest.raises(ServiceError, match="Aucun serveur Redis"):
        redis_server.redis_server()


def test_sweep_removes_what_a_dead_run_left(tmp_path):
    finished = subprocess.Popen(["true"])
    finished.wait()
    dead, alive = tmp_path / "parvis-essai-dead", tmp_path / "parvis-essai-alive"
    for folder, maker in ((dead, finished.pid), (alive, os.getpid())):
        folder.mkdir()
        (folder / "maker.pid").write_text(f"{maker}\n")
    services.sweep_ephemeral(tmp_path)
    assert not dead.exists()
    assert alive.exists()
    shutil.rmtree(alive)
