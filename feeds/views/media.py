"""Images of the composer: sent at once, shown when the worker has prepared them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from coop import ratelimits
from coop.errors import ActionError
from coop.http import AccountRequest, render
from feeds.actions import media as images
from feeds.models import MediaAttachment

if TYPE_CHECKING:
    import uuid

    from django.db.models import QuerySet


def own_images(request: AccountRequest) -> QuerySet[MediaAttachment]:
    """Give the images of the person who asks; those of others answer 404."""
    return MediaAttachment.objects.filter(owner=request.actor)


@require_POST
def media_upload(request: AccountRequest) -> HttpResponse:
    """Receive one image for the composer; answers its piece of the form, or a sentence (422)."""
    file = request.FILES.get("image")
    try:
        if file is None:
            raise ActionError(_("Choisis une image."))  # noqa: TRY301 -- one place answers refusals
        ratelimits.check(request, "media")
        image = images.receive_upload(
            account=request.user, owner=request.actor, file=file, alt=request.POST.get("alt", "")
        )
    except ActionError as error:
        return JsonResponse({"error": error.message}, status=422)
    return render(request, "feeds/composer_image.html", {"image": image})


@require_GET
def media_state(request: AccountRequest, pk: uuid.UUID) -> HttpResponse:
    """Show how far the preparation of an image is: its preview, or why it was refused."""
    image = get_object_or_404(own_images(request), pk=pk)
    return render(request, "feeds/composer_preview.html", {"image": image})


@require_POST
def media_remove(request: AccountRequest, pk: uuid.UUID) -> HttpResponse:
    """Throw an image away before publishing. Removing it twice is no fault."""
    image = own_images(request).filter(pk=pk, post__isnull=True).first()
    if image is not None:
        images.remove_upload(account=request.user, media=image)
    if request.headers.get("Accept") == "application/json":
        return HttpResponse(status=204)
    return HttpResponseRedirect(reverse("feeds:post-create"))
