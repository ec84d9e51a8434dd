import pytest
from django.core.management import call_command

from coop.models import Discipline, Municipality, PostalArea, Region

pytestmark = pytest.mark.django_db


def counts():
    return [model.objects.count() for model in (Region, Municipality, PostalArea, Discipline)]


def test_reference_data_is_loaded_once(django_assert_max_num_queries):
    call_command("load_regions", verbosity=0)
    assert counts() == [17, 1281, 422, 13]
    with django_assert_max_num_queries(20):
        call_command("load_regions", verbosity=0)
    assert counts() == [17, 1281, 422, 13]


def test_region_addresses_are_readable():
    call_command("load_regions", verbosity=0)
    assert Region.objects.get(code="11").slug == "gaspesie-iles-de-la-madeleine"
    assert Municipality.objects.get(code="47017").region_id == "05"  # Granby left Montérégie in 2021


def test_straddling_areas_name_every_region():
    call_command("load_regions", verbosity=0)
    straddling = PostalArea.objects.filter(other_regions__isnull=False).distinct()
    assert straddling.count() == 23
