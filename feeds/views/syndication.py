"""Feeds: what is public, for readers that are not browsers."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import translation
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import http_date, quote_etag
from django.views.decorators.http import require_safe

from coop.models import Actor
from feeds import atom, syndication
from feeds.models import Group, Tag

if TYPE_CHECKING:
    from django.http import HttpRequest

KEPT_SECONDS = 300


def answer(request: HttpRequest, feed: atom.Feed) -> HttpResponse:
    """Send a feed, or 304 when the reader already has exactly this one."""
    body = atom.write(feed)
    etag = quote_etag(sha256(body).hexdigest()[:32])
    changed = int(feed.updated.timestamp())
    response = HttpResponse(body, content_type=atom.CONTENT_TYPE)
    response.headers["ETag"] = etag
    response.headers["Last-Modified"] = http_date(changed)
    patch_cache_control(response, public=True, max_age=KEPT_SECONDS)
    conditional = get_conditional_response(request, etag=etag, last_modified=changed, response=response)
    return conditional if isinstance(conditional, HttpResponse) else response


@login_not_required
@require_safe
def actor_feed(request: HttpRequest, handle: str) -> HttpResponse:
    """The public posts of someone who lets them appear outside; anyone else has no feed."""
    faces = Actor.objects.active().exclude(kind=Actor.Kind.GROUP).filter(is_indexable=True)
    actor = get_object_or_404(faces, handle=handle.lower())
    with translation.override("fr"):
        return answer(request, syndication.of_actor(actor))


@login_not_required
@require_safe
def group_feed(request: HttpRequest, handle: str) -> HttpResponse:
    """What was said in a group for everyone, by those who let it appear outside."""
    group = get_object_or_404(Group.objects.active().select_related("actor"), actor__handle=handle.lower())
    with translation.override("fr"):
        return answer(request, syndication.of_group(group))


@login_not_required
@require_safe
def tag_feed(request: HttpRequest, slug: str) -> HttpResponse:
    """What was said for everyone with a hashtag, by those who let it appear outside."""
    tag = get_object_or_404(Tag, slug=slug)
    with translation.override("fr"):
        return answer(request, syndication.of_tag(tag))
