import re

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from django.urls import reverse

from coop import account_parameters
from coop.models import Account, Actor, Preferences
from tests.factories.coop import PASSWORD, make_account

pytestmark = pytest.mark.django_db


def form(email="alice@exemple.test", **changes):
    filled = {
        "display_name": "Alice Tremblay",
        "handle": "",
        "email": email,
        "password1": "une phrase de quelques mots",
        "is_of_age": "yes",
        "accepts_terms": "on",
    }
    return filled | changes


def sign_up(client, **changes):
    return client.post(reverse("account_signup"), form(**changes))


def body(response):
    text = response.content.decode()
    text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", text)
    text = re.sub(r'"X-CSRFToken": "[^"]+"', "", text)
    return re.sub(r'nonce="[^"]+"', "", text)


def code_in(message):
    return re.search(r"^([A-Z0-9-]{6,14})$", message.body, re.MULTILINE).group(1)


def test_sign_up_opens_a_private_account_after_the_code(client):
    response = sign_up(client)
    assert response.status_code == 302
    account = Account.objects.get()
    assert (account.email, account.actor.handle, account.actor.suspended_at is None) == (
        "alice@exemple.test",
        "alice_tremblay",
        False,
    )
    assert Preferences.objects.filter(account=account).exists()
    assert mail.outbox[0].to == ["alice@exemple.test"]
    page = client.get(response.url)
    assert page.status_code == 200
    done = client.post(response.url, {"code": code_in(mail.outbox[0])})
    assert (done.status_code, done.url) == (302, "/bienvenue")
    account.refresh_from_db()
    assert account.actor.suspended_at is None
    assert EmailAddress.objects.get().verified


def test_mails_have_plain_text_first_and_the_same_words_in_html(client):
    sign_up(client)
    message = mail.outbox[0]
    assert "Bienvenue au Parvis" in message.body
    html, kind = message.alternatives[0]
    assert kind == "text/html"
    assert code_in(message) in html
    assert "http" not in re.sub(r"https?://(testserver|127\.0\.0\.1)", "", html)


def test_wrong_code_is_said_beside_the_field(client):
    response = sign_up(client)
    page = client.post(response.url, {"code": "FAUX-CODE"})
    assert "Ce code n’est pas le bon" in page.content.decode()


def test_too_young_is_told_kindly_and_nothing_is_kept(client):
    response = sign_up(client, is_of_age="no")
    assert (response.status_code, response.url) == (302, reverse("coop:too-young"))
    assert "14 ans" in client.get(response.url).content.decode()
    assert not Account.objects.exists()
    assert not Actor.objects.exists()
    assert not mail.outbox
    assert not any("alice" in str(value).lower() for value in client.session.values())


def test_age_is_required(client):
    page = sign_up(client, is_of_age="")
    assert "Réponds par oui ou par non" in page.content.decode()


def test_taken_handle_is_said_with_one_that_is_free(client):
    make_account("alice")
    page = sign_up(client, handle="Alice")
    text = page.content.decode()
    assert "«\u00a0alice\u00a0» est déjà pris" in text
    assert "alice2" in text
    assert 'value="Alice Tremblay"' in text


def test_reserved_handle_is_refused(client):
    assert "réservé" in sign_up(client, handle="moderation").content.decode()


def test_handle_is_suggested_while_typing(client):
    make_account("helene_cote")
    page = client.get(reverse("coop:suggest-handle"), {"display_name": "Hélène Côté"})
    assert "@helene_cote2" in page.content.decode()


# -------------------------------------------------------------------------------------------------
# The door answers alike whether the account exists or not


def answers(post):
    """What a stranger sees of two posts: one about a known address, one about an unknown one."""
    seen = []
    for email in ("connue@exemple.test", "inconnue@exemple.test"):
        client = Client()
        first = post(client, email)
        after = client.get(first.url) if first.status_code == 302 else first
        seen.append(
            (first.status_code, first.headers.get("Location"), body(after).replace(email, "courriel"))
        )
    return seen


@pytest.fixture
def known():
    return make_account("connue", email="connue@exemple.test")


def test_sign_up_answers_alike(known):
    names = iter(["jeanne_a", "jeanne_b"])
    one, other = answers(lambda client, email: sign_up(client, email=email, handle=next(names)))
    assert one == other


def test_sign_up_with_a_known_address_takes_the_handle_and_hides_the_face(known, client):
    sign_up(client, email="connue@exemple.test", handle="essai_secret")
    fresh = Client()
    sign_up(fresh, email="inconnue@exemple.test", handle="essai_public")
    faces = Actor.objects.filter(handle__startswith="essai_")
    assert [face.suspended_at is None for face in faces] == [False, False]
    page = sign_up(Client(), email="autre@exemple.test", handle="essai_secret")
    assert "est déjà pris" in page.content.decode()


def test_owner_of_a_known_address_gets_a_mail(known, client):
    sign_up(client, email="connue@exemple.test")
    assert [(message.to, message.subject) for message in mail.outbox] == [
        (["connue@exemple.test"], "Tu as déjà un compte")
    ]


@pytest.mark.parametrize("address", ["connue@exemple.test", "inconnue@exemple.test"])
def test_sign_up_does_the_work_of_one_password(known, address, monkeypatch):
    from django.contrib.auth import hashers

    calls = []
    real = hashers.MD5PasswordHasher.encode
    monkeypatch.setattr(
        hashers.MD5PasswordHasher, "encode", lambda self, *a, **k: calls.append(1) or real(self, *a, **k)
    )
    sign_up(Client(), email=address)
    assert len(calls) == 1


@pytest.mark.parametrize("address", ["connue@exemple.test", "inconnue@exemple.test"])
def test_login_does_the_work_of_one_password(known, address, monkeypatch):
    from django.contrib.auth import hashers

    calls = []
    real = hashers.MD5PasswordHasher.encode
    monkeypatch.setattr(
        hashers.MD5PasswordHasher, "encode", lambda self, *a, **k: calls.append(1) or real(self, *a, **k)
    )
    Client().post(reverse("account_login"), {"login": address, "password": "pas le bon"})
    assert len(calls) == 1


def test_login_answers_alike(known):
    one, other = answers(
        lambda client, email: client.post(
            reverse("account_login"), {"login": email, "password": "pas le bon"}
        )
    )
    assert one == other
    assert "Le courriel ou le mot de passe" in one[2]


def test_reset_answers_alike_and_writes_to_both(known):
    one, other = answers(
        lambda client, email: client.post(reverse("account_reset_password"), {"email": email})
    )
    assert one == other
    assert sorted(message.subject for message in mail.outbox) == [
        "Aucun compte à cette adresse",
        "Choisir un autre mot de passe",
    ]


# -------------------------------------------------------------------------------------------------
# Rate limits


@pytest.mark.parametrize(
    ("route", "data", "limit"),
    [
        ("account_signup", form(accepts_terms=""), 20),
        ("account_login", {"login": "", "password": ""}, 30),
    ],
)
def test_one_try_too_many_is_refused_in_french(client, route, data, limit):
    for _ in range(limit):
        assert client.post(reverse(route), data).status_code == 200
    refused = client.post(reverse(route), data)
    assert refused.status_code == 429
    assert "Un moment, s’il te plaît" in refused.content.decode()


def test_reset_is_limited_by_address(client):
    for _ in range(5):
        assert client.post(reverse("account_reset_password"), {"email": "a@exemple.test"}).status_code == 302
    assert client.post(reverse("account_reset_password"), {"email": "a@exemple.test"}).status_code == 429


def test_failed_logins_are_limited_by_address(known):
    for _ in range(5):
        Client().post(reverse("account_login"), {"login": known.email, "password": "non"})
    page = Client().post(reverse("account_login"), {"login": known.email, "password": PASSWORD})
    assert "Trop d’essais ratés" in page.content.decode()


# -------------------------------------------------------------------------------------------------
# Passwords


def test_login_and_logout(known, client):
    response = client.post(reverse("account_login"), {"login": known.email, "password": PASSWORD})
    assert (response.status_code, response.url) == (302, "/")
    assert client.cookies["django_language"].value == "fr"
    assert client.get(reverse("account_logout")).status_code == 200
    assert client.post(reverse("account_logout")).status_code == 302
    assert "_auth_user_id" not in client.session


def test_forgotten_password_is_replaced_by_the_link(known, client):
    client.post(reverse("account_reset_password"), {"email": known.email})
    link = re.search(r"https?://\S+/compte/mot-de-passe/nouveau/\S+", mail.outbox[0].body).group()
    step = client.get(link)
    assert step.status_code == 302
    page = client.get(step.url)
    assert "Choisis un nouveau mot de passe" in page.content.decode()
    done = client.post(step.url, {"password1": "encore une autre phrase"})
    assert done.status_code == 302
    assert client.get(done.url).status_code == 200
    known.refresh_from_db()
    assert known.check_password("encore une autre phrase")
    again = Client().get(link)
    assert "Ce lien ne sert plus" in again.content.decode()


def test_short_password_is_refused_in_french(client):
    page = sign_up(client, password1="court")
    assert "10 caractères" in page.content.decode()


def test_password_is_changed_and_the_owner_told(known, client_for):
    client = client_for(known)
    page = client.post(
        reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": "une toute autre phrase"}
    )
    assert page.status_code == 302
    assert mail.outbox[0].subject == "Ton mot de passe a changé"


def test_minimum_age_is_a_parameter_with_its_article():
    assert "art. 4.1" in str(account_parameters.MINIMUM_AGE.source)
