"""Privacy by default (Loi 25, art. 9.1): each setting that opens, shows or tracks, at its most private.

A fresh account has exactly these values. `tests/coop/test_privacy.py` enumerates the fields of the rows below
and fails when one is neither in SETTINGS nor, with a reason, in NOT_PRIVACY.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from django.db.models import Field
from django.utils.translation import gettext_lazy as _

from coop.models import Account, Actor, NotificationSetting, Preferences

if TYPE_CHECKING:
    from django.db.models import Model
    from django.utils.functional import _StrPromise


@dataclass(frozen=True, slots=True)
class Setting:
    """One choice: where it is kept, what it touches, its most private value, and its words on the page."""

    model: type[Model]
    field: str
    touches: Literal["audience", "discovery", "tracking", "mail"]
    most_private: Any
    label: str | _StrPromise
    help: str | _StrPromise

    @property
    def default(self) -> Any:
        """What a new row holds."""
        return self.column.get_default()

    @property
    def column(self) -> Field[Any, Any]:
        """The column behind it."""
        column = self.model._meta.get_field(self.field)
        assert isinstance(column, Field)
        return column


SETTINGS: tuple[Setting, ...] = (
    Setting(
        Preferences,
        "default_audience",
        "audience",
        Preferences.Audience.FOLLOWERS,
        _("Mon audience habituelle"),
        _("Ce qui est choisi d’avance quand j’écris. Je peux changer à chaque publication."),
    ),
    Setting(
        Actor,
        "approves_followers",
        "audience",
        True,
        _("J’approuve chaque abonnement"),
        _("Personne ne lit ce que j’écris à mes abonné·es sans que je l’aie accepté."),
    ),
    Setting(
        Actor,
        "is_discoverable",
        "discovery",
        False,
        _("On peut me trouver et me suggérer"),
        _("Mon profil paraît dans la recherche, les suggestions et les trousses de départ."),
    ),
    Setting(
        Actor,
        "is_indexable",
        "discovery",
        False,
        _("Les moteurs de recherche peuvent m’indexer"),
        _("Mes publications ouvertes à tout le monde peuvent paraître hors du Parvis."),
    ),
    Setting(
        Actor,
        "shows_follows",
        "discovery",
        False,
        _("Mes abonnements sont visibles"),
        _("Les autres voient qui je suis et qui me suit."),
    ),
    Setting(
        Preferences,
        "uses_interests",
        "tracking",
        False,
        _("Suggestions selon mes intérêts"),
        _("Les mots-clics que je suis servent à me suggérer des voix. Fermé, rien n’est calculé."),
    ),
    Setting(
        Preferences,
        "mail_frequency",
        "mail",
        Preferences.Mail.NEVER,
        _("Courriels de nouvelles"),
        _("Ce qui m’est envoyé par courriel quand il y a du nouveau."),
    ),
    Setting(
        NotificationSetting,
        "by_mail",
        "mail",
        False,
        _("Avis par courriel"),
        _("Une sorte d’avis m’est aussi envoyée par courriel."),
    ),
)

NOT_PRIVACY: dict[tuple[type[Model], str], str] = {
    (NotificationSetting, "in_app"): "shown to the person alone, inside the site",
    (Account, "is_active"): "a state, not a choice",
    (Account, "is_of_age"): "a condition of the account, not a choice",
    (Account, "language"): "changes words only",
    (Account, "theme"): "changes colours only",
    (Actor, "kind"): "what the face is, not a choice",
}
