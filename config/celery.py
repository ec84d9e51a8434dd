"""The Celery application, and the sign of life that `/sante/pret` looks for."""

import contextlib
import importlib
import os
import pkgutil
import sys
import time
import warnings
from typing import Any

from celery import Celery
from celery.signals import heartbeat_sent, import_modules, worker_ready, worker_shutting_down

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

if os.environ.get("PARVIS_ENV") == "local":
    # `make run` may be root's, in a container for one; production has a user of its own.
    warnings.filterwarnings("ignore", message="You're running the worker with superuser privileges")

app = Celery("parvis")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@import_modules.connect(sender=app)
def load_tasks_and_schedules(**_: Any) -> None:
    """Load every module inside each app's `tasks` package, and gather the `SCHEDULE` each may declare."""
    from django.apps import apps  # noqa: PLC0415 -- Celery calls this once the applications are loaded

    for config in apps.get_app_configs():
        package = sys.modules.get(f"{config.name}.tasks")
        if package is None:
            continue
        names = [info.name for info in pkgutil.iter_modules(getattr(package, "__path__", []))]
        for module in (package, *(importlib.import_module(f"{package.__name__}.{name}") for name in names)):
            app.conf.beat_schedule.update(getattr(module, "SCHEDULE", {}))


WRITE_EVERY_SECONDS = 5
_last_written = 0.0


def write_heartbeat(**_: Any) -> None:
    """Leave the time in Redis; it fades by itself, so a dead worker needs nobody to say so."""
    global _last_written  # noqa: PLW0603 -- one worker process, one clock
    now = time.monotonic()
    if now - _last_written < WRITE_EVERY_SECONDS:
        return
    import redis  # noqa: PLC0415 -- only the worker writes
    from django.conf import settings  # noqa: PLC0415 -- settings are not ready when this module loads

    # A heartbeat that cannot be written is itself the news: readiness will say it.
    with (
        contextlib.suppress(redis.RedisError),
        redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2) as client,
    ):
        client.set(settings.WORKER_HEARTBEAT_KEY, int(time.time()), ex=settings.WORKER_HEARTBEAT_SECONDS)
        _last_written = now


def erase_heartbeat(**_: Any) -> None:
    """A worker that stops on purpose says so at once."""
    import redis  # noqa: PLC0415 -- as above
    from django.conf import settings  # noqa: PLC0415 -- as above

    with (
        contextlib.suppress(redis.RedisError),
        redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2) as client,
    ):
        client.delete(settings.WORKER_HEARTBEAT_KEY)


heartbeat_sent.connect(write_heartbeat)
worker_ready.connect(write_heartbeat)
worker_shutting_down.connect(erase_heartbeat)
