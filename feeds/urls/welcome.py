"""Routes of the first hour: the welcome and the starter packs."""

from __future__ import annotations

from django.urls import path

from feeds.views import packs, welcome

urlpatterns = [
    path("bienvenue", welcome.resume, name="welcome"),
    path("bienvenue/region", welcome.region, name="welcome-region"),
    path("bienvenue/voix", welcome.voices, name="welcome-voices"),
    path("bienvenue/sujets", welcome.interests, name="welcome-interests"),
    path("bienvenue/lecteurs", welcome.audience, name="welcome-audience"),
    path("bienvenue/terminer", welcome.finish, name="welcome-finish"),
    path("bienvenue/fin", welcome.done, name="welcome-done"),
    path("trousses", packs.pack_list, name="packs"),
    path("trousses/nouvelle", packs.pack_create, name="pack-create"),
    path("trousses/<slug:slug>", packs.pack_detail, name="pack"),
    path("trousses/<slug:slug>/suivre", packs.pack_follow, name="pack-follow"),
    path("trousses/<slug:slug>/quitter", packs.pack_leave, name="pack-leave"),
    path("trousses/<slug:slug>/modifier", packs.pack_edit, name="pack-edit"),
    path("trousses/<slug:slug>/supprimer", packs.pack_delete, name="pack-delete"),
]
