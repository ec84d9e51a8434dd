"""A cache that may be lost at any moment: without Redis every read is a miss and every page still works."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, Any, TypeVar

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

logger = logging.getLogger(__name__)

REST_SECONDS = 2.0
"""After a failure Redis is left alone this long: a dead one must not slow each page by its time-outs."""

Answer = TypeVar("Answer")


class Breaker:
    """Remembers, for this process, that Redis is broken: shared by the per-thread cache objects of Django."""

    def __init__(self) -> None:
        self.is_open = False
        self._resting_until = 0.0

    def is_resting(self) -> bool:
        return self.is_open and time.monotonic() < self._resting_until

    def failed(self, error: RedisError) -> None:
        self._resting_until = time.monotonic() + REST_SECONDS
        if not self.is_open:
            self.is_open = True
            logger.error("Redis does not answer, the cache counts as empty: %s", type(error).__name__)

    def succeeded(self) -> None:
        if self.is_open:
            self.is_open = False
            logger.warning("Redis answers again")


breaker = Breaker()


class ResilientRedisCache(RedisCache):
    """Django's Redis cache, where a broken Redis is an empty cache. Says so in the log once per breakdown.

    Rate limits count in the cache too: while Redis is down they let everyone through rather than nobody.
    """

    def _attempt(self, call: Callable[[], Answer], otherwise: Answer) -> Answer:
        if breaker.is_resting():
            return otherwise
        try:
            answer = call()
        except RedisError as error:
            breaker.failed(error)
            return otherwise
        breaker.succeeded()
        return answer

    def add(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        # allauth takes its locks with `add`: a broken Redis gives them, or every rate limit would refuse.
        return self._attempt(
            lambda: super(ResilientRedisCache, self).add(key, value, timeout, version), otherwise=True
        )

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        return self._attempt(lambda: super(ResilientRedisCache, self).get(key, default, version), default)

    def set(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        self._attempt(lambda: super(ResilientRedisCache, self).set(key, value, timeout, version), None)

    def touch(self, key: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        return self._attempt(lambda: super(ResilientRedisCache, self).touch(key, timeout, version), False)

    def delete(self, key: Any, version: int | None = None) -> bool:
        return self._attempt(lambda: super(ResilientRedisCache, self).delete(key, version), False)

    def get_many(self, keys: Iterable[Any], version: int | None = None) -> dict[Any, Any]:
        return self._attempt(lambda: super(ResilientRedisCache, self).get_many(keys, version), {})

    def has_key(self, key: Any, version: int | None = None) -> bool:
        return self._attempt(lambda: super(ResilientRedisCache, self).has_key(key, version), False)

    def incr(self, key: Any, delta: int = 1, version: int | None = None) -> int:
        return self._attempt(lambda: super(ResilientRedisCache, self).incr(key, delta, version), delta)

    def set_many(
        self,
        data: dict[Any, Any],
        timeout: Any = DEFAULT_TIMEOUT,
        version: int | None = None,
    ) -> list[Any]:
        return self._attempt(
            lambda: super(ResilientRedisCache, self).set_many(data, timeout, version),
            list(data),
        )

    def delete_many(self, keys: Iterable[Any], version: int | None = None) -> None:
        self._attempt(lambda: super(ResilientRedisCache, self).delete_many(keys, version), None)

    def clear(self) -> None:
        self._attempt(super().clear, None)
