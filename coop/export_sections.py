"""What the ground floor puts in an archive."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.utils.translation import gettext_lazy as _

from coop import exports
from coop.exports import Section
from coop.models import AuditEvent, Delegate, Notification, NotificationSetting

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coop.models import Account


def account_section(account: Account) -> Section:
    """Give the account itself, its addresses, preferences, keys and devices."""
    preferences = account.preferences
    row = {
        "courriel": account.email,
        "adresses": list(EmailAddress.objects.filter(user=account).values("email", "verified", "primary")),
        "age_confirme": account.is_of_age,
        "langue": account.language,
        "apparence": account.theme,
        "ouvert_le": account.created_at,
        "derniere_entree": account.last_login,
        "preferences": {
            "audience_habituelle": preferences.get_default_audience_display(),
            "courriels_de_nouvelles": preferences.get_mail_frequency_display(),
            "suggestions_selon_interets": preferences.uses_interests,
        },
        "reglages_d_avis": list(
            NotificationSetting.objects.filter(account=account).values("kind", "in_app", "by_mail")
        ),
        # The secrets themselves stay: an archive that falls in other hands must not open the account.
        "cles_et_codes": [
            {"sorte": key.type, "ajoute_le": key.created_at, "dernier_usage": key.last_used_at}
            for key in Authenticator.objects.filter(user=account)
        ],
        "appareils": list(
            UserSession.objects.filter(user=account).values("ip", "user_agent", "created_at", "last_seen_at")
        ),
    }
    return Section(_("Ton compte, tes préférences, tes appareils"), 1, [row])


def profile_section(account: Account) -> Section:
    """Give the public face."""
    actor = account.actor
    row = {
        "nom_d_usage": actor.handle,
        "nom_affiche": actor.display_name,
        "presentation": actor.summary,
        "region": actor.region.name if actor.region else None,
        "municipalite": actor.municipality.name if actor.municipality else None,
        "description_du_portrait": actor.avatar_alt,
        "approuve_les_abonnements": actor.approves_followers,
        "se_laisse_trouver": actor.is_discoverable,
        "se_laisse_indexer": actor.is_indexable,
        "montre_ses_abonnements": actor.shows_follows,
    }
    files = (
        [(f"images/portrait-{str(actor.avatar.name).rpartition('/')[2]}", actor.avatar)]
        if actor.avatar
        else []
    )
    return Section(_("Ton visage public"), 1 + len(files), [row], files)


def organisations_section(account: Account) -> Section:
    """Give the organisations one acts or acted for."""
    delegations = Delegate.objects.filter(account=account).select_related("organisation__actor")
    rows = (
        {
            "organisation": delegation.organisation.actor.handle,
            "nom": delegation.organisation.actor.display_name,
            "role": delegation.get_role_display(),
            "depuis": delegation.granted_at,
            "jusqu_au": delegation.ended_at,
        }
        for delegation in delegations
    )
    return Section(_("Les organisations pour lesquelles tu agis"), delegations.count(), rows)


def notifications_section(account: Account) -> Section:
    """Give the notifications that are still kept."""
    kept = Notification.objects.filter(account=account).select_related("actor").order_by("pk")

    def rows() -> Iterator[dict[str, Any]]:
        for row in kept.iterator(chunk_size=500):
            yield {
                "sorte": row.kind,
                "de": row.actor.handle if row.actor else None,
                "objet": row.subject_id,
                "le": row.created_at,
                "lu_le": row.read_at,
            }

    return Section(_("Les avis que tu as reçus"), kept.count(), rows())


def acts_section(account: Account) -> Section:
    """Give the acts that the audit trail keeps under one's number."""
    acts = AuditEvent.objects.filter(account_id=account.pk).order_by("pk")
    kept = acts.values("at", "kind", "object_type", "object_id", "data").iterator(chunk_size=500)
    rows = (dict(row) for row in kept)
    return Section(_("Les actes notés sous ton numéro de compte"), acts.count(), rows)


def register_sections() -> None:
    """Fill the registry, from `ready()`."""
    exports.register("compte", account_section)
    exports.register("profil", profile_section)
    exports.register("organisations", organisations_section)
    exports.register("avis", notifications_section)
    exports.register("actes", acts_section)
