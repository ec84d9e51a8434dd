"""The form of the search page: everything stays in the address, so that a search can be kept and shared."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from coop.models import Actor, Region
from feeds.search import QUERY_LENGTH, Filters


class SearchForm(forms.Form):
    """What is looked for, and what narrows it."""

    q = forms.CharField(
        label=_("Chercher"),
        max_length=QUERY_LENGTH,
        required=False,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    auteur = forms.CharField(
        label=_("Publié par"),
        required=False,
        max_length=31,
        widget=forms.TextInput(
            attrs={"placeholder": "@", "autocapitalize": "none", "autocomplete": "off", "spellcheck": "false"}
        ),
    )
    region = forms.ModelChoiceField(
        label=_("Région"),
        queryset=Region.objects.order_by("name"),
        to_field_name="slug",
        required=False,
        empty_label=_("Toutes les régions"),
        error_messages={"invalid_choice": _("Choisis une région de la liste.")},
    )
    du = forms.DateField(
        label=_("Du"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("Écris la date ainsi\u00a0: 2026-11-21.")},
    )
    au = forms.DateField(
        label=_("Au"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("Écris la date ainsi\u00a0: 2026-11-21.")},
    )
    images = forms.BooleanField(label=_("Avec image seulement"), required=False)

    def clean_auteur(self) -> Actor | None:
        """Find who is meant by the handle."""
        handle: str = self.cleaned_data["auteur"].strip().removeprefix("@").lower()
        if not handle:
            return None
        author = Actor.objects.active().filter(handle=handle).first()
        if author is None:
            raise forms.ValidationError(_("Personne ne s’appelle ainsi ici."), code="unknown")
        return author

    def clean(self) -> dict[str, Any]:
        """Refuse a period that ends before it begins."""
        data = super().clean() or self.cleaned_data
        since, until = data.get("du"), data.get("au")
        if since and until and until < since:
            self.add_error("au", _("Cette date vient avant l’autre."))
        return data

    def filters(self) -> Filters:
        """Give what narrows the search; a field with a mistake narrows nothing."""
        data = self.cleaned_data
        return Filters(
            author=data.get("auteur"),
            region=data.get("region"),
            since=data.get("du"),
            until=data.get("au"),
            with_images=data.get("images", False),
        )
