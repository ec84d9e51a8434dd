"""Routes of people: profiles, following, blocking, muting, marks."""

from __future__ import annotations

from django.urls import path

from feeds.views import filters, graph, marks, profile

urlpatterns = [
    path("@<slug:handle>", profile.profile, name="profile"),
    path("@<slug:handle>/reponses", profile.profile, {"tab": "replies"}, name="profile-replies"),
    path("@<slug:handle>/images", profile.profile, {"tab": "media"}, name="profile-media"),
    path("@<slug:handle>/abonnes", profile.followers, name="followers"),
    path("@<slug:handle>/abonnements", profile.followed, name="followed"),
    path("@<slug:handle>/suivre", graph.follow, name="follow"),
    path("@<slug:handle>/relais", graph.show_boosts, name="show-boosts"),
    path("@<slug:handle>/bloquer", graph.block, name="block"),
    path("@<slug:handle>/sourdine", graph.mute, name="mute"),
    path("@<slug:handle>/<int:pk>/favori", marks.post_favourite, name="post-favourite"),
    path("@<slug:handle>/<int:pk>/signet", marks.post_bookmark, name="post-bookmark"),
    path("@<slug:handle>/<int:pk>/sourdine", marks.thread_mute, name="thread-mute"),
    path("favoris", marks.favourites, name="favourites"),
    path("signets", marks.bookmarks, name="bookmarks"),
    path("demandes", graph.follow_requests, name="follow-requests"),
    path("demandes/<int:pk>", graph.decide_follow, name="follow-decide"),
    path("mots-clics", graph.followed_tags, name="followed-tags"),
    path("mots-clics/<str:slug>/suivre", graph.tag_follow, name="tag-follow"),
    path("reglages/blocages", graph.blocks, name="blocks"),
    path("reglages/sourdines", graph.mutes, name="mutes"),
    path("reglages/filtres", filters.filter_list, name="filters"),
    path("reglages/filtres/<int:pk>", filters.filter_edit, name="filter-edit"),
    path("reglages/filtres/<int:pk>/supprimer", filters.filter_delete, name="filter-delete"),
]
