"""One real worker, from the queue to the database: the other tests run tasks in place."""

import time
from datetime import timedelta

import pytest
import redis
from django.conf import settings
from django.contrib.sessions.models import Session
from django.utils import timezone

from config.celery import app
from coop.tasks.sessions import clear_sessions
from tests.conftest import start_square, stop_square


def wait_until(condition, seconds=60):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.1)


@pytest.mark.slow
def test_worker_breathes_takes_tasks_and_says_goodbye(transactional_db, tmp_path):
    Session.objects.create(session_key="old", session_data="", expire_date=timezone.now() - timedelta(days=1))
    Session.objects.create(session_key="new", session_data="", expire_date=timezone.now() + timedelta(days=1))
    client = redis.Redis.from_url(settings.REDIS_URL)
    client.delete(settings.WORKER_HEARTBEAT_KEY)
    square = start_square(tmp_path / "square", only=("worker",))
    try:
        wait_until(lambda: client.exists(settings.WORKER_HEARTBEAT_KEY))
        clear_sessions.delay()
        wait_until(lambda: Session.objects.count() == 1)
        assert Session.objects.get().session_key == "new"
    finally:
        stop_square(square)
    assert not client.exists(settings.WORKER_HEARTBEAT_KEY)
    client.close()


def test_schedule_names_only_tasks_that_exist():
    app.loader.import_default_modules()
    assert app.conf.beat_schedule
    assert {entry["task"] for entry in app.conf.beat_schedule.values()} <= set(app.tasks)


def test_every_task_is_named_after_its_app():
    app.loader.import_default_modules()
    for name, task in app.tasks.items():
        if not name.startswith("celery."):
            assert name.split(".")[0] == task.__module__.split(".")[0]


def test_routes_lead_to_queues_that_the_worker_takes():
    queues = {queue.name for queue in settings.CELERY_TASK_QUEUES}
    procfile = (settings.BASE_DIR / "Procfile").read_text()
    assert f"--queues {','.join(queue.name for queue in settings.CELERY_TASK_QUEUES)} " in procfile
    assert {route["queue"] for route in settings.CELERY_TASK_ROUTES.values()} <= queues


@pytest.mark.parametrize(
    ("task", "queue"),
    [("coop.clear_sessions", "default"), ("feeds.process_upload", "media"), ("coop.send_letter", "mail")],
)
def test_task_lands_once_in_its_own_queue(task, queue):
    names = [each.name for each in settings.CELERY_TASK_QUEUES]
    # Queues of its own: the worker of the browser tests may be running on the others.
    apart = {"global_keyprefix": "apart:"}
    with (
        redis.Redis.from_url(settings.REDIS_URL) as client,
        app.connection_for_write(transport_options=apart) as connection,
    ):
        app.send_task(task, connection=connection)
        lengths = {name: client.llen(f"apart:{name}") for name in names}
        client.delete(*(f"apart:{name}" for name in names))
    assert lengths == {name: int(name == queue) for name in names}
