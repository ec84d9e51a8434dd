import pytest
from django.db import models
from django.urls import reverse

from coop import privacy
from coop.actions import accounts
from coop.models import Account, Actor, AuditEvent, NotificationSetting, Preferences
from feeds.models import Visibility
from tests.factories.coop import make_account

ROWS = (Account, Actor, Preferences, NotificationSetting)
CHOICES = [
    (model, field.name)
    for model in ROWS
    for field in model._meta.concrete_fields
    if isinstance(field, models.BooleanField) or field.choices
]


def names(model, field):
    return f"{model.__name__}.{field}"


@pytest.mark.parametrize(("model", "field"), CHOICES, ids=[names(*pair) for pair in CHOICES])
def test_every_choice_is_named_with_its_most_private_value(model, field):
    """A new boolean or list of choices on a person's rows fails here until someone says what it opens."""
    named = [setting for setting in privacy.SETTINGS if (setting.model, setting.field) == (model, field)]
    excused = (model, field) in privacy.NOT_PRIVACY
    assert len(named) + excused == 1, "name it in coop.privacy.SETTINGS, or excuse it in NOT_PRIVACY"


@pytest.mark.parametrize("setting", privacy.SETTINGS, ids=lambda setting: setting.field)
def test_default_is_the_most_private(setting):
    assert setting.default == setting.most_private


@pytest.mark.parametrize("setting", privacy.SETTINGS, ids=lambda setting: setting.field)
def test_most_private_is_really_the_narrowest(setting):
    if setting.field == "default_audience":
        assert setting.most_private == max(Preferences.Audience.values)
    elif setting.field == "approves_followers":
        assert setting.most_private is True
    else:
        assert setting.most_private in {False, Preferences.Mail.NEVER}


def test_audiences_have_the_values_of_the_fil():
    for audience in Preferences.Audience:
        assert Visibility(audience.value).name == audience.name


@pytest.mark.django_db
def test_fresh_account_is_as_private_as_can_be():
    account = accounts.open_account(
        email="neuve@exemple.test",
        password="une phrase assez longue",
        handle="neuve",
        display_name="Neuve",
        is_of_age=True,
    )
    rows = {Preferences: account.preferences, Actor: account.actor}
    fresh = Account.objects.select_related("preferences", "actor").get(pk=account.pk)
    for setting in privacy.SETTINGS:
        if setting.model in rows:
            row = fresh.preferences if setting.model is Preferences else fresh.actor
            assert getattr(row, setting.field) == setting.most_private, setting.field
    assert not NotificationSetting.objects.filter(account=account, by_mail=True).exists()


@pytest.mark.django_db
def test_choices_are_kept_and_noted(client_for):
    account = make_account(approves_followers=True, is_discoverable=False)
    client = client_for(account)
    page = client.get(reverse("coop:settings-privacy")).content.decode()
    for setting in privacy.SETTINGS:
        assert (str(setting.label) in page) == (setting.touches != "mail")
    client.post(reverse("coop:settings-privacy"), {"default_audience": "0", "is_discoverable": "on"})
    fresh = Account.objects.select_related("preferences", "actor").get(pk=account.pk)
    assert fresh.preferences.default_audience == Preferences.Audience.PUBLIC
    assert (fresh.actor.is_discoverable, fresh.actor.approves_followers) == (True, False)
    assert AuditEvent.objects.get(kind="coop.choose_privacy").data == {
        "default_audience": 0,
        "approves_followers": False,
        "is_discoverable": True,
    }


@pytest.mark.django_db
def test_same_choices_leave_no_trace(client_for):
    account = make_account(approves_followers=True, is_discoverable=False)
    data = {"default_audience": "3", "approves_followers": "on"}
    client_for(account).post(reverse("coop:settings-privacy"), data)
    assert not AuditEvent.objects.filter(kind="coop.choose_privacy").exists()


@pytest.mark.django_db
def test_unknown_audience_is_refused(client_for):
    page = client_for(make_account()).post(reverse("coop:settings-privacy"), {"default_audience": "7"})
    assert page.status_code == 200
    assert "à corriger" in page.content.decode()
