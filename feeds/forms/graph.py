"""Forms of muting: for how long."""

from __future__ import annotations

from datetime import datetime, timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

FOREVER = "toujours"
DURATIONS = {
    "1h": timedelta(hours=1),
    "1j": timedelta(days=1),
    "7j": timedelta(days=7),
    "30j": timedelta(days=30),
}
DURATION_LABELS = [
    ("1h", _("une heure")),
    ("1j", _("un jour")),
    ("7j", _("sept jours")),
    ("30j", _("trente jours")),
    (FOREVER, _("jusqu’à nouvel ordre")),
]


def end_of(duration: str) -> datetime | None:
    """Give the moment when a chosen duration ends; None for one without end."""
    return None if duration == FOREVER else timezone.now() + DURATIONS[duration]


class MuteForm(forms.Form):
    """Choose for how long."""

    duration = forms.ChoiceField(
        label=_("Pendant"), choices=DURATION_LABELS, initial="7j", widget=forms.RadioSelect
    )
