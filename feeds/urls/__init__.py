"""Routes of the Fil, one module per area; paths are French, names English."""

from __future__ import annotations

from django.urls import include, path

app_name = "feeds"

urlpatterns = [
    path("", include("feeds.urls.timelines")),
    path("", include("feeds.urls.posts")),
    path("", include("feeds.urls.graph")),
    path("", include("feeds.urls.groups")),
    path("", include("feeds.urls.lists")),
    path("", include("feeds.urls.search")),
    path("", include("feeds.urls.welcome")),
    path("", include("feeds.urls.syndication")),
]
