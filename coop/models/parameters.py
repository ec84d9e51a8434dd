"""Values that the cooperative may change by a recorded decision, with their history."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class ParameterValue(models.Model):
    """One value of a declared parameter (see coop.parameters) from a given day on, with its source."""

    name = models.CharField(_("paramètre"), max_length=80)
    value = models.JSONField(_("valeur"))
    effective_on = models.DateField(_("en vigueur le"))
    source = models.CharField(_("source (article, règlement, résolution)"), max_length=200)
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ("name", "-effective_on")
        verbose_name = _("valeur d’un paramètre")
        verbose_name_plural = _("valeurs des paramètres")
        constraints = (
            models.UniqueConstraint(fields=("name", "effective_on"), name="parameter_value_once_a_day"),
        )

    def __str__(self) -> str:
        return f"{self.name} = {self.value!r}"
