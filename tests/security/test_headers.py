"""What browsers are told, and what they are not let do: policies, cookies, redirections, media."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from html.parser import HTMLParser

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from config.services import BASE_DIR
from tests.factories.coop import PASSWORD, make_account, make_organisation, make_region
from tests.factories.feeds import make_follow, make_group, make_media, make_poll, make_post

pytestmark = pytest.mark.django_db


@pytest.fixture
def marie():
    return make_account("marie", region=make_region("01"))


def policy(answer) -> dict[str, set[str]]:
    """The content security policy, by directive."""
    parts = (part.split() for part in answer["Content-Security-Policy"].split(";"))
    return {words[0]: set(words[1:]) for words in parts if words}


# -------------------------------------------------------------------------------------------------
# Policies


@pytest.mark.parametrize("address", ["/", "/compte/entrer", "/nulle-part", "/recherche?q=neige"])
def test_every_page_carries_the_policies(client, address):
    answer = client.get(address)
    rules = policy(answer)

    assert rules["default-src"] == {"'none'"}
    assert rules["style-src"] == {"'self'"}
    assert rules["script-src"] <= {"'self'"} | {word for word in rules["script-src"] if "nonce-" in word}
    assert rules["frame-ancestors"] == rules["base-uri"] == {"'none'"}
    assert rules["form-action"] == {"'self'"}
    assert not re.search(r"unsafe-|\*|http:", answer["Content-Security-Policy"])
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer["X-Frame-Options"] == "DENY"
    assert "camera=()" in answer["Permissions-Policy"] and "geolocation=()" in answer["Permissions-Policy"]


class Inline(HTMLParser):
    """Notes what a strict policy would stop: inline scripts, styles and handlers, and what others serve."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag, attrs):
        names = dict(attrs)
        kind = names.get("type") or ""
        if tag == "style" or (tag == "script" and "src" not in names and "json" not in kind):
            self.found.append(f"<{tag}>")
        for name, value in attrs:
            if name == "style" or re.match(r"on[a-z]+$", name):
                self.found.append(f"{tag} {name}")
            if (value or "").strip().lower().startswith("javascript:"):
                self.found.append(f"{tag} {name}={value}")
            if name in {"src", "href"} and tag in {"script", "link", "img", "iframe"}:
                other = re.match(r"(https?:)?//", value or "") and not (value or "").startswith(
                    settings.BASE_URL
                )
                if other and names.get("rel") != "canonical":
                    self.found.append(f"{tag} from another house: {value}")


def test_no_page_has_inline_script_or_style_nor_asks_anything_of_others(client_for, marie):
    make_follow(marie, make_organisation("theatre", manager=marie).actor)
    make_group("cercle", members=[marie])
    post = make_post(marie, "Un mot #place https://exemple.test/")
    make_media(marie, post)
    make_poll(post)
    addresses = [
        *map(
            reverse,
            (
                "feeds:home",
                "feeds:public",
                "feeds:post-create",
                "feeds:search",
                "feeds:groups",
                "feeds:lists",
                "feeds:packs",
                "feeds:drafts",
                "feeds:filters",
                "feeds:welcome-region",
                "feeds:welcome-voices",
                "feeds:welcome-audience",
                "coop:notifications",
                "coop:settings",
                "coop:settings-profile",
                "coop:settings-privacy",
                "coop:settings-notifications",
                "coop:settings-appearance",
                "coop:data",
                "coop:organisations",
                "coop:organisation-create",
                "coop:parameters",
                "coop:terms",
                "coop:privacy-policy",
                "coop:offline",
                "coop:gallery",
                "account_login",
                "account_signup",
                "account_reset_password",
                "mfa_index",
                "usersessions_list",
            ),
        ),
        post.get_absolute_url(),
        "/@marie",
        "/@theatre",
        "/groupes/cercle",
        "/mots-clics/place",
        "/nulle-part",
    ]
    found = []
    for client in (client_for(marie), Client()):
        for address in addresses:
            reader = Inline()
            reader.feed(client.get(address).text)
            found += [f"{address}: {what}" for what in reader.found]

    assert not found, "\n".join(found)


# -------------------------------------------------------------------------------------------------
# In production

PRODUCTION = {
    "PARVIS_ENV": "production",
    "DATABASE_URL": "postgres://parvis@base.exemple.test/parvis",
    "REDIS_URL": "redis://redis.exemple.test/0",
    "EMAIL_URL": "submission://a:b@courriel.exemple.test:587/",
    "SECRET_KEY": "x" * 60,
    "BASE_URL": "https://parvis.exemple.test",
    "LIVE_URL": "wss://parvis.exemple.test",
    "MEDIA_URL": "https://media.exemple.test/",
    "ALLOWED_HOSTS": "parvis.exemple.test",
    "PERSON_IN_CHARGE_NAME": "Camille",
    "PERSON_IN_CHARGE_TITLE": "Responsable",
    "PERSON_IN_CHARGE_EMAIL": "vie-privee@exemple.test",
    "DEFAULT_FROM_EMAIL": "bonjour@exemple.test",
    "SENDER_ADDRESS": "1, place du Parvis",
}
ASKED = """
import json, os
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
import django
django.setup()
from django.conf import settings
from django.test import Client
answer = Client().get("/hors-ligne/", secure=True, headers={"host": "parvis.exemple.test"})
plain = Client().get("/hors-ligne/", headers={"host": "parvis.exemple.test"})
other = Client().get("/hors-ligne/", secure=True, headers={"host": "ailleurs.exemple.test"})
names = [name for name in dir(settings) if "_COOKIE_" in name]
print(json.dumps({
    "settings": {name: getattr(settings, name) for name in names},
    "headers": dict(answer.headers), "status": answer.status_code,
    "plain": [plain.status_code, plain.headers.get("Location")], "other": other.status_code,
}, default=str))
"""


@pytest.fixture(scope="module")
def production(tmp_path_factory):
    """What a production process says of itself, with its static files collected."""
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(BASE_DIR),
        "STATIC_ROOT": str(tmp_path_factory.mktemp("static")),
        **PRODUCTION,
    }
    collect = [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity=0"]
    subprocess.run(collect, cwd=BASE_DIR, env=environment, check=True)
    done = subprocess.run(
        [sys.executable, "-c", ASKED],
        cwd=BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


def test_production_speaks_over_tls_only(production):
    assert production["status"] == 200
    assert production["plain"] == [301, "https://parvis.exemple.test/hors-ligne/"]
    seconds = re.match(
        r"max-age=(\d+); includeSubDomains; preload", production["headers"]["Strict-Transport-Security"]
    )
    assert int(seconds[1]) >= 31_536_000
    assert production["other"] == 400


def test_production_allows_media_and_sockets_from_their_own_addresses_only(production):
    rules = {
        words[0]: words[1:]
        for part in production["headers"]["Content-Security-Policy"].split(";")
        if (words := part.split())
    }

    assert "https://media.exemple.test" in rules["img-src"]
    assert set(rules["connect-src"]) == {"'self'", "wss://parvis.exemple.test"}
    assert "unsafe" not in production["headers"]["Content-Security-Policy"]


def test_production_cookies_are_closed(production):
    said = production["settings"]
    for cookie in ("SESSION", "CSRF", "LANGUAGE"):
        assert said[f"{cookie}_COOKIE_SECURE"] is True, cookie
        assert said[f"{cookie}_COOKIE_HTTPONLY"] is True, cookie
        assert said[f"{cookie}_COOKIE_SAMESITE"] == "Lax", cookie
    assert said["SESSION_COOKIE_NAME"].startswith("__Host-")
    assert said["CSRF_COOKIE_NAME"].startswith("__Host-")


# -------------------------------------------------------------------------------------------------
# Cookies and forms


def test_cookies_are_for_the_server_only(client, marie):
    client.get(reverse("account_login"))
    client.post(reverse("account_login"), {"login": marie.email, "password": PASSWORD})
    client.post(reverse("coop:set-language"), {"language": "en"})

    assert {"csrftoken", settings.SESSION_COOKIE_NAME} <= set(client.cookies)
    for name, cookie in client.cookies.items():
        if name != "messages":
            assert cookie["httponly"] and cookie["samesite"] == "Lax", name


@pytest.mark.parametrize(
    "name",
    [
        "account_login",
        "account_logout",
        "account_signup",
        "account_reset_password",
        "feeds:post-create",
        "coop:data",
    ],
)
def test_forms_without_their_token_are_refused(marie, name):
    client = Client(enforce_csrf_checks=True)
    if not name.startswith("account_") or name == "account_logout":
        client.force_login(marie, backend="coop.auth.AccountBackend")
    answer = client.post(
        reverse(name),
        {"login": marie.email, "password": PASSWORD, "text": "x"},
        headers={"Origin": "https://ailleurs.exemple"},
    )

    assert answer.status_code == 403
    assert "_auth_user_id" not in client.session or name in {
        "account_logout",
        "feeds:post-create",
        "coop:data",
    }


def test_one_cannot_be_logged_out_by_a_link(client_for, marie):
    client = client_for(marie)
    client.get(reverse("account_logout"))

    assert client.session["_auth_user_id"]


def test_the_session_changes_when_one_enters(client, marie):
    client.cookies[settings.SESSION_COOKIE_NAME] = "choisi-par-quelqu-un-d-autre-00"
    client.post(reverse("account_login"), {"login": marie.email, "password": PASSWORD})

    assert client.session["_auth_user_id"] == str(marie.pk)
    assert client.cookies[settings.SESSION_COOKIE_NAME].value != "choisi-par-quelqu-un-d-autre-00"


# -------------------------------------------------------------------------------------------------
# Redirections

ELSEWHERE = [
    "//ailleurs.exemple/",
    "https://ailleurs.exemple/",
    "http:///ailleurs.exemple",
    "///ailleurs.exemple",
    "/\\ailleurs.exemple",
    "\\\\ailleurs.exemple",
    "javascript:alert(1)",
    "data:text/html,<script>1</script>",
    " //ailleurs.exemple",
    "https:ailleurs.exemple",
    "/\t/ailleurs.exemple",
]


def leads_elsewhere(answer) -> bool:
    location = answer.get("Location", "")
    return (
        "ailleurs" in location.partition("?")[0]
        or not location.startswith("/")
        or location.startswith(("//", "/\\"))
    )


@pytest.mark.parametrize("address", ELSEWHERE)
def test_no_form_sends_people_elsewhere(client_for, marie, address):
    other = make_account("luc")
    post = make_post(other)
    client = client_for(marie)
    forms = [
        (reverse("feeds:follow", args=["luc"]), {"etat": "oui"}),
        (reverse("feeds:block", args=["luc"]), {"etat": "non"}),
        (reverse("feeds:post-favourite", args=["luc", post.pk]), {"etat": "oui"}),
        (reverse("feeds:post-create"), {"text": "Bonjour", "visibility": "3"}),
        (reverse("coop:set-language"), {"language": "en"}),
        (reverse("coop:notifications-read"), {}),
    ]
    for where, fields in forms:
        answer = client.post(
            where, {**fields, "suite": address, "next": address}, headers={"Referer": address}
        )
        assert answer.status_code == 302, where
        assert not leads_elsewhere(answer), (where, answer["Location"])

    for name in ("account_login", "account_logout", "account_signup"):
        visitor = Client() if name != "account_logout" else client
        answer = visitor.post(
            f"{reverse(name)}?{'next='}{address}",
            {"login": marie.email, "password": PASSWORD, "next": address},
        )
        if answer.status_code == 302:
            assert not leads_elsewhere(answer), (name, answer["Location"])


# -------------------------------------------------------------------------------------------------
# Media


def test_media_of_this_machine_are_inert(client, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    (tmp_path / "images").mkdir()
    (tmp_path / "images" / "a.webp").write_bytes(b"<script>alert(1)</script>")
    answer = client.get("/media/images/a.webp")
    answer.close()

    assert answer.status_code == 200
    assert (
        "sandbox" in answer["Content-Security-Policy"]
        and "default-src 'none'" in answer["Content-Security-Policy"]
    )
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Type"] == "image/webp"
    for address in ("/media/../settings.py", "/media/%2e%2e/settings.py", "/media//etc/passwd"):
        assert client.get(address).status_code in {400, 404}, address


def test_nginx_serves_media_from_another_origin_and_inert():
    text = (BASE_DIR / "deploy" / "nginx" / "parvis.conf").read_text()
    servers = text.split("\nserver {")
    media = [server for server in servers if re.search(r"server_name\s+media\.", server)]

    assert media, "media need an origin of their own"
    assert any("sandbox" in server and "nosniff" in server for server in media)
    assert not any("proxy_pass" in server for server in media)
    assert not any(re.search(r"location\s+\S*/media", server) for server in servers if server not in media)
