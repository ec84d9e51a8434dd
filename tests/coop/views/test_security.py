import re

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core import mail
from django.test import Client
from django.urls import reverse

from coop.actions import accounts
from coop.models import Account
from tests.factories.coop import PASSWORD, make_account

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice():
    return make_account("alice")


def proven(client):
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return client


def code_for(secret):
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


def with_application(client):
    """Activate an application of codes; gives its secret."""
    page = proven(client).get(reverse("mfa_activate_totp")).content.decode()
    assert 'src="data:image/svg+xml;base64,' in page
    secret = re.search(r'class="secret">\s*([A-Z2-7]+)\s*<', page).group(1)
    answer = client.post(reverse("mfa_activate_totp"), {"code": code_for(secret)})
    assert answer.url == reverse("mfa_view_recovery_codes")
    return secret


def test_secret_is_sealed_in_the_database(client_for, alice):
    secret = with_application(client_for(alice))
    kept = Authenticator.objects.get(user=alice, type=Authenticator.Type.TOTP)
    assert secret not in str(kept.data)
    seeds = Authenticator.objects.get(user=alice, type=Authenticator.Type.RECOVERY_CODES)
    assert seeds.data["seed"].startswith("gAAAA")  # sealed, not the seed itself


@pytest.mark.django_db(transaction=True)
def test_owner_is_told_of_each_change_with_where_it_came_from(client_for, alice):
    with_application(client_for(alice))
    assert [message.subject for message in mail.outbox] == ["Application de codes activée"]
    assert "127.0.0.1" in mail.outbox[0].body
    assert "Si ce n’est pas toi" in mail.outbox[0].body


def test_recovery_codes_are_shown_downloaded_and_made_anew_after_proof(client_for, alice):
    with_application(client_for(alice))
    for route in ("mfa_view_recovery_codes", "mfa_download_recovery_codes", "mfa_generate_recovery_codes"):
        asked = client_for(alice).get(reverse(route))
        assert asked.status_code == 302, route
        assert asked.url.startswith(reverse("account_reauthenticate"))
    client = proven(client_for(alice))
    page = client.get(reverse("mfa_view_recovery_codes")).content.decode()
    shown = re.findall(r"<code>(\w+)</code>", page)
    file = client.get(reverse("mfa_download_recovery_codes"))
    assert file.headers["Content-Disposition"].startswith("attachment")
    assert all(code in file.content.decode() for code in shown)
    client.post(reverse("mfa_generate_recovery_codes"))
    again = client.get(reverse("mfa_view_recovery_codes")).content.decode()
    assert not set(re.findall(r"<code>(\w+)</code>", again)) & set(shown)


def test_login_asks_for_the_code_and_each_recovery_code_serves_once(client_for, alice):
    with_application(client_for(alice))
    page = proven(client_for(alice)).get(reverse("mfa_view_recovery_codes")).content.decode()
    code = re.search(r"<code>(\w+)</code>", page).group(1)
    for outcome in (302, 200):
        client = Client()
        step = client.post(reverse("account_login"), {"login": alice.email, "password": PASSWORD})
        assert step.url == reverse("mfa_authenticate")
        assert client.get(step.url).status_code == 200
        assert "_auth_user_id" not in client.session
        assert client.post(step.url, {"code": code}).status_code == outcome


def test_application_is_removed_after_proof(client_for, alice):
    with_application(client_for(alice))
    client = client_for(alice)
    assert client.get(reverse("mfa_deactivate_totp")).url.startswith(reverse("account_reauthenticate"))
    assert proven(client).get(reverse("mfa_deactivate_totp")).status_code == 200
    client.post(reverse("mfa_deactivate_totp"))
    assert not Authenticator.objects.filter(user=alice, type=Authenticator.Type.TOTP).exists()


def test_address_changes_only_once_the_new_one_is_confirmed(client_for, alice):
    client = proven(client_for(alice))
    step = client.post(reverse("account_email"), {"email": "neuve@exemple.test", "action_add": "1"})
    alice.refresh_from_db()
    assert alice.email == "alice@exemple.test"
    assert mail.outbox[-1].to == ["neuve@exemple.test"]
    code = re.search(r"^([A-Z0-9-]{6,14})$", mail.outbox[-1].body, re.MULTILINE).group(1)
    client.post(step.url, {"code": code})
    alice.refresh_from_db()
    assert alice.email == "neuve@exemple.test"
    assert list(EmailAddress.objects.filter(user=alice).values_list("email", "verified", "primary")) == [
        ("neuve@exemple.test", True, True)
    ]
    assert mail.outbox[-1].to == ["alice@exemple.test"]
    assert mail.outbox[-1].subject == "Ton courriel a changé"


def test_address_of_someone_else_gets_the_same_answer(client_for, alice):
    make_account("bernard", email="bernard@exemple.test")
    answers = []
    for email in ("bernard@exemple.test", "libre@exemple.test"):
        client = proven(client_for(alice))
        step = client.post(reverse("account_email"), {"email": email, "action_add": "1"})
        answers.append((step.status_code, step.url))
    assert answers[0] == answers[1]


def test_forgotten_password_of_a_new_account_still_asks_for_the_code(client):
    accounts.open_account(
        email="neuve@exemple.test",
        password=PASSWORD,
        handle="neuve",
        display_name="Neuve",
        is_of_age=True,
        is_confirmed=False,
    )
    client.post(reverse("account_reset_password"), {"email": "neuve@exemple.test"})
    link = re.search(r"https?://\S+/compte/mot-de-passe/nouveau/\S+", mail.outbox[0].body).group()
    step = client.get(link)
    client.post(step.url, {"password1": "encore une autre phrase"})
    data = {"login": "neuve@exemple.test", "password": "encore une autre phrase"}
    step = client.post(reverse("account_login"), data)
    assert step.url == reverse("account_email_verification_sent")
    code = re.search(r"^([A-Z0-9-]{6,14})$", mail.outbox[-1].body, re.MULTILINE).group(1)
    client.post(step.url, {"code": code})
    account = Account.objects.select_related("actor").get(email="neuve@exemple.test")
    assert account.check_password("encore une autre phrase")
    assert EmailAddress.objects.get(user=account).verified
    assert account.actor.is_active


def test_wrong_password_does_not_prove_anything(client_for, alice):
    page = client_for(alice).post(reverse("account_reauthenticate"), {"password": "non"})
    assert "Ce n’est pas le bon mot de passe" in page.content.decode()


def test_closed_account_cannot_come_in(client):
    make_account("fermee", is_active=False)
    step = client.post(reverse("account_login"), {"login": "fermee@exemple.test", "password": PASSWORD})
    assert "_auth_user_id" not in client.session
    assert client.get(reverse("account_inactive")).status_code == 200
    assert step.status_code in {200, 302}
