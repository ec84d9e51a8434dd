"""Ringing, reading and choosing."""

from datetime import timedelta

import pytest
from django.core.cache import caches
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from coop import notifications, parameters
from coop.actions.notifications import (
    choose_notifications,
    forget_read_notifications,
    read_notifications,
    read_rows,
    ring,
)
from coop.models import Notification, NotificationSetting, Preferences
from coop.signals import notifications_rung
from coop.tasks.notifications import forget_read_notifications as forgetting
from tests.factories.coop import (
    make_account,
    make_actor,
    make_notification,
    make_notification_setting,
    make_parameter_value,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def heard():
    """Collect what is sent upward."""
    calls = []

    def receiver(account_ids, **_):
        calls.append(account_ids)

    notifications_rung.connect(receiver)
    yield calls
    notifications_rung.disconnect(receiver)


def test_ring_tells_each_once(django_capture_on_commit_callbacks, heard):
    ada, luc, actor = make_account(), make_account(), make_actor()
    with django_capture_on_commit_callbacks(execute=True):
        assert ring(kind="follow", accounts=[ada, luc], actor=actor, subject_id=actor.pk) == [ada.pk, luc.pk]
        assert ring(kind="follow", accounts=[ada, ada], actor=actor, subject_id=actor.pk) == []
    assert heard == [[ada.pk, luc.pk]]
    assert Notification.objects.count() == 2


def test_ring_tells_once_without_actor_or_subject():
    ada = make_account()
    for _ in range(2):
        ring(kind="poll", accounts=[ada])
    assert Notification.objects.count() == 1


def test_ring_spares_who_did_it_and_who_is_gone(heard):
    ada, gone = make_account(), make_account(is_active=False)
    assert ring(kind="follow", accounts=[ada, gone], actor=ada.actor, subject_id=1) == []
    assert Notification.objects.count() == 0


def test_ring_unknown_kind_is_a_mistake():
    with pytest.raises(KeyError):
        ring(kind="inconnue", accounts=[make_account()])


def test_ring_by_mail_alone_does_not_push(django_capture_on_commit_callbacks, heard):
    ada = make_account()
    make_notification_setting(ada, kind="follow", in_app=False, by_mail=True)
    with django_capture_on_commit_callbacks(execute=True):
        assert ring(kind="follow", accounts=[ada], subject_id=1) == [ada.pk]
    assert heard == []
    assert Notification.objects.get().read_at is not None


def test_ring_costs_the_same_for_one_and_for_many(django_assert_num_queries):
    actor = make_actor()
    few, many = [make_account()], [make_account() for _ in range(5)]
    for accounts in (few, many):
        with django_assert_num_queries(3):
            ring(kind="follow", accounts=accounts, actor=actor, subject_id=actor.pk)


def test_read_up_to_leaves_what_came_meanwhile():
    ada, luc = make_account(), make_account()
    old, new = make_notification(ada, subject_id=1), make_notification(ada, subject_id=2)
    other = make_notification(luc)
    assert read_notifications(account=ada, up_to=old.pk) == 1
    assert set(Notification.objects.filter(read_at__isnull=True)) == {other, new}
    assert read_notifications(account=ada) == 1


def test_rows_of_others_stay_unread():
    ada, luc = make_account(), make_account()
    row = make_notification(luc)
    assert read_rows(account=ada, ids=[row.pk]) == 0


def test_reading_tells_the_other_pages(django_capture_on_commit_callbacks, heard):
    ada = make_account()
    make_notification(ada)
    with django_capture_on_commit_callbacks(execute=True):
        read_notifications(account=ada)
        read_notifications(account=ada)
    assert heard == [[ada.pk]]


def test_choices_are_kept():
    ada = make_account()
    choose_notifications(
        account=ada,
        mail_frequency=Preferences.Mail.DAILY,
        chosen={"mention": (False, True), "boost": (True, True)},
    )
    assert Preferences.objects.get(account=ada).mail_frequency == Preferences.Mail.DAILY
    chosen = notifications.choices(ada)
    assert (chosen["mention"].in_app, chosen["mention"].by_mail) == (False, True)
    assert (chosen["boost"].in_app, chosen["boost"].by_mail) == (True, True)
    choose_notifications(
        account=ada, mail_frequency=Preferences.Mail.NEVER, chosen={"mention": (True, False)}
    )
    assert NotificationSetting.objects.filter(account=ada, kind="mention").count() == 1


def test_choices_need_an_account():
    with pytest.raises(PermissionDenied):
        choose_notifications(
            account=make_account(is_active=False), mail_frequency=Preferences.Mail.NEVER, chosen={}
        )


def test_a_fresh_account_gets_no_mail():
    ada = make_account()
    assert ada.preferences.mail_frequency == Preferences.Mail.NEVER


def test_read_ones_are_forgotten_after_the_parameter():
    ada = make_account()
    now = timezone.now()
    for days, read in ((91, True), (89, True), (400, False)):
        row = make_notification(ada, subject_id=days, read_at=now if read else None)
        Notification.objects.filter(pk=row.pk).update(created_at=now - timedelta(days=days))
    assert parameters.get(notifications.READ_KEPT_DAYS.name) == 90
    forgetting()
    assert Notification.objects.count() == 2
    make_parameter_value(notifications.READ_KEPT_DAYS.name, 30)
    caches["local"].clear()
    assert forget_read_notifications() == 1


# -------------------------------------------------------------------------------------------------
# The registry


def test_kinds_are_declared_once():
    with pytest.raises(KeyError):
        notifications.register(notifications.kind("mention"))


def test_unread_are_counted_to_a_hundred():
    ada = make_account()
    Notification.objects.bulk_create(
        Notification(account=ada, kind="follow", subject_id=number, group_key="x") for number in range(120)
    )
    assert notifications.unread_count(ada) == 100
    assert notifications.unread_count(None) == 0


@pytest.mark.parametrize(
    ("handles", "said"),
    [
        ([], "Quelqu’un"),
        (["Ada"], "Ada"),
        (["Ada", "Luc"], "Ada et Luc"),
        (["Ada", "Luc", "Zoé"], "Ada, Luc et 1 autre"),
        (["Ada", "Luc", "Zoé", "Inès"], "Ada, Luc et 2 autres"),
    ],
)
def test_names(handles, said):
    actors = [make_actor(display_name=name) for name in handles]
    assert notifications.Line(notifications.names(actors), "/").plain == said
