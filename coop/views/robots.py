"""What robots are told. Pages say for themselves whether they may be indexed (`meta robots`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

if TYPE_CHECKING:
    from django.http import HttpRequest

TRAINERS = (
    *("AI2Bot", "Amazonbot", "Applebot-Extended", "Bytespider", "CCBot", "ClaudeBot", "Diffbot"),
    *("FacebookBot", "Google-Extended", "GPTBot", "meta-externalagent", "omgili", "PetalBot", "TikTokSpider"),
)
"""Robots that gather texts to train models: nobody here said yes to that."""

CLOSED = (
    *("/avis", "/bienvenue", "/brouillons", "/compte/", "/demandes", "/favoris", "/listes", "/mes-donnees"),
    *("/publier", "/recherche", "/reglages", "/signets", "/trousses"),
)
"""Addresses that are of no use to a search engine. Nothing is protected by this list: rules do that."""


@login_not_required
@require_safe
@cache_control(public=True, max_age=86_400)
def robots(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 -- the same for everyone
    """Let search engines fetch public pages, each of which says if it may be indexed; nobody trains on them.

    A page that robots could not fetch would keep its « noindex » from them: that is why pages are left open.
    """
    lines = [f"User-agent: {name}" for name in TRAINERS]
    lines += ["Disallow: /", "", "User-agent: *", *(f"Disallow: {path}" for path in CLOSED)]
    return HttpResponse("\n".join([*lines, ""]), content_type="text/plain; charset=utf-8")
