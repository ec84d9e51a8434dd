"""The people, pages and groups of the demo, from the hand-written files, as rows."""

from __future__ import annotations

import tomllib
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.files.base import ContentFile

from coop.actions.accounts import open_account
from coop.models import (
    Account,
    Actor,
    Delegate,
    Discipline,
    Municipality,
    Organisation,
    OrganisationLink,
    Preferences,
)
from feeds.actions.groups import create_group, join_group, name_moderator
from feeds.demo import laval, logins, pictures
from feeds.models import Group, GroupMembership, Interest, Visibility
from feeds.text import tag_slug

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

DATA = Path(__file__).parent / "data"
LAVAL_REGION, LAVAL_PLACE, LAVAL_VOICE = "13", "Laval", "donnees_ouvertes"
LAVAL_SUMMARY = (
    "Page de démonstration. Ses annonces viennent du calendrier des activités que la Ville de Laval publie "
    "en données ouvertes; elle n’est pas tenue par la Ville."
)
FACES = ("jour", "mer", "soir", "foret", "neige", "aube")
FACE_ALT = "Petit paysage dessiné : des collines, un astre"


def entries(name: str, kind: str) -> list[dict[str, Any]]:
    """Read one of the hand-written files."""
    with (DATA / f"{name}.toml").open("rb") as handle:
        found: list[dict[str, Any]] = tomllib.load(handle)[kind]
    return found


class Cast:
    """Who is who: actors by handle, and the account that speaks for each."""

    def __init__(self, since: datetime) -> None:
        self.since = since
        self.actors: dict[str, Actor] = {}
        self.accounts: dict[str, Account] = {}
        self.groups: dict[str, Group] = {}
        self.interests: dict[str, list[str]] = {}
        self._places = {
            (place.name.replace("'", "’"), place.region_id): place
            for place in Municipality.objects.select_related("region")
        }

    def enter(self) -> None:
        """Open the accounts, the pages and the groups."""
        emails = {login.handle: login.email for login in logins.LOGINS}
        for rank, entry in enumerate(entries("people", "person")):
            self._person(entry, emails.get(entry["handle"]), self.since + timedelta(hours=rank))
        for rank, entry in enumerate(entries("organisations", "organisation")):
            self._organisation(entry, self.since + timedelta(hours=rank + 2), FACES[rank % len(FACES)])
        for rank, entry in enumerate(entries("groups", "group")):
            self._group(entry, self.since + timedelta(hours=rank + 5), FACES[(rank + 3) % len(FACES)])

    def add_interests(self, tags: dict[str, int]) -> None:
        """Declare what people care about, among the hashtags that exist."""
        Interest.objects.bulk_create(
            Interest(actor=self.actors[handle], tag_id=tags[slug])
            for handle, names in self.interests.items()
            for slug in dict.fromkeys(tag_slug(name) for name in names)
            if slug in tags
        )

    def _place(self, entry: dict[str, Any]) -> dict[str, Any]:
        municipality = self._places[entry["place"], entry["region"]]
        return {"municipality": municipality, "region": municipality.region}

    def _person(self, entry: dict[str, Any], email: str | None, at: datetime) -> None:
        handle = entry["handle"]
        account = open_account(
            email=email or f"{handle}@{logins.DOMAIN}",
            password=logins.PASSWORD if email else None,
            handle=handle,
            display_name=entry["name"],
            is_of_age=True,
        )
        assert account.actor is not None  # open_account made it
        found = entry.get("found", True)
        self._dress(
            account.actor,
            at,
            entry["face"],
            summary=entry["summary"],
            approves_followers=not entry.get("open", True),
            is_discoverable=found,
            is_indexable=entry.get("indexed", False),
            shows_follows=found,
            **self._place(entry),
        )
        account.created_at = account.welcomed_at = at
        account.save(update_fields=["created_at", "welcomed_at"])
        Preferences.objects.filter(account=account).update(
            default_audience=Visibility.PUBLIC, uses_interests=True
        )
        self.accounts[handle], self.actors[handle] = account, account.actor
        self.interests[handle] = entry["interests"]

    def _organisation(self, entry: dict[str, Any], at: datetime, face: str) -> None:
        handle = entry["handle"]
        is_laval = entry.get("laval", False)
        if is_laval:
            entry |= {
                "region": LAVAL_REGION,
                "place": LAVAL_PLACE,
                "manager": LAVAL_VOICE,
                "summary": LAVAL_SUMMARY,
            }
        actor = Actor(kind=Actor.Kind.ORGANISATION, handle=handle, display_name=entry["name"])
        self._dress(
            actor,
            at,
            face,
            summary=entry["summary"],
            approves_followers=False,
            is_discoverable=True,
            is_indexable=True,
            shows_follows=True,
            **self._place(entry),
        )
        manager = self.accounts[entry["manager"]]
        organisation = Organisation.objects.create(
            actor=actor, source=laval.PAGE_SOURCE if is_laval else "", created_at=at, created_by=manager
        )
        organisation.disciplines.set(Discipline.objects.filter(slug__in=entry.get("disciplines", [])))
        OrganisationLink.objects.bulk_create(
            OrganisationLink(organisation=organisation, label=label, url=url, position=position)
            for position, (label, url) in enumerate(entry.get("links", []))
        )
        roles = {entry["manager"]: Delegate.Role.MANAGER}
        roles |= dict.fromkeys(entry.get("editors", []), Delegate.Role.EDITOR)
        Delegate.objects.bulk_create(
            Delegate(
                organisation=organisation,
                account=self.accounts[person],
                role=role,
                granted_at=at,
                granted_by=manager,
            )
            for person, role in roles.items()
        )
        self.accounts[handle], self.actors[handle] = manager, actor

    def _group(self, entry: dict[str, Any], at: datetime, face: str) -> None:
        first, *others = entry["moderators"]
        region = Municipality.objects.filter(region_id=entry.get("region")).first()
        group = create_group(
            account=self.accounts[first],
            handle=entry["handle"],
            display_name=entry["name"],
            summary=entry["summary"],
            kind=entry["kind"],
            join_policy=entry.get("policy", Group.JoinPolicy.OPEN),
            region=region.region if region else None,
            rules_text=entry["rules"],
        )
        waiting = entry.get("pending", [])
        for handle in (*others, *entry["members"], *waiting):
            join_group(account=self.accounts[handle], group=group)
        GroupMembership.objects.filter(group=group).update(requested_at=at)
        GroupMembership.objects.filter(group=group).exclude(actor__handle__in=waiting).update(
            joined_at=at, requested_at=at
        )
        for handle in others:
            name_moderator(account=self.accounts[first], group=group, actor=self.actors[handle])
        Group.objects.filter(pk=group.pk).update(created_at=at)
        self._dress(group.actor, at, face, is_indexable=True)
        self.groups[entry["handle"]] = group

    def _dress(self, actor: Actor, at: datetime, face: str, **fields: Any) -> None:
        """Give a face its words, its place and its picture."""
        for name, value in fields.items():
            setattr(actor, name, value)
        actor.created_at = at
        actor.avatar_alt = FACE_ALT
        picture = ContentFile(pictures.face(actor.handle, face), name=f"{actor.handle}.jpg")
        actor.avatar.save(picture.name or "", picture, save=False)
        actor.save()

    def people(self) -> Iterable[str]:
        """Give the handles of the persons, in the order of the file."""
        return self.interests
