"""Places: the 17 administrative regions, their municipalities and postal areas (see coop/data/regions)."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _


class Region(models.Model):
    """One of the 17 administrative regions of Québec; the code is the State's two digits."""

    code = models.CharField(_("code"), max_length=2, primary_key=True)
    name = models.CharField(_("nom"), max_length=60, unique=True)
    slug = models.SlugField(_("adresse"), max_length=60, unique=True)

    class Meta:
        ordering = ("code",)
        verbose_name = _("région")
        verbose_name_plural = _("régions")

    def __str__(self) -> str:
        return self.name


class Municipality(models.Model):
    """A municipality or territory, by its five-digit geographic code (vintage November 2025)."""

    code = models.CharField(_("code géographique"), max_length=5, primary_key=True)
    name = models.CharField(_("nom"), max_length=80)
    designation = models.CharField(_("désignation"), max_length=40)
    region = models.ForeignKey(Region, models.PROTECT, related_name="municipalities")
    mrc_name = models.CharField(_("MRC"), max_length=80, blank=True)
    mrc_code = models.CharField(_("code de MRC"), max_length=5, blank=True)
    postal_code = models.CharField(_("code postal de l’hôtel de ville"), max_length=7, blank=True)
    population = models.PositiveIntegerField(_("population"), default=0)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)

    class Meta:
        ordering = ("name", "code")
        verbose_name = _("municipalité")
        verbose_name_plural = _("municipalités")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(latitude__isnull=True, longitude__isnull=True)
                | models.Q(latitude__isnull=False, longitude__isnull=False),
                name="municipality_point_is_whole",
            ),
        )

    def __str__(self) -> str:
        return self.name


class PostalArea(models.Model):
    """A forward sortation area (the first three characters of a postal code) and the region it falls in.

    Twenty-three rural areas straddle several regions: `other_regions` is then filled and the
    municipality must be asked for.
    """

    fsa = models.CharField(_("trois premiers caractères du code postal"), max_length=3, primary_key=True)
    region = models.ForeignKey(Region, models.PROTECT, related_name="postal_areas")
    other_regions = models.ManyToManyField(Region, blank=True, related_name="+")

    class Meta:
        ordering = ("fsa",)
        constraints = (
            models.CheckConstraint(condition=models.Q(fsa=Upper("fsa")), name="postal_area_is_upper_case"),
        )

    def __str__(self) -> str:
        return self.fsa
