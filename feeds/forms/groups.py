"""Forms of groups."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from coop.models import Actor, Region
from feeds.models import Group

KINDS = [
    (Group.Kind.REGIONAL, _("Régional")),
    (Group.Kind.SECTOR, _("Sectoriel")),
    (Group.Kind.FREE, _("Libre")),
]
JOIN_POLICIES = [
    (Group.JoinPolicy.OPEN, _("Ouverte")),
    (Group.JoinPolicy.REQUEST, _("Sur demande")),
]


class GroupForm(forms.Form):
    """Say what a group is about and how one enters it."""

    display_name = forms.CharField(label=_("Nom du groupe"), max_length=80)
    summary = forms.CharField(
        label=_("À propos"),
        max_length=600,
        required=False,
        widget=forms.Textarea,
        help_text=_("De quoi on y parle, et avec qui."),
    )
    kind = forms.ChoiceField(
        label=_("Sorte de groupe"),
        choices=KINDS,
        initial=Group.Kind.FREE,
        widget=forms.RadioSelect,
    )
    region = forms.ModelChoiceField(
        label=_("Région"),
        queryset=Region.objects.all(),
        required=False,
        empty_label=_("Tout le Québec"),
        help_text=_("Nécessaire pour un groupe régional."),
    )
    join_policy = forms.ChoiceField(
        label=_("Adhésion"),
        choices=JOIN_POLICIES,
        initial=Group.JoinPolicy.OPEN,
        widget=forms.RadioSelect,
    )
    rules_text = forms.CharField(
        label=_("Règles du groupe"),
        max_length=2000,
        required=False,
        widget=forms.Textarea,
        help_text=_("Ce que tu demandes aux membres, en quelques lignes."),
    )


class NewGroupForm(GroupForm):
    """Open a group: it also needs a handle, which will not change."""

    handle = forms.CharField(
        label=_("Nom d’usage"),
        max_length=30,
        help_text=_(
            "L’adresse du groupe\u00a0: lettres sans accent, chiffres, trait bas. Elle ne changera plus."
        ),
        widget=forms.TextInput(
            attrs={"autocapitalize": "none", "spellcheck": "false", "autocomplete": "off"}
        ),
    )
    field_order = ("display_name", "handle")

    def clean_handle(self) -> str:
        return str(self.cleaned_data["handle"]).lstrip("@").lower()


class GroupSettingsForm(GroupForm):
    """Change a group."""

    is_indexable = forms.BooleanField(
        label=_("Les moteurs de recherche peuvent trouver le groupe"),
        required=False,
        help_text=_("Seules ses publications pour tout le monde se lisent sans compte, de toute façon."),
    )

    @classmethod
    def for_group(cls, group: Group, data: Any = None) -> GroupSettingsForm:
        """Begin from what the group is now."""
        actor: Actor = group.actor
        return cls(
            data,
            initial={
                "display_name": actor.display_name,
                "summary": actor.summary,
                "kind": group.kind,
                "region": actor.region_id,
                "join_policy": group.join_policy,
                "rules_text": group.rules_text,
                "is_indexable": actor.is_indexable,
            },
        )
