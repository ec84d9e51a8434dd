"""Lists of places for the pickers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_not_required
from django.views.decorators.http import require_safe

from coop.forms.places import PlacePicker
from coop.http import render

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@login_not_required
@require_safe
def municipalities(request: HttpRequest) -> HttpResponse:
    """Give the municipalities of a region, as the second list of a picker."""
    form = PlacePicker(request.GET.get("region", "")[:2])
    response = render(request, "coop/_municipalities.html", {"form": form})
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response
