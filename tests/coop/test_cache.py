import logging

import pytest
from django.core.cache import cache

from coop import cache as module
from coop.cache import Breaker, ResilientRedisCache


@pytest.fixture
def breaker(monkeypatch):
    made = Breaker()
    monkeypatch.setattr(module, "breaker", made)
    return made


@pytest.fixture
def broken(breaker):
    """A cache whose Redis is not there."""
    return ResilientRedisCache("unix:///nowhere/redis.sock", {})


def test_cache_works_while_redis_does():
    cache.set("place", "Royale", 30)
    assert cache.get("place") == "Royale"
    assert cache.add("place", "autre", 30) is False
    cache.set_many({"a": 1, "b": 2})
    assert cache.get_many(["a", "b", "c"]) == {"a": 1, "b": 2}
    assert cache.incr("a", 4) == 5
    cache.delete_many(["a"])
    assert cache.has_key("a") is False
    assert cache.touch("b", 10) is True
    assert cache.delete("b") is True


def test_broken_redis_is_an_empty_cache(broken):
    broken.set("place", "Royale")
    assert broken.get("place") is None
    assert broken.get("place", "absente") == "absente"
    assert broken.get_or_set("place", lambda: "calculée") == "calculée"
    assert broken.get_many(["place"]) == {}
    assert broken.set_many({"place": 1}) == ["place"]
    assert broken.add("place", 1) is True  # a lock, for allauth: nobody is kept out by a dead Redis
    assert broken.incr("count", 2) == 2
    assert broken.has_key("place") is False
    assert broken.touch("place") is False
    assert broken.delete("place") is False
    broken.delete_many(["place"])
    broken.clear()


def test_breakdown_is_told_once_and_the_return_too(broken, breaker, caplog, monkeypatch):
    monkeypatch.setattr(module, "REST_SECONDS", 0)
    caplog.set_level(logging.WARNING, logger="coop.cache")
    for _ in range(3):
        broken.get("place")
    assert [record.levelname for record in caplog.records] == ["ERROR"]
    cache.get("place")
    cache.get("place")
    assert [record.levelname for record in caplog.records] == ["ERROR", "WARNING"]
    assert not breaker.is_open


def test_dead_redis_is_left_alone_for_a_while(broken, breaker, monkeypatch):
    calls = []
    monkeypatch.setattr(module.RedisCache, "get", lambda *arguments: calls.append(arguments))
    breaker.failed(module.RedisError())
    assert broken.get("place", "absente") == "absente"
    assert calls == []
