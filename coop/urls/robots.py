"""Route of robots.txt."""

from __future__ import annotations

from django.urls import path

from coop.views import robots

urlpatterns = [path("robots.txt", robots.robots, name="robots")]
