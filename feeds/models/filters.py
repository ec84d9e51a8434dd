"""Keyword filters: what a reader chose not to meet."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coop.models import Actor


class FilterQuerySet(models.QuerySet["Filter"]):
    """Filters by time."""

    def current(self) -> FilterQuerySet:
        return self.filter(Q(expires_at__isnull=True) | Q(expires_at__gt=Now()))


class Filter(models.Model):
    """One word or phrase that a reader hides, or meets behind a warning. Case and accents do not matter."""

    class Effect(models.TextChoices):
        WARN = "warn", _("replier avec un avertissement")
        HIDE = "hide", _("cacher")

    actor = models.ForeignKey(Actor, models.CASCADE, related_name="filters")
    phrase = models.CharField(_("mot ou expression"), max_length=80)
    whole_word = models.BooleanField(_("mot entier seulement"), default=True)
    effect = models.CharField(_("effet"), max_length=4, choices=Effect, default=Effect.WARN)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField(_("jusqu’au"), null=True, blank=True)

    objects = FilterQuerySet.as_manager()

    class Meta:
        ordering = ("phrase", "id")
        verbose_name = _("filtre")
        verbose_name_plural = _("filtres")
        constraints = (
            models.UniqueConstraint(
                fields=("actor", "phrase"),
                name="filter_phrase_once",
                violation_error_message=_("Tu filtres déjà cette expression."),
            ),
        )

    def __str__(self) -> str:
        return self.phrase
