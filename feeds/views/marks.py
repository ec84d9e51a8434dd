"""Favourites, bookmarks and muted conversations: the acts on a post, and the pages of what was marked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from coop import ratelimits
from coop.errors import ActionError
from coop.http import AccountRequest, back, render
from feeds import cards
from feeds.actions import graph, marks
from feeds.models import Bookmark, Favourite, MutedThread
from feeds.timelines import PAGE_SIZE, Row, visible_rows
from feeds.views.posts import find_post, refused, show_actions
from feeds.views.timelines import TimelineView, cursor_of, respond

if TYPE_CHECKING:
    from collections.abc import Callable

    from feeds.models import Post


@require_POST
def post_favourite(request: AccountRequest, handle: str, pk: int) -> HttpResponse:
    """Like a post (`etat=oui`) or take it back (`etat=non`)."""
    return _mark(request, find_post(request, handle, pk), marks.add_favourite, marks.remove_favourite)


@require_POST
def post_bookmark(request: AccountRequest, handle: str, pk: int) -> HttpResponse:
    """Keep a post to find it again (`etat=oui`) or let it go (`etat=non`)."""
    return _mark(request, find_post(request, handle, pk), marks.add_bookmark, marks.remove_bookmark)


def _mark(
    request: AccountRequest, post: Post, add: Callable[..., object], remove: Callable[..., object]
) -> HttpResponse:
    try:
        ratelimits.check(request, "react")
        (remove if request.POST.get("etat") == "non" else add)(account=request.user, post=post)
    except (ActionError, PermissionDenied) as error:
        return refused(request, post, str(error))
    return show_actions(request, post)


@require_http_methods(["GET", "POST"])
def thread_mute(request: AccountRequest, handle: str, pk: int) -> HttpResponse:
    """Explain what muting a conversation does, and do it (`etat=oui`) or undo it (`etat=non`)."""
    post = find_post(request, handle, pk)
    if request.method == "GET":
        muted = MutedThread.objects.filter(actor=request.actor, root_id=post.root_id).exists()
        return render(
            request,
            "feeds/thread_mute.html",
            {"post": post, "card": cards.build(request.user, [post])[:1], "is_muted": muted},
        )
    if request.POST.get("etat") == "non":
        graph.unmute_thread(account=request.user, post=post)
        messages.success(request, _("La conversation n’est plus en sourdine."))
        return back(request, post.get_absolute_url())
    graph.mute_thread(account=request.user, post=post)
    messages.success(
        request, _("Conversation en sourdine\u00a0: plus d’avis, et elle ne remonte plus dans ton fil.")
    )
    return HttpResponseRedirect(post.get_absolute_url())


@require_GET
def favourites(request: AccountRequest) -> HttpResponse:
    """List the posts one liked, the last liked first."""
    view = _marked(request, Favourite)
    return respond(request, "feeds/favourite_list.html", view)


@require_GET
def bookmarks(request: AccountRequest) -> HttpResponse:
    """List the posts one kept, the last kept first. Nobody else sees this page."""
    view = _marked(request, Bookmark)
    return respond(request, "feeds/bookmark_list.html", view)


def _marked(request: AccountRequest, model: type[Favourite | Bookmark]) -> TimelineView:
    """Read one page of marks by their own ids; a post that closed since then is left out, its mark kept."""
    cursor = cursor_of(request)
    rows = model._default_manager.filter(actor=request.actor)
    if cursor.after is not None:
        found = list(
            rows.filter(pk__gt=cursor.after).order_by("pk").values_list("pk", "post_id")[: PAGE_SIZE + 1]
        )
        more, found = len(found) > PAGE_SIZE, found[:PAGE_SIZE][::-1]
        newer, older = more, bool(found)
    else:
        if cursor.before is not None:
            rows = rows.filter(pk__lt=cursor.before)
        found = list(rows.order_by("-pk").values_list("pk", "post_id")[: PAGE_SIZE + 1])
        older, found = len(found) > PAGE_SIZE, found[:PAGE_SIZE]
        newer = cursor.before is not None and bool(found)
    visible = {row.id: row for row in visible_rows([post for _pk, post in found], actor_id=request.actor.pk)}
    shown: list[Row] = [visible[post] for _pk, post in found if post in visible]
    return TimelineView(
        cards=cards.build(request.user, shown),
        address=request.path,
        newer=f"{request.path}?apres={found[0][0]}" if newer else None,
        older=f"{request.path}?avant={found[-1][0]}" if older else None,
    )
