"""Forms of the second factor and of passkeys: allauth's own, in our words."""

from __future__ import annotations

from typing import Any

from allauth.mfa.base import forms as base
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django.utils.translation import gettext_lazy as _

CODE = {"inputmode": "numeric", "autocomplete": "one-time-code", "spellcheck": "false"}


class AuthenticateForm(base.AuthenticateForm):
    """Give the code of the application, or a recovery code, when logging in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _ask_for_code(
            self.fields["code"], _("Code"), _("Les six chiffres de ton application, ou un code de secours.")
        )


class ReauthenticateForm(base.ReauthenticateForm):
    """Give a code again before a sensitive act."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _ask_for_code(
            self.fields["code"], _("Code"), _("Les six chiffres de ton application, ou un code de secours.")
        )


class ActivateTOTPForm(totp.ActivateTOTPForm):
    """Prove that the application makes the right codes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _ask_for_code(self.fields["code"], _("Code de ton application"), "")


class AddWebAuthnForm(webauthn.AddWebAuthnForm):
    """Add a passkey: always one that opens the door by itself, which is what people expect of the word."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Nom de la clé")
        self.fields["name"].help_text = _(
            "Pour la reconnaître\u00a0: «\u00a0Téléphone\u00a0», «\u00a0Ordinateur de la maison\u00a0»…"
        )
        self.fields["passwordless"].initial = True
        self.fields["passwordless"].label = _("Entrer avec cette clé seule, sans mot de passe")
        self.fields["passwordless"].help_text = _(
            "Ton appareil vérifie que c’est toi\u00a0: empreinte, visage ou NIP."
        )


class EditWebAuthnForm(webauthn.EditWebAuthnForm):
    """Rename a passkey."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Nom de la clé")


def _ask_for_code(field: Any, label: Any, help_text: Any) -> None:
    field.label = label
    field.help_text = help_text
    field.widget.attrs.pop("placeholder", None)
    field.widget.attrs.update(CODE)
