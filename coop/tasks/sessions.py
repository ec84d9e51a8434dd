"""Sessions that nobody can use any more are not kept."""

from __future__ import annotations

from celery import shared_task
from celery.schedules import crontab
from django.core.management import call_command

SCHEDULE = {
    "clear expired sessions": {"task": "coop.clear_sessions", "schedule": crontab(hour=4, minute=10)},
}


@shared_task(name="coop.clear_sessions")
def clear_sessions() -> None:
    """Delete the sessions whose time is over, and with them what they say of where people logged in."""
    call_command("clearsessions")
