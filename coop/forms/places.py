"""Choosing a region, then a municipality of it: two lists that work without scripts."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from coop.models import Actor, Municipality, Region

COMMON = {"Municipalité", "Ville"}


class MunicipalityField(forms.ModelChoiceField[Municipality]):
    """A municipality; those that share a name are told apart by what they are."""

    def label_from_instance(self, obj: Municipality) -> str:
        return obj.name if obj.designation in COMMON else f"{obj.name} ({obj.designation.lower()})"


class PlaceForm(forms.ModelForm[Actor]):
    """A form with `region` and `municipality`: the second list holds the municipalities of the first.

    Without scripts, the button named `choose_region` sends the form back with the right list, unsaved.
    """

    region = forms.ModelChoiceField(
        label=_("Région"), queryset=Region.objects.all(), required=False, empty_label=_("Sans région")
    )
    municipality = MunicipalityField(
        label=_("Municipalité"),
        queryset=Municipality.objects.none(),
        required=False,
        empty_label=_("Sans municipalité"),
        error_messages={"invalid_choice": _("Choisis une municipalité de cette région, ou aucune.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        region = self["region"].value()
        code = region.pk if isinstance(region, Region) else region
        if code:
            self.fields["municipality"].queryset = Municipality.objects.filter(region=code)  # type: ignore[attr-defined]

    @property
    def is_choosing_region(self) -> bool:
        """True when the person only asked for the list of a region."""
        return "choose_region" in self.data


class PlacePicker(forms.Form):
    """The second list alone, for the fragment that htmx asks for."""

    def __init__(self, region: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.fields["municipality"] = MunicipalityField(
            label=_("Municipalité"),
            queryset=Municipality.objects.filter(region=region),
            required=False,
            empty_label=_("Sans municipalité"),
        )
