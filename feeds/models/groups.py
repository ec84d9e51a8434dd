"""Groups: regional, by sector, or free; each has its own actor and its members."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coop.models import Account, Actor


class GroupQuerySet(models.QuerySet["Group"]):
    """Which groups exist."""

    def active(self) -> GroupQuerySet:
        return self.filter(actor__suspended_at__isnull=True, actor__deleted_at__isnull=True)


class Group(models.Model):
    """A circle with a subject. Its name, handle, region and picture live on its actor."""

    class Kind(models.TextChoices):
        REGIONAL = "regional", _("régional")
        SECTOR = "sector", _("sectoriel")
        FREE = "free", _("libre")

    class JoinPolicy(models.TextChoices):
        OPEN = "open", _("ouvert\u00a0: on s’y joint d’un geste")
        REQUEST = "request", _("sur demande\u00a0: la modération accepte")

    actor = models.OneToOneField(Actor, models.PROTECT, related_name="group")
    kind = models.CharField(_("sorte"), max_length=8, choices=Kind, default=Kind.FREE)
    join_policy = models.CharField(_("adhésion"), max_length=7, choices=JoinPolicy, default=JoinPolicy.OPEN)
    rules_text = models.TextField(_("règles du groupe"), max_length=2000, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    created_by = models.ForeignKey(Account, models.SET_NULL, null=True, related_name="+", editable=False)

    objects = GroupQuerySet.as_manager()

    class Meta:
        verbose_name = _("groupe")
        verbose_name_plural = _("groupes")

    def __str__(self) -> str:
        return f"groupe {self.pk}"


class GroupMembershipQuerySet(models.QuerySet["GroupMembership"]):
    """Memberships by state."""

    def active(self) -> GroupMembershipQuerySet:
        return self.filter(joined_at__isnull=False)

    def pending(self) -> GroupMembershipQuerySet:
        return self.filter(joined_at__isnull=True)

    def moderating(self) -> GroupMembershipQuerySet:
        return self.active().filter(role=GroupMembership.Role.MODERATOR)


class GroupMembership(models.Model):
    """An actor in a group; pending (`joined_at` null) until a moderator accepts, where the group asks for
    it.
    """

    class Role(models.TextChoices):
        MEMBER = "member", _("membre")
        MODERATOR = "moderator", _("modération")

    group = models.ForeignKey(Group, models.CASCADE, related_name="memberships", db_index=False)
    actor = models.ForeignKey(Actor, models.CASCADE, related_name="group_memberships")
    role = models.CharField(_("rôle"), max_length=9, choices=Role, default=Role.MEMBER)
    requested_at = models.DateTimeField(default=timezone.now, editable=False)
    joined_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = GroupMembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("appartenance à un groupe")
        verbose_name_plural = _("appartenances aux groupes")
        constraints = (
            models.UniqueConstraint(
                fields=("group", "actor"),
                name="group_membership_once",
                violation_error_message=_("Tu es déjà dans ce groupe, ou ta demande attend."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.actor_id} ∈ {self.group_id}"
