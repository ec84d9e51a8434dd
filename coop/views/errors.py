"""What is shown when something is refused, missing or broken: what happened, why, and what to do."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from django.db import InterfaceError, OperationalError
from django.http import HttpResponse
from django.template import engines

from coop.http import render

if TYPE_CHECKING:
    from django.http import HttpRequest

RETRY_SECONDS = 30


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Refuse, with the sentence of the permission that refused."""
    return render(request, "coop/error_403.html", {"reason": str(exception)}, status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 -- it says nothing to people
    """Say that nothing is here; also said of what one may not know to exist."""
    return render(request, "coop/error_404.html", status=404)


def broken(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 -- nothing of it can be trusted now
    """Say that it is our fault, with a page that needs neither account nor database.

    A database that does not answer will: that is « come back later » (503) for browsers and robots too.
    """
    html = engines["jinja2"].get_template("coop/error_500.html").render()
    if isinstance(sys.exc_info()[1], (OperationalError, InterfaceError)):
        return HttpResponse(html, status=503, headers={"Retry-After": str(RETRY_SECONDS)})
    return HttpResponse(html, status=500)


def expired(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 -- Django calls it so
    """Say that a form came without its proof of origin."""
    page = engines["jinja2"].get_template("coop/error_403_csrf.html").render()
    return HttpResponse(page, status=403)
