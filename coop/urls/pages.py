"""Routes around the door, and the pages that explain the house to everyone."""

from __future__ import annotations

from django.urls import URLPattern, path

from coop.views import account, pages, places

urlpatterns: list[URLPattern] = [
    path("compte/pas-encore", account.too_young, name="too-young"),
    path("compte/nom-d-usage", account.suggest_handle, name="suggest-handle"),
    path("compte/revenir", account.come_back, name="come-back"),
    path("conditions", pages.terms, name="terms"),
    path("confidentialite", pages.privacy_policy, name="privacy-policy"),
    path("parametres", pages.list_parameters, name="parameters"),
    path("lieux/municipalites", places.municipalities, name="municipalities"),
]
