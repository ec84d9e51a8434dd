"""Lists: making them, choosing their voices, reading them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from coop.errors import ActionError
from coop.http import AccountRequest, render
from coop.models import Actor
from feeds import relations
from feeds.actions import lists
from feeds.forms.lists import ListForm
from feeds.models import List, ListMember
from feeds.timelines import OfList
from feeds.views.graph import find_actor, page_of, say_refusal
from feeds.views.posts import refuse
from feeds.views.timelines import read, respond

if TYPE_CHECKING:
    from django.db.models import QuerySet


def own_lists(request: AccountRequest) -> QuerySet[List]:
    """Give the reader's lists: nobody else's exist for them."""
    return List.objects.filter(owner=request.actor)


@require_http_methods(["GET", "POST"])
def list_list(request: AccountRequest) -> HttpResponse:
    """Show one's lists, and begin another."""
    form = ListForm(request.POST or None, instance=List(owner=request.actor))
    if request.method == "POST" and form.is_valid():
        try:
            chosen = lists.create_list(account=request.user, **form.cleaned_data)
        except (ActionError, PermissionDenied) as error:
            refuse(form, error)
        else:
            return HttpResponseRedirect(reverse("feeds:list-members", args=[chosen.pk]))
    rows = own_lists(request).annotate(voices=Count("members")).order_by("name", "pk")
    return render(
        request,
        "feeds/list_list.html",
        {"lists": list(rows), "form": form},
        status=422 if form.errors else 200,
    )


@require_GET
def list_detail(request: AccountRequest, pk: int) -> HttpResponse:
    """Read what the voices of a list publish."""
    chosen = get_object_or_404(own_lists(request), pk=pk)
    view = read(request, OfList(chosen), topic=f"list:{chosen.pk}")
    voices = ListMember.objects.filter(list=chosen).count()
    return respond(request, "feeds/list_detail.html", view, {"list": chosen, "voices": voices})


@require_http_methods(["GET", "POST"])
def list_edit(request: AccountRequest, pk: int) -> HttpResponse:
    """Rename a list, or change what it does to the home page."""
    chosen = get_object_or_404(own_lists(request), pk=pk)
    form = ListForm(request.POST or None, instance=chosen)
    if request.method == "POST" and form.is_valid():
        chosen.refresh_from_db()
        try:
            lists.update_list(account=request.user, chosen=chosen, **form.cleaned_data)
        except (ActionError, PermissionDenied) as error:
            refuse(form, error)
        else:
            messages.success(request, _("C’est enregistré."))
            return HttpResponseRedirect(reverse("feeds:list", args=[chosen.pk]))
    return render(
        request, "feeds/list_form.html", {"list": chosen, "form": form}, status=422 if form.errors else 200
    )


@require_http_methods(["GET", "POST"])
def list_delete(request: AccountRequest, pk: int) -> HttpResponse:
    """Ask in words, then delete a list."""
    chosen = get_object_or_404(own_lists(request), pk=pk)
    if request.method == "GET":
        return render(request, "feeds/list_confirm_delete.html", {"list": chosen})
    lists.delete_list(account=request.user, chosen=chosen)
    messages.success(request, _("La liste «\u00a0%(name)s\u00a0» est supprimée.") % {"name": chosen.name})
    return HttpResponseRedirect(reverse("feeds:lists"))


@require_http_methods(["GET", "POST"])
def list_members(request: AccountRequest, pk: int) -> HttpResponse:
    """Choose the voices of a list: search by name or handle, put on, take off."""
    chosen = get_object_or_404(own_lists(request), pk=pk)
    here = reverse("feeds:list-members", args=[chosen.pk])
    sought = request.GET.get("q", "").strip()
    if request.method == "POST":
        handle = request.POST.get("handle", "").strip().lstrip("@").lower()
        actor = get_object_or_404(Actor, handle=handle)
        try:
            if request.POST.get("etat") == "non":
                lists.remove_from_list(account=request.user, chosen=chosen, actor=actor)
                sentence = _("%(name)s n’est plus sur la liste.")
            else:
                lists.add_to_list(account=request.user, chosen=chosen, actor=actor)
                sentence = _("%(name)s est sur la liste.")
        except (ActionError, PermissionDenied) as error:
            return say_refusal(request, str(error), here)
        messages.success(request, sentence % {"name": actor.display_name})
        return HttpResponseRedirect(request.get_full_path())
    rows, older = page_of(
        ListMember.objects.filter(
            list=chosen, actor__in=relations.meetable(Actor.objects.all(), request.actor)
        ).select_related("actor__region"),
        request,
    )
    found = relations.findable(request.actor, sought)
    on_list = set(ListMember.objects.filter(list=chosen, actor__in=found).values_list("actor_id", flat=True))
    return render(
        request,
        "feeds/list_members.html",
        {
            "list": chosen,
            "members": rows,
            "older": older,
            "sought": sought,
            "found": [(actor, actor.pk in on_list) for actor in found],
        },
    )


@require_http_methods(["GET", "POST"])
def actor_lists(request: AccountRequest, handle: str) -> HttpResponse:
    """Choose on which of one's lists someone is, or begin a list with them."""
    actor = find_actor(request, handle)
    mine = list(own_lists(request).order_by("name", "pk"))
    on = set(ListMember.objects.filter(list__in=mine, actor=actor).values_list("list_id", flat=True))
    typed, problem = "", None
    if request.method == "POST":
        wanted = {int(value) for value in request.POST.getlist("listes") if value.isdecimal()}
        typed = request.POST.get("nouvelle", "").strip()
        try:
            for chosen in mine:
                if chosen.pk in wanted and chosen.pk not in on:
                    lists.add_to_list(account=request.user, chosen=chosen, actor=actor)
                elif chosen.pk not in wanted and chosen.pk in on:
                    lists.remove_from_list(account=request.user, chosen=chosen, actor=actor)
            if typed:
                chosen = lists.create_list(account=request.user, name=typed)
                lists.add_to_list(account=request.user, chosen=chosen, actor=actor)
        except ActionError as error:
            problem, on = error.message, wanted
        else:
            messages.success(request, _("Tes listes sont à jour."))
            return HttpResponseRedirect(actor.get_absolute_url())
    return render(
        request,
        "feeds/list_choice.html",
        {"person": actor, "lists": mine, "on": on, "typed": typed, "problem": problem},
        status=422 if problem else 200,
    )
