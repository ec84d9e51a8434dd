"""Every address, in French. Each app declares its own; here they only get their place."""

from importlib import import_module
from importlib.util import find_spec

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.urls import URLPattern, URLResolver, include, path, re_path
from django.views.static import serve

urlpatterns: list[URLPattern | URLResolver] = [
    path("sante/", include("coop.health")),
    path("compte/", include("coop.urls.account")),
    *(path("", include(f"{app}.urls")) for app in settings.FIRST_PARTY_APPS if find_spec(f"{app}.urls")),
]

if not settings.IS_PRODUCTION and settings.MEDIA_URL.startswith("/"):
    # In production nginx serves media, from another origin.
    prefix = settings.MEDIA_URL.strip("/")
    urlpatterns += [
        re_path(
            rf"^{prefix}/(?P<path>.+)$", login_not_required(serve), {"document_root": settings.MEDIA_ROOT}
        ),
    ]

websocket_urlpatterns: list[URLPattern | URLResolver] = []
if find_spec("feeds.routing"):
    websocket_urlpatterns += import_module("feeds.routing").websocket_urlpatterns

handler403 = "coop.views.errors.forbidden"
handler404 = "coop.views.errors.not_found"
handler500 = "coop.views.errors.broken"
