"""Starter packs: voices that someone of a region recommends to newcomers; and interests people declare."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coop.models import Actor, Region


class StarterPack(models.Model):
    """At most 25 voices chosen by a person, for one region or for all. Anyone listed may take themselves
    out.
    """

    MAX_MEMBERS = 25

    slug = models.SlugField(_("adresse"), max_length=60, unique=True)
    title = models.CharField(_("titre"), max_length=80)
    description = models.TextField(_("présentation"), max_length=400, blank=True)
    region = models.ForeignKey(Region, models.PROTECT, null=True, blank=True, related_name="starter_packs")
    curator = models.ForeignKey(Actor, models.CASCADE, related_name="starter_packs")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ("title",)
        verbose_name = _("trousse de départ")
        verbose_name_plural = _("trousses de départ")

    def __str__(self) -> str:
        return self.title


class StarterPackMember(models.Model):
    """A voice in a pack, at a place (1–25: the cap is a constraint), with a word about why."""

    pack = models.ForeignKey(StarterPack, models.CASCADE, related_name="members", db_index=False)
    actor = models.ForeignKey(Actor, models.CASCADE, related_name="+")
    position = models.PositiveSmallIntegerField()
    note = models.CharField(_("pourquoi cette voix"), max_length=140, blank=True)

    class Meta:
        ordering = ("position",)
        verbose_name = _("voix d’une trousse")
        verbose_name_plural = _("voix des trousses")
        constraints = (
            models.UniqueConstraint(fields=("pack", "actor"), name="pack_member_once"),
            models.UniqueConstraint(
                fields=("pack", "position"), name="pack_position_once", deferrable=models.Deferrable.DEFERRED
            ),
            models.CheckConstraint(
                condition=Q(position__gte=1, position__lte=25),
                name="pack_has_at_most_25_members",
                violation_error_message=_("Une trousse compte au plus 25 voix."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.actor_id} ∈ {self.pack_id}"


class Interest(models.Model):
    """A subject a person says they care about: a hashtag, used only for suggestions and only if they turned
    that on.
    """

    actor = models.ForeignKey(Actor, models.CASCADE, related_name="interests", db_index=False)
    tag = models.ForeignKey("feeds.Tag", models.CASCADE, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("intérêt")
        verbose_name_plural = _("intérêts")
        constraints = (models.UniqueConstraint(fields=("actor", "tag"), name="interest_once"),)

    def __str__(self) -> str:
        return f"{self.actor_id} ~ {self.tag_id}"
