"""Keyword filters: their rows."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from coop.errors import ActionError
from coop.models import AuditEvent
from feeds import live
from feeds.actions import filters
from feeds.models import Filter
from tests.factories.coop import make_account
from tests.factories.feeds import make_filter

pytestmark = pytest.mark.django_db


def test_adding_a_filter(monkeypatch, django_capture_on_commit_callbacks):
    rung = []
    monkeypatch.setattr(live, "refresh", rung.append)
    me, end = make_account(), timezone.now() + timedelta(days=1)
    with django_capture_on_commit_callbacks(execute=True):
        row = filters.create_filter(
            account=me, phrase="  tempête   de neige ", whole_word=False, effect="hide", expires_at=end
        )
    assert (row.actor_id, row.phrase, row.whole_word, row.effect, row.expires_at) == (
        me.actor_id,
        "tempête de neige",
        False,
        "hide",
        end,
    )
    assert rung == [me.actor_id]
    assert not AuditEvent.objects.exists()


@pytest.mark.parametrize(
    ("fields", "field", "sentence"),
    [
        ({"phrase": "hiver"}, "phrase", "filtres déjà"),
        ({"phrase": " \u200b "}, "phrase", "Écris le mot"),
        ({"phrase": "ski", "expires_at": timezone.now()}, "duration", "à venir"),
    ],
)
def test_a_bad_filter_says_where(fields, field, sentence):
    me = make_account()
    make_filter(me, "hiver")
    with pytest.raises(ActionError, match=sentence) as refused:
        filters.create_filter(account=me, **fields)
    assert refused.value.field == field
    assert Filter.objects.count() == 1


def test_filters_are_bounded(monkeypatch):
    monkeypatch.setattr(filters, "MOST_FILTERS", 1)
    me = make_account()
    make_filter(me, "hiver")
    with pytest.raises(ActionError, match="200 filtres"):
        filters.create_filter(account=me, phrase="ski")


def test_changing_and_deleting_a_filter():
    me = make_account()
    row = make_filter(me, "hiver")
    filters.update_filter(
        account=me, chosen=row, phrase="été", whole_word=True, effect="hide", expires_at=None
    )
    assert Filter.objects.get().phrase == "été"
    filters.delete_filter(account=me, chosen=row)
    assert not Filter.objects.exists()


def test_only_the_owner_touches_a_filter():
    row, other = make_filter(make_account()), make_account()
    with pytest.raises(PermissionDenied, match="pas à toi"):
        filters.delete_filter(account=other, chosen=row)
    with pytest.raises(PermissionDenied, match="pas à toi"):
        filters.update_filter(
            account=other, chosen=row, phrase="x", whole_word=True, effect="warn", expires_at=None
        )


def test_current_filters_are_those_that_have_not_ended():
    me = make_account()
    kept = make_filter(me, "hiver")
    later = make_filter(me, "ski", expires_at=timezone.now() + timedelta(hours=1))
    make_filter(me, "pluie", expires_at=timezone.now() - timedelta(seconds=1))
    assert set(Filter.objects.current()) == {kept, later}
