"""A reader's own marks: favourites, bookmarks, and where reading stopped."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coop.models import Actor
from feeds.models.posts import Post


class Favourite(models.Model):
    """A sign of approval, seen by the author. Pages list favourites by their own id."""

    actor = models.ForeignKey(Actor, models.CASCADE, related_name="favourites", db_index=False)
    post = models.ForeignKey(Post, models.CASCADE, related_name="favourited_by")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("favori")
        verbose_name_plural = _("favoris")
        constraints = (models.UniqueConstraint(fields=("actor", "post"), name="favourite_once"),)
        indexes = (models.Index(fields=("actor", "-id"), name="favourite_by_actor"),)

    def __str__(self) -> str:
        return f"{self.actor_id} ♥ {self.post_id}"


class Bookmark(models.Model):
    """A private mark to find a post again. Nobody else sees or counts it."""

    actor = models.ForeignKey(Actor, models.CASCADE, related_name="bookmarks", db_index=False)
    post = models.ForeignKey(Post, models.CASCADE, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("signet")
        verbose_name_plural = _("signets")
        constraints = (models.UniqueConstraint(fields=("actor", "post"), name="bookmark_once"),)
        indexes = (models.Index(fields=("actor", "-id"), name="bookmark_by_actor"),)

    def __str__(self) -> str:
        return f"{self.actor_id} ⚑ {self.post_id}"


class ReadingMark(models.Model):
    """How far a reader has come in a timeline, on any device; what « depuis ta dernière visite » starts
    from.
    """

    actor = models.ForeignKey(Actor, models.CASCADE, related_name="reading_marks", db_index=False)
    timeline = models.CharField(max_length=40, default="home")
    # Newest id shown in the visit that is going on, and in the one before it.
    last_seen_id = models.BigIntegerField(default=0)
    previous_seen_id = models.BigIntegerField(default=0)
    visited_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("repère de lecture")
        verbose_name_plural = _("repères de lecture")
        constraints = (models.UniqueConstraint(fields=("actor", "timeline"), name="reading_mark_once"),)

    def __str__(self) -> str:
        return f"{self.actor_id} {self.timeline}: {self.last_seen_id}"
