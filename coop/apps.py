"""The ground floor: people, organisations, places, permissions, notifications and the UI kit."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoopConfig(AppConfig):
    """Wires what the ground floor offers to the wings."""

    name = "coop"
    verbose_name = _("Le rez-de-chaussée")

    def ready(self) -> None:
        """Load the permission sheet, so that an unknown permission name fails at start-up; open the doors."""
        from coop import account_parameters, rules  # noqa: F401, PLC0415 -- fill registries once models are loaded
        from coop.doors import register_doors  # noqa: PLC0415 -- beside the rules
        from coop.export_sections import register_sections  # noqa: PLC0415 -- reads models

        register_doors()
        register_sections()
