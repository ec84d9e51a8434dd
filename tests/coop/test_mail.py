"""News by mail: only when asked, only what is new, each piece once, with a way out."""

import contextlib
import re
import smtplib
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes
from unittest import mock

import pytest
from allauth.usersessions.models import UserSession
from django.core import mail as outbox
from django.core.mail import EmailMultiAlternatives
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from coop import mail
from coop.actions import mail as sending
from coop.actions.notifications import choose_notifications
from coop.models import Notification, Preferences
from coop.tasks import mail as tasks
from tests.factories.coop import make_account, make_actor, make_notification_setting

pytestmark = pytest.mark.django_db

DAY = date(2026, 2, 10)
SEVEN = datetime(2026, 2, 10, 12, tzinfo=UTC)  # seven o'clock in Québec, in winter
DAILY = {"mail_frequency": Preferences.Mail.DAILY}
IMMEDIATE = {"mail_frequency": Preferences.Mail.IMMEDIATE}


@pytest.fixture
def ada():
    return make_account("ada", display_name="Ada", preferences=DAILY)


def ring(account, *, at=None, name="Luc", key=None, kind="follow_request", **fields):
    """Write a row as `ring` does, at a chosen moment; follow requests are about their actor."""
    actor = make_actor(display_name=name)
    return Notification.objects.create(
        account=account,
        kind=kind,
        actor=actor,
        subject_id=actor.pk,
        group_key=key or f"{kind}:{actor.pk}",
        created_at=at or SEVEN - timedelta(hours=5),
        **fields,
    )


def digest(account, day=DAY):
    return sending.send_digest(account_id=account.pk, day=day)


# -------------------------------------------------------------------------------------------------
# The digest


def test_digest_says_what_is_new_once(ada):
    ring(ada)
    assert digest(ada)
    assert not digest(ada)
    (sent,) = outbox.outbox
    assert sent.to == [ada.email]
    assert sent.subject == "Luc demande à te suivre"
    assert "Luc demande à te suivre" in sent.body
    html = sent.alternatives[0].content
    assert "<b>Luc</b> demande à te suivre" in html
    assert Notification.objects.get().mailed_at is not None


def test_digest_stays_silent_without_news(ada):
    assert not digest(ada)
    ring(ada, read_at=SEVEN)
    assert not digest(ada)
    assert outbox.outbox == []


def test_digest_is_for_those_who_asked():
    for preferences in ({}, IMMEDIATE):
        account = make_account(preferences=preferences)
        ring(account)
        assert not digest(account)
    gone = make_account(preferences=DAILY, is_active=False)
    ring(gone)
    assert not digest(gone)
    leaving = make_account(preferences=DAILY, deletion_requested_at=timezone.now())
    ring(leaving)
    assert not digest(leaving)


def test_digest_stays_silent_after_a_visit(ada):
    ring(ada)
    UserSession.objects.create(
        user=ada, ip="127.0.0.1", user_agent="essai", session_key="a", last_seen_at=SEVEN - timedelta(hours=2)
    )
    assert not digest(ada)
    ring(ada, at=SEVEN - timedelta(hours=1), name="Zoé")
    assert digest(ada)
    assert outbox.outbox[0].subject == "Zoé demande à te suivre"


def test_digest_is_the_same_run_late(ada):
    ring(ada)
    ring(ada, at=SEVEN + timedelta(hours=2), name="Zoé")
    assert digest(ada)
    assert "Zoé" not in outbox.outbox[0].body
    assert digest(ada, DAY + timedelta(days=1))
    assert "Zoé" in outbox.outbox[1].body
    assert "Luc" not in outbox.outbox[1].body


def test_digest_window_opens_at_the_last_one_sent_not_at_the_clock(ada):
    ring(ada)
    assert digest(ada, DAY + timedelta(days=6))
    assert "Luc" in outbox.outbox[0].body


def test_digest_holds_seven_lines_and_counts_the_rest(ada):
    for number in range(10):
        ring(ada, name=f"Personne {number}")
    assert digest(ada)
    (sent,) = outbox.outbox
    assert sent.subject == "Ton résumé\u00a0: 10 nouvelles"
    assert re.findall(r"Personne (\d) demande", sent.body) == list("9876543")
    assert "Et 3 autres avis t’attendent" in sent.body
    assert not digest(ada, DAY + timedelta(days=1))


def test_digest_gathers_by_conversation(ada):
    for name in ("Luc", "Zoé", "Inès"):
        ring(ada, name=name, key="follow_request:1")
    assert digest(ada)
    assert "Inès, Zoé et 1 autre demandent à te suivre" in outbox.outbox[0].body


def test_digest_speaks_the_persons_language():
    account = make_account(language="en", preferences=DAILY)
    ring(account)
    assert digest(account)
    assert '<html lang="en">' in outbox.outbox[0].alternatives[0].content


def test_kinds_not_wanted_by_mail_stay_out(ada):
    make_notification_setting(ada, kind="follow_request", in_app=True, by_mail=False)
    ring(ada)
    assert not digest(ada)


def test_kind_wanted_by_mail_alone_is_written_about(ada):
    make_notification_setting(ada, kind="follow_request", in_app=False, by_mail=True)
    ring(ada, read_at=SEVEN - timedelta(hours=5))
    assert digest(ada)


def test_hidden_subject_is_not_written_about(ada):
    row = ring(ada)
    row.actor.suspended_at = timezone.now()
    row.actor.save()
    assert not digest(ada)


def test_old_news_is_not_sent_to_who_asks_for_mail_today():
    account = make_account()
    ring(account)
    choose_notifications(account=account, mail_frequency=Preferences.Mail.DAILY, chosen={})
    assert not digest(account)


# -------------------------------------------------------------------------------------------------
# Failures


def test_failed_digest_takes_its_marks_off_and_comes_back(ada):
    ring(ada)
    with (
        mock.patch.object(EmailMultiAlternatives, "send", side_effect=smtplib.SMTPServerDisconnected),
        pytest.raises(smtplib.SMTPServerDisconnected),
    ):
        digest(ada)
    preferences = Preferences.objects.get(account=ada)
    assert (preferences.digest_sent_on, preferences.digest_sent_up_to_id) == (None, 0)
    assert Notification.objects.get().mailed_at is None
    assert digest(ada)
    assert len(outbox.outbox) == 1


def test_death_after_sending_never_sends_twice(ada):
    ring(ada)

    class Death(BaseException):
        pass

    send = EmailMultiAlternatives.send

    def send_and_die(self):
        send(self)
        raise Death

    with mock.patch.object(EmailMultiAlternatives, "send", send_and_die), pytest.raises(Death):
        digest(ada)
    assert not digest(ada)
    assert not digest(ada, DAY + timedelta(days=1))
    assert len(outbox.outbox) == 1


def test_same_digest_is_the_same_message(ada):
    ring(ada)
    preferences = Preferences.objects.get(account=ada)
    ids = {
        mail.message(mail.digest_batch(ada, preferences, DAY), key="digest:x", daily=True).message()[
            "Message-ID"
        ]
        for _ in range(2)
    }
    assert len(ids) == 1


class DigestTest(TestCase):
    """Over any days, with any failures and repeats, each piece of news is in exactly one digest."""

    @given(
        days=st.lists(
            st.tuples(st.integers(0, 4), st.lists(st.sampled_from(["sent", "fails", "dies"]), max_size=3)),
            min_size=1,
            max_size=6,
        )
    )
    @settings(max_examples=40, deadline=None)
    def test_union_of_digests_is_all_the_news_once(self, *, days):
        account = make_account(preferences=DAILY)
        told: list[int] = []
        lost: list[int] = []
        send = EmailMultiAlternatives.send

        class Death(BaseException):
            pass

        rows = []
        number = 0
        for offset, (count, runs) in enumerate([*days, (0, ["sent"])]):
            day = DAY + timedelta(days=offset)
            for _ in range(count):
                number += 1
                at = SEVEN + timedelta(days=offset, hours=-3, seconds=number)
                rows.append(ring(account, at=at, name=f"Personne {number}").pk)
            for run in runs:
                outbox.outbox = []
                fault = {"sent": None, "fails": OSError, "dies": Death}[run]

                def sometimes(self, fault=fault):
                    if fault is not OSError:
                        send(self)
                    if fault is not None:
                        raise fault

                before = set(
                    Notification.objects.filter(mailed_at__isnull=False).values_list("pk", flat=True)
                )
                with (
                    mock.patch.object(EmailMultiAlternatives, "send", sometimes),
                    contextlib.suppress(OSError, Death),
                ):
                    sending.send_digest(account_id=account.pk, day=day)
                after = set(Notification.objects.filter(mailed_at__isnull=False).values_list("pk", flat=True))
                assert len(outbox.outbox) <= 1
                if outbox.outbox:
                    told += sorted(after - before)
                else:
                    lost += sorted(after - before)
        assert lost == []
        assert sorted(told) == rows


# -------------------------------------------------------------------------------------------------
# At once


def test_news_waits_two_minutes_then_goes_if_unread():
    account = make_account(preferences=IMMEDIATE)
    row = ring(account, at=timezone.now() - timedelta(seconds=100))
    assert sending.accounts_to_write_to() == []
    assert not sending.send_news(account_id=account.pk)
    Notification.objects.filter(pk=row.pk).update(created_at=timezone.now() - timedelta(seconds=121))
    assert sending.accounts_to_write_to() == [account.pk]
    assert sending.send_news(account_id=account.pk)
    assert not sending.send_news(account_id=account.pk)
    assert sending.accounts_to_write_to() == []
    assert [sent.subject for sent in outbox.outbox] == ["Luc demande à te suivre"]


def test_news_read_meanwhile_is_not_written_about():
    account = make_account(preferences=IMMEDIATE)
    ring(account, at=timezone.now() - timedelta(minutes=3), read_at=timezone.now())
    assert not sending.send_news(account_id=account.pk)


def test_news_that_failed_goes_later():
    account = make_account(preferences=IMMEDIATE)
    ring(account, at=timezone.now() - timedelta(minutes=3))
    with (
        mock.patch.object(EmailMultiAlternatives, "send", side_effect=OSError),
        pytest.raises(OSError, match=r"^$"),
    ):
        sending.send_news(account_id=account.pk)
    assert sending.send_news(account_id=account.pk)


def test_change_from_immediate_to_daily_repeats_nothing():
    account = make_account(preferences=IMMEDIATE)
    ring(account, at=SEVEN - timedelta(hours=4))
    assert sending.send_news(account_id=account.pk)
    choose_notifications(account=account, mail_frequency=Preferences.Mail.DAILY, chosen={})
    assert not digest(account)


# -------------------------------------------------------------------------------------------------
# The clock


def test_tasks_send_what_is_due(run_tasks):
    immediate, daily = make_account(preferences=IMMEDIATE), make_account(preferences=DAILY)
    make_account()
    for account in (immediate, daily):
        ring(account, at=timezone.now() - timedelta(days=1, minutes=-5))
    ring(immediate, at=timezone.now() - timedelta(minutes=5))
    with run_tasks():
        tasks.mail_news.delay()
        tasks.mail_digests.delay()
        tasks.mail_digests.delay()
    assert sorted(sent.to[0] for sent in outbox.outbox) == sorted([immediate.email, daily.email])


def test_digest_that_waited_past_its_day_is_left(ada):
    ring(ada)
    tasks.mail_digest(account_id=ada.pk, day="2020-01-01")
    assert outbox.outbox == []


def test_digests_leave_on_the_mail_queue_from_seven():
    entry = tasks.SCHEDULE["mail digests"]
    assert entry["options"] == {"queue": "mail"}
    assert (min(entry["schedule"].hour), entry["schedule"].minute) == (7, {0})


# -------------------------------------------------------------------------------------------------
# The letter and the way out


def test_letter_names_its_sender_and_the_way_out(ada, settings):
    ring(ada)
    assert digest(ada)
    (sent,) = outbox.outbox
    headers = message_from_bytes(sent.message().as_bytes())
    link = headers["List-Unsubscribe"].strip().strip("<>")
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert headers["Auto-Submitted"] == "auto-generated"
    for text in (sent.body, sent.alternatives[0].content):
        assert settings.SENDER_ADDRESS in text
        assert settings.PERSON_IN_CHARGE["email"] in text
        assert link in text
    assert "http://" not in sent.alternatives[0].content.replace(settings.BASE_URL, "")


def unsubscribe_path(account):
    return mail.unsubscribe_url(account).split("/", 3)[3]


def test_one_click_unsubscribes_without_login_or_token(ada, client):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    answer = strict.post("/" + unsubscribe_path(ada), {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert "C’est fait" in answer.content.decode()
    assert Preferences.objects.get(account=ada).mail_frequency == Preferences.Mail.NEVER
    ring(ada)
    assert not digest(ada)


def test_opening_the_link_changes_nothing_by_itself(ada, client):
    answer = client.get("/" + unsubscribe_path(ada))
    assert answer.status_code == 200
    assert "Arrêter les courriels" in answer.content.decode()
    assert Preferences.objects.get(account=ada).mail_frequency == Preferences.Mail.DAILY


def test_forged_link_is_refused_with_a_sentence(ada, client):
    answer = client.post("/" + unsubscribe_path(ada)[:-2])
    assert answer.status_code == 404
    assert "Ce lien n’est pas complet" in answer.content.decode()
    assert Preferences.objects.get(account=ada).mail_frequency == Preferences.Mail.DAILY
