"""Forms of the composer: publishing, answering, editing. They check shape; actions check rules."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import Subquery
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coop import parameters
from coop.models import Preferences
from feeds.actions.drafts import TEXT_MAX
from feeds.actions.media import ALT_MAX
from feeds.actions.polls import PollInput
from feeds.actions.posts import WARNING_MAX
from feeds.models import Draft, MediaAttachment, ReplyControl, Visibility

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import QueryDict
    from django.utils.functional import _StrPromise

    from coop.models import Account, Actor
    from feeds.models import Group, Post

RESTORED_FOR = timedelta(days=7)
MINUTES_AN_HOUR = 60
MINUTES_A_DAY = 24 * MINUTES_AN_HOUR


@dataclass(frozen=True, slots=True)
class Audience:
    """How an audience is said: its sign, its name, who will read."""

    icon: str
    label: str | _StrPromise
    readers: str | _StrPromise


AUDIENCES: dict[int, Audience] = {
    Visibility.PUBLIC: Audience(
        "globe", gettext_lazy("Tout le monde"), gettext_lazy("même sans compte, y compris hors d’ici")
    ),
    Visibility.MEMBERS: Audience(
        "members", gettext_lazy("Membres"), gettext_lazy("les personnes qui ont un compte")
    ),
    Visibility.GROUP: Audience(
        "group", gettext_lazy("Groupe"), gettext_lazy("les membres du groupe seulement")
    ),
    Visibility.FOLLOWERS: Audience(
        "lock", gettext_lazy("Abonné·es"), gettext_lazy("tes abonné·es et les personnes que tu mentionnes")
    ),
    Visibility.MENTIONED: Audience(
        "at", gettext_lazy("Personnes mentionnées"), gettext_lazy("seulement celles que tu nommes avec @")
    ),
}
REPLY_AUDIENCES: dict[int, str | _StrPromise] = {
    Visibility.FOLLOWERS: gettext_lazy(
        "tes abonné·es, la personne à qui tu réponds et celles que tu mentionnes"
    ),
    Visibility.MENTIONED: gettext_lazy("la personne à qui tu réponds et celles que tu mentionnes"),
}
POLL_DURATIONS = (
    (30, gettext_lazy("30 minutes")),
    (MINUTES_AN_HOUR, gettext_lazy("1 heure")),
    (6 * MINUTES_AN_HOUR, gettext_lazy("6 heures")),
    (MINUTES_A_DAY, gettext_lazy("1 jour")),
    (3 * MINUTES_A_DAY, gettext_lazy("3 jours")),
    (7 * MINUTES_A_DAY, gettext_lazy("7 jours")),
    (14 * MINUTES_A_DAY, gettext_lazy("14 jours")),
)


def audiences_for(*, in_reply_to: Post | None, group_id: int | None) -> list[int]:
    """List the audiences one may choose here, widest first: a reply stays within what it answers."""
    if group_id is not None:
        allowed = [Visibility.PUBLIC, Visibility.MEMBERS, Visibility.GROUP]
    else:
        allowed = [Visibility.PUBLIC, Visibility.MEMBERS, Visibility.FOLLOWERS, Visibility.MENTIONED]
    widest = in_reply_to.visibility if in_reply_to is not None else Visibility.PUBLIC
    return [int(audience) for audience in allowed if audience >= widest]


def usual_here(usual: int, in_reply_to: Post | None, account: Account) -> int:
    """Give the audience offered first: the usual one, or narrower for an answer; to oneself, the same."""
    if in_reply_to is None:
        return usual
    if in_reply_to.author_id == account.actor_id:
        return in_reply_to.visibility
    return max(usual, in_reply_to.visibility)


class TextForm(forms.Form):
    """What a post says: words, warning, images. Editing asks nothing else."""

    text = forms.CharField(
        label=gettext_lazy("Texte"),
        required=False,
        strip=False,
        max_length=TEXT_MAX,
        widget=forms.Textarea(attrs={"rows": 3, "class": "composer__text", "maxlength": None}),
    )
    content_warning = forms.CharField(
        label=gettext_lazy("Avertissement"),
        required=False,
        max_length=WARNING_MAX,
        help_text=gettext_lazy("On le lit d’abord; le reste se déplie."),
    )
    is_sensitive = forms.BooleanField(label=gettext_lazy("Replier les images (sensibles)"), required=False)
    media = forms.Field(  # type: ignore[assignment]  # Django takes fields off the class: `form.media` stays
        label=gettext_lazy("Images"), required=False, widget=forms.MultipleHiddenInput
    )

    def __init__(self, *args: Any, account: Account, post: Post | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.account = account
        self.post = post
        self.limit = parameters.get("posts.max_length")
        self.max_images = parameters.get("posts.max_images")

    @cached_property
    def images(self) -> list[MediaAttachment]:
        """Give the images chosen so far, in order, each with its description as typed."""
        raw = self["media"].value() or []
        ids = [pk for pk in (_uuid(value) for value in raw) if pk is not None]
        if not ids:
            return []
        found = {media.pk: media for media in self._usable().filter(pk__in=ids)}
        images = [found[pk] for pk in dict.fromkeys(ids) if pk in found]
        for image in images:
            if self.is_bound:
                image.alt = str(self.data.get(f"alt-{image.pk}", image.alt)).strip()[:ALT_MAX]
            else:
                image.alt = str(self.initial.get("alts", {}).get(str(image.pk), image.alt))
        return images

    def _usable(self) -> Any:
        free = MediaAttachment.objects.filter(owner_id=self.account.actor_id, post__isnull=True)
        return free | MediaAttachment.objects.filter(post=self.post) if self.post is not None else free

    def clean_media(self) -> list[MediaAttachment]:
        """Refuse the form when an image has gone or was refused, rather than publish without it."""
        wanted = set(self.data.getlist("media")) if hasattr(self.data, "getlist") else set()
        if len(self.images) < len(wanted):
            raise forms.ValidationError(
                _("Une des images n’est plus disponible. Retire-la et ajoute-la de nouveau.")
            )
        refused = [image for image in self.images if image.state == MediaAttachment.State.REFUSED]
        if refused:
            raise forms.ValidationError(refused[0].refusal)
        return self.images

    def replace_images(self, images: Sequence[MediaAttachment]) -> None:
        """Change the images of a bound form (one was added or taken out) before it is read or shown again."""
        data: QueryDict = self.data.copy()  # type: ignore[attr-defined]  # bound to a QueryDict
        data.setlist("media", [str(image.pk) for image in images])
        for image in images:
            data.setdefault(f"alt-{image.pk}", image.alt)
        self.data = data
        self.__dict__.pop("images", None)


class PostForm(TextForm):
    """The composer: what is said, to whom, in whose name, with a poll perhaps."""

    visibility = forms.TypedChoiceField(
        label=gettext_lazy("Qui peut lire"), coerce=int, widget=forms.RadioSelect, empty_value=None
    )
    reply_control = forms.TypedChoiceField(
        label=gettext_lazy("Qui peut répondre"),
        coerce=int,
        choices=ReplyControl,
        widget=forms.RadioSelect,
        required=False,
        empty_value=None,
    )
    as_actor = forms.TypedChoiceField(
        label=gettext_lazy("Publier comme"), coerce=int, required=False, empty_value=None
    )
    poll_options = forms.Field(
        label=gettext_lazy("Sondage"), required=False, widget=forms.MultipleHiddenInput
    )
    poll_is_multiple = forms.BooleanField(label=gettext_lazy("Plusieurs réponses possibles"), required=False)
    poll_duration = forms.TypedChoiceField(
        label=gettext_lazy("Durée"),
        coerce=int,
        choices=POLL_DURATIONS,
        required=False,
        empty_value=None,
    )

    def __init__(
        self,
        *args: Any,
        faces: Sequence[Actor] = (),
        in_reply_to: Post | None = None,
        group: Group | None = None,
        draft_id: uuid.UUID | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.in_reply_to = in_reply_to
        self.group = group
        self.draft_id = draft_id
        self.faces = list(faces)
        self.nonce = uuid.uuid4().hex
        group_id = group.pk if group else in_reply_to.group_id if in_reply_to else None
        self.audiences = audiences_for(in_reply_to=in_reply_to, group_id=group_id)
        self._choices("visibility", [(value, AUDIENCES[value].label) for value in self.audiences])
        self._choices("as_actor", [(face.pk, face.display_name) for face in self.faces])
        self.max_options = parameters.get("posts.max_poll_options")
        days = parameters.get("posts.max_poll_days")
        self._choices(
            "poll_duration", [(n, label) for n, label in POLL_DURATIONS if n <= days * MINUTES_A_DAY]
        )

    def _choices(self, name: str, choices: list[tuple[int, str | _StrPromise]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]  # these are choice fields

    @classmethod
    def for_account(
        cls,
        account: Account,
        *,
        faces: Sequence[Actor] = (),
        in_reply_to: Post | None = None,
        group: Group | None = None,
        draft: Draft | None = None,
        restores: bool = True,
    ) -> PostForm:
        """Give an empty composer with the usual audience, or with what was being written here.

        One query, none when the caller knows that there is nothing to restore (`restores=False`).
        """
        usual, restored = _usual_audience_and_draft(
            account, in_reply_to, restores=restores and draft is None and not group
        )
        draft = draft or restored
        allowed = audiences_for(
            in_reply_to=in_reply_to,
            group_id=group.pk if group else in_reply_to.group_id if in_reply_to else None,
        )
        default = Visibility.GROUP if group else usual_here(usual, in_reply_to, account)
        initial: dict[str, Any] = {
            "visibility": default if default in allowed else allowed[-1],
            "reply_control": ReplyControl.EVERYONE,
            "as_actor": account.actor_id,
            "poll_duration": MINUTES_A_DAY,
            "text": _names_to_keep(in_reply_to, account),
        }
        if draft is not None:
            initial |= {name: value for name, value in draft.fields.items() if value not in (None, "")}
        return cls(
            account=account,
            faces=faces,
            in_reply_to=in_reply_to,
            group=group,
            initial=initial,
            draft_id=draft.pk if draft else None,
        )

    @property
    def is_restored(self) -> bool:
        """True when the composer shows again what was being written."""
        return not self.is_bound and self.draft_id is not None

    @property
    def audience_details(self) -> dict[str, dict[str, str]]:
        """Say each audience's sign and readers, for the choice cards."""
        replies = REPLY_AUDIENCES if self.in_reply_to is not None else {}
        return {
            str(value): {
                "icon": AUDIENCES[value].icon,
                "help": str(replies.get(value, AUDIENCES[value].readers)),
            }
            for value in self.audiences
        }

    @property
    def audience_labels(self) -> dict[int, str]:
        """Name each audience; a group by its own name."""
        labels = {value: str(AUDIENCES[value].label) for value in self.audiences}
        if Visibility.GROUP in labels and self.group is not None:
            labels[Visibility.GROUP] = self.group.actor.display_name
        return labels

    @property
    def option_texts(self) -> list[str]:
        """Give the answers typed so far, with empty places up to four (or the maximum)."""
        typed = [str(option) for option in self["poll_options"].value() or []][: self.max_options]
        while typed and not typed[-1].strip():
            typed.pop()
        return typed + [""] * (min(max(len(typed) + 1, 4), self.max_options) - len(typed))

    @property
    def has_poll(self) -> bool:
        """True when an answer has been typed."""
        return any(text.strip() for text in self.option_texts)

    def clean_visibility(self) -> int:
        """Keep to the audiences of this place."""
        value = self.cleaned_data["visibility"]
        if value is None:
            raise forms.ValidationError(_("Choisis qui pourra lire."))
        return int(value)

    def clean_reply_control(self) -> int:
        """Leave answers open to all where nothing was chosen."""
        return self.cleaned_data["reply_control"] or ReplyControl.EVERYONE

    def clean_poll_options(self) -> list[str]:
        """Leave the empty places out."""
        raw = self["poll_options"].value() or []
        options = [str(option).strip() for option in raw if str(option).strip()]
        if len(options) == 1:
            raise forms.ValidationError(_("Propose au moins deux réponses."))
        return options

    @property
    def author(self) -> Actor:
        """Give the face chosen, one's own by default; only valid forms know it."""
        chosen = self.cleaned_data.get("as_actor")
        own = self.account.actor
        assert own is not None  # the views ask for a face first
        return next((face for face in self.faces if face.pk == chosen), own)

    def poll_input(self) -> PollInput | None:
        """Give the poll asked for, or None."""
        options = self.cleaned_data["poll_options"]
        if not options:
            return None
        minutes = self.cleaned_data["poll_duration"] or MINUTES_A_DAY
        return PollInput(
            options=options,
            is_multiple=self.cleaned_data["poll_is_multiple"],
            closes_at=timezone.now() + timedelta(minutes=minutes),
        )


def typed_fields(data: QueryDict) -> dict[str, Any]:
    """Give the composer's fields as typed, for a draft."""
    single = ("text", "content_warning", "visibility", "reply_control", "as_actor", "poll_duration", "groupe")
    media = data.getlist("media")
    return {
        **{name: data[name] for name in single if data.get(name)},
        **{name: True for name in ("is_sensitive", "poll_is_multiple") if data.get(name)},
        "media": media,
        "alts": {pk: data[f"alt-{pk}"][:ALT_MAX] for pk in media if data.get(f"alt-{pk}")},
        "poll_options": [option for option in data.getlist("poll_options") if option.strip()],
    }


def _usual_audience_and_draft(
    account: Account, in_reply_to: Post | None, *, restores: bool
) -> tuple[int, Draft | None]:
    """Read the usual audience and what was being written here, in one statement.

    Only a draft that was saved by itself comes back by itself; one that was put aside waits in the list.
    """
    if not restores:
        return account.preferences.default_audience, None
    drafts = Draft.objects.filter(
        account=account,
        in_reply_to=in_reply_to,
        fields__kept__isnull=True,
        fields__groupe__isnull=True,
        updated_at__gt=timezone.now() - RESTORED_FOR,
    ).order_by("-updated_at")
    row = (
        Preferences.objects.filter(account=account)
        .annotate(
            draft_id=Subquery(drafts.values("id")[:1]), draft_fields=Subquery(drafts.values("fields")[:1])
        )
        .values("default_audience", "draft_id", "draft_fields")
        .first()
    )
    if row is None:
        return int(Preferences.Audience.FOLLOWERS), None
    draft = (
        Draft(pk=row["draft_id"], account=account, fields=row["draft_fields"]) if row["draft_id"] else None
    )
    return int(row["default_audience"]), draft


def _names_to_keep(in_reply_to: Post | None, account: Account) -> str:
    """Begin the answer to a private conversation with the people in it, so that nobody falls out unseen."""
    if in_reply_to is None or in_reply_to.visibility != Visibility.MENTIONED:
        return ""
    others = (
        in_reply_to.mentions.exclude(actor_id__in=[account.actor_id, in_reply_to.author_id])
        .order_by("pk")
        .values_list("actor__handle", flat=True)
    )
    return "".join(f"@{handle} " for handle in others)


def _uuid(value: object) -> uuid.UUID | None:
    try:
        return uuid.UUID(str(value))
    except ValueError:
        return None
