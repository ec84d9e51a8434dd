"""Archives of people's data, made and erased in the background."""

from __future__ import annotations

from celery import shared_task
from celery.schedules import crontab

from coop.actions import exports

SCHEDULE = {
    "expire exports": {"task": "coop.expire_exports", "schedule": crontab(minute=25)},
}


@shared_task(name="coop.export_data")
def export_data(*, export_id: str) -> None:
    """Make one archive."""
    exports.build_export(export_id=export_id)


@shared_task(name="coop.expire_exports")
def expire_exports() -> None:
    """Erase archives whose days are over, ask again for those that the queue lost."""
    exports.expire_exports()
    exports.resend_waiting()
