"""The clock of accounts: sign-ups never confirmed, people who left."""

from __future__ import annotations

from celery import shared_task
from celery.schedules import crontab

from coop.actions import accounts, departures

SCHEDULE = {
    "forget unconfirmed accounts": {
        "task": "coop.forget_unconfirmed",
        "schedule": crontab(hour=4, minute=20),
    },
    "erase accounts whose days are over": {
        "task": "coop.erase_departed",
        "schedule": crontab(hour=4, minute=40),
    },
}


@shared_task(name="coop.forget_unconfirmed")
def forget_unconfirmed() -> None:
    """Erase sign-ups never confirmed, and what is kept of devices that left long ago."""
    accounts.forget_unconfirmed()
    accounts.forget_old_devices()


@shared_task(name="coop.erase_departed")
def erase_departed() -> None:
    """Erase the accounts whose 30 days are over."""
    departures.erase_departed()
