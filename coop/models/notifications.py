"""Notifications: what happened that concerns an account, in the app and by mail."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coop.models.actors import Actor


class Notification(models.Model):
    """One event for one account. Rows with the same (kind, group_key) are shown as one line.

    `subject_id` names the object the kind is about (a post, an actor…); the app that registered the kind
    in `coop.notifications` loads it, under the recipient's own visibility.
    """

    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notifications")
    kind = models.CharField(_("sorte"), max_length=40)
    actor = models.ForeignKey(Actor, models.CASCADE, null=True, blank=True, related_name="+")
    subject_id = models.BigIntegerField(null=True, blank=True)
    group_key = models.CharField(max_length=80)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    read_at = models.DateTimeField(null=True, blank=True, editable=False)
    mailed_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ("-id",)
        verbose_name = _("avis")
        verbose_name_plural = _("avis")
        constraints = (
            # The same act by the same actor on the same thing never rings twice.
            models.UniqueConstraint(
                fields=("account", "kind", "actor", "subject_id"),
                name="notification_once_per_act",
                nulls_distinct=False,
            ),
        )
        indexes = (
            models.Index(fields=("account", "-id"), name="notification_by_account"),
            models.Index(
                fields=("account",), name="notification_unread", condition=models.Q(read_at__isnull=True)
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} → {self.account_id}"


class NotificationSetting(models.Model):
    """An account's choice for one kind of notification; without a row, the kind's own default holds."""

    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="notification_settings"
    )
    kind = models.CharField(_("sorte"), max_length=40)
    in_app = models.BooleanField(_("sur le Parvis"), default=True)
    by_mail = models.BooleanField(_("par courriel"), default=False)

    class Meta:
        verbose_name = _("réglage d’avis")
        verbose_name_plural = _("réglages d’avis")
        constraints = (
            models.UniqueConstraint(fields=("account", "kind"), name="notification_setting_once_per_kind"),
        )

    def __str__(self) -> str:
        return f"{self.kind} ({self.account_id})"
