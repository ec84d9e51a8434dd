"""Starter packs: reading them, following everyone in one, composing one, leaving one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from coop import ratelimits
from coop.errors import ActionError
from coop.http import AccountRequest, VisitorRequest, render
from coop.models import Actor, Region
from coop.permissions import allows
from coop.queries import faces
from feeds import packs as reads
from feeds import relations
from feeds.actions import packs
from feeds.actions.welcome import follow_voices
from feeds.forms.packs import PackForm, lines_of

if TYPE_CHECKING:
    from django.http import HttpRequest

    from feeds.models import StarterPack

MOST_DIGITS = 18


def find_pack(request: HttpRequest, slug: str) -> StarterPack:
    """Give a pack this reader may see, or 404."""
    return get_object_or_404(reads.visible_packs(getattr(request, "actor", None)), slug=slug)


def find_own_pack(request: AccountRequest, slug: str) -> StarterPack:
    """Give a pack that this person composed; someone else's answers 404."""
    pack = find_pack(request, slug)
    if not allows("feeds.edit_pack", request.user, pack):
        raise Http404
    return pack


@login_not_required
@require_safe
def pack_list(request: VisitorRequest) -> HttpResponse:
    """List the packs, of one region or of all."""
    chosen = request.GET.get("region")
    region = get_object_or_404(Region, slug=chosen) if chosen else None
    raw = request.GET.get("avant", "")
    if raw and (not raw.isdecimal() or len(raw) > MOST_DIGITS):
        raise Http404
    found, before = reads.page(request.actor, region=region, before=int(raw) if raw else None)
    query = f"region={region.slug}&" if region else ""
    context = {
        "lines": found,
        "older": f"{request.path}?{query}avant={before}" if before else None,
        "region": region,
        "regions": Region.objects.all(),
    }
    return render(request, "feeds/pack_list.html", context)


@login_not_required
@require_safe
def pack_detail(request: VisitorRequest, slug: str) -> HttpResponse:
    """Show a pack: each voice, why it is there, and one button for all."""
    pack = find_pack(request, slug)
    members = list(reads.shown_members(request.actor).filter(pack=pack))
    ties = relations.ties(request.actor, [member.actor_id for member in members])
    account = request.user if request.user.is_authenticated else None
    context = {
        "pack": pack,
        "rows": [(member, ties[member.actor_id]) for member in members],
        "to_follow": sum(1 for tie in ties.values() if not (tie.follows or tie.has_asked or tie.is_self)),
        "is_mine": bool(request.actor and request.actor.pk == pack.curator_id),
        "mine": {face.pk for face in faces(account)} if account else set(),
    }
    return render(request, "feeds/pack_detail.html", context)


@require_POST
def pack_follow(request: AccountRequest, slug: str) -> HttpResponse:
    """Follow every voice of a pack that one does not follow yet."""
    pack = find_pack(request, slug)
    address = reverse("feeds:pack", args=[pack.slug])
    members = list(reads.shown_members(request.actor).filter(pack=pack).exclude(actor=request.actor))
    ties = relations.ties(request.actor, [member.actor_id for member in members])
    actors = [m.actor for m in members if not (ties[m.actor_id].follows or ties[m.actor_id].has_asked)]
    try:
        ratelimits.check(request, "follow")
        count = follow_voices(account=request.user, actors=actors)
    except (ActionError, PermissionDenied) as error:
        messages.error(request, str(error))
        return HttpResponseRedirect(address)
    if count:
        said = ngettext("%(count)s voix de plus dans ton fil.", "%(count)s voix de plus dans ton fil.", count)
        messages.success(request, said % {"count": count})
    else:
        messages.info(request, _("Tu suis déjà toutes ces voix."))
    back = request.POST.get("suite")
    return HttpResponseRedirect(reverse("feeds:welcome-voices") if back == "bienvenue" else address)


@require_POST
def pack_leave(request: AccountRequest, slug: str) -> HttpResponse:
    """Take oneself, or an organisation one speaks for, out of a pack."""
    pack = find_pack(request, slug)
    actor = get_object_or_404(Actor.objects.active(), handle=request.POST.get("handle", ""))
    try:
        packs.leave_pack(account=request.user, pack=pack, actor=actor)
    except PermissionDenied:
        raise Http404 from None
    messages.success(
        request, _("C’est fait\u00a0: la trousse ne te montre plus, et on ne pourra pas t’y remettre.")
    )
    return HttpResponseRedirect(reverse("feeds:pack", args=[pack.slug]))


@require_http_methods(["GET", "POST"])
def pack_create(request: AccountRequest) -> HttpResponse:
    """Compose a pack."""
    form = PackForm(request.POST or None, initial={"region": request.actor.region_id})
    if request.method == "POST" and form.is_valid():
        try:
            ratelimits.check(request, "create_page")
            pack = packs.create_pack(account=request.user, **said(form))
        except ActionError as error:
            form.add_error(error.field, error.message)
        else:
            return HttpResponseRedirect(reverse("feeds:pack", args=[pack.slug]))
    return render(request, "feeds/pack_form.html", {"form": form, "pack": None})


@require_http_methods(["GET", "POST"])
def pack_edit(request: AccountRequest, slug: str) -> HttpResponse:
    """Change a pack."""
    pack = find_own_pack(request, slug)
    initial = {"voices": lines_of(reads.shown_members(request.actor).filter(pack=pack))}
    form = PackForm(request.POST or None, instance=find_own_pack(request, slug), initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            packs.update_pack(account=request.user, pack=pack, **said(form))
        except ActionError as error:
            form.add_error(error.field, error.message)
        else:
            return HttpResponseRedirect(reverse("feeds:pack", args=[pack.slug]))
    return render(request, "feeds/pack_form.html", {"form": form, "pack": pack})


def said(form: PackForm) -> dict[str, Any]:
    """Give what a valid form says, as the actions take it."""
    return {name: form.cleaned_data[name] for name in ("title", "description", "region", "voices")}


@require_http_methods(["GET", "POST"])
def pack_delete(request: AccountRequest, slug: str) -> HttpResponse:
    """Take a pack away, after asking."""
    pack = find_own_pack(request, slug)
    if request.method == "POST":
        packs.delete_pack(account=request.user, pack=pack)
        messages.success(
            request, _("La trousse «\u00a0%(title)s\u00a0» n’est plus proposée.") % {"title": pack.title}
        )
        return HttpResponseRedirect(reverse("feeds:packs"))
    return render(request, "feeds/pack_confirm_delete.html", {"pack": pack})
