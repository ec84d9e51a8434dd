"""Answering a poll."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from coop import ratelimits
from coop.errors import ActionError
from coop.http import AccountRequest, read_id, render, wants_fragment
from feeds.actions import polls
from feeds.models import Poll, PollOption
from feeds.views.posts import card_of, find_post, refused

if TYPE_CHECKING:
    from django.http import HttpResponse


@require_POST
def poll_vote(request: AccountRequest, handle: str, pk: int) -> HttpResponse:
    """Count an answer, then show the results."""
    post = find_post(request, handle, pk)
    poll = get_object_or_404(Poll.objects.select_related("post"), post=post)
    numbers = map(read_id, request.POST.getlist("options"))
    wanted = [number for number in numbers if number is not None]
    options = list(PollOption.objects.filter(poll=poll, pk__in=wanted))
    try:
        ratelimits.check(request, "react")
        polls.vote_poll(account=request.user, poll=poll, options=options)
    except (ActionError, PermissionDenied) as error:
        return refused(request, post, str(error))
    if wants_fragment(request):
        return render(request, "feeds/card_poll.html", {"card": card_of(request, post)})
    return HttpResponseRedirect(post.get_absolute_url())
