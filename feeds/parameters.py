"""Numbers of the Fil that the cooperative may change."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from coop.parameters import Parameter, declare

SOURCE = _("règlement de régie interne, à adopter")

MAX_LENGTH = declare(
    Parameter(
        name="posts.max_length",
        label=_("Longueur maximale d’une publication, en caractères"),
        default=500,
        minimum=140,
        maximum=10_000,
        source=SOURCE,
    )
)
MAX_IMAGES = declare(
    Parameter(
        name="posts.max_images",
        label=_("Images par publication"),
        default=4,
        minimum=1,
        maximum=8,
        source=SOURCE,
    )
)
MAX_MENTIONS = declare(
    Parameter(
        name="posts.max_mentions",
        label=_("Personnes mentionnées par publication"),
        default=20,
        minimum=1,
        maximum=50,
        source=SOURCE,
    )
)
MAX_POLL_OPTIONS = declare(
    Parameter(
        name="posts.max_poll_options",
        label=_("Réponses proposées par sondage"),
        default=6,
        minimum=2,
        maximum=10,
        source=SOURCE,
    )
)
MAX_POLL_DAYS = declare(
    Parameter(
        name="posts.max_poll_days",
        label=_("Durée maximale d’un sondage, en jours"),
        default=14,
        minimum=1,
        maximum=60,
        source=SOURCE,
    )
)
