"""What every model and permission of the house must have, found by introspection: none is forgotten."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db.models import CheckConstraint, DateTimeField

from coop import parameters, permissions
from tests.factories import coop as coop_factories
from tests.factories import feeds as feeds_factories

TESTS = Path(__file__).parent
# Written by a command from reference data, or one row beside its owner's: made through their owner's factory.
MADE_WITH_THEIR_OWNER = {"Preferences", "Mention", "ActorActivity", "PostStats", "PostSearch", "TaggedPost"}


def models():
    return [model for app in settings.FIRST_PARTY_APPS for model in apps.get_app_config(app).get_models()]


def test_every_model_has_a_factory():
    made = {
        inspect.get_annotations(function).get("return")
        for module in (coop_factories, feeds_factories)
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if name.startswith("make_")
    }
    missing = {model.__name__ for model in models()} - made - MADE_WITH_THEIR_OWNER
    assert missing == set()


def test_every_permission_is_asked_and_tested():
    source = "\n".join(
        path.read_text()
        for app in settings.FIRST_PARTY_APPS
        for path in (TESTS.parent / app).rglob("*.py")
        if path.name != "rules.py"
    )
    tests = "\n".join(path.read_text() for path in TESTS.rglob("test_*.py") if path != Path(__file__))
    unasked = [name for name in permissions.names() if f'"{name}"' not in source]
    untested = [name for name in permissions.names() if f'"{name}"' not in tests]
    assert (unasked, untested) == ([], [])


def test_every_constraint_that_a_person_can_meet_has_a_sentence_or_is_unreachable():
    """A message in French, or none at all: never Django's own « Constraint … is violated »."""
    english = [
        f"{model.__name__}.{constraint.name}"
        for model in models()
        for constraint in model._meta.constraints
        if constraint.violation_error_message
        and re.search(r"\b(the|is|already)\b", str(constraint.violation_error_message))
        and constraint.violation_error_message != constraint.default_violation_error_message
    ]
    assert english == []


@pytest.mark.parametrize("model", models(), ids=lambda model: model.__name__)
def test_moments_are_named_at(model):
    wrong = [
        field.name
        for field in model._meta.get_fields()
        if isinstance(field, DateTimeField)
        and not field.name.endswith("_at")
        and field.name not in {"at", "last_login"}
    ]
    assert wrong == []


def test_check_constraints_are_named_after_their_rule():
    unnamed = [
        constraint.name
        for model in models()
        for constraint in model._meta.constraints
        if isinstance(constraint, CheckConstraint)
        and not re.fullmatch(r"[a-z]+(_[a-z0-9]+)+", constraint.name)
    ]
    assert unnamed == []


def test_the_table_of_rules_names_every_permission_and_parameter():
    table = (TESTS.parent / "docs" / "reference" / "rules.md").read_text()
    names = [*permissions.names(), *(parameter.name for parameter in parameters.declared())]
    assert [name for name in names if f"`{name}`" not in table] == []
