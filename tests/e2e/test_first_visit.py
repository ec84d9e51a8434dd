"""The first hour of someone who arrives, in real browsers, from the door to the first answer."""

from __future__ import annotations

import email
import io
import re
import time
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone
from PIL import Image, ImageDraw

from coop.models import Account, Region
from feeds.models import Follow, MediaAttachment, Post, Visibility
from tests.e2e.captures import capture
from tests.factories.coop import make_account, make_organisation
from tests.factories.feeds import make_post

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

VOICES = {
    "carrousel": "Le Carrousel du film cherche des familles d’accueil pour septembre. #Rimouski",
    "ferme_bic": "Les paniers d’hiver sont prêts. Il en reste douze, à prix libre. #Bic",
    "biblio_rki": "Demain à 19 h, on répare des livres ensemble. Le thé est fourni. #Rimouski",
    "tricot_est": "La laine de Saint-Fabien est arrivée au local.",
    "radio_ckmn": "Ce soir en ondes : le fleuve gelé raconté par ceux qui le traversaient.",
    "patin": "L’anneau de glace ouvre samedi si le froid tient.",
}

SAID = "Première neige sur la grève. Vos coopératives ouvrent-elles le samedi? #Rimouski"


def photograph() -> bytes:
    """A photo of a shore, made on the spot."""
    image = Image.new("RGB", (1200, 800), "#8fb4c9")
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 520, 1200, 800), fill="#33566b")
    draw.ellipse((860, 110, 1000, 250), fill="#f6d48f")
    draw.polygon([(140, 540), (360, 320), (600, 540)], fill="#57745a")
    data = io.BytesIO()
    image.save(data, "JPEG", quality=88)
    return data.getvalue()


def code_in(letters: list[str], address: str) -> str:
    """The code of the last letter to this address."""
    for letter in reversed(letters):
        for part in letter.split("-" * 79):
            message = email.message_from_bytes(part.strip().encode())
            if message["To"] and address in message["To"]:
                bodies = [p for p in message.walk() if p.get_content_type() == "text/plain"]
                body = bodies[0].get_payload(decode=True).decode()
                return re.search(r"^\s*([A-Z0-9]+(?:-[A-Z0-9]+)*)\s*$", body, re.MULTILINE)[1]
    raise AssertionError(f"no letter to {address}")


def wait_until(is_so, seconds: float = 20):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := is_so():
            return found
        time.sleep(0.1)
    raise AssertionError("it never came")


@pytest.fixture
def living_region(transactional_db):
    """A region where people speak."""
    call_command("load_regions", verbosity=0)
    region = Region.objects.get(slug="bas-saint-laurent")
    now = timezone.now()
    for number, (handle, text) in enumerate(VOICES.items()):
        name = handle.replace("_", " ").title()
        if number % 2:
            voice = make_organisation(handle, region=region, display_name=name).actor
        else:
            voice = make_account(handle, region=region, display_name=name)
        make_post(voice, text, at=now - timedelta(hours=2 * number + 1))
    return region


def test_a_visitor_signs_up_follows_posts_is_answered_and_finds_it_again(open_page, square, living_region):
    page = open_page()
    enter(page, square)
    oceane = settle(page)
    friend = make_account("leon_berube", display_name="Léon Bérubé", region=living_region)
    theirs = open_page(friend, width=390)
    theirs.goto("/public")
    theirs.locator("html[data-live=on]").wait_for()
    post = publish(page, oceane)
    be_answered(page, theirs, post)
    find(page, post)


def enter(page, square) -> None:
    """At the door: who one is, then the code that came by mail."""
    page.goto("/")
    capture(page, "1-visiteur")
    page.get_by_role("link", name=re.compile("^Créer un compte")).first.click()

    page.fill("[name=display_name]", "Océane Ruest")
    page.fill("[name=email]", "oceane@exemple.test")
    page.fill("[name=password1]", "la-grève-au-petit-matin")
    page.check("[name=is_of_age][value=yes]")
    page.check("[name=accepts_terms]")
    capture(page, "2-inscription")
    page.locator("form:has([name=password1]) button[type=submit]").last.click()
    page.locator("[name=code]").wait_for()
    capture(page, "3-code")
    page.fill("[name=code]", wait_until(lambda: code_or_none(square)))
    page.locator("form:has([name=code]) button").first.click()


def settle(page) -> Account:
    """Three short steps: a region, five voices, who may read."""
    page.wait_for_url("**/bienvenue/region")
    capture(page, "4-region")
    page.select_option("select[name=region]", label="Bas-Saint-Laurent")
    page.get_by_role("button", name="Continuer").click()
    page.wait_for_url("**/bienvenue/voix")
    capture(page, "5-voix")
    for followed in range(5):
        page.locator(".voice").get_by_role("button", name=re.compile("^Suivre")).first.click()
        page.locator(".voice").get_by_role("button", name=re.compile("Abonné")).nth(followed).wait_for()
    oceane = Account.objects.get(email="oceane@exemple.test")
    assert Follow.objects.accepted().filter(follower=oceane.actor).count() == 5
    page.get_by_role("link", name="Continuer", exact=True).click()
    page.wait_for_url("**/bienvenue/lecteurs")
    capture(page, "6-lecteurs")
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url("**/bienvenue/fin")
    capture(page, "7-bienvenue")

    return oceane


def publish(page, oceane: Account) -> Post:
    """Post to everyone, with an image and its description."""
    page.goto("/")
    page.fill(
        "textarea[name=text]",
        SAID,
    )
    page.locator("input[type=file]").first.set_input_files(
        {"name": "greve.jpg", "mimeType": "image/jpeg", "buffer": photograph()}
    )
    page.locator(".composer__alt textarea").fill("Le fleuve gris, une île boisée, un soleil bas.")
    page.locator("[data-tool=audience]").check(force=True)
    page.locator("[name=visibility][value='0']").check(force=True)
    wait_until(lambda: MediaAttachment.objects.filter(state=MediaAttachment.State.READY).exists())
    page.locator(".composer__preview img").wait_for()
    capture(page, "8-composer")
    page.get_by_role("button", name="Publier", exact=True).click()
    page.get_by_text("C’est publié.").wait_for()
    post = Post.objects.get(author=oceane.actor)
    assert (post.visibility, post.has_media) == (Visibility.PUBLIC, True)
    capture(page, "9-mon-fil")
    return post


def be_answered(page, theirs, post: Post) -> None:
    """Live in the other browser: told, shown, answered; and live in one's own: the answer, and its notice."""
    theirs.get_by_role("button", name="1 nouvelle publication").click()
    card = theirs.locator(f"#p{post.pk}")
    card.get_by_text("Première neige sur la grève").wait_for()
    assert card.locator("img[alt='Le fleuve gris, une île boisée, un soleil bas.']").count() == 1
    capture(theirs, "10-en-direct")
    page.goto(post.get_absolute_url())
    page.locator("html[data-live=on]").wait_for()
    theirs.goto(post.get_absolute_url())
    theirs.fill("textarea[name=text]", "Oui, la nôtre, jusqu’à midi. Bienvenue sur la place!")
    theirs.get_by_role("button", name="Répondre", exact=True).click()
    theirs.get_by_text("C’est publié.").wait_for()
    page.get_by_role("button", name="1 changement dans la conversation").click()
    page.get_by_text("Oui, la nôtre, jusqu’à midi.").wait_for()
    page.locator("[data-unread] .badge--count").first.wait_for(state="attached")
    capture(page, "11-reponse")
    page.goto("/avis")
    page.get_by_text("Léon Bérubé").first.wait_for()
    capture(page, "12-avis")


def find(page, post: Post) -> None:
    """« coopérative » finds « coopératives »."""
    page.goto("/recherche")
    page.fill("main [name=q]", "coopérative")
    page.locator("main form:has([name=q]) button").first.click()
    page.locator(f"#p{post.pk}").wait_for()
    assert page.locator(f"#p{post.pk}").get_by_text("Vos coopératives ouvrent-elles").is_visible()
    capture(page, "13-recherche")


def code_or_none(square) -> str | None:
    letters = square.letters()
    return code_in(letters, "oceane@exemple.test") if letters else None
