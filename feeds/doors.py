"""The doors of the Fil: the wing itself, and what a person does there."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from coop import navigation


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
