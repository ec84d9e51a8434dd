"""Pages that explain the house: the terms, what is kept and why, and the numbers that hold today."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_not_required
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from coop import parameters, queries
from coop.account_parameters import DELETION_DAYS, EXPORT_DAYS, MINIMUM_AGE, UNCONFIRMED_DAYS
from coop.http import render

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@login_not_required
@require_safe
def terms(request: HttpRequest) -> HttpResponse:
    """Show the terms: French first (Charte de la langue française, art. 55), then the reader's language."""
    languages = ["fr", *({translation.get_language() or "fr"} - {"fr"})]
    numbers = {"age": parameters.get(MINIMUM_AGE.name), "days": parameters.get(DELETION_DAYS.name)}
    texts = {}
    for code in languages:
        with translation.override(code):
            texts[code] = mark_safe(render_to_string("coop/_terms_text.html", numbers, using="jinja2"))  # noqa: S308 -- our own template
    return render(request, "coop/terms.html", {"languages": languages, "texts": texts})


@login_not_required
@require_safe
def privacy_policy(request: HttpRequest) -> HttpResponse:
    """Say what is kept, why, how long, and who answers for it (Loi 25, art. 3.2, 8 and 8.2)."""
    return render(request, "coop/privacy_policy.html", {"kept": what_is_kept()})


def what_is_kept() -> list[tuple[str, str, str]]:
    """List what is kept of people: what, why, how long."""
    until_left = _("Jusqu’à ce que tu l’effaces, ou que tu partes")
    leaving = parameters.get(DELETION_DAYS.name)
    return [
        (
            _("Courriel"),
            _("Entrer, te joindre, te rendre ton compte si tu perds ton mot de passe"),
            _("Tant que ton compte existe, puis %(days)d jours") % {"days": leaving},
        ),
        (
            _("Mot de passe et clés d’accès"),
            _("Te reconnaître; le mot de passe est brouillé, personne ne peut le lire"),
            _("Tant que ton compte existe"),
        ),
        (_("Ton «\u00a0oui\u00a0» à l’âge demandé"), _("Respecter la loi"), _("Tant que ton compte existe")),
        (_("Nom, présentation, région, portrait"), _("Ton visage public"), until_left),
        (
            _("Publications, images, votes de sondage"),
            _("Ce que tu as voulu dire, aux personnes que tu as choisies"),
            until_left,
        ),
        (
            _("Abonnements, blocages, sourdines, signets, listes, filtres"),
            _("Composer tes fils et respecter tes choix"),
            until_left,
        ),
        (
            _("Adresse IP et navigateur de tes appareils connectés"),
            _("Te montrer qui est entré dans ton compte, arrêter les intrusions"),
            _("Tant que l’appareil reste connecté, 60 jours au plus"),
        ),
        (
            _("Inscription jamais confirmée"),
            _("Te laisser le temps de confirmer"),
            _("%(days)d jours") % {"days": parameters.get(UNCONFIRMED_DAYS.name)},
        ),
        (
            _("Archive de tes données"),
            _("Te la remettre"),
            _("%(days)d jours") % {"days": parameters.get(EXPORT_DAYS.name)},
        ),
        (
            _("Registre des actes (numéros, jamais ton nom)"),
            _("Rendre compte de ce qui a été fait, et par qui"),
            _("Toujours\u00a0: il ne peut pas être réécrit"),
        ),
    ]


@login_not_required
@require_safe
def list_parameters(request: HttpRequest) -> HttpResponse:
    """Show each number of the house: its value today, since when, and who decided it."""
    return render(request, "coop/parameters.html", {"parameters": queries.parameters_in_force()})
