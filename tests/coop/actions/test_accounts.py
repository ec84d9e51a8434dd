import pytest
from allauth.account.models import EmailAddress

from coop.actions import accounts
from coop.errors import ActionError
from coop.models import Account, Actor, AuditEvent, Preferences
from tests.factories.coop import make_account

pytestmark = pytest.mark.django_db


def opened(**changes):
    given = {
        "email": "Alice@Exemple.test",
        "password": "une phrase assez longue",
        "handle": "alice",
        "display_name": "Alice",
        "is_of_age": True,
    }
    return accounts.open_account(**given | changes)


def test_account_comes_with_its_face_preferences_and_confirmed_address():
    account = opened()
    assert account.email == "alice@exemple.test"
    assert account.actor.is_active
    assert Preferences.objects.filter(account=account).exists()
    address = EmailAddress.objects.get(user=account)
    assert (address.verified, address.primary) == (True, True)
    assert AuditEvent.objects.get().data == {}


def test_no_account_before_the_age():
    with pytest.raises(ActionError, match="14 ans"):
        opened(is_of_age=False)
    assert not Actor.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"email": "autre@exemple.test"}, "handle"),
        ({"handle": "autre"}, "email"),
        ({"handle": "admin"}, "handle"),
    ],
)
def test_what_is_taken_is_said_by_field_and_leaves_nothing(changes, field):
    opened()
    with pytest.raises(ActionError) as caught:
        opened(**changes)
    assert caught.value.field == field
    assert (Account.objects.count(), Actor.objects.count()) == (1, 1)


def test_face_sleeps_until_the_address_is_confirmed():
    account = opened(is_confirmed=False)
    assert not account.actor.is_active
    assert not EmailAddress.objects.exists()
    accounts.confirm_account(account=account)
    account.actor.refresh_from_db()
    assert account.actor.is_active


def test_confirming_another_address_does_not_lift_a_suspension(django_user_model):
    from django.utils import timezone

    account = make_account("bernard", last_login=timezone.now(), actor={"suspended_at": timezone.now()})
    accounts.confirm_account(account=account)
    account.actor.refresh_from_db()
    assert not account.actor.is_active


def test_leaving_counts_from_the_first_request():
    account = opened()
    first = accounts.request_deletion(account=account).deletion_requested_at
    assert accounts.request_deletion(account=account).deletion_requested_at == first
    assert accounts.erasure_of(account) == first + accounts.timedelta(days=30)
    accounts.cancel_deletion(account=account)
    accounts.cancel_deletion(account=account)
    kinds = list(AuditEvent.objects.order_by("pk").values_list("kind", flat=True))
    assert kinds == ["coop.open_account", "coop.request_deletion", "coop.cancel_deletion"]
