"""Routes of what the browser asks of the house itself."""

from __future__ import annotations

from django.conf import settings
from django.urls import URLPattern, path

from coop.views import gallery, interface

urlpatterns: list[URLPattern] = [
    path("langue/", interface.set_language, name="set-language"),
    path("manifest.webmanifest", interface.manifest, name="manifest"),
    path("service-worker.js", interface.service_worker, name="service-worker"),
    path("hors-ligne/", interface.offline, name="offline"),
]

if not settings.IS_PRODUCTION:
    urlpatterns += [path("_ui/", gallery.gallery, name="gallery")]
