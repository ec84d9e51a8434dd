"""News by mail, on a queue of its own: at once for those who asked, and the digest of seven o'clock."""

from __future__ import annotations

from datetime import date

from celery import shared_task
from celery.schedules import crontab
from django.utils import timezone

from coop.actions import mail

QUEUE = {"queue": "mail"}
SCHEDULE = {
    "mail news": {"task": "coop.mail_news", "schedule": 60.0, "options": QUEUE | {"expires": 55}},
    # From seven in the morning here; the later runs are for what failed, and find nothing else to do.
    "mail digests": {
        "task": "coop.mail_digests",
        "schedule": crontab(hour="7-11", minute=0),
        "options": QUEUE,
    },
}


@shared_task(name="coop.mail_news")
def mail_news() -> None:
    """Ask for a mail to each account that has waited long enough."""
    for account_id in mail.accounts_to_write_to():
        mail_account_news.apply_async(kwargs={"account_id": account_id}, **QUEUE)


@shared_task(
    name="coop.mail_account_news", autoretry_for=(OSError,), retry_backoff=60, retry_kwargs={"max_retries": 4}
)
def mail_account_news(account_id: int) -> None:
    """Write to one account; a mail server that does not answer is asked again later."""
    mail.send_news(account_id=account_id)


@shared_task(name="coop.mail_digests")
def mail_digests() -> None:
    """Ask for today's digest of each account that wants one."""
    today = timezone.localdate()
    for account_id in mail.accounts_to_digest(today):
        mail_digest.apply_async(kwargs={"account_id": account_id, "day": today.isoformat()}, **QUEUE)


@shared_task(
    name="coop.mail_digest", autoretry_for=(OSError,), retry_backoff=60, retry_kwargs={"max_retries": 4}
)
def mail_digest(account_id: int, day: str) -> None:
    """Send one digest. One that waited past its day is left to the next."""
    wanted = date.fromisoformat(day)
    if wanted == timezone.localdate():
        mail.send_digest(account_id=account_id, day=wanted)
