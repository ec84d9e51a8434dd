"""The list of settings: the ground floor's own pages, and those that the wings add from their `ready()`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


@dataclass(frozen=True, slots=True)
class SettingsPage:
    """One entry of the list, by the name of its route."""

    url_name: str
    label: str | _StrPromise
    help: str | _StrPromise
    icon: str
    order: int


_pages: dict[str, SettingsPage] = {}


def register(page: SettingsPage) -> None:
    """Add a page; KeyError if its route is taken."""
    if page.url_name in _pages:
        raise KeyError(page.url_name)
    _pages[page.url_name] = page


def pages() -> list[SettingsPage]:
    """List the pages in their order."""
    return sorted(_pages.values(), key=lambda page: (page.order, page.url_name))


for _page in (
    SettingsPage(
        "coop:settings-profile", _("Profil"), _("Nom, présentation, région, portrait."), "person", order=10
    ),
    SettingsPage(
        "coop:settings-privacy", _("Confidentialité"), _("Qui te lit, qui te trouve."), "eye", order=20
    ),
    SettingsPage(
        "coop:settings-notifications",
        _("Avis et courriels"),
        _("Ce qui t’avertit, ici et par courriel."),
        "bell",
        order=30,
    ),
    SettingsPage(
        "mfa_index", _("Sécurité"), _("Clés d’accès, mot de passe, appareils connectés."), "shield", order=40
    ),
    SettingsPage("account_email", _("Courriel"), _("L’adresse qui te sert à entrer."), "mail", order=50),
    SettingsPage(
        "coop:settings-appearance",
        _("Langue et apparence"),
        _("Français ou anglais, clair ou sombre."),
        "sun",
        order=60,
    ),
    SettingsPage(
        "coop:my-organisations",
        _("Mes organisations"),
        _("Les pages pour lesquelles tu publies."),
        "building",
        order=70,
    ),
    SettingsPage(
        "coop:data", _("Mes données"), _("Emporter tout, ou supprimer ton compte."), "download", order=80
    ),
):
    register(_page)
