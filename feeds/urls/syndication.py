"""Routes of the Atom feeds."""

from __future__ import annotations

from django.urls import path

from feeds.views import syndication

urlpatterns = [
    path("@<slug:handle>/atom.xml", syndication.actor_feed, name="actor-atom"),
    path("groupes/<slug:handle>/atom.xml", syndication.group_feed, name="group-atom"),
    path("mots-clics/<str:slug>/atom.xml", syndication.tag_feed, name="tag-atom"),
]
