"""Who follows, blocks or mutes whom."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coop.models import Actor
from feeds.models.tags import Tag


class FollowQuerySet(models.QuerySet["Follow"]):
    """Follows by state."""

    def accepted(self) -> FollowQuerySet:
        return self.filter(accepted_at__isnull=False)

    def pending(self) -> FollowQuerySet:
        return self.filter(accepted_at__isnull=True)


class Follow(models.Model):
    """`follower` reads `followed` at home; pending until the followed approves, when they ask to."""

    follower = models.ForeignKey(Actor, models.CASCADE, related_name="follows", db_index=False)
    followed = models.ForeignKey(Actor, models.CASCADE, related_name="followers", db_index=False)
    shows_boosts = models.BooleanField(_("montrer ses relais"), default=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    accepted_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = FollowQuerySet.as_manager()

    class Meta:
        verbose_name = _("abonnement")
        verbose_name_plural = _("abonnements")
        constraints = (
            models.UniqueConstraint(
                fields=("follower", "followed"),
                name="follow_once",
                violation_error_message=_("Tu suis déjà cette page."),
            ),
            models.CheckConstraint(
                condition=~Q(follower=F("followed")),
                name="follow_not_oneself",
                violation_error_message=_("On ne peut pas se suivre soi-même."),
            ),
        )
        indexes = (
            # Home reads the accepted follows of one follower straight from the index.
            models.Index(
                fields=("follower", "followed"),
                include=("shows_boosts",),
                name="follow_accepted",
                condition=Q(accepted_at__isnull=False),
            ),
            models.Index(fields=("followed", "-id"), name="follow_by_followed"),
        )

    def __str__(self) -> str:
        return f"{self.follower_id} → {self.followed_id}"


class FollowedTag(models.Model):
    """A hashtag read at home."""

    actor = models.ForeignKey(Actor, models.CASCADE, related_name="followed_tags", db_index=False)
    tag = models.ForeignKey(Tag, models.CASCADE, related_name="followed_by")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("mot-clic suivi")
        verbose_name_plural = _("mots-clics suivis")
        constraints = (models.UniqueConstraint(fields=("actor", "tag"), name="tag_followed_once"),)

    def __str__(self) -> str:
        return f"{self.actor_id} → #{self.tag_id}"


class Block(models.Model):
    """Neither of the two sees the other any more, anywhere."""

    blocker = models.ForeignKey(Actor, models.CASCADE, related_name="blocks", db_index=False)
    blocked = models.ForeignKey(Actor, models.CASCADE, related_name="blocked_by", db_index=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("blocage")
        verbose_name_plural = _("blocages")
        constraints = (
            models.UniqueConstraint(fields=("blocker", "blocked"), name="block_once"),
            models.CheckConstraint(condition=~Q(blocker=F("blocked")), name="block_not_oneself"),
        )
        indexes = (models.Index(fields=("blocked", "blocker"), name="block_by_blocked"),)

    def __str__(self) -> str:
        return f"{self.blocker_id} ✕ {self.blocked_id}"


class MuteQuerySet(models.QuerySet["Mute"]):
    """Mutes by time."""

    def current(self) -> MuteQuerySet:
        return self.filter(Q(expires_at__isnull=True) | Q(expires_at__gt=Now()))


class Mute(models.Model):
    """`muter` no longer meets `muted` in timelines and notifications, for a time or for good. Nobody is
    told.
    """

    muter = models.ForeignKey(Actor, models.CASCADE, related_name="mutes", db_index=False)
    muted = models.ForeignKey(Actor, models.CASCADE, related_name="muted_by")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField(_("jusqu’au"), null=True, blank=True)

    objects = MuteQuerySet.as_manager()

    class Meta:
        verbose_name = _("sourdine")
        verbose_name_plural = _("sourdines")
        constraints = (
            models.UniqueConstraint(fields=("muter", "muted"), name="mute_once"),
            models.CheckConstraint(condition=~Q(muter=F("muted")), name="mute_not_oneself"),
        )

    def __str__(self) -> str:
        return f"{self.muter_id} – {self.muted_id}"


class MutedThread(models.Model):
    """A conversation that no longer notifies `actor` nor comes up at home."""

    actor = models.ForeignKey(Actor, models.CASCADE, related_name="muted_threads", db_index=False)
    root = models.ForeignKey("feeds.Post", models.CASCADE, related_name="muted_by")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("conversation en sourdine")
        verbose_name_plural = _("conversations en sourdine")
        constraints = (models.UniqueConstraint(fields=("actor", "root"), name="thread_muted_once"),)

    def __str__(self) -> str:
        return f"{self.actor_id} – {self.root_id}"
