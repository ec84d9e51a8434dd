"""Who may do what on the ground floor: one matrix for each registered permission."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from coop import permissions
from tests.factories.coop import make_account, make_delegate, make_organisation

pytestmark = pytest.mark.django_db

NO_ACCOUNT = "Il faut un compte pour faire cela."
LEAVING = "Ton compte est en cours de suppression\u00a0: annule-la d’abord."
SUSPENDED = "Ton profil est suspendu."
NOT_DELEGATE = "Tu n’es pas une personne déléguée de cette organisation."
NOT_MANAGER = "Seules les personnes responsables de l’organisation peuvent faire cela."

STANDING = {"visitor": NO_ACCOUNT, "closed": NO_ACCOUNT, "leaving": LEAVING, "suspended": SUSPENDED}

# For each permission: the first reason that refuses each person, None where it lets pass.
MATRIX = {
    "coop.edit_own_account": {
        "visitor": NO_ACCOUNT,
        "closed": NO_ACCOUNT,
        "leaving": None,
        "suspended": None,
        "person": None,
        "former": None,
        "editor": None,
        "manager": None,
    },
    "coop.create_organisation": STANDING | {"person": None, "former": None, "editor": None, "manager": None},
    "coop.speak_as_actor": STANDING
    | {"person": NOT_DELEGATE, "former": NOT_DELEGATE, "editor": None, "manager": None},
    "coop.manage_organisation": STANDING
    | {"person": NOT_MANAGER, "former": NOT_MANAGER, "editor": NOT_MANAGER, "manager": None},
}


@pytest.fixture
def organisation():
    return make_organisation("bic")


@pytest.fixture
def people(organisation):
    found = {
        "visitor": AnonymousUser(),
        "closed": make_account("fermee", is_active=False),
        "leaving": make_account("partante", deletion_requested_at=timezone.now()),
        "suspended": make_account("suspendue", actor={"suspended_at": timezone.now()}),
        "person": make_account("personne"),
        "former": make_account("ancienne"),
        "editor": make_account("redactrice"),
        "manager": make_account("responsable"),
    }
    for name in ("closed", "leaving", "suspended", "manager"):
        make_delegate(organisation, found[name], role="manager")
    make_delegate(
        organisation,
        found["former"],
        role="manager",
        granted_at=timezone.now() - timedelta(days=9),
        ended_at=timezone.now(),
    )
    make_delegate(organisation, found["editor"])
    return found


@pytest.mark.parametrize(
    ("name", "who", "reason"),
    [(name, who, reason) for name, row in MATRIX.items() for who, reason in row.items()],
)
def test_permission(people, organisation, name, who, reason):
    obj = {"coop.speak_as_actor": organisation.actor, "coop.manage_organisation": organisation}.get(name)
    assert permissions.refusal(name, people[who], obj) == reason


def test_everyone_speaks_as_their_own_face(people):
    for who in ("person", "editor", "manager"):
        assert permissions.allows("coop.speak_as_actor", people[who], people[who].actor)


def test_nobody_speaks_for_a_suspended_organisation(people, organisation):
    organisation.actor.suspended_at = timezone.now()
    organisation.actor.save()
    assert permissions.refusal("coop.speak_as_actor", people["manager"], organisation.actor) == NOT_DELEGATE


def test_every_permission_of_the_ground_floor_has_a_matrix():
    assert {name for name in permissions.names() if name.startswith("coop.")} == set(MATRIX)


def test_unknown_permission_is_an_error():
    with pytest.raises(KeyError):
        permissions.refusal("coop.fly", AnonymousUser())
