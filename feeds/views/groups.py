"""Groups: the directory, a group's page and its people, entering and leaving, and what its moderators do."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponsePermanentRedirect, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from coop import ratelimits
from coop.errors import ActionError
from coop.http import AccountRequest, VisitorRequest, back, render, wants_fragment
from coop.models import Actor, Region
from coop.permissions import authorize
from feeds import cards, relations
from feeds.actions import groups, post_rows
from feeds.forms.groups import GroupSettingsForm, NewGroupForm
from feeds.models import Group, GroupMembership, Post
from feeds.timelines import InGroup
from feeds.views.graph import before_of, page_of, say_refusal
from feeds.views.posts import find_post, refuse
from feeds.views.timelines import read, respond

if TYPE_CHECKING:
    from django.http import HttpRequest

MODERATORS_SHOWN = 12
OG_DESCRIPTION = 240


def find_group(handle: str) -> Group:
    """Give the active group of this handle, or 404."""
    return get_object_or_404(
        Group.objects.active().select_related("actor__region"), actor__handle=handle.lower()
    )


def own_membership(request: HttpRequest, group: Group) -> GroupMembership | None:
    """Give the reader's membership or request, if any."""
    actor: Actor | None = getattr(request, "actor", None)
    return GroupMembership.objects.filter(group=group, actor=actor).first() if actor else None


@login_not_required
@require_GET
def group_list(request: VisitorRequest) -> HttpResponse:
    """List the groups of the square, by region and kind."""
    region = Region.objects.filter(slug=request.GET.get("region", "")).first()
    kind = request.GET.get("sorte", "")
    kind = kind if kind in Group.Kind.values else ""
    mine = request.actor is not None and "les-miens" in request.GET
    lines, older = relations.directory(
        request.actor, region=region, kind=kind, mine=mine, before=before_of(request)
    )
    chosen = {"region": region.slug if region else "", "sorte": kind, "les-miens": "oui" if mine else ""}
    query = urlencode({key: value for key, value in chosen.items() if value} | {"avant": older or ""})
    return render(
        request,
        "feeds/group_list.html",
        {
            "lines": lines,
            "older": f"{request.path}?{query}" if older else None,
            "regions": list(Region.objects.all()),
            "region": region,
            "kinds": Group.Kind.choices,
            "kind": kind,
            "mine": mine,
            "is_filtered": bool(region or kind or mine),
        },
    )


@login_not_required
@require_GET
def group_detail(request: VisitorRequest, handle: str) -> HttpResponse:
    """Show a group: what it is about, who moderates it, and what is posted there that one may read."""
    if handle != handle.lower():
        return HttpResponsePermanentRedirect(reverse("feeds:group", args=[handle.lower()]))
    group = find_group(handle)
    view = read(request, InGroup(group), topic=f"group:{group.pk}")
    if wants_fragment(request):
        return respond(request, "feeds/group_detail.html", view)
    active = GroupMembership.objects.active().filter(group=group)
    membership = own_membership(request, group)
    moderates = _moderates(membership)
    moderators = active.moderating().select_related("actor").order_by("pk")[:MODERATORS_SHOWN]
    pending = GroupMembership.objects.pending().filter(group=group)
    context = {
        "group": group,
        "membership": membership,
        "moderates": moderates,
        "members_total": active.count(),
        "moderators": [row.actor for row in moderators],
        "requests_count": pending.count() if moderates else 0,
        "summary": post_rows.render(group.actor.summary, post_rows.named_actors(group.actor.summary)),
        "rules": post_rows.render(group.rules_text, post_rows.named_actors(group.rules_text)),
        "description": Truncator(group.actor.summary).chars(OG_DESCRIPTION),
    }
    response = respond(request, "feeds/group_detail.html", view, context)
    if not group.actor.is_indexable:
        response.headers["X-Robots-Tag"] = "noindex"
    return response


def _moderates(membership: GroupMembership | None) -> bool:
    return (
        membership is not None
        and membership.joined_at is not None
        and membership.role == GroupMembership.Role.MODERATOR
    )


@require_http_methods(["GET", "POST"])
def group_create(request: AccountRequest) -> HttpResponse:
    """Open a group."""
    authorize("feeds.create_group", request.user)
    form = NewGroupForm(request.POST or None, initial={"region": request.actor.region_id})
    if request.method == "POST" and form.is_valid():
        try:
            ratelimits.check(request, "create_page")
            group = groups.create_group(account=request.user, **form.cleaned_data)
        except (ActionError, PermissionDenied) as error:
            refuse(form, error)
        else:
            messages.success(request, _("Le groupe est ouvert. À toi d’y écrire la première publication."))
            return HttpResponseRedirect(reverse("feeds:group", args=[group.actor.handle]))
    return render(
        request, "feeds/group_form.html", {"form": form, "group": None}, status=422 if form.errors else 200
    )


@require_http_methods(["GET", "POST"])
def group_settings(request: AccountRequest, handle: str) -> HttpResponse:
    """Change what a group says of itself and how one enters it."""
    group = find_group(handle)
    authorize("feeds.moderate_group", request.user, group)
    form = GroupSettingsForm.for_group(group, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            groups.update_group(account=request.user, group=group, **form.cleaned_data)
        except (ActionError, PermissionDenied) as error:
            refuse(form, error)
        else:
            messages.success(request, _("C’est enregistré."))
            return HttpResponseRedirect(reverse("feeds:group", args=[group.actor.handle]))
    return render(
        request, "feeds/group_form.html", {"form": form, "group": group}, status=422 if form.errors else 200
    )


@require_POST
def group_join(request: AccountRequest, handle: str) -> HttpResponse:
    """Enter a group or ask to (`etat=oui`), or take a request back (`etat=non`)."""
    group = find_group(handle)
    address = reverse("feeds:group", args=[group.actor.handle])
    try:
        if request.POST.get("etat") == "non":
            membership = own_membership(request, group)
            if membership is not None and membership.joined_at is not None:
                return HttpResponseRedirect(reverse("feeds:group-leave", args=[group.actor.handle]))
            groups.leave_group(account=request.user, group=group)
        else:
            ratelimits.check(request, "follow")
            groups.join_group(account=request.user, group=group)
    except (ActionError, PermissionDenied) as error:
        return say_refusal(request, str(error), address)
    if wants_fragment(request):
        context = {"group": group, "membership": own_membership(request, group)}
        return render(request, "feeds/group_button.html", context)
    return back(request, address)


@require_http_methods(["GET", "POST"])
def group_leave(request: AccountRequest, handle: str) -> HttpResponse:
    """Ask in words, then leave."""
    group = find_group(handle)
    membership = own_membership(request, group)
    if membership is None or membership.joined_at is None:
        raise Http404
    others = GroupMembership.objects.active().filter(group=group).exclude(pk=membership.pk)
    if request.method == "POST":
        try:
            groups.leave_group(account=request.user, group=group)
        except ActionError as error:
            messages.error(request, error.message)
            return HttpResponseRedirect(reverse("feeds:group-members", args=[group.actor.handle]))
        messages.success(request, _("Tu as quitté le groupe %(name)s.") % {"name": group.actor.display_name})
        return HttpResponseRedirect(reverse("feeds:groups"))
    return render(request, "feeds/group_confirm_leave.html", {"group": group, "is_last": not others.exists()})


@require_GET
def group_members(request: AccountRequest, handle: str) -> HttpResponse:
    """List the members, for members; with what a moderator may do about each."""
    group = find_group(handle)
    authorize("feeds.see_members", request.user, group)
    meetable = relations.meetable(Actor.objects.all(), request.actor)
    active = GroupMembership.objects.active().filter(group=group)
    rows, older = page_of(active.filter(actor__in=meetable).select_related("actor__region"), request)
    return render(
        request,
        "feeds/group_members.html",
        {
            "group": group,
            "members": rows,
            "older": older,
            "moderates": _moderates(own_membership(request, group)),
            "ties": relations.ties(request.actor, [row.actor_id for row in rows]),
        },
    )


@require_GET
def group_requests(request: AccountRequest, handle: str) -> HttpResponse:
    """List who asks to enter, for moderators."""
    group = find_group(handle)
    authorize("feeds.moderate_group", request.user, group)
    asked = GroupMembership.objects.pending().filter(group=group, actor__in=Actor.objects.active())
    rows, older = page_of(asked.select_related("actor__region"), request)
    return render(request, "feeds/group_requests.html", {"group": group, "requests": rows, "older": older})


@require_POST
def group_decide(request: AccountRequest, handle: str, pk: int) -> HttpResponse:
    """Decide about one person: `accepter`, `refuser`, `retirer`, `nommer` to moderate, `redevenir` member."""
    group = find_group(handle)
    authorize("feeds.moderate_group", request.user, group)
    membership = get_object_or_404(
        GroupMembership.objects.select_related("actor", "group__actor"), pk=pk, group=group
    )
    decision = request.POST.get("decision", "")
    address = reverse("feeds:group-members", args=[group.actor.handle])
    try:
        if decision == "accepter":
            groups.accept_member(account=request.user, membership=membership)
            sentence = _("%(name)s est membre du groupe.")
        elif decision == "refuser":
            groups.refuse_member(account=request.user, membership=membership)
            sentence = _("Demande de %(name)s refusée.")
        elif decision == "retirer":
            groups.remove_member(account=request.user, membership=membership)
            sentence = _("%(name)s n’est plus membre du groupe.")
        elif decision == "nommer":
            groups.name_moderator(account=request.user, group=group, actor=membership.actor)
            sentence = _("%(name)s modère maintenant le groupe avec toi.")
        elif decision == "redevenir" and membership.actor_id == request.actor.pk:
            groups.leave_moderation(account=request.user, group=group)
            sentence = _("Tu ne modères plus le groupe.")
        else:
            raise Http404
    except (ActionError, PermissionDenied) as error:
        return say_refusal(request, str(error), address)
    messages.success(request, sentence % {"name": membership.actor.display_name})
    return back(request, address)


@require_http_methods(["GET", "POST"])
def post_ungroup(request: AccountRequest, handle: str, pk: int) -> HttpResponse:
    """Ask in words, then take a post out of its group."""
    post: Post = find_post(request, handle, pk)
    group = post.group
    if group is None:
        raise Http404
    authorize("feeds.moderate_group", request.user, group)
    if request.method == "GET":
        return render(
            request,
            "feeds/group_confirm_removal.html",
            {"post": post, "group": group, "card": cards.build(request.user, [post])[:1]},
        )
    groups.remove_post_from_group(account=request.user, post=post)
    messages.success(
        request, _("La publication n’est plus dans le groupe. La personne qui l’a écrite est avisée.")
    )
    return HttpResponseRedirect(reverse("feeds:group", args=[group.actor.handle]))
