import pytest
from django.core.exceptions import PermissionDenied

from coop.actions import organisations
from coop.errors import ActionError
from coop.models import Actor, AuditEvent, Delegate, Organisation
from coop.queries import faces, organisations_left_alone
from tests.factories.coop import make_account, make_delegate, make_organisation

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice():
    return make_account("alice")


@pytest.fixture
def bernard():
    return make_account("bernard")


def test_faces_are_ones_own_then_organisations_by_name(alice, django_assert_num_queries):
    make_organisation("zebre", manager=alice, display_name="Zèbre")
    make_organisation("abeille", manager=alice, display_name="Abeille")
    make_organisation("autre")
    ended = make_organisation("finie")
    make_delegate(ended, alice, ended_at=ended.created_at.replace(year=2999))
    with django_assert_num_queries(1):
        found = faces(alice)
    assert [face.handle for face in found] == ["alice", "abeille", "zebre"]


@pytest.mark.parametrize(
    ("handle", "field"), [("alice", "handle"), ("moderation", "handle")], ids=["taken", "reserved"]
)
def test_handle_that_cannot_be_had_is_said_beside_its_field(alice, handle, field):
    with pytest.raises(ActionError) as caught:
        organisations.create_organisation(account=alice, handle=handle, display_name="X")
    assert caught.value.field == field
    assert not Organisation.objects.exists()


def test_same_neq_is_refused_by_the_database_too(alice):
    make_organisation("une", neq="1111111111")
    with pytest.raises(ActionError) as caught:
        organisations.create_organisation(account=alice, handle="deux", display_name="X", neq="1111111111")
    assert caught.value.field == "neq"
    assert not Actor.objects.filter(handle="deux").exists()


def test_more_than_six_links_are_refused(alice):
    links = [(str(number), "https://exemple.test/") for number in range(7)]
    with pytest.raises(ActionError):
        organisations.create_organisation(account=alice, handle="une", display_name="X", links=links)
    assert not Organisation.objects.exists()


def test_delegate_is_named_given_another_role_and_ended(alice, bernard):
    organisation = make_organisation("bic", manager=alice)
    first = organisations.name_delegate(account=alice, organisation=organisation, person=bernard)
    assert organisations.name_delegate(account=alice, organisation=organisation, person=bernard) == first
    second = organisations.name_delegate(
        account=alice, organisation=organisation, person=bernard, role=Delegate.Role.MANAGER
    )
    first.refresh_from_db()
    assert first.ended_at is not None
    organisations.end_delegation(account=alice, delegate=second)
    assert not Delegate.objects.current().filter(account=bernard).exists()
    kinds = list(AuditEvent.objects.order_by("pk").values_list("kind", flat=True))
    assert kinds == ["coop.name_delegate", "coop.name_delegate", "coop.end_delegation"]


def test_last_manager_stays_until_another_is_named(alice, bernard):
    organisation = make_organisation("bic", manager=alice)
    mine = Delegate.objects.get()
    with pytest.raises(ActionError, match="dernière personne responsable"):
        organisations.end_delegation(account=alice, delegate=mine)
    with pytest.raises(ActionError, match="dernière personne responsable"):
        organisations.name_delegate(account=alice, organisation=organisation, person=alice)
    assert [face.handle for face in organisations_left_alone(alice)] == ["bic"]
    organisations.name_delegate(
        account=alice, organisation=organisation, person=bernard, role=Delegate.Role.MANAGER
    )
    assert organisations_left_alone(alice) == []
    organisations.end_delegation(account=alice, delegate=mine)


def test_delegate_may_leave_but_not_send_others_away(alice, bernard):
    organisation = make_organisation("bic", manager=alice)
    own = make_delegate(organisation, bernard)
    with pytest.raises(PermissionDenied):
        organisations.end_delegation(account=bernard, delegate=Delegate.objects.get(account=alice))
    organisations.end_delegation(account=bernard, delegate=own)
    own.refresh_from_db()
    assert own.ended_at is not None


def test_someone_who_cannot_act_is_not_named(alice):
    organisation = make_organisation("bic", manager=alice)
    closed = make_account("fermee", is_active=False)
    with pytest.raises(ActionError):
        organisations.name_delegate(account=alice, organisation=organisation, person=closed)
