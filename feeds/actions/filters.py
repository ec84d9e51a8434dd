"""Keyword filters: words that a reader chooses not to meet. Private: nobody is told, nothing is audited."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from coop.errors import ActionError
from coop.permissions import authorize
from feeds import filtering, live
from feeds.models import Filter

if TYPE_CHECKING:
    from datetime import datetime

    from coop.models import Account

MOST_FILTERS = 200


def create_filter(
    *,
    account: Account,
    phrase: str,
    whole_word: bool = True,
    effect: str = Filter.Effect.WARN,
    expires_at: datetime | None = None,
) -> Filter:
    """Stop meeting a word or phrase, until `expires_at` or for good."""
    authorize("feeds.create_filter", account)
    owner = account.actor
    if Filter.objects.filter(actor=owner).count() >= MOST_FILTERS:
        raise ActionError(_("Tu as déjà 200 filtres. Supprimes-en un pour en ajouter un autre."))
    return _save(
        Filter(actor=owner),
        phrase=phrase,
        whole_word=whole_word,
        effect=effect,
        expires_at=expires_at,
    )


def update_filter(
    *,
    account: Account,
    chosen: Filter,
    phrase: str,
    whole_word: bool,
    effect: str,
    expires_at: datetime | None,
) -> Filter:
    """Change a filter."""
    authorize("feeds.edit_filter", account, chosen)
    return _save(chosen, phrase=phrase, whole_word=whole_word, effect=effect, expires_at=expires_at)


def delete_filter(*, account: Account, chosen: Filter) -> None:
    """Meet the word again."""
    authorize("feeds.edit_filter", account, chosen)
    with transaction.atomic():
        transaction.on_commit(lambda: live.refresh(chosen.actor_id), robust=True)
        chosen.delete()


def _save(
    chosen: Filter, *, phrase: str, whole_word: bool, effect: str, expires_at: datetime | None
) -> Filter:
    chosen.phrase = " ".join(phrase.split())
    chosen.whole_word, chosen.effect, chosen.expires_at = whole_word, effect, expires_at
    if not filtering.fold(chosen.phrase):
        raise ActionError(_("Écris le mot ou l’expression à filtrer."), field="phrase")
    if expires_at is not None and expires_at <= timezone.now():
        raise ActionError(_("Choisis une fin à venir pour le filtre."), field="duration")
    try:
        with transaction.atomic():
            chosen.save()
            transaction.on_commit(lambda: live.refresh(chosen.actor_id), robust=True)
    except IntegrityError as error:
        raise ActionError(_("Tu filtres déjà cette expression."), field="phrase") from error
    return chosen
