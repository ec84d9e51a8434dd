"""Exports of a person's data (Loi 25, art. 27)."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coop.storage import private_storage


class DataExport(models.Model):
    """One archive asked for by a person, made in the background, kept a few days, then erased."""

    class State(models.TextChoices):
        WAITING = "waiting", _("en attente")
        RUNNING = "running", _("en cours")
        READY = "ready", _("prête")
        FAILED = "failed", _("échouée")
        EXPIRED = "expired", _("effacée")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="exports")
    state = models.CharField(_("état"), max_length=8, choices=State, default=State.WAITING)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    file = models.FileField(upload_to="exports/", storage=private_storage, blank=True)
    requested_at = models.DateTimeField(default=timezone.now, editable=False)
    finished_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ("-requested_at",)
        verbose_name = _("archive de données")
        verbose_name_plural = _("archives de données")
        constraints = (
            models.UniqueConstraint(
                fields=("account",),
                condition=models.Q(state__in=("waiting", "running")),
                name="export_one_at_a_time",
                violation_error_message=_("Une archive est déjà en préparation."),
            ),
            models.CheckConstraint(
                condition=models.Q(done__lte=models.F("total")), name="export_done_within_total"
            ),
        )

    def __str__(self) -> str:
        return f"archive {self.pk}"
