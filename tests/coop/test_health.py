import redis
from django.conf import settings as django_settings
from django.db.utils import ConnectionHandler

from coop import health


def breathe():
    with redis.Redis.from_url(django_settings.REDIS_URL) as client:
        client.set(django_settings.WORKER_HEARTBEAT_KEY, 1, ex=30)


def stop_breathing():
    with redis.Redis.from_url(django_settings.REDIS_URL) as client:
        client.delete(django_settings.WORKER_HEARTBEAT_KEY)


def test_alive_asks_nothing_of_the_database(client):
    response = client.get("/sante/vivant")  # without the `db` fixture a query would raise
    assert (response.status_code, response.json()) == (200, {"vivant": True})
    assert "no-cache" in response["Cache-Control"]


def test_ready_when_all_answer(client, db):
    breathe()
    response = client.get("/sante/pret")
    assert response.status_code == 200
    assert response.json() == {"pret": True, "base_de_donnees": True, "redis": True, "travailleur": True}


def test_not_ready_without_a_worker(client, db):
    stop_breathing()
    response = client.get("/sante/pret")
    assert response.status_code == 503
    assert response.json() == {"pret": False, "base_de_donnees": True, "redis": True, "travailleur": False}


def test_not_ready_without_redis(client, db, settings):
    settings.REDIS_URL = "unix:///nowhere/redis.sock"
    response = client.get("/sante/pret")
    assert response.status_code == 503
    assert response.json() == {"pret": False, "base_de_donnees": True, "redis": False, "travailleur": False}


def test_not_ready_without_a_database(client, db, monkeypatch):
    breathe()
    database = {**django_settings.DATABASES["default"], "NAME": "does_not_exist"}
    monkeypatch.setattr(health, "connection", ConnectionHandler({"default": database})["default"])
    response = client.get("/sante/pret")
    assert response.status_code == 503
    assert response.json() == {"pret": False, "base_de_donnees": False, "redis": True, "travailleur": True}


def test_health_only_reads(client):
    assert client.post("/sante/vivant").status_code == 405
