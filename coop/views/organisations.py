"""Organisations: the directory, and the pages through which delegates run one."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from coop import queries, ratelimits
from coop.actions import organisations as acts
from coop.errors import ActionError
from coop.forms.organisations import (
    DelegateForm,
    DirectoryForm,
    LinkForm,
    LinkFormSet,
    NewOrganisationForm,
    OrganisationForm,
    links_of,
)
from coop.http import render
from coop.models import Actor, Delegate, Organisation
from coop.permissions import authorize

if TYPE_CHECKING:
    from django.forms import BaseFormSet
    from django.http import HttpResponse

    from coop.http import AccountRequest, VisitorRequest


@login_not_required
@require_safe
def organisation_list(request: VisitorRequest) -> HttpResponse:
    """Show the directory, by region and discipline, newest pages first."""
    form = DirectoryForm(request.GET)
    chosen = form.cleaned_data if form.is_valid() else {}
    page = queries.organisation_page(
        request.user,
        region=chosen.get("region"),
        discipline=chosen.get("discipline"),
        before=_number(request.GET.get("avant")),
        after=_number(request.GET.get("apres")),
    )
    filters = {name: request.GET[name] for name in ("region", "discipline") if request.GET.get(name)}
    here = reverse("coop:organisations")
    return render(
        request,
        "coop/organisation_list.html",
        {
            "form": form,
            "organisations": page.rows,
            "newer": page.newer and f"{here}?{urlencode(filters | {'apres': page.newer})}",
            "older": page.older and f"{here}?{urlencode(filters | {'avant': page.older})}",
            "is_filtered": bool(filters),
        },
        block="results",
    )


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else None  # noqa: PLR2004 -- digits of a 64-bit number


@require_safe
def my_organisations(request: AccountRequest) -> HttpResponse:
    """List the organisations one acts for."""
    delegations = (
        Delegate.objects.current()
        .filter(account=request.user)
        .select_related("organisation__actor__region")
        .order_by("organisation__actor__display_name")
    )
    return render(request, "coop/my_organisations.html", {"delegations": delegations})


@require_http_methods(["GET", "HEAD", "POST"])
def organisation_create(request: AccountRequest) -> HttpResponse:
    """Open a page."""
    authorize("coop.create_organisation", request.user)
    form = NewOrganisationForm(
        request.POST or None,
        request.FILES or None,
        initial={"region": request.actor.region_id, "municipality": request.actor.municipality_id},
    )
    links = LinkFormSet(request.POST or None, prefix="liens")
    if request.method == "POST" and not form.is_choosing_region and form.is_valid() and links.is_valid():
        data = form.cleaned_data
        try:
            ratelimits.check(request, "create_page")
            organisation = acts.create_organisation(
                account=request.user,
                handle=data["handle"],
                display_name=data["display_name"],
                summary=data["summary"],
                region=data["region"],
                municipality=data["municipality"],
                disciplines=data["disciplines"],
                links=links_of(links),
                neq=data["neq"],
            )
            if data["picture"]:
                _save(request, organisation, form, links)
        except ActionError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
        else:
            messages.success(request, _("La page est ouverte. Tu peux publier en son nom."))
            return HttpResponseRedirect(organisation.actor.get_absolute_url())
    return _form(request, form, links, organisation=None)


@require_http_methods(["GET", "HEAD", "POST"])
def organisation_settings(request: AccountRequest, handle: str) -> HttpResponse:
    """Change what the page of an organisation says."""
    organisation = _organisation(request, handle)
    authorize("coop.manage_organisation", request.user, organisation)
    face = Actor.objects.get(pk=organisation.actor_id)
    form = OrganisationForm(
        request.POST or None, request.FILES or None, instance=face, organisation=organisation
    )
    present = [{"label": link.label, "url": link.url} for link in organisation.links.all()]
    links = LinkFormSet(request.POST or None, prefix="liens", initial=present)
    if request.method == "POST" and not form.is_choosing_region and form.is_valid() and links.is_valid():
        try:
            _save(request, organisation, form, links)
        except ActionError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
        else:
            messages.success(request, _("La page est à jour."))
            return HttpResponseRedirect(reverse("coop:organisation-settings", args=[handle]))
    return _form(request, form, links, organisation=organisation)


def _organisation(request: AccountRequest, handle: str) -> Organisation:
    return get_object_or_404(
        Organisation.objects.visible_to(request.user).select_related("actor__region"), actor__handle=handle
    )


def _save(
    request: AccountRequest, organisation: Organisation, form: OrganisationForm, links: BaseFormSet[LinkForm]
) -> None:
    data = form.cleaned_data
    acts.edit_organisation(
        account=request.user,
        organisation=organisation,
        display_name=data["display_name"],
        summary=data["summary"],
        region=data["region"],
        municipality=data["municipality"],
        avatar_alt=data["avatar_alt"],
        disciplines=data["disciplines"],
        links=links_of(links),
        neq=data["neq"],
        picture=data["picture"],
        remove_picture=data["remove_picture"],
    )


def _form(
    request: AccountRequest,
    form: OrganisationForm,
    links: BaseFormSet[LinkForm],
    *,
    organisation: Organisation | None,
) -> HttpResponse:
    if form.is_choosing_region:
        form.errors.clear()
    context = {"form": form, "links": links, "organisation": organisation}
    return render(request, "coop/organisation_form.html", context)


@reauthentication_required
@require_http_methods(["GET", "HEAD", "POST"])
def organisation_delegates(request: AccountRequest, handle: str) -> HttpResponse:
    """Name who may act for the organisation, after proving again who one is."""
    organisation = _organisation(request, handle)
    authorize("coop.manage_organisation", request.user, organisation)
    form = DelegateForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        assert form.person is not None
        try:
            acts.name_delegate(
                account=request.user,
                organisation=organisation,
                person=form.person,
                role=form.cleaned_data["role"],
            )
        except ActionError as error:
            form.add_error(error.field, error.message)
        else:
            messages.success(request, _("C’est fait\u00a0: cette personne est déléguée."))
            return HttpResponseRedirect(reverse("coop:organisation-delegates", args=[handle]))
    delegates = (
        Delegate.objects.current()
        .filter(organisation=organisation)
        .select_related("account__actor")
        .order_by("-role", "granted_at")
    )
    context = {"organisation": organisation, "form": form, "delegates": delegates}
    return render(request, "coop/organisation_delegates.html", context)


@reauthentication_required
@require_POST
def end_delegation(request: AccountRequest, handle: str, pk: int) -> HttpResponse:
    """End a delegation: someone's, as a manager, or one's own."""
    organisation = _organisation(request, handle)
    delegate = get_object_or_404(Delegate.objects.current().filter(organisation=organisation), pk=pk)
    is_mine = delegate.account_id == request.user.pk
    if not is_mine:
        authorize("coop.manage_organisation", request.user, organisation)
    try:
        acts.end_delegation(account=request.user, delegate=delegate)
    except ActionError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("La délégation est terminée."))
    if is_mine:
        return HttpResponseRedirect(reverse("coop:my-organisations"))
    return HttpResponseRedirect(reverse("coop:organisation-delegates", args=[handle]))
