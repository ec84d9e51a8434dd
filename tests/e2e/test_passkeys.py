"""Passkeys and codes, with a device that Chromium imitates."""

import re

import pytest
from django.urls import reverse

from tests.factories.coop import PASSWORD, make_account

pytestmark = pytest.mark.e2e


def with_device(page):
    """Give the browser a device that recognises the person, as a telephone does."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable", {"enableUI": False})
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    made = session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return session, made["authenticatorId"]


def keys_of(session, device):
    return session.send("WebAuthn.getCredentials", {"authenticatorId": device})["credentials"]


def enter_with_password(page, home, account):
    page.goto(home + reverse("account_login"))
    page.fill("input[name=login]", account.email)
    page.fill("input[name=password]", PASSWORD)
    page.click("form:has(input[name=password]) button")
    page.wait_for_url(home + "/")


def test_passkey_is_added_then_opens_the_door_alone(open_page, square):
    home = square.url.replace("127.0.0.1", "localhost")  # a passkey belongs to a name, not to a number
    account = make_account("alice")
    page = open_page(width=390)
    enter_with_password(page, home, account)
    session, device = with_device(page)

    page.goto(home + reverse("mfa_add_webauthn"))
    page.fill("input[name=password]", PASSWORD)  # proof first
    page.click("main form button")
    page.wait_for_url(home + reverse("mfa_add_webauthn"))
    page.fill("input[name=name]", "Mon téléphone")
    page.click("[data-webauthn-start]")
    page.wait_for_url(home + reverse("mfa_view_recovery_codes"))
    assert page.locator(".codes li").count() == 10
    assert len(keys_of(session, device)) == 1

    page.goto(home + reverse("mfa_list_webauthn"))
    assert page.get_by_role("heading", name="Mon téléphone").is_visible()
    assert page.get_by_text("sans mot de passe", exact=True).is_visible()

    leave(page, home)
    page.goto(home + reverse("account_login"))  # the field offers the key by itself
    page.wait_for_url(home + "/")
    page.goto(home + reverse("coop:settings"))
    assert page.get_by_text("@alice").first.is_visible()

    leave(page, home)
    page.add_init_script("PublicKeyCredential.isConditionalMediationAvailable = async () => false")
    page.goto(home + reverse("account_login"))  # an older browser: the button does
    page.get_by_role("button", name="Entrer avec une clé d’accès").click()
    page.wait_for_url(home + "/")


def leave(page, home):
    page.goto(home + reverse("account_logout"))
    page.get_by_role("button", name="Sortir").click()
    page.wait_for_url(home + "/")


def test_key_is_renamed_and_removed(open_page, square):
    home = square.url.replace("127.0.0.1", "localhost")
    page = open_page(width=1280, scheme="dark")
    enter_with_password(page, home, make_account("bernard"))
    with_device(page)
    page.goto(home + reverse("mfa_add_webauthn"))
    page.fill("input[name=password]", PASSWORD)
    page.click("main form button")
    page.click("[data-webauthn-start]")
    page.wait_for_url(home + reverse("mfa_view_recovery_codes"))

    page.goto(home + reverse("mfa_list_webauthn"))
    page.get_by_role("link", name="Renommer").click()
    page.fill("input[name=name]", "Clé du bureau")
    page.get_by_role("button", name="Enregistrer").click()
    assert page.get_by_role("heading", name="Clé du bureau").is_visible()
    page.get_by_role("link", name="Retirer").click()
    page.get_by_role("button", name="Retirer").click()
    page.wait_for_url(home + reverse("mfa_list_webauthn"))
    assert page.get_by_text("Aucune clé d’accès").is_visible()


def test_code_of_an_application_is_asked_after_the_password(open_page, square):
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time

    def code_for(secret):
        return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))

    page = open_page()
    account = make_account("chloe")
    enter_with_password(page, square.url, account)
    page.goto(square.url + reverse("mfa_activate_totp"))
    page.fill("input[name=password]", PASSWORD)
    page.click("main form button")
    page.wait_for_url(square.url + reverse("mfa_activate_totp"))
    assert page.get_by_alt_text("Carré à lire").is_visible()
    secret = page.locator(".secret").inner_text().strip()
    assert re.fullmatch(r"[A-Z2-7]{16,}", secret)
    page.fill("input[name=code]", code_for(secret))
    page.get_by_role("button", name="Activer").click()
    page.wait_for_url(square.url + reverse("mfa_view_recovery_codes"))
    recovery = page.locator(".codes code").first.inner_text()

    page.context.clear_cookies()
    page.goto(square.url + reverse("account_login"))
    page.fill("input[name=login]", account.email)
    page.fill("input[name=password]", PASSWORD)
    page.click("form:has(input[name=password]) button")
    page.wait_for_url(re.compile(reverse("mfa_authenticate")))
    page.fill("input[name=code]", recovery)
    page.get_by_role("button", name="Continuer").click()
    page.wait_for_url(square.url + "/")
