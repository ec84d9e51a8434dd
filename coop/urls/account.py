"""allauth's views at French addresses, under its own route names (they have no namespace)."""

from __future__ import annotations

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from allauth.usersessions import views as sessions
from django.urls import URLPattern, path, re_path

from coop.views import account as ours

urlpatterns: list[URLPattern] = [
    path("entrer", account.login, name="account_login"),
    path("sortir", account.logout, name="account_logout"),
    path("inactif", account.account_inactive, name="account_inactive"),
    path("creer", ours.signup, name="account_signup"),
    path("confirmer-identite", account.reauthenticate, name="account_reauthenticate"),
    path("courriel", account.email, name="account_email"),
    path("courriel/verifier", account.email_verification_sent, name="account_email_verification_sent"),
    path("mot-de-passe", account.password_change, name="account_change_password"),
    path("mot-de-passe/choisir", account.password_set, name="account_set_password"),
    path("mot-de-passe/oublie", account.password_reset, name="account_reset_password"),
    path("mot-de-passe/oublie/envoye", account.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^mot-de-passe/nouveau/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "mot-de-passe/change",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("securite", mfa.index, name="mfa_index"),
    path("double-verification", mfa.authenticate, name="mfa_authenticate"),
    path("confirmer-identite/code", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("application/activer", totp.activate_totp, name="mfa_activate_totp"),
    path("application/retirer", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("codes-de-secours", recovery_codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path(
        "codes-de-secours/nouveaux",
        recovery_codes.generate_recovery_codes,
        name="mfa_generate_recovery_codes",
    ),
    path(
        "codes-de-secours/telecharger",
        recovery_codes.download_recovery_codes,
        name="mfa_download_recovery_codes",
    ),
    path("cles", webauthn.list_webauthn, name="mfa_list_webauthn"),
    path("cles/ajouter", webauthn.add_webauthn, name="mfa_add_webauthn"),
    path("cles/entrer", webauthn.login_webauthn, name="mfa_login_webauthn"),
    path("cles/confirmer-identite", webauthn.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("cles/<int:pk>/retirer", webauthn.remove_webauthn, name="mfa_remove_webauthn"),
    path("cles/<int:pk>/renommer", webauthn.edit_webauthn, name="mfa_edit_webauthn"),
    path("appareils", sessions.list_usersessions, name="usersessions_list"),
]
