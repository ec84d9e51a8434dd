"""The doors of the Fil: the wing itself, and what a person does there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from coop import navigation, settings_pages
from coop.settings_pages import SettingsPage

if TYPE_CHECKING:
    from django.http import HttpRequest

    from coop.models import Actor


def register_doors() -> None:
    """Add them to the navigation of every page."""
    navigation.register(
        label=_("Le Fil"),
        short_label=_("Fil"),
        icon="thread",
        url_name="feeds:home",
        group="wings",
        order=10,
        wing="fil",
        bar=1,
        under=("feeds:public", "feeds:region", "feeds:catch-up", "feeds:post-detail", "feeds:tag-timeline"),
    )
    navigation.register(
        label=_("Recherche"), icon="search", url_name="feeds:search", group="tools", order=30, bar=2
    )
    navigation.register(
        label=_("Écrire"),
        icon="plus",
        url_name="feeds:post-create",
        group="tools",
        order=10,
        bar=3,
        main=True,
        audience="people",
    )
    navigation.register(
        label=_("Brouillons"),
        icon="draft",
        url_name="feeds:drafts",
        group="mine",
        order=50,
        audience="people",
    )
    navigation.register(
        label=_("Groupes"),
        icon="group",
        url_name="feeds:groups",
        group="tools",
        order=30,
        under=("feeds:group", "feeds:group-create", "feeds:group-members"),
    )
    navigation.register(
        label=_("Trousses"),
        icon="leaf",
        url_name="feeds:packs",
        group="tools",
        order=40,
        under=("feeds:pack", "feeds:pack-create", "feeds:pack-edit", "feeds:pack-delete"),
    )
    navigation.register(
        label=_("Mon profil"),
        short_label=_("Moi"),
        icon="person",
        url_name="feeds:profile",
        group="mine",
        order=10,
        bar=5,
        audience="people",
        args=_own_handle,
        under=("feeds:profile-replies", "feeds:profile-media"),
    )
    for order, icon, label, url_name, under in (
        (20, "list", _("Listes"), "feeds:lists", ("feeds:list", "feeds:list-members")),
        (30, "bookmark", _("Signets"), "feeds:bookmarks", ()),
        (40, "heart", _("Favoris"), "feeds:favourites", ()),
    ):
        navigation.register(
            label=label,
            icon=icon,
            url_name=url_name,
            group="mine",
            order=order,
            audience="people",
            under=under,
        )
    for order, icon, label, help_text, url_name in (
        (
            21,
            "people",
            _("Demandes d’abonnement"),
            _("Répondre à qui veut te suivre."),
            "feeds:follow-requests",
        ),
        (22, "filter", _("Filtres"), _("Les mots que tu préfères ne pas croiser."), "feeds:filters"),
        (
            23,
            "mute",
            _("Sourdines"),
            _("Les voix et les conversations que tu n’entends plus."),
            "feeds:mutes",
        ),
        (24, "block", _("Blocages"), _("Les pages qui ne te voient plus."), "feeds:blocks"),
        (
            25,
            "tag",
            _("Mots-clics suivis"),
            _("Les sujets qui paraissent dans ton fil."),
            "feeds:followed-tags",
        ),
    ):
        settings_pages.register(
            SettingsPage(url_name=url_name, label=label, help=help_text, icon=icon, order=order)
        )


def _own_handle(request: HttpRequest) -> tuple[str | int, ...]:
    """Give the address of one's own page."""
    actor: Actor = request.actor  # type: ignore[attr-defined]  # set by coop.middleware; people have one
    return (actor.handle,)
