"""Every address of the house, walked by everyone who may come: closed by default, and never broken.

A new route fails here until it has an entry in `ARGUMENTS` (what it is about) and, if visitors may open it,
in `PUBLIC`; and, if it is about something of someone's own, in `OTHERS_MAY_NOT`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from allauth.account.internal.flows.login import record_authentication
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.http import HttpRequest
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from coop import permissions
from feeds.models import Draft, MediaAttachment
from tests.security.route_table import (
    ABOUT_A_POST,
    ARGUMENTS,
    OTHERS_MAY_NOT,
    PUBLIC,
    World,
    make_world,
    on_post,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from django.http import HttpResponse
    from django.urls import URLResolver

    from coop.models import Account

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture
def world(db) -> World:
    return make_world()


def routes(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLPattern):
            assert entry.name, f"{entry.pattern} has no name"
            yield f"{prefix}{entry.name}", entry
        else:
            yield from routes(entry, f"{prefix}{entry.namespace}:" if entry.namespace else prefix)


ROUTES = dict(routes())


def address(name: str, world: World) -> str:
    make = ARGUMENTS.get(name)
    return reverse(name, args=make(world) if make else None)


# -------------------------------------------------------------------------------------------------
# Walking

JUNK = {
    "avant": "-1",
    "apres": "99999999999999999999999",
    "depuis": "²\u202e%s</b>",
    "q": "' OR 1=1 -- %s \udcff".encode("utf-8", "replace").decode(),
    "onglet": "../..",
    "auteur": "²\u202e%s</b>",
    "region": "²\u202e%s</b>",
    "sorte": "²\u202e%s</b>",
    "discipline": "²\u202e%s</b>",
    "du": "0000-00-00",
    "au": "9999-99-99",
    "reponse": "²",
    "groupe": "²\u202e%s</b>",
    "brouillon": "²\u202e%s</b>",
    "texte": "²\u202e%s</b>",
    "suite": "//ailleurs.exemple/",
    "next": "javascript:alert(1)",
    "etat": "²\u202e%s</b>",
    "decision": "²\u202e%s</b>",
    "page": "x",
    "handle": "²\u202e%s</b>",
    "display_name": "\u202e<b>",
    "nom": "²\u202e%s</b>",
    "name": "²\u202e%s</b>",
    "title": "²\u202e%s</b>",
    "phrase": "²\u202e%s</b>",
    "text": "é" * 20_000,
    "visibility": "99",
    "reply_control": "x",
    "as_actor": "99999999999999999999999",
    "in_reply_to": "9" * 30,
    "media": "pas-un-uuid",
    "retirer": "pas-un-uuid",
    "poll_options": "²\u202e%s</b>",
    "options": "9" * 30,
    "option": "9" * 30,
    "duration": "x",
    "ligne": "9" * 40,
    "actor": "9" * 30,
    "voix": "9" * 30,
    "members": "9" * 30,
    "tags": "²\u202e%s</b>",
    "email": "²\u202e%s</b>",
    "login": "²\u202e%s</b>",
    "password": "²\u202e%s</b>",
    "language": "²\u202e%s</b>",
    "theme": "²\u202e%s</b>",
    "neq": "²²²",
    "nonce": "²\u202e%s</b>",
}

WAYS: dict[str, Callable[[Client, str], HttpResponse]] = {
    "get": lambda client, where: client.get(where),
    "get junk": lambda client, where: client.get(where, JUNK),
    "get null": lambda client, where: client.get(where, dict.fromkeys(JUNK, "\x00")),
    "get fragment": lambda client, where: client.get(where, headers={"HX-Request": "true"}),
    "post": lambda client, where: client.post(where),
    "post junk": lambda client, where: client.post(where, JUNK),
    "post null": lambda client, where: client.post(where, dict.fromkeys(JUNK, "\x00")),
    "post rubbish": lambda client, where: client.post(
        where, b"\xff\xfe{", content_type="multipart/form-data; boundary=x"
    ),
    "delete": lambda client, where: client.delete(where),
}

#: A visitor walks every way and Marie most; for the others, what their place in the world changes.
MOST_WAYS = tuple(way for way in WAYS if not way.endswith("null"))
FEW_WAYS = ("get", "post")


class Walker:
    """Someone who asks for pages; what they do is undone after each."""

    def __init__(self, account: Account | None) -> None:
        self.cookie = ""
        if account is not None:
            client = Client()
            client.force_login(account, backend="coop.auth.AccountBackend")
            # They have just typed their password: what asks for it again lets them in.
            request = HttpRequest()
            request.session = client.session
            record_authentication(request, account, method="password", reauthenticated=True)
            request.session.save()
            self.cookie = client.cookies[settings.SESSION_COOKIE_NAME].value

    def ask(self, way: str, where: str) -> HttpResponse:
        client = Client(raise_request_exception=False)
        if self.cookie:
            client.cookies[settings.SESSION_COOKIE_NAME] = self.cookie
        cache.clear()  # rate limits have their own tests
        with transaction.atomic():
            answer = WAYS[way](client, where)
            transaction.set_rollback(True)
        return answer


def test_every_route_is_known():
    with_arguments = {name for name, route in ROUTES.items() if route.pattern.regex.groups}

    assert with_arguments == set(ARGUMENTS), "give each of these what it is about"
    assert set(ROUTES) >= PUBLIC | set(OTHERS_MAY_NOT)


@pytest.mark.parametrize(
    "who",
    ["visiteur", "luc", "marie", "membre", "moderation", "bloque", "deleguee", "suspendue", "partante"],
)
def test_no_route_breaks(world, who):
    walker = Walker(world.people[who])
    broken = []
    for name in ROUTES:
        where = address(name, world)
        for way in {"visiteur": WAYS, "marie": MOST_WAYS}.get(who, FEW_WAYS):
            status = walker.ask(way, where).status_code
            if status >= 500 and name != "health-ready":  # which says 503 when no worker breathes
                broken.append(f"{way} {where} ({name}): {status}")

    assert not broken, "\n".join(broken)


def test_visitors_are_sent_to_the_door_unless_a_route_is_public(world):
    walker = Walker(None)
    door = reverse("account_login")
    wrong = []
    for name in ROUTES:
        for way in ("get", "post"):
            answer = walker.ask(way, address(name, world))
            is_sent = answer.status_code == 302 and answer["Location"].startswith(f"{door}?")
            if is_sent == (name in PUBLIC) and name != "mfa_authenticate":
                wrong.append(f"{way} {name}: {answer.status_code} {answer.get('Location', '')}")

    assert not wrong, "\n".join(wrong)


def test_what_belongs_to_others_is_missing_or_refused_with_a_reason(world):
    walker = Walker(world.people["luc"])
    reasons = {str(reason) for name in permissions.names() for _, reason in permissions._sheet[name]}  # noqa: SLF001
    wrong = []
    for name, expected in OTHERS_MAY_NOT.items():
        for way in ("get", "post", "post junk"):
            answer = walker.ask(way, address(name, world))
            if answer.status_code not in {expected, 405}:
                wrong.append(f"{way} {name}: {answer.status_code}")
            if answer.status_code == 403 and not any(reason in answer.text for reason in reasons):
                wrong.append(f"{way} {name}: no reason")

    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("who", ["luc", "bloque", "deleguee", "suspendue", "partante", "visiteur"])
def test_a_post_for_others_is_missing_whatever_is_asked(world, who):
    walker = Walker(world.people[who])
    door = reverse("account_login")
    wrong = []
    for name in ABOUT_A_POST:
        for way in ("get", "post"):
            answer = walker.ask(way, reverse(name, args=on_post("hidden")(world)))
            sent = answer.status_code == 302 and answer["Location"].startswith(door) and who == "visiteur"
            if answer.status_code not in {404, 405} and not sent:
                wrong.append(f"{way} {name}: {answer.status_code}")

    assert not wrong, "\n".join(wrong)


def test_what_others_throw_away_stays(world):
    """Throwing away what is already gone is no fault; throwing away what is another's does nothing."""
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = Walker(world.people["luc"]).cookie
    for name in ("feeds:media-remove", "feeds:draft-delete", "coop:end-session"):
        client.post(address(name, world))

    assert UserSession.objects.filter(pk=world.things["session"].pk).exists()
    assert MediaAttachment.objects.filter(pk=world.things["media"].pk).exists()
    assert Draft.objects.filter(pk=world.things["draft"].pk).exists()


def test_who_is_blocked_finds_nobody(world):
    """The page of whom blocks someone reads, for them, as one that does not exist."""
    walker = Walker(world.people["bloque"])
    for name in (
        "profile",
        "profile-replies",
        "profile-media",
        "followers",
        "followed",
        "actor-lists",
        "mute",
    ):
        assert walker.ask("get", reverse(f"feeds:{name}", args=["marie"])).status_code == 404, name
    for name in ("follow", "show-boosts", "mute"):
        assert walker.ask("post", reverse(f"feeds:{name}", args=["marie"])).status_code == 404, name
    for name in ABOUT_A_POST:
        assert walker.ask("post", address(name, world)).status_code in {404, 405}, name


@pytest.mark.parametrize("who", ["suspendue", "partante"])
def test_who_is_suspended_or_leaving_changes_nothing_in_the_square(world, who):
    """Refused with a reason, or sent back: nothing is written by someone without standing."""
    from feeds.models import Bookmark, Favourite, Follow, Group, List, Post

    walker = Walker(world.people[who])
    actor = world.people[who].actor
    post = world.things["post"]
    acts = {
        reverse("feeds:post-create"): {"text": "Bonjour", "visibility": "0"},
        reverse("feeds:post-favourite", args=["marie", post.pk]): {"etat": "oui"},
        reverse("feeds:post-bookmark", args=["marie", post.pk]): {"etat": "oui"},
        reverse("feeds:post-boost", args=["marie", post.pk]): {"etat": "oui"},
        reverse("feeds:follow", args=["marie"]): {"etat": "oui"},
        reverse("feeds:group-create"): {"handle": "nouveau", "display_name": "Nouveau", "kind": "free"},
        reverse("feeds:lists"): {"name": "Une liste"},
    }
    client = Client(raise_request_exception=False)
    client.cookies[settings.SESSION_COOKIE_NAME] = walker.cookie
    for where, fields in acts.items():
        assert client.post(where, fields).status_code in {302, 403, 422}, where

    assert not Post.objects.filter(author=actor).exists()
    assert not Follow.objects.filter(follower=actor).exists()
    assert not Favourite.objects.filter(actor=actor).exists()
    assert not Bookmark.objects.filter(actor=actor).exists()
    assert not List.objects.filter(owner=actor).exists()
    assert not Group.objects.filter(created_by=world.people[who]).exists()
