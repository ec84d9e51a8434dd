"""The audit trail only grows: the database refuses the rest, even to its owner's own role."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from coop.audit import record
from coop.models import AuditEvent
from tests.factories.coop import make_account, make_audit_event

pytestmark = pytest.mark.django_db


def test_an_act_is_recorded_with_ids_only():
    account = make_account(email="ada@exemple.test")
    event = record("coop.test", account=account, obj=account.actor, data={"fields": ["summary"]})
    assert (event.account_id, event.object_type, event.object_id) == (
        account.pk,
        "coop.actor",
        str(account.actor_id),
    )
    assert "ada" not in str(event.data)


@pytest.mark.parametrize(
    "statement",
    ["UPDATE coop_auditevent SET kind = 'autre'", "DELETE FROM coop_auditevent"],
)
def test_the_database_refuses_to_change_or_erase(statement):
    make_audit_event()
    refused = pytest.raises(DatabaseError, match="ne se modifie pas")
    with refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert AuditEvent.objects.get().kind == "coop.test"


def test_the_database_refuses_to_empty_the_table():
    """The tests' own database has this trigger switched off, so that they can clean up after themselves."""
    make_audit_event()
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgenabled FROM pg_trigger WHERE tgname = 'coop_audit_no_truncate'")
        assert cursor.fetchone() is not None
        cursor.execute("ALTER TABLE coop_auditevent ENABLE TRIGGER coop_audit_no_truncate")
        with pytest.raises(DatabaseError, match="ne se modifie pas"), transaction.atomic():
            cursor.execute("TRUNCATE coop_auditevent")
        cursor.execute("ALTER TABLE coop_auditevent DISABLE TRIGGER coop_audit_no_truncate")
    assert AuditEvent.objects.count() == 1
