"""The clock of polls."""

from __future__ import annotations

from celery import shared_task
from celery.schedules import crontab

from feeds.actions import polls

SCHEDULE = {
    "announce closed polls": {"task": "feeds.announce_closed_polls", "schedule": crontab()},
}


@shared_task(name="feeds.announce_closed_polls")
def announce_closed_polls() -> None:
    """Tell the end of polls to those who opened or answered them, batch by batch."""
    while polls.announce_closed_polls() == polls.CLOSING_BATCH:
        pass
