"""Reading the reference data (coop/data): places of the State, disciplines of the CALQ."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.text import slugify

from coop.models import Discipline, Municipality, PostalArea, Region

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import Model

DATA = Path(__file__).parent / "data"


def load_reference_data() -> dict[str, int]:
    """Bring every reference table up to the files, in bulk; gives how many rows each holds.

    Rows that left the files are kept: a person may live there.
    """
    municipalities = _rows(DATA / "regions" / "municipalites_qc.csv")
    areas = _rows(DATA / "regions" / "fsa_region_qc.csv")
    names = {row["region_code"]: row["region_name"] for row in municipalities}
    with transaction.atomic():
        _upsert(
            Region, (Region(code=code, name=name, slug=_slug(name)) for code, name in sorted(names.items()))
        )
        _upsert(Municipality, (_municipality(row) for row in municipalities))
        _upsert(PostalArea, (PostalArea(fsa=row["fsa"], region_id=row["region_code"]) for row in areas))
        _load_straddling(areas)
        _upsert(Discipline, (Discipline(**row) for row in _rows(DATA / "disciplines.csv")))
    models: tuple[type[Model], ...] = (Region, Municipality, PostalArea, Discipline)
    return {str(model._meta.verbose_name_plural): model._default_manager.count() for model in models}


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def _slug(name: str) -> str:
    """Make the address of a region: its official name joins two places with a dash that is not a hyphen."""
    return slugify(name.replace("–", "-"))


def _municipality(row: dict[str, str]) -> Municipality:
    return Municipality(
        code=row["code"],
        name=row["name"],
        designation=row["designation"],
        region_id=row["region_code"],
        mrc_name=row["mrc_name"],
        mrc_code=row["mrc_code"],
        postal_code=row["postal_code"],
        population=int(row["population"] or 0),
        latitude=float(row["lat"]) if row["lat"] else None,
        longitude=float(row["lon"]) if row["lon"] else None,
    )


def _upsert(model: type[Model], rows: Iterable[Model]) -> None:
    key = model._meta.pk
    fields = [field.attname for field in model._meta.concrete_fields if field is not key]
    model._default_manager.bulk_create(
        rows, batch_size=500, update_conflicts=True, unique_fields=[key.name], update_fields=fields
    )


def _load_straddling(areas: list[dict[str, str]]) -> None:
    """Say of each postal area that straddles regions which others it reaches."""
    link = PostalArea.other_regions.through
    wanted = {
        (row["fsa"], code)
        for row in areas
        for code in row["other_regions"].replace(",", ";").split(";")
        if code
    }
    known = set(link.objects.values_list("postalarea_id", "region_id"))
    link.objects.bulk_create(link(postalarea_id=fsa, region_id=code) for fsa, code in sorted(wanted - known))
