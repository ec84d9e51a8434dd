"""Routes of posts: writing, conversation, versions, images, polls, drafts."""

from __future__ import annotations

from django.urls import path

from feeds.views import acts, drafts, media, polls, posts

urlpatterns = [
    path("publier", posts.post_create, name="post-create"),
    path("images", media.media_upload, name="media-upload"),
    path("images/<uuid:pk>", media.media_state, name="media-state"),
    path("images/<uuid:pk>/retirer", media.media_remove, name="media-remove"),
    path("brouillons", drafts.draft_list, name="drafts"),
    path("brouillons/<uuid:pk>/supprimer", drafts.draft_delete, name="draft-delete"),
    path("@<slug:handle>/<int:pk>", posts.post_detail, name="post-detail"),
    path("@<slug:handle>/<int:pk>/modifier", posts.post_edit, name="post-edit"),
    path("@<slug:handle>/<int:pk>/historique", posts.post_history, name="post-history"),
    path("@<slug:handle>/<int:pk>/supprimer", posts.post_delete, name="post-delete"),
    path("@<slug:handle>/<int:pk>/relayer", posts.post_boost, name="post-boost"),
    path("@<slug:handle>/<int:pk>/actes", acts.post_acts, name="post-acts"),
    path("@<slug:handle>/<int:pk>/sondage", polls.poll_vote, name="poll-vote"),
]
