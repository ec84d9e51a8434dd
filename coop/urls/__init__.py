"""Routes of the ground floor, one module per area; paths are French, names English."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coop.urls import data, interface, notifications, organisations, pages, robots, settings

if TYPE_CHECKING:
    from django.urls import URLPattern, URLResolver

app_name = "coop"

urlpatterns: list[URLPattern | URLResolver] = [
    *interface.urlpatterns,
    *notifications.urlpatterns,
    *pages.urlpatterns,
    *robots.urlpatterns,
    *settings.urlpatterns,
    *organisations.urlpatterns,
    *data.urlpatterns,
]
