"""Forms of keyword filters."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from feeds.forms.graph import DURATION_LABELS, FOREVER
from feeds.models import Filter

KEPT = "inchangee"


class FilterForm(forms.ModelForm[Filter]):
    """Write a word, choose what happens to what contains it, and until when."""

    duration = forms.ChoiceField(label=_("Durée"), choices=DURATION_LABELS, initial=FOREVER)

    class Meta:
        model = Filter
        fields = ("phrase", "whole_word", "effect")
        widgets = {"effect": forms.RadioSelect}
        help_texts = {
            "phrase": _(
                "Les majuscules et les accents ne comptent pas\u00a0: "
                "«\u00a0aréna\u00a0» trouve «\u00a0l’ARENA\u00a0»."
            ),
            "whole_word": _("Sans cela, «\u00a0art\u00a0» trouve aussi «\u00a0départ\u00a0»."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and self.instance.expires_at is not None:
            # The end that was chosen before is one of the choices, so that saving does not move it.
            choices = self.fields["duration"]
            choices.choices = [(KEPT, _("comme avant")), *DURATION_LABELS]  # type: ignore[attr-defined]  # it is a ChoiceField
            choices.initial = KEPT
