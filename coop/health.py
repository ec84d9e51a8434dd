"""Two answers for whoever watches over the machines: is the process alive, and can it work?"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import redis
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, InterfaceError, connection
from django.http import HttpRequest, JsonResponse
from django.urls import path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

if TYPE_CHECKING:
    from collections.abc import Callable

logger = logging.getLogger(__name__)

TIMEOUT_SECONDS = 2


@require_safe
@never_cache
@login_not_required
def alive(_request: HttpRequest) -> JsonResponse:
    """The process answers: nothing else is asked, so that a broken database does not restart web workers."""
    return JsonResponse({"vivant": True})


@require_safe
@never_cache
@login_not_required
def ready(_request: HttpRequest) -> JsonResponse:
    """Each thing that a request may need, one by one; 503 as soon as one is missing."""
    checks: dict[str, Callable[[], bool]] = {
        "base_de_donnees": database_answers,
        "redis": redis_answers,
        "travailleur": worker_breathes,
    }
    results = {name: check() for name, check in checks.items()}
    is_ready = all(results.values())
    if not is_ready:
        logger.warning("not ready: %s", ", ".join(name for name, is_fine in results.items() if not is_fine))
    return JsonResponse({"pret": is_ready, **results}, status=200 if is_ready else 503)


def database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            return bool(cursor.fetchone() == (1,))
    except (DatabaseError, InterfaceError):
        return False


def redis_client() -> redis.Redis:
    return redis.Redis.from_url(
        settings.REDIS_URL,
        socket_timeout=TIMEOUT_SECONDS,
        socket_connect_timeout=TIMEOUT_SECONDS,
    )


def redis_answers() -> bool:
    try:
        with redis_client() as client:
            return bool(client.ping())
    except redis.RedisError:
        return False


def worker_breathes() -> bool:
    """The worker leaves the time in Redis every few seconds, under a key that fades by itself."""
    try:
        with redis_client() as client:
            return bool(client.exists(settings.WORKER_HEARTBEAT_KEY))
    except redis.RedisError:
        return False


urlpatterns = [
    path("vivant", alive, name="health-alive"),
    path("pret", ready, name="health-ready"),
]
