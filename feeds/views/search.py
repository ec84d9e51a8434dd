"""The search page: everything, posts, people, organisations and groups, hashtags."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_not_required
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from coop import ratelimits
from coop.errors import ActionError
from coop.http import render
from feeds import cards, relations, search
from feeds.forms.search import SearchForm
from feeds.views.timelines import TimelineView, cursor_of

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from coop.models import Actor
    from feeds.search import Filters

NAMES_AT_A_GLANCE = 3
TAGS_AT_A_GLANCE = 8
TABS = ("tout", "publications", "personnes", "organisations", "mots-clics")


@login_not_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Look for what the address says, under the eyes of whoever asks."""
    form = SearchForm(request.GET)
    form.is_valid()
    text: str = form.cleaned_data.get("q", "").strip()
    tab = request.GET.get("onglet", "tout")
    tab = tab if tab in TABS else "tout"
    context: dict[str, Any] = {
        "form": form,
        "text": text,
        "tab": tab,
        "search_tabs": tabs(request, tab),
        "filtered": any(form.data.get(name) for name in ("auteur", "region", "du", "au", "images")),
        "view": None,
        "people": None,
        "pages": None,
        "tags": [],
        "ties": {},
        "older_names": None,
        "refusal": None,
    }
    status = 200
    if form.errors:
        status = 422
    elif text:
        try:
            visitor = "" if request.user.is_authenticated else "_as_visitor"
            ratelimits.check(request, f"search{visitor}")
        except ActionError as error:
            context["refusal"] = error.message
            status = 429
        else:
            context |= results(request, text, form.filters(), tab)
    return render(request, "feeds/search.html", context, block="suite", status=status)


def results(request: HttpRequest, text: str, filters: Filters, tab: str) -> dict[str, Any]:
    """Read what one tab shows."""
    found: dict[str, Any] = {}
    glance = tab == "tout"
    cursor = cursor_of(request)
    if tab in {"tout", "publications"}:
        page = search.posts(request.user, text, filters, before=cursor.before)
        found["view"] = TimelineView(
            cards=cards.build(request.user, page.posts),
            address=request.get_full_path(),
            older=address(request, onglet="publications", avant=page.older) if page.older else None,
        )
    listed: list[Actor] = []
    size = NAMES_AT_A_GLANCE if glance else search.NAMES_PAGE
    for name, kinds in (("people", search.PERSONS), ("pages", search.PAGES)):
        if tab not in {"tout", {"people": "personnes", "pages": "organisations"}[name]}:
            continue
        names = search.actors(request.user, text, kinds, after=cursor.after, size=size)
        found[name] = names
        listed += [*names.actors, *([names.exact] if names.exact else [])]
        if names.following and not glance:
            found["older_names"] = address(request, apres=names.following)
    if listed:
        found["ties"] = relations.ties(getattr(request, "actor", None), [actor.pk for actor in listed])
    if tab in {"tout", "mots-clics"}:
        count = TAGS_AT_A_GLANCE if glance else search.NAMES_PAGE
        found["tags"] = search.tags(request.user, text, size=count)
    return found


def address(request: HttpRequest, **changes: Any) -> str:
    """Give the address of this search with something changed; without its place in the list."""
    params = {name: value for name, value in request.GET.items() if value and name not in {"avant", "apres"}}
    return f"{reverse('feeds:search')}?{urlencode(params | changes)}"


def tabs(request: HttpRequest, current: str) -> list[tuple[str, str, bool]]:
    """Give the faces of a search: (label, address, is here)."""
    labels = {
        "tout": _("Tout"),
        "publications": _("Publications"),
        "personnes": _("Personnes"),
        "organisations": _("Organisations"),
        "mots-clics": _("Mots-clics"),
    }
    return [(labels[name], address(request, onglet=name), name == current) for name in TABS]
