"""Routes of the ground floor, one module per area; paths are French, names English."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

from coop.urls import interface, pages, settings

app_name = "coop"

urlpatterns: list[URLPattern | URLResolver] = [
    *interface.urlpatterns,
    *pages.urlpatterns,
    *settings.urlpatterns,
]
