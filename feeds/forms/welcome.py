"""Forms of the first hour."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from coop.forms.places import PlaceForm
from coop.models import Actor, Preferences
from feeds.models import Tag


class WhereForm(PlaceForm):
    """Where one lives."""

    class Meta:
        model = Actor
        fields = ("region", "municipality")


class InterestForm(forms.Form):
    """What one cares about, among the subjects of the day and those chosen before."""

    subjects = forms.ModelMultipleChoiceField(
        label=_("Sujets"),
        queryset=Tag.objects.none(),
        required=False,
        to_field_name="slug",
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, offered: list[Tag], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["subjects"].queryset = Tag.objects.filter(  # type: ignore[attr-defined]  # it is a model field
            pk__in=[tag.pk for tag in offered]
        ).order_by("slug")


class AudienceForm(forms.Form):
    """Who reads what one writes, whether one may be found, how often news comes by mail."""

    default_audience = forms.TypedChoiceField(
        label=_("Quand j’écris, d’habitude, c’est pour…"),
        choices=[
            (Preferences.Audience.PUBLIC, _("Tout le monde")),
            (Preferences.Audience.MEMBERS, _("Les membres")),
            (Preferences.Audience.FOLLOWERS, _("Mes abonné·es")),
        ],
        coerce=int,
        widget=forms.RadioSelect,
    )
    mail_frequency = forms.ChoiceField(
        label=_("Des nouvelles par courriel?"),
        choices=[
            (Preferences.Mail.NEVER, _("Jamais")),
            (Preferences.Mail.DAILY, _("Un résumé par jour")),
            (Preferences.Mail.IMMEDIATE, _("Tout de suite")),
        ],
        widget=forms.RadioSelect,
    )

    is_discoverable = forms.BooleanField(
        label=_("On peut me trouver et me suggérer"),
        required=False,
        help_text=_("Ton profil paraît alors dans la recherche, les suggestions et les trousses."),
    )
