"""What the browser asks of the house itself: language, manifest, service worker, offline page."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_not_required
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST, require_safe
from django.views.i18n import set_language as django_set_language

from coop.http import render

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

WORKER = "coop/js/service-worker.js"


@login_not_required
@require_POST
def set_language(request: HttpRequest) -> HttpResponseBase:
    """Keep the chosen language on this device and go back to the page."""
    return django_set_language(request)


@login_not_required
@require_safe
@cache_control(public=True, max_age=3600)
def manifest(request: HttpRequest) -> HttpResponse:
    """Say what an installed Parvis is called, what it looks like and where it opens."""
    response = render(request, "coop/manifest.webmanifest")
    response.headers["Content-Type"] = "application/manifest+json; charset=utf-8"
    return response


@login_not_required
@require_safe
@cache_control(no_cache=True)
def service_worker(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 -- the same for everyone
    """Give the service worker at the root, so that it may answer for every page when the network is gone."""
    path = finders.find(WORKER) or staticfiles_storage.path(WORKER)
    return HttpResponse(Path(path).read_bytes(), content_type="text/javascript; charset=utf-8")


@login_not_required
@require_safe
@cache_control(public=True, max_age=3600)
def offline(request: HttpRequest) -> HttpResponse:
    """Give the page that the service worker shows without a network: nothing personal is on it."""
    return render(request, "coop/offline.html")
