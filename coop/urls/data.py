"""Routes of one's own data: taking them away, leaving."""

from __future__ import annotations

from django.urls import URLPattern, path

from coop.views import data

urlpatterns: list[URLPattern] = [
    path("mes-donnees", data.index, name="data"),
    path("mes-donnees/archive", data.request_export, name="export-create"),
    path("mes-donnees/archive/<uuid:pk>", data.download_export, name="export-download"),
    path("mes-donnees/partir", data.leave, name="account-delete"),
]
