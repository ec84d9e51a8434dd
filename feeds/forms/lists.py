"""Forms of lists."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from feeds.models import List


class ListForm(forms.ModelForm[List]):
    """Name a list and choose what it does to the home page."""

    class Meta:
        model = List
        fields = ("name", "is_exclusive")
        help_texts = {
            "is_exclusive": _(
                "Les voix de cette liste ne paraîtront plus dans ton fil d’accueil\u00a0: tu les liras ici, "
                "quand tu le veux. Tu ne te désabonnes de personne."
            )
        }
