"""Notifications that were read long ago are not kept."""

from __future__ import annotations

from celery import shared_task
from celery.schedules import crontab

from coop.actions import notifications

SCHEDULE = {
    "forget read notifications": {
        "task": "coop.forget_read_notifications",
        "schedule": crontab(hour=4, minute=20),
    },
}


@shared_task(name="coop.forget_read_notifications")
def forget_read_notifications() -> None:
    """Erase what was read longer ago than the parameter says."""
    notifications.forget_read_notifications()
