"""Drafts: saved as they are typed, listed, resumed, thrown away."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from coop.http import AccountRequest, read_id, render
from feeds.actions import drafts
from feeds.forms.posts import typed_fields
from feeds.models import Draft, Post

PER_PAGE = 100


@require_http_methods(["GET", "POST"])
def draft_list(request: AccountRequest) -> HttpResponse:
    """List what is unfinished; POST keeps what a composer holds, sent by its button or by its script."""
    if request.method == "POST":
        return _save(request)
    mine = Draft.objects.filter(account=request.user).select_related("in_reply_to__author")
    visible = set(
        Post.objects.visible_to(request.user)
        .filter(pk__in=mine.values("in_reply_to"))
        .values_list("pk", flat=True)
    )
    rows = [
        (draft, draft.in_reply_to if draft.in_reply_to_id in visible else None) for draft in mine[:PER_PAGE]
    ]
    return render(request, "feeds/draft_list.html", {"drafts": rows})


def _save(request: AccountRequest) -> HttpResponse:
    quietly = request.headers.get("Accept") == "application/json"
    answered_id = read_id(request.POST.get("in_reply_to", ""))
    readable = Post.objects.visible_to(request.user).originals()
    answered = readable.filter(pk=answered_id).first() if answered_id else None
    fields = typed_fields(request.POST)
    if not quietly:
        fields["kept"] = True
    draft = drafts.save_draft(
        account=request.user,
        fields=fields,
        draft_id=_uuid(request.POST.get("brouillon")),
        in_reply_to=answered,
    )
    if quietly:
        return JsonResponse({"id": str(draft.pk) if draft else ""})
    if draft is None:
        messages.info(request, _("Il n’y avait rien à garder."))
        return HttpResponseRedirect(reverse("feeds:post-create"))
    messages.success(request, _("Le brouillon est gardé."))
    return HttpResponseRedirect(reverse("feeds:drafts"))


@require_POST
def draft_delete(request: AccountRequest, pk: uuid.UUID) -> HttpResponse:
    """Throw a draft away; one that is already gone is no fault."""
    drafts.delete_draft(account=request.user, draft_id=pk)
    if request.headers.get("Accept") == "application/json":
        return HttpResponse(status=204)
    messages.success(request, _("Le brouillon est supprimé."))
    return HttpResponseRedirect(reverse("feeds:drafts"))


def _uuid(value: str | None) -> uuid.UUID | None:
    try:
        return uuid.UUID(value or "")
    except ValueError:
        return None
