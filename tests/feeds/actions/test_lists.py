"""Lists: private, bounded, and of voices one may meet."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from coop.errors import ActionError
from coop.models import AuditEvent
from feeds import live
from feeds.actions import lists
from feeds.models import List, ListMember
from tests.factories.coop import make_account, make_organisation
from tests.factories.feeds import make_block, make_group, make_list

pytestmark = pytest.mark.django_db


@pytest.fixture
def rung(monkeypatch):
    calls = []
    monkeypatch.setattr(live, "refresh", calls.append)
    return calls


@pytest.fixture
def on_commit(django_capture_on_commit_callbacks):
    return lambda: django_capture_on_commit_callbacks(execute=True)


def test_making_a_list_tidies_its_name():
    me = make_account()
    chosen = lists.create_list(account=me, name="  Gens   de Rimouski ", is_exclusive=True)
    assert (chosen.owner_id, chosen.name, chosen.is_exclusive) == (me.actor_id, "Gens de Rimouski", True)
    assert not AuditEvent.objects.exists()


def test_a_list_has_a_name_of_its_own():
    me = make_account()
    make_list(make_account(), "Voisins")
    lists.create_list(account=me, name="Voisins")
    for name, sentence in (("Voisins", "Tu as déjà"), ("  ", "Donne un nom")):
        with pytest.raises(ActionError, match=sentence) as refused:
            lists.create_list(account=me, name=name)
        assert refused.value.field == "name"


def test_lists_are_bounded(monkeypatch):
    monkeypatch.setattr(lists, "MOST_LISTS", 1)
    me = make_account()
    lists.create_list(account=me, name="Une")
    with pytest.raises(ActionError, match="50 listes"):
        lists.create_list(account=me, name="Deux")


def test_home_is_told_when_a_list_becomes_exclusive(rung, on_commit):
    me = make_account()
    chosen = make_list(me, "Voisins")
    with on_commit():
        lists.update_list(account=me, chosen=chosen, name="Voisines", is_exclusive=False)
    assert rung == []
    with on_commit():
        lists.update_list(account=me, chosen=chosen, name="Voisines", is_exclusive=True)
    assert rung == [me.actor_id]
    assert List.objects.get().name == "Voisines"


def test_renaming_to_a_taken_name_is_refused():
    me = make_account()
    make_list(me, "Une")
    with pytest.raises(ActionError, match="Tu as déjà une liste"):
        lists.update_list(account=me, chosen=make_list(me, "Deux"), name="Une", is_exclusive=False)


def test_voices_are_put_on_and_taken_off_once(rung, on_commit):
    me, other = make_account(), make_account()
    chosen = make_list(me)
    with on_commit():
        member = lists.add_to_list(account=me, chosen=chosen, actor=other.actor)
        assert lists.add_to_list(account=me, chosen=chosen, actor=other.actor) == member
    assert rung == [me.actor_id]
    with on_commit():
        lists.remove_from_list(account=me, chosen=chosen, actor=other.actor)
        lists.remove_from_list(account=me, chosen=chosen, actor=other.actor)
    assert rung == [me.actor_id] * 2
    assert not ListMember.objects.exists()


def test_organisations_and_oneself_may_be_on_a_list():
    me = make_account()
    chosen = make_list(me)
    lists.add_to_list(account=me, chosen=chosen, actor=make_organisation().actor)
    lists.add_to_list(account=me, chosen=chosen, actor=me.actor)
    assert ListMember.objects.count() == 2


def test_who_cannot_be_on_a_list():
    me, blocker, blocked = make_account(), make_account(), make_account()
    make_block(blocker, me)
    make_block(me, blocked)
    gone = make_account(actor={"suspended_at": timezone.now()})
    chosen = make_list(me)
    for actor in (blocker.actor, blocked.actor, gone.actor, make_group().actor):
        with pytest.raises(ActionError) as refused:
            lists.add_to_list(account=me, chosen=chosen, actor=actor)
        assert refused.value.field == "handle"
    assert not ListMember.objects.exists()


def test_voices_of_a_list_are_bounded(monkeypatch):
    monkeypatch.setattr(lists, "MOST_VOICES", 1)
    me, other = make_account(), make_account()
    chosen = make_list(me, members=[other])
    lists.add_to_list(account=me, chosen=chosen, actor=other.actor)
    with pytest.raises(ActionError, match="500 voix"):
        lists.add_to_list(account=me, chosen=chosen, actor=make_account().actor)


def test_deleting_a_list(rung, on_commit):
    me = make_account()
    chosen = make_list(me, members=[make_account()])
    with on_commit():
        lists.delete_list(account=me, chosen=chosen)
    assert not List.objects.exists()
    assert not ListMember.objects.exists()
    assert rung == [me.actor_id]


def test_only_the_owner_touches_a_list():
    chosen, other = make_list(make_account()), make_account()
    for act in (
        lambda: lists.update_list(account=other, chosen=chosen, name="À moi", is_exclusive=True),
        lambda: lists.delete_list(account=other, chosen=chosen),
        lambda: lists.add_to_list(account=other, chosen=chosen, actor=other.actor),
        lambda: lists.remove_from_list(account=other, chosen=chosen, actor=other.actor),
    ):
        with pytest.raises(PermissionDenied, match="pas à toi"):
            act()
