"""Routes of notifications, and of the mails about them."""

from __future__ import annotations

from django.urls import URLPattern, path

from coop.views import notifications

urlpatterns: list[URLPattern] = [
    path("avis", notifications.index, name="notifications"),
    path("avis/lus", notifications.read_all, name="notifications-read"),
    path("avis/<int:pk>", notifications.open_line, name="notification-open"),
    path("reglages/avis", notifications.choose, name="settings-notifications"),
    path("courriels/desabonnement/<str:token>", notifications.unsubscribe, name="unsubscribe"),
]
