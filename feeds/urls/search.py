"""Route of the search."""

from __future__ import annotations

from django.urls import URLPattern, path

from feeds.views import search

urlpatterns: list[URLPattern] = [path("recherche", search.index, name="search")]
