"""Keyword filters: the settings page that lists, adds, changes and deletes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from coop.errors import ActionError
from coop.http import AccountRequest, render
from feeds.actions import filters
from feeds.forms.filters import KEPT, FilterForm
from feeds.forms.graph import end_of
from feeds.models import Filter
from feeds.views.posts import refuse

if TYPE_CHECKING:
    from datetime import datetime


@require_http_methods(["GET", "POST"])
def filter_list(request: AccountRequest) -> HttpResponse:
    """Show one's filters, and add another."""
    form = FilterForm(request.POST or None, instance=Filter(actor=request.actor))
    if request.method == "POST" and form.is_valid():
        try:
            row = filters.create_filter(
                account=request.user,
                phrase=form.cleaned_data["phrase"],
                whole_word=form.cleaned_data["whole_word"],
                effect=form.cleaned_data["effect"],
                expires_at=end_of(form.cleaned_data["duration"]),
            )
        except (ActionError, PermissionDenied) as error:
            refuse(form, error)
        else:
            messages.success(request, _("«\u00a0%(phrase)s\u00a0» est filtré.") % {"phrase": row.phrase})
            return HttpResponseRedirect(reverse("feeds:filters"))
    rows = list(Filter.objects.filter(actor=request.actor))
    return render(
        request,
        "feeds/filter_list.html",
        {"filters": rows, "form": form, "now": timezone.now()},
        status=422 if form.errors else 200,
    )


@require_http_methods(["GET", "POST"])
def filter_edit(request: AccountRequest, pk: int) -> HttpResponse:
    """Change a filter."""
    row = get_object_or_404(Filter, actor=request.actor, pk=pk)
    end: datetime | None = row.expires_at
    form = FilterForm(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        duration = form.cleaned_data["duration"]
        try:
            filters.update_filter(
                account=request.user,
                chosen=row,
                phrase=form.cleaned_data["phrase"],
                whole_word=form.cleaned_data["whole_word"],
                effect=form.cleaned_data["effect"],
                expires_at=end if duration == KEPT else end_of(duration),
            )
        except (ActionError, PermissionDenied) as error:
            refuse(form, error)
        else:
            messages.success(request, _("C’est enregistré."))
            return HttpResponseRedirect(reverse("feeds:filters"))
    return render(
        request, "feeds/filter_form.html", {"filter": row, "form": form}, status=422 if form.errors else 200
    )


@require_POST
def filter_delete(request: AccountRequest, pk: int) -> HttpResponse:
    """Delete a filter; the message says the word, so that it can be written again."""
    row = get_object_or_404(Filter, actor=request.actor, pk=pk)
    phrase = row.phrase
    filters.delete_filter(account=request.user, chosen=row)
    messages.success(request, _("«\u00a0%(phrase)s\u00a0» n’est plus filtré.") % {"phrase": phrase})
    return HttpResponseRedirect(reverse("feeds:filters"))
