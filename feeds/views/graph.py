"""Following, blocking, muting: the acts on a person, and the pages that list and undo them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from coop import ratelimits
from coop.errors import ActionError
from coop.http import AccountRequest, back, render, wants_fragment
from coop.models import Actor
from coop.permissions import authorize
from coop.queries import faces
from feeds import relations
from feeds import text as texts
from feeds.actions import graph
from feeds.forms.graph import MuteForm, end_of
from feeds.models import Block, Follow, FollowedTag, Mute, MutedThread, Tag
from feeds.timelines import visible_rows

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest

PEOPLE_ON_A_PAGE = 30


def find_actor(request: HttpRequest, handle: str) -> Actor:
    """Give the active actor of this handle; 404 to whom they block, as for one that does not exist."""
    me: Actor | None = getattr(request, "actor", None)
    actor = get_object_or_404(Actor.objects.active(), handle=handle.lower())
    if actor.blocks.filter(blocked=me).exists():
        raise Http404
    return actor


def before_of(request: HttpRequest) -> int | None:
    """Read `?avant=`; 404 for anything that is not an id."""
    raw = request.GET.get("avant")
    if raw is None:
        return None
    if not raw.isdecimal() or len(raw) > 18:  # noqa: PLR2004 -- a 64-bit id has at most 18 whole digits
        raise Http404
    return int(raw)


def page_of(rows: QuerySet[Any], request: HttpRequest) -> tuple[list[Any], str | None]:
    """Give one page of rows, newest first by their own id, and the address of the next one."""
    before = before_of(request)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows.order_by("-pk")[: PEOPLE_ON_A_PAGE + 1])
    shown = found[:PEOPLE_ON_A_PAGE]
    return shown, f"{request.path}?avant={shown[-1].pk}" if len(found) > PEOPLE_ON_A_PAGE else None


def say_refusal(request: HttpRequest, sentence: str, address: str) -> HttpResponse:
    """Say why an act was refused, without leaving the page."""
    messages.error(request, sentence)
    if wants_fragment(request):
        response = HttpResponse(status=204)
        response.headers["HX-Refresh"] = "true"
        return response
    return back(request, address)


@require_POST
def follow(request: AccountRequest, handle: str) -> HttpResponse:
    """Follow someone (`etat=oui`), or stop and take a request back (`etat=non`)."""
    actor = find_actor(request, handle)
    try:
        if request.POST.get("etat") == "non":
            graph.unfollow_actor(account=request.user, actor=actor)
        else:
            ratelimits.check(request, "follow")
            graph.follow_actor(account=request.user, actor=actor)
    except (ActionError, PermissionDenied) as error:
        return say_refusal(request, str(error), actor.get_absolute_url())
    if wants_fragment(request):
        tie = relations.ties(request.actor, [actor.pk])[actor.pk]
        return render(request, "feeds/follow_button.html", {"followed": actor, "tie": tie})
    return back(request, actor.get_absolute_url())


@require_POST
def show_boosts(request: AccountRequest, handle: str) -> HttpResponse:
    """Choose whether someone's boosts come up at home (`etat=oui|non`)."""
    actor = find_actor(request, handle)
    shown = request.POST.get("etat") != "non"
    graph.show_boosts(account=request.user, actor=actor, shown=shown)
    messages.success(
        request,
        _("Ses relais paraissent de nouveau dans ton fil.")
        if shown
        else _("Ses relais ne paraîtront plus dans ton fil."),
    )
    return HttpResponseRedirect(actor.get_absolute_url())


@require_http_methods(["GET", "POST"])
def block(request: AccountRequest, handle: str) -> HttpResponse:
    """Say in words what blocking does, and do it (`etat=oui`) or undo it (`etat=non`)."""
    actor = get_object_or_404(
        Actor, handle=handle.lower(), kind__in=(Actor.Kind.PERSON, Actor.Kind.ORGANISATION)
    )
    if request.method == "GET":
        authorize("feeds.block_actor", request.user, actor)
        find_actor(request, handle)
        is_blocked = Block.objects.filter(blocker=request.actor, blocked=actor).exists()
        return render(request, "feeds/block_form.html", {"person": actor, "is_blocked": is_blocked})
    if request.POST.get("etat") == "non":
        graph.unblock_actor(account=request.user, actor=actor)
        messages.success(request, _("Tu ne bloques plus %(name)s.") % {"name": actor.display_name})
        return back(request, actor.get_absolute_url())
    graph.block_actor(account=request.user, actor=actor)
    messages.success(
        request,
        _("C’est fait\u00a0: %(name)s et toi ne vous verrez plus. Tu peux l’annuler dans tes réglages.")
        % {"name": actor.display_name},
    )
    return HttpResponseRedirect(reverse("feeds:blocks"))


@require_http_methods(["GET", "POST"])
def mute(request: AccountRequest, handle: str) -> HttpResponse:
    """Choose for how long one no longer meets someone (`etat=oui`), or undo it (`etat=non`)."""
    actor = find_actor(request, handle)
    authorize("feeds.mute_actor", request.user, actor)
    if request.method == "POST" and request.POST.get("etat") == "non":
        graph.unmute_actor(account=request.user, actor=actor)
        messages.success(request, _("%(name)s n’est plus en sourdine.") % {"name": actor.display_name})
        return back(request, actor.get_absolute_url())
    form = MuteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        end = end_of(form.cleaned_data["duration"])
        graph.mute_actor(account=request.user, actor=actor, expires_at=end)
        messages.success(
            request,
            _("%(name)s est en sourdine. Personne d’autre ne le sait.") % {"name": actor.display_name},
        )
        return HttpResponseRedirect(actor.get_absolute_url())
    muted = Mute.objects.current().filter(muter=request.actor, muted=actor).first()
    return render(
        request,
        "feeds/mute_form.html",
        {"person": actor, "form": form, "mute": muted},
        status=422 if form.is_bound else 200,
    )


@require_GET
def follow_requests(request: AccountRequest) -> HttpResponse:
    """List who asks to follow oneself, or an organisation one speaks for."""
    mine = faces(request.user)
    asked = Follow.objects.pending().filter(followed__in=mine).select_related("follower__region", "followed")
    rows, older = page_of(
        asked.filter(follower__in=relations.meetable(Actor.objects.all(), request.actor)), request
    )
    return render(
        request,
        "feeds/follow_request_list.html",
        {"requests": rows, "older": older, "has_organisations": len(mine) > 1},
    )


@require_POST
def decide_follow(request: AccountRequest, pk: int) -> HttpResponse:
    """Accept a request (`decision=accepter`), or refuse it and remove a follower (`decision=refuser`)."""
    row = get_object_or_404(
        Follow.objects.select_related("follower", "followed"), pk=pk, followed__in=faces(request.user)
    )
    name = {"name": row.follower.display_name}
    try:
        if request.POST.get("decision") == "accepter":
            graph.accept_follow(account=request.user, follow=row)
            messages.success(request, _("%(name)s te suit maintenant.") % name)
        else:
            waited = row.accepted_at is None
            graph.refuse_follow(account=request.user, follow=row)
            sentence = _("Demande de %(name)s refusée.") if waited else _("%(name)s ne te suit plus.")
            messages.success(request, sentence % name)
    except (ActionError, PermissionDenied) as error:
        return say_refusal(request, str(error), reverse("feeds:follow-requests"))
    return back(request, reverse("feeds:follow-requests"))


@require_GET
def blocks(request: AccountRequest) -> HttpResponse:
    """List whom one blocks, each with its undoing."""
    rows, older = page_of(Block.objects.filter(blocker=request.actor).select_related("blocked"), request)
    return render(request, "feeds/block_list.html", {"blocks": rows, "older": older})


@require_GET
def mutes(request: AccountRequest) -> HttpResponse:
    """List the people and conversations one muted, each with its undoing."""
    rows, older = page_of(Mute.objects.current().filter(muter=request.actor).select_related("muted"), request)
    threads = list(
        MutedThread.objects.filter(actor=request.actor)
        .select_related("root__author")
        .order_by("-pk")[:PEOPLE_ON_A_PAGE]
    )
    readable = {row.id for row in visible_rows([row.root_id for row in threads], actor_id=request.actor.pk)}
    return render(
        request,
        "feeds/mute_list.html",
        {"mutes": rows, "older": older, "threads": [row for row in threads if row.root_id in readable]},
    )


@require_http_methods(["GET", "POST"])
def followed_tags(request: AccountRequest) -> HttpResponse:
    """List the hashtags one reads at home, and follow another by writing it."""
    problem, typed = None, ""
    if request.method == "POST":
        typed = request.POST.get("mot", "").strip()
        name = typed.lstrip("#").strip()
        tag = Tag.objects.filter(slug=texts.tag_slug(name)).first() if name else None
        if not name:
            problem = _("Écris le mot-clic à suivre.")
        elif tag is None:
            problem = _("Personne n’a encore employé ce mot-clic.")
        else:
            try:
                graph.follow_tag(account=request.user, tag=tag)
            except ActionError as error:
                problem = error.message
            else:
                messages.success(request, _("Tu suis maintenant #%(name)s.") % {"name": tag.name})
                return HttpResponseRedirect(reverse("feeds:followed-tags"))
    rows = FollowedTag.objects.filter(actor=request.actor).select_related("tag").order_by("tag__name")
    return render(
        request,
        "feeds/followed_tag_list.html",
        {"tags": list(rows), "problem": problem, "typed": typed},
        status=422 if problem else 200,
    )


@require_POST
def tag_follow(request: AccountRequest, slug: str) -> HttpResponse:
    """Read a hashtag at home (`etat=oui`) or no longer (`etat=non`)."""
    tag = get_object_or_404(Tag, slug=slug)
    followed = request.POST.get("etat") != "non"
    try:
        if followed:
            ratelimits.check(request, "follow")
            graph.follow_tag(account=request.user, tag=tag)
        else:
            graph.unfollow_tag(account=request.user, tag=tag)
    except ActionError as error:
        return say_refusal(request, error.message, tag.get_absolute_url())
    if wants_fragment(request):
        return render(request, "feeds/tag.html", {"tag": tag, "is_followed": followed}, block="suivre")
    return back(request, tag.get_absolute_url())
