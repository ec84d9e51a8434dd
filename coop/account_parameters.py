"""Numbers about accounts that the law or the cooperative may change."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from coop.parameters import Parameter, declare

MINIMUM_AGE = declare(
    Parameter(
        name="accounts.minimum_age",
        label=_("Âge à partir duquel on ouvre un compte sans l’accord d’un parent, en années"),
        default=14,
        minimum=14,
        maximum=18,
        source=_("Loi sur la protection des renseignements personnels dans le secteur privé, art. 4.1"),
    )
)
DELETION_DAYS = declare(
    Parameter(
        name="accounts.deletion_days",
        label=_("Délai pour revenir après avoir demandé la suppression de son compte, en jours"),
        default=30,
        minimum=7,
        maximum=30,
        source=_("règlement de régie interne, à adopter (au plus 30 jours\u00a0: loi citée, art. 32)"),
    )
)
UNCONFIRMED_DAYS = declare(
    Parameter(
        name="accounts.unconfirmed_days",
        label=_("Durée de garde d’une inscription jamais confirmée, en jours"),
        default=7,
        minimum=1,
        maximum=30,
        source=_("règlement de régie interne, à adopter"),
    )
)
EXPORT_DAYS = declare(
    Parameter(
        name="accounts.export_days",
        label=_("Durée de garde d’une archive de ses données, en jours"),
        default=7,
        minimum=1,
        maximum=30,
        source=_("règlement de régie interne, à adopter"),
    )
)
