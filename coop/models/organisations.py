"""Organisations: public pages run by delegates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coop.models.actors import Actor

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from coop.models.accounts import Account


class Discipline(models.Model):
    """An artistic discipline of the CALQ's list (Conseil des arts et des lettres du Québec)."""

    slug = models.SlugField(_("adresse"), max_length=60, primary_key=True)
    name = models.CharField(_("nom"), max_length=80, unique=True)

    class Meta:
        ordering = ("name",)
        verbose_name = _("discipline")
        verbose_name_plural = _("disciplines")

    def __str__(self) -> str:
        return self.name


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    """Which organisations exist for whom."""

    def visible_to(self, account: Account | AnonymousUser) -> OrganisationQuerySet:
        """Keep the pages that are open to everyone, and one's own even when suspended."""
        is_open = models.Q(actor__suspended_at__isnull=True, actor__deleted_at__isnull=True)
        if account.is_anonymous:
            return self.filter(is_open)
        mine = Delegate.objects.current().filter(account_id=account.pk)
        return self.filter(is_open | models.Q(pk__in=mine.values("organisation_id")))


class Organisation(models.Model):
    """An organisation's page; what is public about it lives on its actor."""

    actor = models.OneToOneField(Actor, models.PROTECT, related_name="organisation")
    neq = models.CharField(
        _("numéro d’entreprise du Québec (NEQ)"),
        max_length=10,
        blank=True,
        validators=[RegexValidator(r"^\d{10}$", _("Le NEQ compte exactement 10 chiffres."))],
    )
    disciplines = models.ManyToManyField(Discipline, blank=True, related_name="organisations")
    source = models.CharField(
        _("source des renseignements"),
        max_length=200,
        blank=True,
        help_text=_("Quand la page vient de données ouvertes, la mention exigée par leur licence."),
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(neq="") | models.Q(neq__regex=r"^[0-9]{10}$"),
                name="organisation_neq_has_ten_digits",
                violation_error_message=_("Le NEQ compte exactement 10 chiffres."),
            ),
            models.UniqueConstraint(
                fields=("neq",),
                condition=~models.Q(neq=""),
                name="organisation_neq_once",
                violation_error_message=_("Une autre page porte déjà ce NEQ."),
            ),
        )

    def __str__(self) -> str:
        return str(self.actor_id)


class OrganisationLink(models.Model):
    """A labelled link on an organisation's page."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="links")
    label = models.CharField(_("libellé"), max_length=40)
    url = models.URLField(_("adresse"), max_length=300)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("position", "id")
        verbose_name = _("lien")
        verbose_name_plural = _("liens")

    def __str__(self) -> str:
        return self.label


class DelegateQuerySet(models.QuerySet["Delegate"]):
    """Who acts for whom, now."""

    def current(self) -> DelegateQuerySet:
        return self.filter(ended_at__isnull=True)


class Delegate(models.Model):
    """An account's right to act for an organisation, with a beginning and an end."""

    class Role(models.TextChoices):
        MANAGER = "manager", _("responsable")
        EDITOR = "editor", _("rédaction")

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="delegates")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="delegations")
    role = models.CharField(_("rôle"), max_length=8, choices=Role, default=Role.EDITOR)
    granted_at = models.DateTimeField(default=timezone.now, editable=False)
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )
    ended_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = DelegateQuerySet.as_manager()

    class Meta:
        verbose_name = _("personne déléguée")
        verbose_name_plural = _("personnes déléguées")
        constraints = (
            models.UniqueConstraint(
                fields=("organisation", "account"),
                condition=models.Q(ended_at__isnull=True),
                name="delegate_once_per_organisation",
                violation_error_message=_("Cette personne est déjà déléguée de l’organisation."),
            ),
            models.CheckConstraint(
                condition=models.Q(ended_at__isnull=True) | models.Q(ended_at__gte=models.F("granted_at")),
                name="delegate_ends_after_it_begins",
            ),
        )

    def __str__(self) -> str:
        return f"{self.account_id} → {self.organisation_id} ({self.role})"
