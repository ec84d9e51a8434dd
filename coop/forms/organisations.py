"""Forms of an organisation's page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from coop import handles
from coop.actions.organisations import MAX_LINKS
from coop.forms.profile import FaceForm
from coop.models import Account, Actor, Delegate, Discipline, Organisation, Region
from coop.models.actors import HANDLE_PATTERN

if TYPE_CHECKING:
    from collections.abc import Iterable


class OrganisationForm(FaceForm):
    """What the page says, whoever runs it."""

    neq = forms.CharField(
        label=_("Numéro d’entreprise du Québec (NEQ)"),
        required=False,
        max_length=14,
        help_text=_(
            "Dix chiffres. Il n’est montré à personne; il évite deux pages pour une même organisation."
        ),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    disciplines = forms.ModelMultipleChoiceField(
        label=_("Disciplines"),
        queryset=Discipline.objects.all(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    field_order = ("handle", "display_name", "summary", "region", "municipality", "disciplines", "neq")

    class Meta(FaceForm.Meta):
        help_texts = FaceForm.Meta.help_texts | {"summary": _("Ce que fait l’organisation, pour qui, où.")}

    def __init__(self, *args: Any, organisation: Organisation | None = None, **kwargs: Any) -> None:
        self.organisation = organisation
        super().__init__(*args, **kwargs)
        self.fields["display_name"].label = _("Nom de l’organisation")
        self.fields["picture"].label = _("Logo ou image")
        self.fields["picture"].help_text = _("JPEG, PNG, WebP, AVIF ou GIF, 12 Mo au plus.")
        self.fields["remove_picture"].label = _("Retirer l’image actuelle")
        self.fields["avatar_alt"].label = _("Description de l’image")
        if organisation is not None:
            self.initial["neq"] = organisation.neq
            self.initial["disciplines"] = organisation.disciplines.all()

    def clean_neq(self) -> str:
        """Take the spaces people type; check the ten digits, and that no other page has them."""
        neq: str = self.cleaned_data["neq"].replace(" ", "").replace("\u00a0", "")
        if not neq:
            return ""
        RegexValidator(r"^\d{10}$", _("Le NEQ compte exactement 10 chiffres."))(neq)
        others = Organisation.objects.filter(neq=neq)
        if self.organisation is not None:
            others = others.exclude(pk=self.organisation.pk)
        if others.exists():
            raise forms.ValidationError(_("Une autre page porte déjà ce NEQ."))
        return neq


class NewOrganisationForm(OrganisationForm):
    """The same, with the handle that is chosen once."""

    handle = forms.CharField(
        label=_("Nom d’usage"),
        required=False,
        max_length=handles.LONGEST,
        help_text=_("Unique, sans accent ni espace, pour toujours. Laisse vide\u00a0: on le tire du nom."),
        widget=forms.TextInput(
            attrs={"autocapitalize": "none", "spellcheck": "false", "autocomplete": "off"}
        ),
    )

    def clean_handle(self) -> str:
        """Check the chosen handle; an empty one is made in `clean`, once the name is known."""
        handle: str = self.cleaned_data["handle"].strip().lstrip("@").lower()
        if not handle:
            return ""
        RegexValidator(
            HANDLE_PATTERN, _("De 2 à 30 caractères\u00a0: lettres sans accent, chiffres, trait bas.")
        )(handle)
        if Actor.objects.filter(handle=handle).exists():
            raise forms.ValidationError(
                _("«\u00a0%(handle)s\u00a0» est déjà pris. «\u00a0%(free)s\u00a0» est libre.")
                % {"handle": handle, "free": handles.free_suggestion(handle)}
            )
        return handle

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not cleaned.get("handle") and "handle" not in self.errors and cleaned.get("display_name"):
            cleaned["handle"] = handles.free_suggestion(cleaned["display_name"])
        return cleaned


class LinkForm(forms.Form):
    """One link of the page."""

    label = forms.CharField(label=_("Libellé"), max_length=40, required=False)
    url = forms.URLField(label=_("Adresse"), max_length=300, required=False, assume_scheme="https")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("label") and not cleaned.get("url") and "url" not in self.errors:
            self.add_error("url", _("Il manque l’adresse de ce lien."))
        return cleaned


LinkFormSet = forms.formset_factory(
    LinkForm, extra=0, min_num=MAX_LINKS, max_num=MAX_LINKS, absolute_max=MAX_LINKS
)


def links_of(forms_: Iterable[LinkForm]) -> list[tuple[str, str]]:
    """Give the filled links; one without a label is called by its host."""
    found = []
    for form in forms_:
        url = form.cleaned_data.get("url")
        if url:
            found.append((form.cleaned_data["label"] or url.split("/")[2][:40], url))
    return found


class DelegateForm(forms.Form):
    """Name a person, by handle."""

    handle = forms.CharField(
        label=_("Nom d’usage de la personne"),
        max_length=31,
        widget=forms.TextInput(
            attrs={"autocapitalize": "none", "spellcheck": "false", "autocomplete": "off"}
        ),
    )
    role = forms.ChoiceField(
        label=_("Rôle"),
        choices=[(value, capfirst(label)) for value, label in Delegate.Role.choices],
        initial=Delegate.Role.EDITOR,
        widget=forms.RadioSelect,
    )

    def clean_handle(self) -> str:
        """Find the person behind the handle."""
        handle: str = self.cleaned_data["handle"].strip().lstrip("@").lower()
        self.person = (
            Account.objects.select_related("actor")
            .filter(actor__handle=handle, actor__kind=Actor.Kind.PERSON, actor__suspended_at__isnull=True)
            .first()
        )
        if self.person is None:
            raise forms.ValidationError(_("Personne ici ne porte ce nom d’usage."))
        return handle


class DirectoryForm(forms.Form):
    """Filters of the directory."""

    region = forms.ModelChoiceField(
        label=_("Région"),
        queryset=Region.objects.all(),
        to_field_name="slug",
        required=False,
        empty_label=_("Toutes les régions"),
    )
    discipline = forms.ModelChoiceField(
        label=_("Discipline"),
        queryset=Discipline.objects.all(),
        required=False,
        empty_label=_("Toutes les disciplines"),
    )
