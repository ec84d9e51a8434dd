"""A reader's place, and the catch-up that starts from it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from feeds import queries, snowflake
from feeds.actions.reading import mark_read
from feeds.models import ReadingMark
from tests.factories.coop import make_account
from tests.factories.feeds import make_boost, make_follow, make_mute, make_post

pytestmark = pytest.mark.django_db


def mark(account):
    return ReadingMark.objects.get(actor=account.actor, timeline="home")


def test_a_mark_only_goes_forward():
    reader = make_account()
    mark_read(account=reader, timeline="home", seen_id=50)
    mark_read(account=reader, timeline="home", seen_id=40)
    assert (mark(reader).last_seen_id, mark(reader).previous_seen_id) == (50, 0)


def test_a_pause_begins_a_new_visit():
    reader = make_account()
    mark_read(account=reader, timeline="home", seen_id=50)
    ReadingMark.objects.update(visited_at=timezone.now() - queries.VISIT_PAUSE - timedelta(minutes=1))
    mark_read(account=reader, timeline="home", seen_id=70)
    assert (mark(reader).last_seen_id, mark(reader).previous_seen_id) == (70, 50)
    mark_read(account=reader, timeline="home", seen_id=80)
    assert (mark(reader).last_seen_id, mark(reader).previous_seen_id) == (80, 50)


def test_the_catch_up_gives_one_post_a_voice_and_quiet_voices_first():
    reader, quiet, loud, muted, silent = (make_account() for _ in range(5))
    for voice in (quiet, loud, muted, silent):
        make_follow(reader, voice)
    make_mute(reader, muted)
    now = timezone.now()
    make_post(silent, at=now - timedelta(days=2))
    since = snowflake.at(now - timedelta(days=1))
    kept = make_post(quiet, at=now - timedelta(hours=9))
    make_post(muted)
    for n in range(5):
        newest = make_post(loud, at=now - timedelta(hours=5 - n))
    make_boost(quiet, newest)
    make_post(loud, in_reply_to=newest)
    voices = queries.catch_up(reader.actor, since)
    assert [(voice.post_id, voice.posts) for voice in voices] == [(kept.pk, 1), (newest.pk, 5)]


def test_the_catch_up_goes_back_fourteen_days_at_most():
    reader, voice = make_account(), make_account()
    make_follow(reader, voice)
    make_post(voice, at=timezone.now() - timedelta(days=15))
    assert queries.catch_up(reader.actor, 0) == []


def test_the_page_prints_its_rule_and_is_finite(client_for):
    reader, voice = make_account(), make_account()
    make_follow(reader, voice)
    mark_read(account=reader, timeline="home", seen_id=snowflake.at(timezone.now() - timedelta(hours=1)))
    ReadingMark.objects.update(visited_at=timezone.now() - timedelta(hours=1))
    post = make_post(voice, "Une nouvelle discrète")
    body = client_for(reader).get("/depuis-ma-derniere-visite").content.decode()
    assert f'id="p{post.pk}"' in body
    assert "D’abord les voix qui ont le moins publié en trente jours" in body
    assert "C’est tout" in body


def test_the_page_is_kind_when_there_is_nothing(client_for):
    body = client_for(make_account()).get("/depuis-ma-derniere-visite").content.decode()
    assert "Rien de neuf" in body


def test_home_state_counts_waiting_voices():
    reader, voice = make_account(), make_account()
    make_follow(reader, voice)
    assert queries.home_state(reader.actor, reader.pk).waiting_voices == 0
    mark_read(account=reader, timeline="home", seen_id=snowflake.at(timezone.now() - timedelta(hours=1)))
    ReadingMark.objects.update(visited_at=timezone.now() - timedelta(hours=1))
    make_post(voice)
    state = queries.home_state(reader.actor, reader.pk)
    assert (state.follows, state.waiting_voices) == (1, 1)
