"""Actors: the public faces that post, for a person, an organisation or a group."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.validators import RegexValidator
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from coop.models.accounts import Account

HANDLE_PATTERN = r"^[a-z0-9_]{2,30}$"


class ActorQuerySet(models.QuerySet["Actor"]):
    """Which actors exist for whom."""

    def active(self) -> ActorQuerySet:
        """Leave out actors that were suspended or whose owner has left."""
        return self.filter(suspended_at__isnull=True, deleted_at__isnull=True)


class Actor(models.Model):
    """A public face: a person's, an organisation's (run by delegates) or a group's.

    Privacy flags default to their most private value (Loi 25, art. 9.1); organisations and groups,
    which exist in order to be public, set them at creation.
    """

    class Kind(models.TextChoices):
        PERSON = "person", _("personne")
        ORGANISATION = "organisation", _("organisation")
        GROUP = "group", _("groupe")

    kind = models.CharField(_("sorte"), max_length=12, choices=Kind)
    handle = models.CharField(
        _("nom d’usage"),
        max_length=30,
        unique=True,
        validators=[
            RegexValidator(
                HANDLE_PATTERN, _("De 2 à 30 caractères\u00a0: lettres sans accent, chiffres, trait bas.")
            )
        ],
        error_messages={"unique": _("Ce nom d’usage est déjà pris.")},
    )
    display_name = models.CharField(_("nom affiché"), max_length=80)
    summary = models.TextField(_("présentation"), max_length=600, blank=True)
    region = models.ForeignKey(
        "coop.Region", models.PROTECT, null=True, blank=True, related_name="actors", verbose_name=_("région")
    )
    municipality = models.ForeignKey(
        "coop.Municipality",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="actors",
        verbose_name=_("municipalité"),
    )
    avatar = models.ImageField(_("portrait"), upload_to="portraits/", blank=True)
    avatar_alt = models.CharField(_("description du portrait"), max_length=300, blank=True)
    approves_followers = models.BooleanField(_("j’approuve chaque abonnement"), default=True)
    is_discoverable = models.BooleanField(_("on peut me trouver et me suggérer"), default=False)
    is_indexable = models.BooleanField(_("les moteurs de recherche peuvent m’indexer"), default=False)
    shows_follows = models.BooleanField(_("mes abonnements sont visibles"), default=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    suspended_at = models.DateTimeField(null=True, blank=True, editable=False)
    deleted_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = ActorQuerySet.as_manager()

    # Declared for the type checker: the reverse of Account.actor, absent for organisations and groups.
    account: Account

    class Meta:
        verbose_name = _("visage public")
        verbose_name_plural = _("visages publics")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(handle__regex=HANDLE_PATTERN),
                name="actor_handle_is_well_formed",
                violation_error_message=_(
                    "De 2 à 30 caractères\u00a0: lettres sans accent, chiffres, trait bas."
                ),
            ),
            models.CheckConstraint(
                condition=models.Q(municipality__isnull=True) | models.Q(region__isnull=False),
                name="actor_municipality_has_region",
                violation_error_message=_("Choisis la région avant la municipalité."),
            ),
        )
        indexes = (
            models.Index(fields=("region", "kind"), name="actor_by_region"),
            models.Index(
                fields=("-id",), name="actor_discoverable", condition=models.Q(is_discoverable=True)
            ),
        )

    def __str__(self) -> str:
        return f"@{self.handle}"

    def get_absolute_url(self) -> str:
        """Address of the public page, for all three kinds (the Fil serves it)."""
        return reverse("feeds:profile", args=[self.handle])

    @property
    def is_person(self) -> bool:
        return self.kind == self.Kind.PERSON

    @property
    def is_organisation(self) -> bool:
        return self.kind == self.Kind.ORGANISATION

    @property
    def is_group(self) -> bool:
        return self.kind == self.Kind.GROUP

    @property
    def is_active(self) -> bool:
        return self.suspended_at is None and self.deleted_at is None
