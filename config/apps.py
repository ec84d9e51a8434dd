"""The wiring as an application, so that its system checks are registered."""

from django.apps import AppConfig


class WiringConfig(AppConfig):
    name = "config"

    def ready(self) -> None:
        from config import checks  # noqa: F401, PLC0415 -- registers them once settings are complete
