"""Routes of lists."""

from __future__ import annotations

from django.urls import path

from feeds.views import lists

urlpatterns = [
    path("listes", lists.list_list, name="lists"),
    path("listes/<int:pk>", lists.list_detail, name="list"),
    path("listes/<int:pk>/modifier", lists.list_edit, name="list-edit"),
    path("listes/<int:pk>/supprimer", lists.list_delete, name="list-delete"),
    path("listes/<int:pk>/voix", lists.list_members, name="list-members"),
    path("@<slug:handle>/listes", lists.actor_lists, name="actor-lists"),
]
