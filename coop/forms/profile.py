"""Forms of one's own page: how one appears, what one opens, which language and theme."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from coop import pictures, privacy
from coop.forms.places import PlaceForm
from coop.models import Account, Actor, Preferences

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.http import QueryDict


class AvatarField(forms.FileField):
    """A portrait; what it really is gets decided by the decoder, not here."""

    widget = forms.FileInput(attrs={"accept": pictures.ACCEPT})


class FaceForm(PlaceForm):
    """Name, words, place and portrait of a public face."""

    picture = AvatarField(
        label=_("Portrait"),
        required=False,
        help_text=_(
            "JPEG, PNG, WebP, AVIF ou GIF, 12 Mo au plus. Le lieu et la date de la photo sont retirés."
        ),
    )
    remove_picture = forms.BooleanField(label=_("Retirer le portrait actuel"), required=False)

    class Meta:
        model = Actor
        fields = ("display_name", "summary", "region", "municipality", "avatar_alt")
        widgets = {"summary": forms.Textarea(attrs={"rows": 4})}
        help_texts = {
            "summary": _("Quelques mots sur toi\u00a0: ce que tu fais, ce qui t’occupe."),
            "avatar_alt": _("Pour les personnes qui ne voient pas l’image."),
        }


class AppearanceForm(forms.ModelForm[Account]):
    """Language and theme."""

    class Meta:
        model = Account
        fields = ("language", "theme")
        widgets = {"language": forms.RadioSelect, "theme": forms.RadioSelect}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("language", "theme"):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = capitalised(field.widget.choices)


def choices_of(account: Account) -> dict[str, Any]:
    """Give the present value of each choice of the privacy page."""
    rows = {Preferences: account.preferences, Actor: account.actor}
    return {
        setting.field: getattr(rows[setting.model], setting.field)
        for setting in privacy.SETTINGS
        if setting.touches != "mail"
    }


def capitalised(choices: Iterable[tuple[Any, Any]]) -> list[tuple[Any, str]]:
    """Give choices that stand alone on a page their capital letter."""
    return [(value, capfirst(str(label))) for value, label in choices]


class PrivacyForm(forms.Form):
    """Everything that opens, shows or tracks, in plain words; mail has its own page."""

    def __init__(self, data: QueryDict | None = None, *, account: Account) -> None:
        super().__init__(data, initial=choices_of(account))
        for setting in privacy.SETTINGS:
            if setting.touches == "mail":
                continue
            field = setting.column.formfield()
            assert field is not None
            field.label, field.help_text = setting.label, setting.help
            if setting.field == "default_audience":
                field.widget = forms.RadioSelect(choices=capitalised(Preferences.Audience.choices))
            self.fields[setting.field] = field

    def chosen(self) -> dict[str, Any]:
        """Give the choices, by the name of their field."""
        return {
            name: int(value) if name == "default_audience" else value
            for name, value in self.cleaned_data.items()
        }
