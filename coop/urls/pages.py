"""Routes around the door: the pages that explain, for everyone."""

from __future__ import annotations

from django.urls import URLPattern, path

from coop.views import account

urlpatterns: list[URLPattern] = [
    path("compte/pas-encore", account.too_young, name="too-young"),
    path("compte/nom-d-usage", account.suggest_handle, name="suggest-handle"),
    path("compte/revenir", account.come_back, name="come-back"),
]
