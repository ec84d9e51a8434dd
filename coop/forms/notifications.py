"""The form of what rings, and of what is written about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from coop import notifications
from coop.models import Preferences

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.forms.boundfield import BoundField
    from django.utils.functional import _StrPromise

    from coop.models import Account


@dataclass(frozen=True, slots=True)
class Row:
    """The two boxes of one kind."""

    label: str | _StrPromise
    icon: str
    in_app: BoundField
    by_mail: BoundField


class NotificationsForm(forms.Form):
    """How often mail comes, and for each kind: here, by mail."""

    mail_frequency = forms.ChoiceField(
        label=_("Courriels de nouvelles"),
        choices=[(value, capfirst(label)) for value, label in Preferences.Mail.choices],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choisis quand t’écrire.")},
    )

    def __init__(self, *args: Any, account: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["mail_frequency"].initial = account.preferences.mail_frequency
        chosen = notifications.choices(account)
        for kind in notifications.kinds():
            self.fields[f"{kind.name}-ici"] = forms.BooleanField(
                label=_("Ici"), required=False, initial=chosen[kind.name].in_app
            )
            self.fields[f"{kind.name}-courriel"] = forms.BooleanField(
                label=_("Par courriel"), required=False, initial=chosen[kind.name].by_mail
            )

    def rows(self) -> Iterator[Row]:
        """Give the boxes, a kind a row."""
        for kind in notifications.kinds():
            yield Row(kind.label, kind.icon, self[f"{kind.name}-ici"], self[f"{kind.name}-courriel"])

    def chosen(self) -> dict[str, tuple[bool, bool]]:
        """Give what was ticked: (here, by mail) for each kind."""
        return {
            kind.name: (self.cleaned_data[f"{kind.name}-ici"], self.cleaned_data[f"{kind.name}-courriel"])
            for kind in notifications.kinds()
        }
