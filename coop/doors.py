"""The doors of the ground floor: settings, and the pages that explain the house."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from coop import navigation


def register_doors() -> None:
    """Add them to the navigation of every page."""
    navigation.register(
        label=_("Avis"),
        icon="bell",
        url_name="coop:notifications",
        group="tools",
        order=20,
        bar=4,
        audience="people",
        counted=True,
        under=("coop:notification-open",),
    )
    navigation.register(
        label=_("Organisations"),
        icon="building",
        url_name="coop:organisations",
        group="tools",
        order=45,
        under=("coop:organisation-create", "coop:organisation-settings", "coop:organisation-delegates"),
    )
    navigation.register(
        label=_("Réglages"),
        icon="settings",
        url_name="coop:settings",
        group="mine",
        order=90,
        audience="people",
        under=(
            *("coop:settings-profile", "coop:settings-privacy", "coop:settings-appearance"),
            *("coop:data", "coop:account-delete", "coop:my-organisations"),
            *("mfa_index", "mfa_list_webauthn", "mfa_add_webauthn", "mfa_activate_totp"),
            *("usersessions_list", "account_email", "account_change_password"),
        ),
    )
    for order, (label, url_name) in enumerate(
        (
            (_("Conditions"), "coop:terms"),
            (_("Vie privée"), "coop:privacy-policy"),
            (_("Paramètres de la maison"), "coop:parameters"),
        )
    ):
        navigation.register(label=label, icon="info", url_name=url_name, group="footer", order=order)
