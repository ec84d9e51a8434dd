import os
import subprocess
import sys

import pytest
from django.conf import settings as django_settings
from django.db.utils import ConnectionHandler

from config import checks, services
from tests.conftest import test_instance as servers

PRODUCTION = {
    "PARVIS_ENV": "production",
    "SECRET_KEY": "not-a-real-secret-" + "abcdefghijklmnopqrstuvwxyz0123456789" * 2,
    "BASE_URL": "https://parvis.example",
    "LIVE_URL": "wss://parvis.example",
    "MEDIA_URL": "https://media.parvis.example/",
    "ALLOWED_HOSTS": "parvis.example",
    "EMAIL_URL": "submission://parvis:secret@courriel.parvis.example:587",
    "DEFAULT_FROM_EMAIL": "Parvis <bonjour@parvis.example>",
    "SENDER_ADDRESS": "1, place du Parvis, Rimouski (Québec)",
    "PERSON_IN_CHARGE_NAME": "Camille Untel",
    "PERSON_IN_CHARGE_TITLE": "Responsable",
    "PERSON_IN_CHARGE_EMAIL": "vie-privee@parvis.example",
}


def manage(*arguments, **environment):
    inherited = {name: os.environ[name] for name in ("PATH", "PARVIS_VAR") if name in os.environ}
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=services.BASE_DIR,
        env=inherited | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def ids(messages):
    return [message.id for message in messages]


def test_nobody_in_charge_refuses_the_launch(settings):
    settings.PERSON_IN_CHARGE = {"name": "Camille", "title": "", "email": ""}
    [error] = checks.check_person_in_charge()
    assert error.id == "parvis.E001"
    assert error.hint == "PERSON_IN_CHARGE_TITLE, PERSON_IN_CHARGE_EMAIL"
    assert error.is_serious()


def test_somebody_in_charge_passes(settings):
    settings.PERSON_IN_CHARGE = {"name": "Camille", "title": "Responsable", "email": "c@parvis.example"}
    assert checks.check_person_in_charge() == []


def test_modes_of_a_workstation_are_refused(settings):
    settings.DEBUG = True
    settings.IS_PRODUCTION = False
    settings.SECRET_KEY = settings.LOCAL_SECRET_PREFIX + "x"
    settings.CELERY_TASK_ALWAYS_EAGER = True
    assert ids(checks.check_mode()) == ["parvis.E010", "parvis.E011", "parvis.E012", "parvis.E013"]


def test_modes_of_production_pass(settings):
    settings.DEBUG = False
    settings.IS_PRODUCTION = True
    settings.SECRET_KEY = "k" * 60
    assert ids(checks.check_mode()) == []


def test_clear_addresses_are_refused(settings):
    settings.BASE_URL, settings.LIVE_URL, settings.MEDIA_URL = "http://a.example", "ws://a.example", "/media/"
    assert ids(checks.check_addresses()) == ["parvis.E020", "parvis.E021", "parvis.W022"]
    settings.BASE_URL, settings.LIVE_URL = "https://a.example", "wss://a.example"
    settings.MEDIA_URL = "https://media.a.example/"
    assert ids(checks.check_addresses()) == []


@pytest.mark.parametrize(
    ("backend", "host", "expected"),
    [
        ("django.core.mail.backends.console.EmailBackend", "mail.example", ["parvis.E030"]),
        ("django.core.mail.backends.filebased.EmailBackend", "mail.example", ["parvis.E030"]),
        ("django.core.mail.backends.smtp.EmailBackend", "", ["parvis.E030"]),
        ("django.core.mail.backends.smtp.EmailBackend", "mail.example", []),
    ],
)
def test_mail_must_leave_the_machine(settings, backend, host, expected):
    settings.EMAIL_BACKEND, settings.EMAIL_HOST = backend, host
    assert ids(checks.check_mail()) == expected


def as_role(role, name=None):
    """A real connection of Django under another role of the test server."""
    database = django_settings.DATABASES["default"]
    return ConnectionHandler({"default": {**database, "USER": role, "NAME": name or database["NAME"]}})[
        "default"
    ]


def test_embedded_services_are_refused(settings, db):
    settings.EMBEDDED_DATABASE = settings.EMBEDDED_REDIS = True
    assert ids(checks.check_services()) == ["parvis.E040", "parvis.E041"]


def test_role_of_the_application_passes(settings, db):
    settings.EMBEDDED_DATABASE = settings.EMBEDDED_REDIS = False
    assert ids(checks.check_services()) == []


def test_superuser_and_bypassrls_are_refused(settings, db, monkeypatch):
    settings.EMBEDDED_DATABASE = settings.EMBEDDED_REDIS = False
    connection = as_role(services.ADMIN_ROLE)
    monkeypatch.setattr(checks, "connection", connection)
    try:
        assert ids(checks.check_services()) == ["parvis.E043", "parvis.E044"]
    finally:
        connection.close()


def test_silent_database_is_refused(settings, db, monkeypatch):
    settings.EMBEDDED_DATABASE = settings.EMBEDDED_REDIS = False
    monkeypatch.setattr(checks, "connection", as_role("parvis", "does_not_exist"))
    assert ids(checks.check_services()) == ["parvis.E042"]


@pytest.mark.slow
def test_check_deploy_accepts_a_complete_production(db):
    environment = PRODUCTION | {
        "DATABASE_URL": servers().database_url(django_settings.DATABASES["default"]["NAME"]),
        "REDIS_URL": django_settings.REDIS_URL,
    }
    result = manage("check", "--deploy", "--fail-level", "WARNING", **environment)
    assert (result.returncode, result.stderr) == (0, "")


@pytest.mark.slow
def test_check_deploy_refuses_a_workstation():
    result = manage(
        "check",
        "--deploy",
        PARVIS_ENV="local",
        DEBUG="1",
        DATABASE_URL=servers().database_url("postgres", services.ADMIN_ROLE),
        REDIS_URL=django_settings.REDIS_URL,
    )
    assert result.returncode == 1
    for number in ("E010", "E011", "E012", "E020", "E021", "E030", "E043", "E044"):
        assert f"parvis.{number}" in result.stderr


@pytest.mark.slow
def test_every_missing_value_of_production_is_named_at_once():
    result = manage(
        "check",
        PARVIS_ENV="production",
        PERSON_IN_CHARGE_NAME="",
        DATABASE_URL="postgres://nobody@127.0.0.1:1/none",
        REDIS_URL="redis://127.0.0.1:1",
    )
    assert result.returncode == 1
    assert "Traceback" not in result.stderr
    for name in (
        "SECRET_KEY",
        "BASE_URL",
        "LIVE_URL",
        "ALLOWED_HOSTS",
        "EMAIL_URL",
        "DEFAULT_FROM_EMAIL",
        "PERSON_IN_CHARGE_NAME",
        "PERSON_IN_CHARGE_TITLE",
        "PERSON_IN_CHARGE_EMAIL",
    ):
        assert name in result.stderr
