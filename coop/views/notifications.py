"""Notifications: the page of them, what rings, and the link at the foot of mails."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from coop import mail, notifications
from coop.actions.mail import stop_mail
from coop.actions.notifications import choose_notifications, read_notifications, read_rows
from coop.forms.notifications import NotificationsForm
from coop.http import render
from coop.models import Notification

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from coop.http import AccountRequest

LARGEST_ID = 2**63 - 1


@require_safe
def index(request: AccountRequest) -> HttpResponse:
    """Show what happened, newest first; what can no longer be shown stops being counted."""
    direct_only = request.GET.get("onglet") == "mentions"
    before = _number(request.GET.get("avant"))
    page = notifications.page(request.user, before=before, direct_only=direct_only)
    if page.hidden_ids:
        read_rows(account=request.user, ids=page.hidden_ids)
    tab = "&onglet=mentions" if direct_only else ""
    address = reverse("coop:notifications")
    context = {
        "page": page,
        "direct_only": direct_only,
        "is_first": before is None,
        "older": f"{address}?avant={page.older}{tab}" if page.older else None,
    }
    return render(request, "coop/notifications.html", context, block="suite")


@require_safe
def open_line(request: AccountRequest, pk: int) -> HttpResponse:
    """Mark a line as read and go to what it is about."""
    row = get_object_or_404(Notification.objects.select_related("actor"), account=request.user, pk=pk)
    same_line = Notification.objects.filter(
        account=request.user, kind=row.kind, group_key=row.group_key, pk__lte=pk, read_at__isnull=True
    )
    read_rows(account=request.user, ids=same_line.values_list("pk", flat=True))
    news = notifications.gather(request.user, [row])
    if not news:
        messages.info(
            request, _("Ce n’est plus accessible\u00a0: c’est supprimé, ou ce ne t’est plus adressé.")
        )
        return HttpResponseRedirect(reverse("coop:notifications"))
    return HttpResponseRedirect(news[0].line.url)


@require_POST
def read_all(request: AccountRequest) -> HttpResponse:
    """Mark as read all that the page showed, not what came meanwhile."""
    read_notifications(account=request.user, up_to=_number(request.POST.get("jusque")))
    return HttpResponseRedirect(reverse("coop:notifications"))


@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: AccountRequest) -> HttpResponse:
    """Choose what rings, and what is written about."""
    form = NotificationsForm(request.POST if request.method == "POST" else None, account=request.user)
    if request.method == "POST" and form.is_valid():
        choose_notifications(
            account=request.user, mail_frequency=form.cleaned_data["mail_frequency"], chosen=form.chosen()
        )
        messages.success(request, _("Tes choix sont enregistrés."))
        return HttpResponseRedirect(reverse("coop:settings-notifications"))
    return render(
        request, "coop/settings_notifications.html", {"form": form}, status=422 if form.errors else 200
    )


@csrf_exempt  # the token is the proof, and mail readers post here by themselves (RFC 8058)
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Stop the mails, without login or question. Only a POST does: mail readers open links to check them."""
    holder = mail.account_of(token)
    is_done = holder is not None and request.method == "POST"
    if holder is not None and is_done:
        stop_mail(account=holder)
    context = {"is_known": holder is not None, "is_done": is_done}
    return render(request, "coop/unsubscribe.html", context, status=200 if holder is not None else 404)


def _number(value: str | None) -> int | None:
    """Read an id from an address; None for anything else."""
    if value is None or not value.isascii() or not value.isdigit():
        return None
    number = int(value[:20])
    return number if number <= LARGEST_ID else None
