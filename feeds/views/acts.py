"""All that a reader can do with one post: a page of its own, and the menu of a card."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.views.decorators.http import require_GET

from coop.http import AccountRequest, render
from coop.permissions import allows
from feeds.models import MutedThread
from feeds.views.posts import card_of, find_post

if TYPE_CHECKING:
    from django.http import HttpResponse


@require_GET
def post_acts(request: AccountRequest, handle: str, pk: int) -> HttpResponse:
    """List what this reader may do with a post; HTMX gets the list alone, for the card's menu."""
    post = find_post(request, handle, pk)
    context = {
        "post": post,
        "card": card_of(request, post),
        "may_edit": allows("feeds.edit_post", request.user, post),
        "may_ungroup": post.group is not None and allows("feeds.moderate_group", request.user, post.group),
        "is_own": post.author_id == request.actor.pk,
        "is_muted": MutedThread.objects.filter(actor=request.actor, root_id=post.root_id).exists(),
    }
    return render(request, "feeds/post_acts.html", context, block="actes")
