"""axe finds nothing of level A or AA on the main pages, narrow and wide, light and dark."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone

from coop.models import DataExport
from feeds.models import Filter, Visibility
from tests.factories.coop import (
    make_account,
    make_discipline,
    make_notification,
    make_organisation,
    make_region,
)
from tests.factories.feeds import (
    make_bookmark,
    make_boost,
    make_draft,
    make_favourite,
    make_filter,
    make_follow,
    make_group,
    make_group_membership,
    make_list,
    make_media,
    make_mute,
    make_pack,
    make_poll,
    make_post,
    make_revision,
)

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

AXE = Path(__file__).parent / "vendor" / "axe.min.js"
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]

FOR_VISITORS = {
    "landing": "/",
    "public": "/public",
    "region": "/region/region-01",
    "profile": "/@marie",
    "thread": "THREAD",
    "login": "/compte/entrer",
    "signup": "/compte/creer",
    "forgotten": "/compte/mot-de-passe/oublie",
    "search": "/recherche?q=place",
    "packs": "/trousses",
    "groups": "/groupes",
    "organisations": "/organisations",
    "terms": "/conditions",
    "privacy": "/confidentialite",
    "parameters": "/parametres",
    "missing": "/nulle-part",
    "absent": "/@personne",
    "offline": "/hors-ligne/",
}
FOR_PEOPLE = {
    "home": "/",
    "composer": "/publier",
    "answer": "ANSWER",
    "thread": "THREAD",
    "history": "HISTORY",
    "profile": "/@marie",
    "own profile": "/@lectrice",
    "organisation": "/@theatre",
    "group": "/groupes/cercle",
    "group members": "/groupes/cercle/membres",
    "group settings": "/groupes/cercle/reglages",
    "lists": "/listes",
    "list": "LIST",
    "tag": "/mots-clics/place",
    "search": "/recherche?q=place",
    "empty search": "/recherche",
    "notifications": "/avis",
    "bookmarks": "/signets",
    "favourites": "/favoris",
    "drafts": "/brouillons",
    "catch-up": "/depuis-ma-derniere-visite",
    "pack": "PACK",
    "welcome region": "/bienvenue/region",
    "welcome voices": "/bienvenue/voix",
    "welcome audience": "/bienvenue/lecteurs",
    "welcome done": "/bienvenue/fin",
    "settings": "/reglages",
    "settings profile": "/reglages/profil",
    "settings privacy": "/reglages/confidentialite",
    "settings notifications": "/reglages/avis",
    "settings look": "/reglages/apparence",
    "filters": "/reglages/filtres",
    "mutes": "/reglages/sourdines",
    "requests": "/demandes",
    "security": "/compte/securite",
    "devices": "/compte/appareils",
    "email": "/compte/courriel",
    "my data": "/mes-donnees",
    "new organisation": "/organisations/nouvelle",
    "organisation settings": "/organisations/theatre/reglages",
    "refused": "REFUSED",
}


@pytest.fixture
def place(transactional_db):
    """A square with something of each sort on it."""
    region = make_region("01")
    now = timezone.now()
    reader = make_account("lectrice", region=region, display_name="Lucie Lectrice")
    marie = make_account("marie", region=region, display_name="Marie-Ève Côté", actor={"summary": "Potière."})
    theatre = make_organisation("theatre", manager=reader, region=region, display_name="Théâtre du Parvis")
    theatre.disciplines.add(make_discipline())
    group = make_group("cercle", members=[marie], moderators=[reader], rules_text="On s’écoute.")
    make_group_membership(group, make_account("demandeur"), joined=False)
    for who in (marie, theatre.actor, *(make_account() for _ in range(4))):
        make_follow(reader, who)
    post = make_post(
        marie, "La #place est à nous : https://exemple.test/affiche", at=now - timedelta(hours=3)
    )
    make_media(marie, post)
    make_media(marie, post, position=1, alt="", state="waiting", file="", preview="", width=None, height=None)
    answer = make_post(reader, "Oui, @marie!", in_reply_to=post)
    make_post(marie, "À demain.", in_reply_to=answer)
    make_revision(post, "La #place est à vous")
    asked = make_post(marie, "Samedi ou dimanche? #place", at=now - timedelta(hours=2))
    make_poll(asked)
    make_post(
        marie,
        "On y parle de deuil.",
        content_warning="Deuil",
        visibility=Visibility.FOLLOWERS,
        at=now - timedelta(hours=1),
    )
    make_boost(theatre.actor, post)
    make_post(theatre.actor, "Première vendredi. #place", group=group, visibility=Visibility.GROUP)
    for kind in ("mention", "reply", "favourite", "boost"):
        make_notification(reader, kind=kind, actor=marie.actor, subject_id=answer.pk)
    make_notification(reader, kind="follow", actor=marie.actor, subject_id=marie.actor_id, read_at=now)
    make_bookmark(reader, post)
    make_favourite(reader, post)
    make_draft(reader)
    make_filter(reader, "hiver", effect=Filter.Effect.HIDE)
    make_mute(reader, make_account("bruyant"))
    make_follow(make_account("curieuse", display_name="Une curieuse"), reader, accepted=False)
    DataExport.objects.create(account=reader, state=DataExport.State.RUNNING, done=3, total=10)
    addresses = {
        "THREAD": post.get_absolute_url(),
        "ANSWER": f"/publier?reponse={post.pk}",
        "HISTORY": reverse("feeds:post-history", args=["marie", post.pk]),
        "REFUSED": reverse("feeds:post-edit", args=["marie", post.pk]),
        "LIST": reverse("feeds:list", args=[make_list(reader, "Les proches", members=[marie]).pk]),
        "PACK": reverse("feeds:pack", args=[make_pack(marie, members=[reader, theatre.actor]).slug]),
    }
    return reader, addresses


RUN = """levels => axe.run(document, {
    runOnly: {type: 'tag', values: levels}, resultTypes: ['violations'],
})"""


def faults(page, where: str) -> list[str]:
    """What axe and a ruler find on this page, in each look."""
    found = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.goto(where)
        page.evaluate(AXE.read_text())
        for width in (1280, 390):
            page.set_viewport_size({"width": width, "height": 900})
            look = f"{where} {width} {scheme}"
            found += [
                f"{look}: {violation['id']}: {node['target']} {node['failureSummary'][:200]}"
                for violation in page.evaluate(RUN, LEVELS)["violations"]
                for node in violation["nodes"]
            ]
            if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                found.append(f"{look}: wider than the screen")
    return found


@pytest.mark.parametrize("who", ["visitors", "people"])
def test_axe_finds_nothing_on_the_main_pages(open_page, place, who):
    reader, addresses = place
    pages = FOR_PEOPLE if who == "people" else FOR_VISITORS
    # axe itself is put in from outside, which our own policy rightly refuses.
    page = open_page(reader if who == "people" else None, bypass_csp=True)
    found = [fault for where in pages.values() for fault in faults(page, addresses.get(where, where))]

    assert not found, "\n".join(found)
