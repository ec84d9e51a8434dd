"""Drafts: what was being written, kept as it is typed."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coop.models import Account


class Draft(models.Model):
    """An unfinished post. `fields` holds the composer's form as typed, so that nothing is lost, valid or
    not.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.ForeignKey(Account, models.CASCADE, related_name="drafts")
    in_reply_to = models.ForeignKey("feeds.Post", models.CASCADE, null=True, blank=True, related_name="+")
    fields = models.JSONField(default=dict)
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("-updated_at",)
        verbose_name = _("brouillon")
        verbose_name_plural = _("brouillons")
        indexes = (models.Index(fields=("account", "-updated_at"), name="draft_by_account"),)

    def __str__(self) -> str:
        return f"brouillon {self.pk}"
