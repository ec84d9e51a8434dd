"""Routes of groups. A handle has no hyphen: fixed addresses that have one can never be a group's."""

from __future__ import annotations

from django.urls import path

from feeds.views import groups

urlpatterns = [
    path("groupes", groups.group_list, name="groups"),
    path("groupes/nouveau-groupe", groups.group_create, name="group-create"),
    path("groupes/<slug:handle>", groups.group_detail, name="group"),
    path("groupes/<slug:handle>/adhesion", groups.group_join, name="group-join"),
    path("groupes/<slug:handle>/quitter", groups.group_leave, name="group-leave"),
    path("groupes/<slug:handle>/membres", groups.group_members, name="group-members"),
    path("groupes/<slug:handle>/membres/<int:pk>", groups.group_decide, name="group-decide"),
    path("groupes/<slug:handle>/demandes", groups.group_requests, name="group-requests"),
    path("groupes/<slug:handle>/reglages", groups.group_settings, name="group-settings"),
    path("@<slug:handle>/<int:pk>/retirer-du-groupe", groups.post_ungroup, name="post-ungroup"),
]
