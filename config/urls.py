"""Every address, in French. Each app declares its own; here they only get their place."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from coop.views.media import media_file

urlpatterns: list[URLPattern | URLResolver] = [
    path("sante/", include("coop.health")),
    path("compte/", include("coop.urls.account")),
    *(path("", include(f"{app}.urls")) for app in settings.FIRST_PARTY_APPS),
]

if not settings.IS_PRODUCTION and settings.MEDIA_URL.startswith("/"):
    # In production nginx serves media, from another origin.
    prefix = settings.MEDIA_URL.strip("/")
    urlpatterns.append(path(f"{prefix}/<path:path>", media_file, name="media"))


handler403 = "coop.views.errors.forbidden"
handler404 = "coop.views.errors.not_found"
handler500 = "coop.views.errors.broken"
