"""Forms of starter packs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coop.models import Actor, Region
from feeds.actions.packs import Voice
from feeds.models import StarterPack, StarterPackMember

if TYPE_CHECKING:
    from collections.abc import Iterable

NOTE_MAX = 140
LINES_MAX = 25 * 200


class PackForm(forms.ModelForm[StarterPack]):
    """What a pack says, and its voices: one a line, a handle and why."""

    region = forms.ModelChoiceField(
        label=gettext_lazy("Région"),
        queryset=Region.objects.all(),
        required=False,
        empty_label=gettext_lazy("Tout le Québec"),
    )
    voices = forms.CharField(
        label=gettext_lazy("Les voix"),
        max_length=LINES_MAX,
        help_text=gettext_lazy(
            "Une par ligne, 25 au plus\u00a0: le nom d’usage, puis pourquoi cette voix. "
            "Par exemple\u00a0: @radio_du_coin Les nouvelles du quartier, en deux langues"
        ),
        widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "true", "autocapitalize": "off"}),
    )

    class Meta:
        model = StarterPack
        fields = ("title", "description", "region")
        widgets = {"description": forms.Textarea(attrs={"rows": 3})}

    def clean_voices(self) -> list[Voice]:
        """Read the lines and find the people; every fault is told with its line."""
        lines = [line.split(maxsplit=1) for line in self.cleaned_data["voices"].splitlines() if line.strip()]
        handles = [words[0].removeprefix("@").rstrip(",:;").lower() for words in lines]
        actors = {actor.handle: actor for actor in Actor.objects.active().filter(handle__in=handles)}
        faults, voices = [], []
        for words, handle in zip(lines, handles, strict=True):
            note = words[1].strip(" —–-:") if len(words) > 1 else ""
            if handle not in actors:
                faults.append(_("Personne ne s’appelle @%(handle)s ici.") % {"handle": handle[:40]})
            elif len(note) > NOTE_MAX:
                faults.append(
                    _("@%(handle)s\u00a0: le «\u00a0pourquoi\u00a0» compte au plus %(most)s caractères.")
                    % {"handle": handle, "most": NOTE_MAX}
                )
            else:
                voices.append(Voice(actors[handle], note))
        if faults:
            raise forms.ValidationError(faults)
        return voices


def lines_of(members: Iterable[StarterPackMember]) -> str:
    """Write the voices of a pack as the form reads them; needs `actor` loaded."""
    return "\n".join(f"@{member.actor.handle} {member.note}".strip() for member in members)
