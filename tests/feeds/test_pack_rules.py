"""Who may compose and change starter packs: roles → the sentence that is said (None: allowed)."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from coop.permissions import refusal
from tests.factories.coop import make_account
from tests.factories.feeds import make_pack, make_pack_member

pytestmark = pytest.mark.django_db

NO_ACCOUNT = "Il faut un compte pour faire cela."
LEAVING = "Ton compte est en cours de suppression\u00a0: annule-la d’abord."
SUSPENDED = "Ton profil est suspendu."
NOT_YOURS = "Seule la personne qui l’a composée peut la modifier."


@pytest.fixture
def people():
    return {
        "visitor": AnonymousUser(),
        "deactivated": make_account(is_active=False),
        "leaving": make_account(deletion_requested_at=timezone.now()),
        "suspended": make_account(actor={"suspended_at": timezone.now()}),
        "stranger": make_account(),
    }


def said(permission, people, obj=None):
    return {role: refusal(permission, person, obj) for role, person in people.items()}


def test_anyone_in_good_standing_composes_a_pack(people):
    assert said("feeds.create_pack", people) == {
        "visitor": NO_ACCOUNT,
        "deactivated": NO_ACCOUNT,
        "leaving": LEAVING,
        "suspended": SUSPENDED,
        "stranger": None,
    }


def test_only_its_curator_changes_a_pack(people):
    curator, listed = make_account(), make_account()
    pack = make_pack(curator)
    make_pack_member(pack, listed)
    assert said("feeds.edit_pack", people | {"curator": curator, "listed": listed}, pack) == {
        "visitor": NO_ACCOUNT,
        "deactivated": NO_ACCOUNT,
        "leaving": LEAVING,
        "suspended": SUSPENDED,
        "stranger": NOT_YOURS,
        "curator": None,
        "listed": NOT_YOURS,
    }
