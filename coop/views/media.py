"""Uploaded files on a workstation. In production nginx serves them, from another origin (`deploy/nginx`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.views.decorators.http import require_safe
from django.views.static import serve

if TYPE_CHECKING:
    from django.http import FileResponse, HttpRequest, HttpResponseBase

SANDBOX = "default-src 'none'; sandbox"


@require_safe
@login_not_required
def media_file(request: HttpRequest, path: str) -> FileResponse | HttpResponseBase:
    """Give a file that people uploaded, in a sandbox: whatever it holds runs nothing and reads nothing."""
    response = serve(request, path, document_root=str(settings.MEDIA_ROOT))
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
