"""The gallery of the UI kit: each macro in each of its states, for people and for the axe test."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from coop.http import render
from coop.region_map import region_map

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


REGIONS = [
    ("01", "Bas-Saint-Laurent"),
    ("02", "Saguenay–Lac-Saint-Jean"),
    ("03", "Capitale-Nationale"),
    ("04", "Mauricie"),
    ("05", "Estrie"),
    ("06", "Montréal"),
    ("07", "Outaouais"),
    ("08", "Abitibi-Témiscamingue"),
    ("09", "Côte-Nord"),
    ("10", "Nord-du-Québec"),
    ("11", "Gaspésie–Îles-de-la-Madeleine"),
    ("12", "Chaudière-Appalaches"),
    ("13", "Laval"),
    ("14", "Lanaudière"),
    ("15", "Laurentides"),
    ("16", "Montérégie"),
    ("17", "Centre-du-Québec"),
]


class GalleryForm(forms.Form):
    """A form with one field of each kind."""

    name = forms.CharField(label=_("Nom affiché"), max_length=60, help_text=_("Celui que les autres voient."))
    summary = forms.CharField(label=_("Présentation"), required=False, widget=forms.Textarea)
    region = forms.ChoiceField(label=_("Région"), choices=REGIONS, widget=forms.RadioSelect)
    language = forms.ChoiceField(label=_("Langue"), choices=[("fr", _("français")), ("en", _("anglais"))])
    audience = forms.ChoiceField(
        label=_("Qui peut lire"),
        choices=[("public", _("Tout le monde")), ("members", _("Membres")), ("followers", _("Abonné·es"))],
        widget=forms.RadioSelect,
    )
    interests = forms.MultipleChoiceField(
        label=_("Ce qui t’intéresse"),
        required=False,
        choices=[("music", _("Musique")), ("theatre", _("Théâtre")), ("books", _("Livres"))],
        widget=forms.CheckboxSelectMultiple,
    )
    picture = forms.FileField(label=_("Image"), required=False)
    adult = forms.BooleanField(label=_("J’ai 14 ans ou plus"))


AUDIENCE_DETAILS = {
    "public": {"icon": "globe", "help": _("Même sans compte, et dans les moteurs de recherche.")},
    "members": {"icon": "members", "help": _("Les personnes qui ont un compte ici.")},
    "followers": {"icon": "people", "help": _("Celles et ceux qui te suivent, et que tu as acceptés.")},
}


@login_not_required
@require_safe
def gallery(request: HttpRequest) -> HttpResponse:
    """Show the whole kit; `?aile=` chooses the wing."""
    wing = request.GET.get("aile", "")
    return render(
        request,
        "coop/gallery.html",
        {
            "form": GalleryForm(
                initial={"audience": "followers", "region": "01", "name": "Marie-Ève Côté", "language": "fr"}
            ),
            "bound_form": GalleryForm({"summary": "Bonjour"}),
            "details": AUDIENCE_DETAILS,
            "region_map": region_map(current="01", levels={"06": 5, "03": 4, "16": 3, "13": 2, "05": 1}),
            "wing_shown": wing if wing in {"fil", "agenda", "assemblee", "fiducie"} else "fil",
        },
    )
