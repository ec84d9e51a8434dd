"""Images: prepared one by one on their own queue; what nobody published is swept away."""

from __future__ import annotations

from celery import shared_task
from celery.schedules import crontab

from feeds.actions import media

SCHEDULE = {
    "sweep images": {"task": "feeds.sweep_media", "schedule": crontab(minute="*/5")},
}


@shared_task(name="feeds.process_upload")
def process_upload(media_id: str) -> None:
    """Re-encode one upload, or refuse it."""
    media.process_upload(media_id=media_id)


@shared_task(name="feeds.sweep_media")
def sweep_media() -> None:
    """Erase orphans; send again what a dead worker dropped."""
    media.sweep()
