"""Pages that are timelines: home, the square, regions, hashtags, groups' and lists' pages use the same
view.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from coop.http import AccountRequest, VisitorRequest, render, wants_fragment
from coop.models import Region
from coop.queries import faces
from coop.region_map import region_map
from feeds import cards, composer_html, queries, timelines
from feeds.actions.reading import mark_read
from feeds.forms.posts import PostForm
from feeds.models import FollowedTag, Tag

if TYPE_CHECKING:
    from feeds.timelines import Source

MARK_EVERY_SECONDS = 60


@dataclass(slots=True)
class TimelineView:
    """A page of a timeline as templates show it: cards and addresses."""

    cards: list[cards.Card]
    address: str
    topic: str = ""
    newest: int | None = None
    newer: str | None = None
    older: str | None = None
    why: bool = False


def cursor_of(request: HttpRequest) -> timelines.Cursor:
    """Read `?avant=` (older than) or `?apres=` (newer than); 404 for anything that is not an id."""
    try:
        before, after = (
            int(request.GET[name]) if name in request.GET else None for name in ("avant", "apres")
        )
    except ValueError:
        raise Http404 from None
    if any(position is not None and not 0 <= position < 1 << 63 for position in (before, after)):
        raise Http404
    return timelines.Cursor(before=before, after=after)


def read(request: HttpRequest, source: Source, *, topic: str = "", why: bool = False) -> TimelineView:
    """Read the page that the request's cursor names, as its reader sees it.

    With `?depuis=<id>` (live pages), the newest page without what is older than that post, a few seconds of
    overlap kept: posts become visible when they are committed, not in the order of their ids, and the page
    drops doubles."""
    page = timelines.page(source, request.user, cursor_of(request))
    if "depuis" in request.GET:
        since = _since(request)
        page.rows = [row for row in page.rows if row.id > since]
    built = cards.build(request.user, page.rows, page.reasons)
    params = {key: request.GET[key] for key in request.GET if key not in {"avant", "apres", "depuis"}}

    def address(**cursor: int) -> str:
        return f"{request.path}?{urlencode({**params, **cursor})}"

    return TimelineView(
        cards=built,
        address=f"{request.path}?{urlencode(params)}" if params else request.path,
        topic=topic,
        newest=page.rows[0].id if page.rows else None,
        newer=address(apres=page.newer) if page.newer else None,
        older=address(avant=page.older) if page.older else None,
        why=why,
    )


OVERLAP = 10_000 << 16


def _since(request: HttpRequest) -> int:
    try:
        return int(request.GET["depuis"]) - OVERLAP
    except ValueError:
        raise Http404 from None


def respond(
    request: HttpRequest, template: str, view: TimelineView, context: dict[str, Any] | None = None
) -> HttpResponse:
    """Answer a whole page, or only cards when HTMX asks for the rest of a list or for what is new."""
    values = {"view": view, "timeline_tabs": square_tabs(request), **(context or {})}
    if wants_fragment(request):
        new = "depuis" in request.GET
        response = render(request, "feeds/timeline_new.html" if new else "feeds/timeline_more.html", values)
    else:
        response = render(request, template, values)
    response.headers["Vary"] = ", ".join(filter(None, (response.headers.get("Vary"), "HX-Request")))
    return response


def square_tabs(request: HttpRequest) -> list[tuple[str, str, bool]]:
    """Give the doors between the timelines of the square: (label, address, is here)."""
    actor = getattr(request, "actor", None)
    tabs = [(_("Le parvis"), reverse("feeds:public"))]
    if actor is not None:
        tabs.insert(0, (_("Mon fil"), reverse("feeds:home")))
        if actor.region is not None:
            tabs.append((actor.region.name, reverse("feeds:region", args=[actor.region.slug])))
    return [(label, href, request.path == href) for label, href in tabs]


@login_not_required
@require_GET
def home(request: VisitorRequest) -> HttpResponse:
    """The reader's own timeline; a visitor is shown the square."""
    if request.actor is None:
        return public(request)
    return _home(request)  # type: ignore[arg-type]  # someone is logged in


def _home(request: AccountRequest) -> HttpResponse:
    account, actor = request.user, request.actor
    state = queries.home_state(actor, account.pk)
    request.unread_notifications = state.unread  # type: ignore[attr-defined]  # read by coop.templating.context
    newcomer = state.follows < timelines.FEW_FOLLOWS
    source = timelines.Home(actor, is_newcomer=newcomer, follows=state.follows)
    view = read(request, source, topic="home", why=True)
    if wants_fragment(request):
        return respond(request, "feeds/home.html", view)
    is_newest = not request.GET
    if (
        is_newest
        and view.newest
        and (
            view.newest > state.last_seen_id
            and (state.seconds_since_visit is None or state.seconds_since_visit > MARK_EVERY_SECONDS)
        )
    ):
        mark_read(account=account, timeline="home", seen_id=view.newest)
    context: dict[str, Any] = {
        "is_newcomer": newcomer,
        "waiting": state.waiting_voices if is_newest else 0,
    }
    if state.has_drafts or state.is_delegate:
        mine = faces(account)
        context |= {"form": PostForm.for_account(account, faces=mine), "faces": mine, "composer_html": None}
    else:
        context["composer_html"] = composer_html.at_rest(request, account, get_token(request))
    return respond(request, "feeds/home.html", view, context)


@require_GET
def catch_up(request: AccountRequest) -> HttpResponse:
    """« Depuis ta dernière visite »: one post a voice, quiet voices first; finite, its rule beside it."""
    state = queries.home_state(request.actor, request.user.pk)
    resumed = (state.seconds_since_visit or 0) > queries.VISIT_PAUSE.total_seconds()
    since = state.last_seen_id if resumed else state.previous_seen_id
    voices = queries.catch_up(request.actor, since)
    order = {voice.post_id: position for position, voice in enumerate(voices)}
    rows = timelines.visible_rows(list(order), actor_id=request.actor.pk, quiet=True)
    rows.sort(key=lambda row: order[row.id])
    others = {voice.post_id: voice.posts - 1 for voice in voices}
    return render(
        request,
        "feeds/catch_up.html",
        {"cards": cards.build(request.user, rows), "others": others, "limit": queries.CATCH_UP_VOICES},
    )


@lru_cache(maxsize=64)
def _picture(links: tuple[tuple[str, str], ...], here: str | None, title: str) -> str:
    """Draw the map once for a region and a language: it is the heaviest part of these pages."""
    return region_map(links=dict(links), current=here, title=title)


def _map(current: Region | None = None) -> dict[str, Any]:
    """Draw the seventeen regions, each a door to its timeline; the same doors stand in words below."""
    regions = list(Region.objects.all())
    links = {place.code: reverse("feeds:region", args=[place.slug]) for place in regions}
    here = current.code if current else None
    return {
        "map": _picture(tuple(links.items()), here, _("Les régions du Québec")),
        "regions": [(place.name, links[place.code], place.code == here) for place in regions],
    }


@login_not_required
@require_GET
def public(request: VisitorRequest) -> HttpResponse:
    """Every public first post of the square, newest first."""
    view = read(request, timelines.Public(), topic="public")
    return respond(
        request,
        "feeds/timeline.html",
        view,
        {
            "title": _("Le parvis"),
            "intro": _("Tout ce qui est publié pour tout le monde, dans l’ordre où c’est publié."),
            "empty_text": _("Ici paraîtront les publications adressées à tout le monde."),
            "feed_address": None,
            "indexable": True,
            "is_landing": request.actor is None,
            **(_map() if request.actor is None else {}),
        },
    )


@login_not_required
@require_GET
def region(request: VisitorRequest, slug: str) -> HttpResponse:
    """Public first posts from one region."""
    place = get_object_or_404(Region, slug=slug)
    view = read(request, timelines.InRegion(place), topic=f"region:{place.pk}")
    return respond(
        request,
        "feeds/timeline.html",
        view,
        {
            "title": place.name,
            "intro": _("Les publications publiques de la région, de la plus récente à la plus ancienne."),
            "empty_text": _("Ici paraîtront les publications publiques des gens de la région."),
            "feed_address": None,
            "indexable": True,
            **_map(place),
        },
    )


@login_not_required
@require_GET
def tag(request: VisitorRequest, slug: str) -> HttpResponse:
    """Posts with one hashtag that this reader may see."""
    word = get_object_or_404(Tag, slug=slug)
    view = read(request, timelines.Tagged(word), topic=f"tag:{word.pk}")
    follows = bool(request.actor and FollowedTag.objects.filter(actor=request.actor, tag=word).exists())
    return respond(
        request,
        "feeds/tag.html",
        view,
        {
            "title": f"#{word.name}",
            "intro": None,
            "empty_text": _("Personne n’a encore employé ce mot-clic dans une publication que tu peux lire."),
            "feed_address": reverse("feeds:tag-atom", args=[word.slug]),
            "indexable": False,
            "tag": word,
            "is_followed": follows,
        },
    )
