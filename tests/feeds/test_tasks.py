"""The clockwork of the Fil: tasks find their rows and call their actions; each is in the schedule."""

from datetime import timedelta

import pytest
from django.utils import timezone

from feeds.models import MediaAttachment, Poll
from feeds.tasks import media, polls
from tests.factories.coop import make_account
from tests.factories.feeds import make_media, make_poll, make_post

pytestmark = pytest.mark.django_db


def test_the_schedule_names_tasks_that_exist():
    from config.celery import app

    app.loader.import_default_modules()
    for schedule in (media.SCHEDULE, polls.SCHEDULE):
        for entry in schedule.values():
            assert entry["task"] in app.tasks


def test_closed_polls_are_announced_batch_after_batch(monkeypatch):
    monkeypatch.setattr("feeds.actions.polls.CLOSING_BATCH", 2)
    author = make_account()
    for _ in range(5):
        make_poll(make_post(author), closes_at=timezone.now() - timedelta(minutes=1))
    polls.announce_closed_polls()

    assert not Poll.objects.filter(announced_at__isnull=True).exists()


def test_orphan_images_are_swept():
    make_media(make_account())
    MediaAttachment.objects.update(created_at=timezone.now() - timedelta(days=2))
    media.sweep_media()

    assert not MediaAttachment.objects.exists()


def test_an_image_that_no_longer_exists_is_no_fault():
    media.process_upload(media_id="00000000-0000-0000-0000-000000000000")
