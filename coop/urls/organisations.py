"""Routes of organisations; the page itself is a profile, which the Fil serves."""

from __future__ import annotations

from django.urls import URLPattern, path

from coop.views import organisations

urlpatterns: list[URLPattern] = [
    path("organisations", organisations.organisation_list, name="organisations"),
    path("organisations/nouvelle", organisations.organisation_create, name="organisation-create"),
    path("organisations/miennes", organisations.my_organisations, name="my-organisations"),
    path(
        "organisations/<slug:handle>/reglages",
        organisations.organisation_settings,
        name="organisation-settings",
    ),
    path(
        "organisations/<slug:handle>/personnes",
        organisations.organisation_delegates,
        name="organisation-delegates",
    ),
    path(
        "organisations/<slug:handle>/personnes/<int:pk>/terminer",
        organisations.end_delegation,
        name="end-delegation",
    ),
]
