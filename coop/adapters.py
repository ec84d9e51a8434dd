"""Where allauth meets the house: who is saved, what is said, which mails go out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.signals import email_confirmed
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from coop import letters, sealing
from coop.actions import accounts
from coop.http import remember_language
from coop.models import Account

if TYPE_CHECKING:
    from allauth.account.models import EmailAddress
    from django.contrib.auth.models import AnonymousUser
    from django.core.mail import EmailMultiAlternatives
    from django.forms import Form
    from django.http import HttpRequest, HttpResponse


class AccountAdapter(DefaultAccountAdapter):
    """Sign-up through our own action; messages in our words."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": _("Ce compte n’est pas actif."),
        "cannot_remove_primary_email": _("C’est ton seul courriel\u00a0: il ne peut pas être retiré."),
        "duplicate_email": _("C’est déjà ton courriel."),
        "email_password_mismatch": _("Le courriel ou le mot de passe n’est pas le bon. Vérifie les deux."),
        "email_taken": _("Ce courriel a déjà un compte."),
        "enter_current_password": _("Ce n’est pas ton mot de passe actuel."),
        "incorrect_code": _("Ce code n’est pas le bon. Vérifie-le, ou demandes-en un autre."),
        "incorrect_password": _("Ce n’est pas le bon mot de passe."),
        "invalid_or_expired_key": _("Ce lien a expiré ou a déjà servi."),
        "invalid_login": _("Impossible d’entrer avec cela."),
        "invalid_password_reset": _("Ce lien a expiré ou a déjà servi."),
        "max_email_addresses": _("Un changement de courriel est déjà en cours."),
        "too_many_login_attempts": _("Trop d’essais ratés. Attends cinq minutes et réessaie."),
        "unknown_email": _("Ce courriel n’est pas connu."),
        "unverified_primary_email": _("Ton courriel doit d’abord être confirmé."),
        "same_as_current": _("C’est déjà la valeur actuelle."),
        "rate_limited": _("Trop de demandes à la fois. Attends un moment."),
    }

    def save_user(self, request: HttpRequest, user: Account, form: Form, commit: bool = True) -> Account:  # noqa: ARG002 -- allauth's signature
        """Open the account; the blank `user` that allauth offers is not used."""
        data = form.cleaned_data
        return accounts.open_account(
            email=data["email"],
            password=data["password1"],
            handle=data["handle"],
            display_name=data["display_name"],
            is_of_age=data["is_of_age"],
            language=get_language() or settings.LANGUAGE_CODE,
            is_confirmed=False,
        )

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Lead home, except someone who is leaving: they are offered to come back first."""
        if isinstance(request.user, Account) and request.user.is_leaving:
            return reverse("coop:come-back")
        return str(super().get_login_redirect_url(request))

    def post_login(self, request: HttpRequest, user: Account, **kwargs: Any) -> HttpResponse:
        """Speak to the person in the language of their account, on this device too."""
        response: HttpResponse = super().post_login(request, user, **kwargs)
        if user.is_leaving:
            response = HttpResponseRedirect(reverse("coop:come-back"))
        remember_language(response, user.language)
        return response

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send one of the door's mails, with the name and address of the house."""
        house = {"site_name": settings.SITE["name"], "base_url": settings.BASE_URL}
        super().send_mail(template_prefix, email, house | context)

    def render_mail(
        self,
        template_prefix: str,
        email: str | list[str],
        context: dict[str, Any],
        headers: dict[str, str] | None = None,
    ) -> EmailMultiAlternatives:
        """Write the plain text first, and the same words for readers that show HTML."""
        message: EmailMultiAlternatives = super().render_mail(template_prefix, email, context, headers)
        message.attach_alternative(letters.as_html(str(message.subject), str(message.body)), "text/html")
        return message

    def get_reauthentication_methods(self, user: Account | AnonymousUser) -> list[dict[str, Any]]:
        """List the ways to prove who one is, in our words."""
        said = {
            "reauthenticate": gettext("Avec mon mot de passe"),
            "mfa_reauthenticate": gettext("Avec un code de mon application"),
            "mfa_reauthenticate:webauthn": gettext("Avec ma clé d’accès"),
        }
        return [way | {"description": said[way["id"]]} for way in super().get_reauthentication_methods(user)]


class MFAAdapter(DefaultMFAAdapter):
    """Passkeys and codes in our words; secrets are encrypted in the database."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "add_email_blocked": _("Retire d’abord la double vérification pour ajouter un courriel."),
        "cannot_delete_authenticator": _("La double vérification ne peut pas être retirée."),
        "cannot_generate_recovery_codes": _("Active d’abord la double vérification."),
        "incorrect_code": _("Ce code n’est pas le bon. Vérifie l’heure de ton appareil et réessaie."),
        "unverified_email": _("Confirme d’abord ton courriel."),
    }

    def encrypt(self, text: str) -> str:
        """Keep the shared secret of codes unreadable in a copy of the database."""
        return sealing.seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        """Read what `encrypt` wrote."""
        return sealing.unseal(encrypted_text)

    def generate_authenticator_name(self, user: Account, type: Authenticator.Type) -> str:  # noqa: A002 -- allauth's signature
        """Suggest a name for a new passkey."""
        number = Authenticator.objects.filter(user=user, type=type).count() + 1
        return gettext("Ma clé") if number == 1 else gettext("Ma clé %(number)d") % {"number": number}

    def get_public_key_credential_user_entity(self, user: Account) -> dict[str, Any]:
        """Name the person as the browser will show it among the keys."""
        entity: dict[str, Any] = super().get_public_key_credential_user_entity(user)
        return entity | {"display_name": user.actor.display_name}

    def _get_site_name(self) -> str:
        return str(settings.SITE["name"])


def wake_face(*, email_address: EmailAddress, **_: Any) -> None:
    """Let the face of a person be seen once their first address is confirmed."""
    accounts.confirm_account(account=email_address.user)


email_confirmed.connect(wake_face, dispatch_uid="coop.wake_face")
