"""Lists: a chosen few voices on a page of their own, followed or not."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coop.models import Actor


class List(models.Model):
    """A private list of actors. Exclusive: its members leave the owner's home page."""

    owner = models.ForeignKey(Actor, models.CASCADE, related_name="lists")
    name = models.CharField(_("nom"), max_length=60)
    is_exclusive = models.BooleanField(_("retirer ces voix de l’accueil"), default=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ("name", "id")
        verbose_name = _("liste")
        verbose_name_plural = _("listes")
        constraints = (
            models.UniqueConstraint(
                fields=("owner", "name"),
                name="list_name_once",
                violation_error_message=_("Tu as déjà une liste de ce nom."),
            ),
        )

    def __str__(self) -> str:
        return self.name


class ListMember(models.Model):
    """An actor on a list."""

    list = models.ForeignKey(List, models.CASCADE, related_name="members", db_index=False)
    actor = models.ForeignKey(Actor, models.CASCADE, related_name="+")
    added_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("voix d’une liste")
        verbose_name_plural = _("voix des listes")
        constraints = (models.UniqueConstraint(fields=("list", "actor"), name="list_member_once"),)

    def __str__(self) -> str:
        return f"{self.actor_id} ∈ {self.list_id}"
