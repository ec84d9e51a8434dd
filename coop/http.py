"""Translating between HTTP and the house: typed requests, fragments, safe redirects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template import engines
from django.template.backends.utils import csrf_input_lazy, csrf_token_lazy
from django.utils.cache import patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme
from jinja2_fragments import render_block

if TYPE_CHECKING:
    from django.template.backends.jinja2 import Jinja2
    from django_htmx.middleware import HtmxDetails

    from coop.models import Account, Actor


class AccountRequest(HttpRequest):
    """A request by someone logged in."""

    user: Account
    actor: Actor
    htmx: HtmxDetails


class VisitorRequest(HttpRequest):
    """A request by anyone; `actor` is None for a visitor."""

    actor: Actor | None
    htmx: HtmxDetails


LONGEST_ID = 18


def read_id(raw: str) -> int | None:
    """Read a row's id from an address or a form; None for what cannot be one (18 digits fit a bigint)."""
    return int(raw) if raw.isdecimal() and len(raw) <= LONGEST_ID else None


def wants_fragment(request: HttpRequest) -> bool:
    """True when HTMX asks for a piece of the page (a history restore needs the whole page)."""
    htmx: HtmxDetails = request.htmx  # type: ignore[attr-defined]  # set by django_htmx's middleware
    return bool(htmx) and not htmx.boosted and not htmx.history_restore_request


def render(
    request: HttpRequest,
    template: str,
    context: dict[str, Any] | None = None,
    *,
    block: str | None = None,
    status: int = 200,
) -> HttpResponse:
    """Render a Jinja2 page; when HTMX asks and `block` is named, only that block of it.

    A fragment is a block of the page that owns it, so that both can never drift apart. The answer varies on
    HX-Request, since one address gives both.
    """
    jinja: Jinja2 = engines["jinja2"]  # type: ignore[assignment]  # configured in settings
    if block is not None and wants_fragment(request):
        html = render_block(jinja.env, template, block, **page_context(request, jinja, context))
    else:
        html = jinja.get_template(template).render(context or {}, request)
    response = HttpResponse(html, status=status)
    if block is not None:
        patch_vary_headers(response, ("HX-Request",))
    return response


def page_context(request: HttpRequest, backend: Jinja2, context: dict[str, Any] | None) -> dict[str, Any]:
    """Build what Django's Jinja2 backend would give to a whole page, for a block of it."""
    values: dict[str, Any] = {
        "request": request,
        "csrf_input": csrf_input_lazy(request),
        "csrf_token": csrf_token_lazy(request),
    }
    for processor in backend.template_context_processors:
        values.update(processor(request))
    values.update(context or {})
    return values


def remember_language(response: HttpResponse, language: str) -> None:
    """Keep a language on this device, as the switch in the footer does."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.SESSION_COOKIE_AGE,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite="Lax",
    )


def back(request: HttpRequest, fallback: str) -> HttpResponseRedirect:
    """Redirect to the `suite` field or the referring page when it is ours, else to the address `fallback`."""
    for candidate in (request.POST.get("suite"), request.headers.get("Referer")):
        if candidate and url_has_allowed_host_and_scheme(
            candidate, allowed_hosts={request.get_host()}, require_https=request.is_secure()
        ):
            return HttpResponseRedirect(candidate)
    return HttpResponseRedirect(fallback)
