"""The audit trail: who did what, when. Append-only; the database refuses anything else."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class AuditEvent(models.Model):
    """One act that must be accounted for. Never holds personal data: only ids and names of fields.

    Ids are plain numbers, not foreign keys, so that erasing a person (Loi 25, art. 28.1) never touches a row.
    """

    at = models.DateTimeField(default=timezone.now, editable=False)
    account_id = models.BigIntegerField(_("compte"), null=True, editable=False)
    kind = models.CharField(_("acte"), max_length=60, editable=False)
    object_type = models.CharField(_("sorte d’objet"), max_length=60, editable=False)
    object_id = models.CharField(_("objet"), max_length=40, editable=False)
    data = models.JSONField(_("détails"), default=dict, editable=False)

    class Meta:
        ordering = ("-id",)
        verbose_name = _("acte")
        verbose_name_plural = _("actes")
        indexes = (models.Index(fields=("object_type", "object_id"), name="audit_by_object"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.object_type}:{self.object_id}"
