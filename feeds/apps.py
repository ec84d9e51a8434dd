"""Le Fil: posts, follows, groups, timelines, search and live delivery, in strict chronological order."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FeedsConfig(AppConfig):
    """Registers what the Fil brings to the ground floor: permissions, notifications, navigation."""

    name = "feeds"
    verbose_name = _("Le Fil")

    def ready(self) -> None:
        """Fill the ground floor's registries; import rules so that unknown names fail at start-up."""
        from feeds import parameters, rules  # noqa: F401, PLC0415 -- fill registries once models are loaded
        from feeds.departures import register_erasure  # noqa: PLC0415 -- reads models
        from feeds.doors import register_doors  # noqa: PLC0415 -- beside the others
        from feeds.export_sections import register_sections  # noqa: PLC0415 -- reads models
        from feeds.notices import register_kinds  # noqa: PLC0415 -- reads models

        register_kinds()
        register_doors()
        register_sections()
        register_erasure()
