"""Load the reference data of the ground floor from the files beside the code."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from coop.places import load_reference_data


class Command(BaseCommand):
    """`manage.py load_regions`: regions, municipalities, postal areas and disciplines; safe to run again."""

    help = "Load the 17 regions, their municipalities and postal areas, and the disciplines (idempotent)."

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 -- Django's signature
        loaded = load_reference_data()
        self.stdout.write(", ".join(f"{count} {name}" for name, count in loaded.items()))
