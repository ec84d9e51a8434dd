"""Forms of the door: sign-up, login, passwords. allauth's own, in our words, and what an account needs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account import forms as base
from allauth.core.exceptions import ImmediateHttpResponse
from django import forms
from django.core.validators import RegexValidator
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from coop import handles, parameters
from coop.account_parameters import MINIMUM_AGE
from coop.actions import accounts
from coop.models import Actor
from coop.models.actors import HANDLE_PATTERN

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from coop.models import Account

PASSWORD_HELP = _("Au moins 10 caractères. Une phrase de quelques mots est facile à retenir.")


def _reword(field: forms.Field, label: Any, *, help_text: Any = "", autocomplete: str | None = None) -> None:
    """Give an allauth field our label, without the placeholder that would repeat it."""
    field.label = label
    field.help_text = help_text
    field.widget.attrs.pop("placeholder", None)
    if autocomplete:
        field.widget.attrs["autocomplete"] = autocomplete


class SignupForm(base.SignupForm):
    """Open an account: who you are here, how you come back, and that you are old enough.

    The age is a yes or a no, no birth date is asked. A « non » leads to a page that says why, and
    nothing is kept.
    """

    display_name = forms.CharField(
        label=_("Nom affiché"),
        max_length=80,
        help_text=_("Ton nom ou celui sous lequel on te connaît."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    handle = forms.CharField(
        label=_("Nom d’usage"),
        required=False,
        max_length=handles.LONGEST,
        help_text=_("Unique, sans accent ni espace. Laisse vide\u00a0: on le tire de ton nom."),
        widget=forms.TextInput(
            attrs={"autocapitalize": "none", "spellcheck": "false", "autocomplete": "off"}
        ),
    )
    is_of_age = forms.ChoiceField(
        choices=[("yes", _("Oui")), ("no", _("Non"))],
        widget=forms.RadioSelect,
        help_text=_("On ne demande ni ne garde ta date de naissance."),
        error_messages={"required": _("Réponds par oui ou par non.")},
    )
    accepts_terms = forms.BooleanField(
        label=_("J’ai lu les conditions d’utilisation et je les accepte."),
        error_messages={"required": _("Il faut accepter les conditions pour ouvrir un compte.")},
    )

    field_order = ("display_name", "handle", "email", "password1", "is_of_age", "accepts_terms")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        age = parameters.get(MINIMUM_AGE.name)
        self.fields["is_of_age"].label = gettext("As-tu %(age)d ans ou plus?") % {"age": age}
        _reword(
            self.fields["email"],
            _("Courriel"),
            help_text=_("Pour entrer et pour te joindre. Personne ne le voit."),
        )
        _reword(self.fields["password1"], _("Mot de passe"), help_text=PASSWORD_HELP)

    def clean_handle(self) -> str:
        """Check a chosen handle; make one from the name when none was chosen."""
        handle: str = self.cleaned_data["handle"].strip().lstrip("@").lower()
        if not handle:
            return self._suggested_handle()
        RegexValidator(
            HANDLE_PATTERN, _("De 2 à 30 caractères\u00a0: lettres sans accent, chiffres, trait bas.")
        )(handle)
        if handles.is_reserved(handle):
            raise forms.ValidationError(_("Ce nom d’usage est réservé à la maison."))
        if Actor.objects.filter(handle=handle).exists():
            free = handles.free_suggestion(handle)
            raise forms.ValidationError(
                _("«\u00a0%(handle)s\u00a0» est déjà pris. «\u00a0%(free)s\u00a0» est libre.")
                % {"handle": handle, "free": free}
            )
        return handle

    def _suggested_handle(self) -> str:
        name = self.cleaned_data.get("display_name")
        if not name:
            raise forms.ValidationError(_("Choisis un nom d’usage."))
        return handles.free_suggestion(name)

    def clean_is_of_age(self) -> bool:
        """Lead a person who is too young to the page made for them, before anything is kept."""
        if self.cleaned_data["is_of_age"] == "no":
            raise ImmediateHttpResponse(HttpResponseRedirect(reverse("coop:too-young")))
        return True

    def try_save(self, request: HttpRequest) -> tuple[Account | None, HttpResponse | None]:
        """Open the account, or do the same work for an address that has one: the answer is the same."""
        if self.account_already_exists:
            accounts.reserve_handle(
                handle=self.cleaned_data["handle"],
                display_name=self.cleaned_data["display_name"],
                password=self.cleaned_data["password1"],
            )
        result: tuple[Account | None, HttpResponse | None] = super().try_save(request)
        return result


class LoginForm(base.LoginForm):
    """Come in with an e-mail address and a password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # « webauthn » lets the browser offer a passkey in the same field.
        _reword(self.fields["login"], _("Courriel"), autocomplete="username webauthn")
        _reword(self.fields["password"], _("Mot de passe"))


class ReauthenticateForm(base.ReauthenticateForm):
    """Say the password again before a sensitive act."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _reword(self.fields["password"], _("Mot de passe"))


class AddEmailForm(base.AddEmailForm):
    """Change the address: the new one must be confirmed before it replaces the old one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _reword(self.fields["email"], _("Nouveau courriel"))


class ChangeEmailForm(base.ChangeEmailForm):
    """Correct the address during its confirmation."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _reword(self.fields["email"], _("Courriel"))


class ChangePasswordForm(base.ChangePasswordForm):
    """Change the password; it is typed once, and can be shown."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["password2"]
        _reword(self.fields["oldpassword"], _("Mot de passe actuel"))
        _reword(self.fields["password1"], _("Nouveau mot de passe"), help_text=PASSWORD_HELP)


class SetPasswordForm(base.SetPasswordForm):
    """Give a password to an account that has none."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["password2"]
        _reword(self.fields["password1"], _("Mot de passe"), help_text=PASSWORD_HELP)


class ResetPasswordForm(base.ResetPasswordForm):
    """Ask for the mail that lets one choose another password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _reword(self.fields["email"], _("Courriel"))


class ResetPasswordKeyForm(base.ResetPasswordKeyForm):
    """Choose another password, from the link in the mail."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["password2"]
        _reword(self.fields["password1"], _("Nouveau mot de passe"), help_text=PASSWORD_HELP)


class ConfirmEmailVerificationCodeForm(base.ConfirmEmailVerificationCodeForm):
    """Type the code that came by mail."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _reword(self.fields["code"], _("Code reçu par courriel"))
