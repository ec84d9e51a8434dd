"""Mails of news: what is worth writing about, how it is said, and the way out at the foot of each.

Everything about sending is in `coop.actions.mail`.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.core import signing
from django.core.mail import EmailMultiAlternatives
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import ngettext

from coop import notifications
from coop.models import Account, Notification, Preferences

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from coop.notifications import News

LINES_SHOWN = 7
GRACE = timedelta(minutes=2)
DIGEST_HOUR = 7
SETTLING = timedelta(minutes=5)
"""A row that gets an early id but is committed late must not fall between two digests."""

UNSUBSCRIBING = "coop.mail.unsubscribe"


@dataclass(frozen=True, slots=True)
class Batch:
    """What one mail tells: its lines, and every row that it settles, shown or not."""

    account: Account
    news: list[News]
    ids: list[int]

    @property
    def shown(self) -> list[News]:
        return self.news[:LINES_SHOWN]

    @property
    def others(self) -> int:
        return len(self.news) - len(self.shown)


def unsettled(account: Account, preferences: Preferences) -> QuerySet[Notification]:
    """Give the rows that a mail could still be about: wanted by mail, not mailed, not read, not old."""
    choices = notifications.choices(account)
    by_mail = [name for name, choice in choices.items() if choice.by_mail]
    mail_alone = [name for name in by_mail if not choices[name].in_app]
    return (
        Notification.objects.filter(
            # A kind that is not shown in the app is stored as read.
            Q(read_at__isnull=True) | Q(kind__in=mail_alone),
            account=account,
            kind__in=by_mail,
            mailed_at__isnull=True,
            pk__gt=preferences.digest_sent_up_to_id,
        )
        .select_related("actor")
        .order_by("-pk")
    )


def immediate_batch(account: Account, preferences: Preferences) -> Batch | None:
    """Give what to write about now: what is still unread after two minutes."""
    return batch(account, unsettled(account, preferences).filter(created_at__lte=timezone.now() - GRACE))


def digest_batch(account: Account, preferences: Preferences, day: date) -> Batch | None:
    """Give what the digest of a day holds, or None when nothing came since the last one or the last visit.

    The window opens at the last digest that was sent, whenever that was, and closes just before seven o'clock
    on that day: run late or twice, the digest of a day is the same.
    """
    closing = timezone.make_aware(datetime.combine(day, time(DIGEST_HOUR))) - SETTLING
    rows = unsettled(account, preferences)
    newest = rows.filter(created_at__lte=closing).values_list("pk", flat=True).first()
    if newest is None:
        return None
    visit = last_visit(account)
    if visit is not None:
        rows = rows.filter(created_at__gt=visit)
    return batch(account, rows.filter(pk__lte=newest))


def batch(account: Account, rows: QuerySet[Notification]) -> Batch | None:
    """Gather rows into lines; None when this person may see none of it any more."""
    read = list(rows)
    with translation.override(account.language):
        news = notifications.gather(account, read)
    return Batch(account, news, [row.pk for row in read]) if news else None


def last_visit(account: Account) -> datetime | None:
    """Give when the person was last seen on any device."""
    newest = UserSession.objects.filter(user=account).order_by("-last_seen_at").first()
    return newest.last_seen_at if newest else None


# -------------------------------------------------------------------------------------------------
# Writing it


def message(found: Batch, *, key: str, daily: bool) -> EmailMultiAlternatives:
    """Write the mail of a batch. `key` makes the Message-ID: the same mail sent again is the same message."""
    account = found.account
    with translation.override(account.language):
        subject = subject_of(found, daily=daily)
        context = {
            "account": account,
            "batch": found,
            "daily": daily,
            "subject": subject,
            "language": account.language,
            "site_name": settings.SITE["name"],
            "base_url": settings.BASE_URL,
            "sender": settings.PERSON_IN_CHARGE,
            "sender_address": settings.SENDER_ADDRESS,
            "unsubscribe_url": unsubscribe_url(account),
        }
        text = render_to_string("coop/mail_news.txt", context, using="jinja2")
        html = render_to_string("coop/mail_news.html", context, using="jinja2")
    digest = hashlib.sha256(f"{settings.SECRET_KEY}:{account.pk}:{key}".encode()).hexdigest()[:32]
    mail = EmailMultiAlternatives(
        subject=subject,
        body=text,
        to=[account.email],
        headers={
            "List-Unsubscribe": f"<{unsubscribe_url(account)}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Auto-Submitted": "auto-generated",
            "Message-ID": f"<{digest}@{urlsplit(settings.BASE_URL).hostname}>",
        },
    )
    mail.attach_alternative(html, "text/html")
    return mail


def subject_of(found: Batch, *, daily: bool) -> str:
    """Say how much there is; a single piece of news says itself."""
    if len(found.news) == 1:
        return found.news[0].line.plain
    count = len(found.news)
    if daily:
        said = ngettext(
            "Ton résumé\u00a0: %(count)d nouvelle", "Ton résumé\u00a0: %(count)d nouvelles", count
        )
    else:
        said = ngettext("%(count)d nouvelle pour toi", "%(count)d nouvelles pour toi", count)
    return said % {"count": count}


# -------------------------------------------------------------------------------------------------
# The way out


def unsubscribe_url(account: Account) -> str:
    """Give the address that stops these mails: it needs no login, and it never expires."""
    token = signing.dumps(account.pk, salt=UNSUBSCRIBING)
    return settings.BASE_URL + reverse("coop:unsubscribe", args=[token])


def account_of(token: str) -> Account | None:
    """Give whose address this is; None when it was not made here."""
    try:
        account_id = signing.loads(token, salt=UNSUBSCRIBING)
    except signing.BadSignature:
        return None
    return Account.objects.filter(pk=account_id).first()
