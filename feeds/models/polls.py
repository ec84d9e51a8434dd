"""Polls in posts: a quick question among readers. The cooperative decides elsewhere, in the Assemblée."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coop.models import Actor
from feeds.models.posts import Post


class Poll(models.Model):
    """A question with two to six answers, open until `closes_at`."""

    post = models.OneToOneField(Post, models.CASCADE, related_name="poll")
    is_multiple = models.BooleanField(_("plusieurs réponses possibles"), default=False)
    closes_at = models.DateTimeField(_("se termine le"))
    voters_count = models.PositiveIntegerField(default=0, editable=False)
    # When its end was told to those who answered; the clockwork looks for polls past their end without it.
    announced_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("sondage")
        verbose_name_plural = _("sondages")
        indexes = (
            models.Index(
                fields=("closes_at",), name="poll_to_announce", condition=models.Q(announced_at__isnull=True)
            ),
        )

    def __str__(self) -> str:
        return f"sondage de {self.post_id}"

    @property
    def is_closed(self) -> bool:
        return self.closes_at <= timezone.now()


class PollOption(models.Model):
    """One answer and how many chose it."""

    TEXT_MAX = 80

    poll = models.ForeignKey(Poll, models.CASCADE, related_name="options", db_index=False)
    position = models.PositiveSmallIntegerField()
    text = models.CharField(_("réponse"), max_length=TEXT_MAX)
    votes_count = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        ordering = ("position",)
        verbose_name = _("réponse")
        verbose_name_plural = _("réponses")
        constraints = (
            models.UniqueConstraint(fields=("poll", "position"), name="poll_option_position_once"),
        )

    def __str__(self) -> str:
        return self.text


class PollVote(models.Model):
    """One actor's choice of one answer."""

    poll = models.ForeignKey(Poll, models.CASCADE, related_name="votes", db_index=False)
    option = models.ForeignKey(PollOption, models.CASCADE, related_name="votes")
    actor = models.ForeignKey(Actor, models.CASCADE, related_name="+")
    # Copied from the poll so that « one answer each » is the database's business, not a race.
    is_multiple = models.BooleanField(default=False, editable=False)

    class Meta:
        verbose_name = _("réponse donnée")
        verbose_name_plural = _("réponses données")
        constraints = (
            models.UniqueConstraint(fields=("poll", "actor", "option"), name="poll_option_chosen_once"),
            models.UniqueConstraint(
                fields=("poll", "actor"),
                condition=models.Q(is_multiple=False),
                name="poll_single_answer_once",
                violation_error_message=_("Tu as déjà répondu à ce sondage."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.actor_id} → {self.option_id}"
