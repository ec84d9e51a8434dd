"""Routes of the settings."""

from __future__ import annotations

from django.urls import URLPattern, path

from coop.views import settings

urlpatterns: list[URLPattern] = [
    path("reglages", settings.index, name="settings"),
    path("reglages/profil", settings.edit_profile, name="settings-profile"),
    path("reglages/confidentialite", settings.privacy, name="settings-privacy"),
    path("reglages/apparence", settings.appearance, name="settings-appearance"),
    path("compte/appareils/<int:pk>/sortir", settings.end_session, name="end-session"),
]
