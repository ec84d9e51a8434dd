"""« Mes données »: taking everything away, and leaving."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from coop import parameters, queries, ratelimits
from coop.account_parameters import DELETION_DAYS, EXPORT_DAYS
from coop.actions import accounts, exports
from coop.errors import ActionError
from coop.http import render
from coop.models import DataExport

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse
    from django.http.response import HttpResponseBase

    from coop.http import AccountRequest

SHOWN = 5


@require_safe
def index(request: AccountRequest) -> HttpResponse:
    """Show the archives and the ways out; while one is being made, the page asks again by itself."""
    found = list(DataExport.objects.filter(account=request.user)[:SHOWN])
    context = {
        "exports": found,
        "is_working": any(export.state in {"waiting", "running"} for export in found),
        "days_kept": parameters.get(EXPORT_DAYS.name),
        "days_to_come_back": parameters.get(DELETION_DAYS.name),
        "erased_at": accounts.erasure_of(request.user) if request.user.is_leaving else None,
    }
    return render(request, "coop/data.html", context, block="archives")


@reauthentication_required
@require_POST
def request_export(request: AccountRequest) -> HttpResponse:
    """Ask for an archive."""
    try:
        ratelimits.check(request, "export")
        exports.request_export(account=request.user)
    except ActionError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("C’est parti. Tu peux quitter la page\u00a0: l’archive t’attendra ici."))
    return HttpResponseRedirect(reverse("coop:data"))


@reauthentication_required
@require_safe
def download_export(request: AccountRequest, pk: UUID) -> HttpResponseBase:
    """Hand over an archive, to its owner alone."""
    export = get_object_or_404(DataExport, pk=pk, account=request.user, state=DataExport.State.READY)
    name = f"parvis-{request.actor.handle}-{export.requested_at:%Y-%m-%d}.zip"
    try:
        file = export.file.open("rb")
    except (FileNotFoundError, ValueError) as error:  # erased meanwhile, on the disk or in the row
        raise Http404 from error
    response = FileResponse(file, as_attachment=True, filename=name)
    response.headers["Cache-Control"] = "no-store"
    return response


@reauthentication_required
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: AccountRequest) -> HttpResponse:
    """Ask for the account to be deleted, in words and after proving who one is."""
    if request.method == "POST":
        accounts.request_deletion(account=request.user)
        return HttpResponseRedirect(reverse("coop:come-back"))
    context = {
        "days": parameters.get(DELETION_DAYS.name),
        "alone_in_charge": queries.organisations_left_alone(request.user),
    }
    return render(request, "coop/account_delete.html", context)
