import io
import json
import zipfile
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from coop.actions import accounts, exports
from coop.models import Account, Actor, DataExport, Delegate, Organisation
from tests.factories.coop import (
    PASSWORD,
    make_account,
    make_delegate,
    make_discipline,
    make_municipality,
    make_organisation,
    make_parameter_value,
    make_region,
)

pytestmark = pytest.mark.django_db

PUBLIC = ["coop:terms", "coop:privacy-policy", "coop:parameters", "coop:organisations", "coop:too-young"]
OWN = [
    *("coop:settings", "coop:settings-profile", "coop:settings-privacy", "coop:settings-appearance"),
    *("coop:data", "coop:my-organisations", "coop:organisation-create"),
    *("mfa_index", "mfa_list_webauthn", "usersessions_list", "account_email", "account_change_password"),
]


@pytest.fixture
def alice():
    return make_account("alice", display_name="Alice Tremblay")


def proven(client):
    """The same client, after saying its password again."""
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return client


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("route", PUBLIC)
def test_public_pages_open_to_all(client, route, language):
    client.cookies["django_language"] = language
    assert client.get(reverse(route)).status_code == 200


@pytest.mark.parametrize("route", OWN)
def test_own_pages_open_and_send_strangers_to_the_door(client, client_for, alice, route):
    assert client_for(alice).get(reverse(route)).status_code == 200
    stranger = client.get(reverse(route))
    assert stranger.status_code == 302
    assert stranger.url.startswith(reverse("account_login"))


@pytest.mark.parametrize(
    "route",
    ["mfa_activate_totp", "mfa_add_webauthn", "mfa_generate_recovery_codes", "coop:account-delete"],
)
def test_sensitive_pages_ask_for_proof_then_open(client_for, alice, route):
    client = client_for(alice)
    asked = client.get(reverse(route))
    assert asked.status_code == 302
    assert asked.url.startswith(reverse("account_reauthenticate"))
    assert client.get(asked.url).status_code == 200
    answer = client.post(asked.url, {"password": PASSWORD})
    assert answer.status_code == 302
    page = client.get(reverse(route), follow=True)
    assert page.status_code == 200


def test_change_of_address_asks_for_proof(client_for, alice):
    client = client_for(alice)
    data = {"email": "neuve@exemple.test", "action_add": "1"}
    asked = client.post(reverse("account_email"), data)
    assert asked.url.startswith(reverse("account_reauthenticate"))


def test_terms_are_in_french_first_whatever_the_language(client):
    client.cookies["django_language"] = "en"
    text = client.get(reverse("coop:terms")).content.decode()
    french, english = text.index('id="fr"'), text.index('id="en"')
    assert french < text.index("Le Parvis appartient") < english


def test_person_in_charge_is_named(client, settings):
    text = client.get(reverse("coop:privacy-policy")).content.decode()
    assert text.count(settings.PERSON_IN_CHARGE["email"]) >= 2


def test_parameters_show_the_value_its_source_and_what_comes(client):
    tomorrow = timezone.localdate() + timedelta(days=1)
    make_parameter_value("accounts.deletion_days", 21, source="Résolution 2026-4")
    make_parameter_value("accounts.deletion_days", 14, source="Résolution 2026-9", effective_on=tomorrow)
    text = client.get(reverse("coop:parameters")).content.decode()
    assert "Résolution 2026-4" in text
    assert "Résolution 2026-9" in text


# -------------------------------------------------------------------------------------------------
# Profile


def profile(**changes):
    filled = {"display_name": "Alice T.", "summary": "", "region": "", "municipality": "", "avatar_alt": ""}
    return filled | changes


def test_profile_is_saved_with_its_place(client_for, alice):
    town = make_municipality()
    data = profile(region="01", municipality=town.code, summary="Bonjour")
    response = client_for(alice).post(reverse("coop:settings-profile"), data)
    assert response.status_code == 302
    alice.actor.refresh_from_db()
    assert (alice.actor.display_name, alice.actor.region_id, alice.actor.municipality_id) == (
        "Alice T.",
        "01",
        town.code,
    )


def test_picker_works_without_scripts(client_for, alice):
    make_municipality()
    data = profile(region="01", choose_region="1", summary="À garder", display_name="")
    page = client_for(alice).post(reverse("coop:settings-profile"), data)
    text = page.content.decode()
    assert "Rimouski" in text
    assert "À garder" in text
    assert "à corriger" not in text
    alice.actor.refresh_from_db()
    assert alice.actor.region_id is None


def test_picker_gives_the_list_to_htmx(client):
    make_municipality()
    assert "Rimouski" in client.get(reverse("coop:municipalities"), {"region": "01"}).content.decode()
    assert client.get(reverse("coop:municipalities"), {"region": "zz"}).status_code == 200


def test_municipality_of_another_region_is_refused_with_the_right_list(client_for, alice):
    town = make_municipality()
    other = make_municipality("66023", name="Montréal", region=make_region("06"))
    page = client_for(alice).post(
        reverse("coop:settings-profile"), profile(region=other.region_id, municipality=town.code)
    )
    text = page.content.decode()
    assert page.status_code == 422
    assert "Choisis une municipalité de cette région" in text
    assert "Montréal" in text


def picture(kind="PNG"):
    out = io.BytesIO()
    Image.new("RGB", (60, 40), (10, 90, 160)).save(out, kind)
    return SimpleUploadedFile("moi.png", out.getvalue(), "image/png")


def test_portrait_is_reencoded_and_replaced_without_leftovers(
    client_for, alice, django_capture_on_commit_callbacks
):
    client = client_for(alice)
    client.post(reverse("coop:settings-profile"), profile(picture=picture(), avatar_alt="Moi"))
    alice.actor.refresh_from_db()
    first, storage = alice.actor.avatar.name, alice.actor.avatar.storage
    assert first.endswith(".webp")
    with alice.actor.avatar.open() as file:
        assert Image.open(file).size == (40, 40)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("coop:settings-profile"), profile(picture=picture()))
    assert not storage.exists(first)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("coop:settings-profile"), profile(remove_picture="on"))
    alice.actor.refresh_from_db()
    assert not alice.actor.avatar


def test_refused_portrait_says_why_and_loses_nothing(client_for, alice):
    upload = SimpleUploadedFile("moi.svg", b"<svg/>", "image/svg+xml")
    page = client_for(alice).post(reverse("coop:settings-profile"), profile(picture=upload, summary="Gardé"))
    assert page.status_code == 422
    assert "Les images SVG ne sont pas acceptées" in page.content.decode()
    assert "Gardé" in page.content.decode()


def test_language_and_theme_follow_the_person(client_for, alice):
    client = client_for(alice)
    response = client.post(reverse("coop:settings-appearance"), {"language": "en", "theme": "dark"})
    assert client.cookies["django_language"].value == "en"
    page = client.get(response.url)
    assert 'data-theme="dark"' in page.content.decode()


# -------------------------------------------------------------------------------------------------
# My data


def test_archive_is_asked_made_and_handed_to_its_owner_alone(client_for, alice, run_tasks):
    client = client_for(alice)
    asked = client.post(reverse("coop:export-create"))
    assert asked.url.startswith(reverse("account_reauthenticate"))
    assert not DataExport.objects.exists()
    with run_tasks():
        proven(client).post(reverse("coop:export-create"))
    export = DataExport.objects.get()
    assert (export.state, export.done) == ("ready", export.total)
    assert "Télécharger" in client.get(reverse("coop:data")).content.decode()
    handed = client.get(reverse("coop:export-download", args=[export.pk]))
    assert handed.headers["Cache-Control"] == "no-store"
    with zipfile.ZipFile(io.BytesIO(b"".join(handed.streaming_content))) as archive:
        assert {"LISEZ-MOI.txt", "compte.json", "profil.json", "actes.json"} <= set(archive.namelist())
        assert json.loads(archive.read("compte.json"))[0]["courriel"] == alice.email
        for name in archive.namelist():
            if name.endswith(".json"):
                assert name in archive.read("LISEZ-MOI.txt").decode()
                json.loads(archive.read(name))
        assert alice.password not in archive.read("compte.json").decode()
    other = proven(client_for(make_account("bernard")))
    assert other.get(reverse("coop:export-download", args=[export.pk])).status_code == 404


def test_archive_is_never_under_the_media_address(client_for, alice, run_tasks, settings):
    with run_tasks():
        exports.request_export(account=alice)
    export = DataExport.objects.get()
    assert not export.file.path.startswith(str(settings.MEDIA_ROOT))
    with pytest.raises(ValueError, match="not accessible via a URL"):
        assert export.file.url


def test_progress_is_a_fragment_that_asks_again(client_for, alice):
    DataExport.objects.create(account=alice, state="running", total=200, done=50)
    page = client_for(alice).get(reverse("coop:data"), headers={"HX-Request": "true"})
    text = page.content.decode()
    assert "<html" not in text
    assert text.count('id="archives"') == 1
    assert "every 2s" in text
    assert 'value="50"' in text
    assert "50 sur 200" in text


def test_leaving_asks_then_offers_to_come_back(client_for, alice):
    client = proven(client_for(alice))
    left = client.post(reverse("coop:account-delete"))
    assert left.url == reverse("coop:come-back")
    assert client.get(left.url).status_code == 200
    client.post(reverse("account_logout"))
    back = client.post(reverse("account_login"), {"login": alice.email, "password": PASSWORD})
    assert back.url == reverse("coop:come-back")
    client.post(reverse("coop:come-back"))
    alice.refresh_from_db()
    assert alice.deletion_requested_at is None


def test_leaving_warns_about_organisations_left_alone(client_for, alice):
    make_organisation("theatre", manager=alice, display_name="Théâtre du Bic")
    page = proven(client_for(alice)).get(reverse("coop:account-delete"))
    assert "Théâtre du Bic" in page.content.decode()


# -------------------------------------------------------------------------------------------------
# Devices


def test_one_device_is_made_to_leave_by_its_owner_only(client_for, alice):
    from allauth.usersessions.models import UserSession

    here, there = client_for(alice), client_for(alice)
    for client in (here, there):
        client.get(reverse("coop:settings"))
        UserSession.objects.get_or_create(
            session_key=client.session.session_key,
            defaults={"user": alice, "ip": "192.0.2.1", "user_agent": "Mozilla Firefox Linux"},
        )
    session = UserSession.objects.get(session_key=there.session.session_key)
    client_for(make_account("bernard")).post(reverse("coop:end-session", args=[session.pk]))
    assert UserSession.objects.filter(pk=session.pk).exists()
    assert "Faire sortir" in here.get(reverse("usersessions_list")).content.decode()
    here.post(reverse("coop:end-session", args=[session.pk]))
    assert there.get(reverse("coop:settings")).status_code == 302


# -------------------------------------------------------------------------------------------------
# Organisations


def organisation(**changes):
    links = {f"liens-{number}-{name}": "" for number in range(6) for name in ("label", "url")}
    management = {"liens-TOTAL_FORMS": "6", "liens-INITIAL_FORMS": "0"}
    return profile(display_name="Théâtre du Bic", handle="", neq="") | links | management | changes


def test_organisation_is_opened_public_and_run_by_its_maker(client_for, alice):
    make_discipline()
    data = organisation(
        disciplines=["theatre"],
        neq="1144 556 677",
        **{"liens-0-label": "Site", "liens-0-url": "theatre.exemple.test"},
    )
    response = client_for(alice).post(reverse("coop:organisation-create"), data)
    assert response.status_code == 302
    made = Organisation.objects.get()
    assert (made.actor.handle, made.neq) == ("theatre_du_bic", "1144556677")
    assert made.actor.is_discoverable
    assert not made.actor.approves_followers
    assert [(link.label, link.url) for link in made.links.all()] == [("Site", "https://theatre.exemple.test")]
    assert Delegate.objects.get().role == Delegate.Role.MANAGER


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"neq": "123"}, "exactement 10 chiffres"),
        ({"neq": "1111111111"}, "Une autre page porte déjà ce NEQ"),
        ({"handle": "alice"}, "est déjà pris"),
        ({"liens-0-url": "javascript:alert(1)"}, "URL valide"),
        ({"liens-0-label": "Site"}, "Il manque l’adresse"),
    ],
)
def test_organisation_is_refused_with_a_sentence(client_for, alice, changes, sentence):
    make_organisation("autre", neq="1111111111")
    page = client_for(alice).post(reverse("coop:organisation-create"), organisation(**changes))
    assert sentence in page.content.decode()
    assert Organisation.objects.count() == 1


def test_directory_filters_by_region_and_discipline(client):
    region, music = make_region("01"), make_discipline("musique")
    make_organisation("bic", region=region, disciplines=[make_discipline()], display_name="Théâtre du Bic")
    make_organisation("fanfare", region=make_region("06"), disciplines=[music], display_name="La Fanfare")
    make_organisation("fermee", display_name="Fermée", suspended_at=timezone.now())
    address = reverse("coop:organisations")
    assert names(client.get(address)) == ["La Fanfare", "Théâtre du Bic"]
    assert names(client.get(address, {"region": region.slug})) == ["Théâtre du Bic"]
    assert names(client.get(address, {"discipline": "musique"})) == ["La Fanfare"]
    assert (
        "Aucune organisation ici"
        in client.get(address, {"region": region.slug, "discipline": "musique"}).content.decode()
    )


def names(response):
    text = response.content.decode()
    found = [name for name in ("La Fanfare", "Théâtre du Bic", "Fermée") if f">{name}</a>" in text]
    return sorted(found, key=lambda name: text.index(f">{name}</a>"))


@pytest.mark.parametrize("count", [1, 3])
def test_directory_costs_the_same_whatever_its_length(client, django_assert_num_queries, count):
    call_command("load_regions", verbosity=0)
    for _ in range(count):
        make_organisation(region=make_region("01"), disciplines=[make_discipline()])
    client.get(reverse("coop:organisations"))
    with django_assert_num_queries(4):
        client.get(reverse("coop:organisations"))


def test_directory_pages_both_ways(client):
    for number in range(35):
        make_organisation(f"org{number:02}", display_name=f"Organisme {number:02}")
    first = client.get(reverse("coop:organisations")).content.decode()
    assert first.count("directory__item") == 30
    oldest = min(Organisation.objects.order_by("-pk")[:30], key=lambda row: row.pk)
    second = client.get(reverse("coop:organisations"), {"avant": oldest.pk}).content.decode()
    assert second.count("directory__item") == 5
    newest = Organisation.objects.order_by("-pk")[30]
    again = client.get(reverse("coop:organisations"), {"apres": newest.pk}).content.decode()
    assert again.count("directory__item") == 30


def test_only_managers_reach_the_settings_of_a_page(client_for, alice):
    editor, stranger = make_account("bernard"), make_account("chloe")
    made = make_organisation("bic", manager=alice)
    make_delegate(made, editor)
    address = reverse("coop:organisation-settings", args=["bic"])
    assert client_for(alice).get(address).status_code == 200
    assert client_for(editor).get(address).status_code == 403
    assert client_for(stranger).get(address).status_code == 403


def test_page_of_an_organisation_is_edited(client_for, alice):
    made = make_organisation("bic", manager=alice, region=make_region("01"))
    data = organisation(display_name="Le Bic", region="01", summary="Du théâtre")
    response = client_for(alice).post(reverse("coop:organisation-settings", args=["bic"]), data)
    assert response.status_code == 302
    assert Actor.objects.get(pk=made.actor_id).display_name == "Le Bic"


def test_delegates_are_named_and_ended_after_proof(client_for, alice):
    made, bernard = make_organisation("bic", manager=alice), make_account("bernard")
    client = client_for(alice)
    address = reverse("coop:organisation-delegates", args=["bic"])
    assert client.get(address).url.startswith(reverse("account_reauthenticate"))
    proven(client).post(address, {"handle": "@Bernard", "role": "editor"})
    delegate = Delegate.objects.current().get(account=bernard)
    assert "bernard" in client.get(address).content.decode()
    client.post(reverse("coop:end-delegation", args=["bic", delegate.pk]))
    assert not Delegate.objects.current().filter(account=bernard).exists()
    page = client.post(address, {"handle": "personne_ici", "role": "editor"})
    assert "Personne ici ne porte ce nom" in page.content.decode()
    assert made.delegates.count() == 2


def test_unconfirmed_sign_ups_are_forgotten():
    accounts.open_account(
        email="a@exemple.test",
        password="une phrase assez longue",
        handle="jamais",
        display_name="Jamais",
        is_of_age=True,
        is_confirmed=False,
    )
    accounts.reserve_handle(handle="reserve", display_name="Réservé", password="une phrase assez longue")
    make_account("presente")
    assert accounts.forget_unconfirmed() == 0
    assert accounts.forget_unconfirmed(now=timezone.now() + timedelta(days=8)) == 2
    assert list(Account.objects.values_list("actor__handle", flat=True)) == ["presente"]
    assert list(Actor.objects.values_list("handle", flat=True)) == ["presente"]
