"""Routes of the timelines."""

from __future__ import annotations

from django.urls import path

from feeds.views import timelines

urlpatterns = [
    path("", timelines.home, name="home"),
    path("public", timelines.public, name="public"),
    path("region/<slug:slug>", timelines.region, name="region"),
    path("mots-clics/<str:slug>", timelines.tag, name="tag-timeline"),
    path("depuis-ma-derniere-visite", timelines.catch_up, name="catch-up"),
]
