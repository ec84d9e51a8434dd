"""Profiles: the public page of a person or an organisation, and whom they follow or are followed by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse, HttpResponsePermanentRedirect, HttpResponseRedirect
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from coop.http import VisitorRequest, render, wants_fragment
from coop.models import Account, Actor
from feeds import relations
from feeds.actions import post_rows
from feeds.forms.graph import MuteForm
from feeds.models import Follow
from feeds.timelines import Profile
from feeds.views.graph import page_of
from feeds.views.timelines import read, respond

if TYPE_CHECKING:
    from collections.abc import Callable

    from coop.models import Organisation
    from feeds.relations import Tie

OG_DESCRIPTION = 240


@dataclass(slots=True)
class Face:
    """A profile as one reader meets it."""

    actor: Actor
    tie: Tie
    is_mine: bool
    shows_counts: bool


def absent(request: VisitorRequest, handle: str) -> HttpResponse:
    """Answer for a handle that nobody has, whose owner left, was suspended, or blocks this reader.

    All four read the same: nobody learns from this page that someone blocks them.
    """
    return render(request, "feeds/profile_absent.html", {"handle": handle[:30]}, status=404)


def meet(request: VisitorRequest, handle: str) -> Face | HttpResponse:
    """Find whose page this is, or the answer to give instead."""
    if handle != handle.lower():
        return HttpResponsePermanentRedirect(request.path.replace(f"@{handle}", f"@{handle.lower()}", 1))
    account = request.user if isinstance(request.user, Account) else None
    actor = Actor.objects.filter(handle=handle).select_related("region", "municipality").first()
    if actor is None:
        return absent(request, handle)
    if actor.is_group:
        return HttpResponseRedirect(reverse("feeds:group", args=[actor.handle]))
    is_mine = relations.speaks_for(account, actor)
    if not actor.is_active and not is_mine:
        return absent(request, handle)
    tie = relations.ties(request.actor, [actor.pk])[actor.pk]
    if tie.is_blocked_by:
        return absent(request, handle)
    return Face(actor, tie, is_mine, is_mine or relations.shows_counts(actor))


@login_not_required
@require_GET
def profile(request: VisitorRequest, handle: str, tab: str = "posts") -> HttpResponse:
    """Show who this is and what they publish: `posts` (without replies), `replies` or `media`."""
    face = meet(request, handle)
    if isinstance(face, HttpResponse):
        return face
    actor = face.actor
    view = read(request, Profile(actor, tab))
    if face.tie.blocks:
        view.cards = []
        view.older = view.newer = None
    if wants_fragment(request):
        return respond(request, "feeds/profile.html", view)
    followers, followed = relations.follow_counts(actor) if face.shows_counts else (0, 0)
    organisation = _organisation(actor)
    context = {
        "person": actor,
        "face": face,
        "tie": face.tie,
        "tabs": profile_tabs(actor, tab),
        "tab": tab,
        "summary": post_rows.render(actor.summary, post_rows.named_actors(actor.summary)),
        "description": Truncator(actor.summary).chars(OG_DESCRIPTION),
        "since": _month(actor),
        "followers_count": followers,
        "followed_count": followed,
        "organisation": organisation,
        "disciplines": list(organisation.disciplines.all()) if organisation else [],
        "links": list(organisation.links.all()) if organisation else [],
        "mute_form": MuteForm(),
        "requests_count": Follow.objects.pending().filter(followed=actor).count() if face.is_mine else 0,
    }
    response = respond(request, "feeds/profile.html", view, context)
    if not actor.is_indexable:
        response.headers["X-Robots-Tag"] = "noindex"
    return response


def _organisation(actor: Actor) -> Organisation | None:
    return actor.organisation if actor.is_organisation else None


def _month(actor: Actor) -> str:
    """Say since when: the month is enough."""
    return date_format(actor.created_at, "F Y")


def profile_tabs(actor: Actor, tab: str) -> list[tuple[str, str, bool]]:
    """Give the faces of a profile: (label, address, is here)."""
    return [
        (_("Publications"), reverse("feeds:profile", args=[actor.handle]), tab == "posts"),
        (_("Réponses"), reverse("feeds:profile-replies", args=[actor.handle]), tab == "replies"),
        (_("Images"), reverse("feeds:profile-media", args=[actor.handle]), tab == "media"),
    ]


@login_not_required
@require_GET
def followers(request: VisitorRequest, handle: str) -> HttpResponse:
    """List who follows someone, where they let it be seen.

    To anyone but the person followed, only those who let their own follows be seen are named.
    """
    return _people(request, handle, _followers_of, "followers")


@login_not_required
@require_GET
def followed(request: VisitorRequest, handle: str) -> HttpResponse:
    """List whom someone follows, where they let it be seen."""
    return _people(request, handle, _followed_by, "followed")


def _followers_of(face: Face) -> Any:
    rows = Follow.objects.accepted().filter(followed=face.actor).select_related("follower__region")
    return rows if face.is_mine else rows.filter(follower__shows_follows=True)


def _followed_by(face: Face) -> Any:
    return Follow.objects.accepted().filter(follower=face.actor).select_related("followed__region")


def _people(request: VisitorRequest, handle: str, rows_of: Callable[[Face], Any], which: str) -> HttpResponse:
    face = meet(request, handle)
    if isinstance(face, HttpResponse):
        return face
    if not face.shows_counts or face.tie.blocks:
        raise Http404
    side = "follower" if which == "followers" else "followed"
    meetable = relations.meetable(Actor.objects.all(), request.actor)
    rows, older = page_of(rows_of(face).filter(**{f"{side}__in": meetable}), request)
    people = [(row, getattr(row, side)) for row in rows]
    response = render(
        request,
        "feeds/follow_list.html",
        {
            "person": face.actor,
            "face": face,
            "which": which,
            "people": people,
            "ties": relations.ties(request.actor, [actor.pk for _row, actor in people]),
            "older": older,
            "tabs": [
                (
                    _("Ses abonné·es") if not face.tie.is_self else _("Mes abonné·es"),
                    reverse("feeds:followers", args=[face.actor.handle]),
                    which == "followers",
                ),
                (
                    _("Ses abonnements") if not face.tie.is_self else _("Mes abonnements"),
                    reverse("feeds:followed", args=[face.actor.handle]),
                    which == "followed",
                ),
            ],
        },
    )
    response.headers["X-Robots-Tag"] = "noindex"
    return response
