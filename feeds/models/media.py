"""Images of posts, re-encoded by the worker before anyone sees them."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coop.models import Actor
from feeds.models.posts import Post


class MediaAttachment(models.Model):
    """One uploaded image. `upload` is the raw file and is erased as soon as the worker has re-encoded or
    refused it.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("en préparation")
        READY = "ready", _("prête")
        REFUSED = "refused", _("refusée")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(Actor, models.CASCADE, related_name="media")
    post = models.ForeignKey(Post, models.CASCADE, null=True, blank=True, related_name="media")
    position = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(max_length=7, choices=State, default=State.WAITING)
    refusal = models.CharField(_("motif du refus"), max_length=200, blank=True)
    upload = models.FileField(upload_to="televersements/", blank=True)
    file = models.ImageField(upload_to="images/", width_field="width", height_field="height", blank=True)
    preview = models.ImageField(upload_to="images/", blank=True)
    width = models.PositiveIntegerField(null=True, blank=True)
    height = models.PositiveIntegerField(null=True, blank=True)
    # A 16-pixel-wide WebP as a data URI, shown blurred until the image has come.
    placeholder = models.CharField(max_length=1200, blank=True)
    alt = models.CharField(_("description de l’image"), max_length=1500, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ("position", "created_at")
        verbose_name = _("image")
        verbose_name_plural = _("images")
        constraints = (
            models.CheckConstraint(
                condition=~Q(state="ready") | (~Q(file="") & Q(upload="")), name="media_ready_is_reencoded"
            ),
            models.CheckConstraint(
                condition=~Q(state="refused") | Q(file="", upload=""), name="media_refused_is_empty"
            ),
            models.UniqueConstraint(
                fields=("post", "position"), name="media_position_once", deferrable=models.Deferrable.DEFERRED
            ),
        )
        indexes = (
            models.Index(fields=("created_at",), name="media_unattached", condition=Q(post__isnull=True)),
        )

    def __str__(self) -> str:
        return f"image {self.pk}"
