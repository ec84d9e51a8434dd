"""Live pages when the network or Daphne goes away: nothing lost, nothing twice; and pages without scripts."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import time
from datetime import timedelta
from typing import TYPE_CHECKING

import psutil
import pytest
from django.utils import timezone

from config import services
from feeds.actions.posts import publish_post
from feeds.models import Favourite, Follow, Post, Visibility
from tests.conftest import wait_for
from tests.factories.coop import PASSWORD, make_account
from tests.factories.feeds import make_follow, make_post

if TYPE_CHECKING:
    from coop.models import Account

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

CUT_SECONDS = 30


def say(account: Account, text: str) -> Post:
    return publish_post(account=account, author=account.actor, text=text, visibility=Visibility.PUBLIC)


def shown(page) -> list[str]:
    """The ids of the cards of the page, in their order."""
    return page.eval_on_selector_all(
        "[data-timeline] article[data-id]", "cards => cards.map(c => c.dataset.id)"
    )


@pytest.fixture
def two(transactional_db) -> tuple[Account, Account]:
    """Someone who reads, and whom they read."""
    reader, author = make_account("lectrice"), make_account("auteur")
    make_follow(reader, author)
    for number in range(3):
        make_post(author, f"Avant {number}", at=timezone.now() - timedelta(hours=number + 1))
    return reader, author


def offered(page, count: int):
    words = "1 nouvelle publication" if count == 1 else f"{count} nouvelles publications"
    return page.get_by_role("button", name=words, exact=True)


def test_thirty_seconds_without_network_lose_and_double_nothing(open_page, two):
    reader, author = two
    page, theirs = open_page(reader), open_page(author, width=390)
    page.goto("/")
    page.locator("html[data-live=on]").wait_for()
    before = say(author, "Juste avant la coupure")
    offered(page, 1).wait_for()

    page.context.set_offline(True)
    cut_at = time.monotonic()
    theirs.goto("/publier")
    theirs.fill("textarea[name=text]", "Pendant la coupure, de l’autre navigateur")
    theirs.locator("[data-tool=audience]").check(force=True)
    theirs.locator("[name=visibility][value='0']").check(force=True)
    theirs.get_by_role("button", name="Publier", exact=True).click()
    theirs.get_by_text("C’est publié.").wait_for()
    during = [Post.objects.latest("pk"), *(say(author, f"Pendant la coupure {n}") for n in range(3))]
    time.sleep(max(0, cut_at + CUT_SECONDS - time.monotonic()))
    assert offered(page, 1).is_visible()  # what was offered before still is, and nothing more is known
    page.context.set_offline(False)

    offered(page, 5).wait_for(timeout=45_000)
    after = say(author, "Juste après")
    offered(page, 6).wait_for()
    offered(page, 6).click()
    page.locator(f"#p{after.pk}").wait_for()
    ids = shown(page)
    assert ids[:6] == [str(post.pk) for post in [after, *during[::-1], before]]
    assert len(ids) == len(set(ids)) == 9
    assert page.locator("[data-new] button").count() == 0


def test_daphne_killed_and_restarted_loses_and_doubles_nothing(open_page, square, two):
    reader, author = two
    page = open_page(reader)
    page.goto("/")
    page.locator("html[data-live=on]").wait_for()
    live = square.processes["live"]
    environment = psutil.Process(live.pid).environ()
    os.killpg(live.pid, signal.SIGKILL)
    live.wait()
    try:
        page.locator("html[data-live=off]").wait_for()
        during = [say(author, f"Sans Daphne {number}") for number in range(2)]
    finally:
        with (square.logs / "live.log").open("ab") as log:
            square.processes["live"] = subprocess.Popen(
                live.args,
                cwd=services.BASE_DIR,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        wait_for(f"{square.url}/sante/vivant", square)

    offered(page, 2).wait_for(timeout=60_000)
    offered(page, 2).click()
    page.locator(f"#p{during[-1].pk}").wait_for()
    ids = shown(page)
    assert ids[:2] == [str(post.pk) for post in during[::-1]]
    assert len(ids) == len(set(ids)) == 5


def test_a_page_that_failed_to_connect_is_still_a_page(open_page, square, two):
    """Where sockets never open, reading again shows the same."""
    reader, author = two
    page = open_page(reader)
    page.route_web_socket(re.compile("/direct"), lambda socket: socket.close(code=1011))
    page.goto("/")
    post = say(author, "Sans socket")
    page.reload()
    page.locator(f"#p{post.pk}").wait_for()


def test_everything_works_without_scripts(open_page, transactional_db):
    author = make_account("auteur", display_name="Aurore Auteure")
    posts = [
        make_post(author, f"Ancienne nouvelle {n} du carrefour", at=timezone.now() - timedelta(minutes=n + 1))
        for n in range(45)
    ]
    reader = make_account("lectrice")
    page = open_page(width=390, java_script_enabled=False)

    page.goto("/compte/entrer")
    page.fill("[name=login]", reader.email)
    page.fill("[name=password]", PASSWORD)
    page.locator("form:has([name=password]) button[type=submit]").first.click()
    page.wait_for_url("**/")

    page.goto("/publier")
    page.fill("textarea[name=text]", "Écrit sans aucun script")
    page.get_by_role("button", name="Publier", exact=True).click()
    page.get_by_text("C’est publié.").wait_for()
    assert Post.objects.filter(author=reader.actor, text="Écrit sans aucun script").exists()

    page.goto("/@auteur")
    page.get_by_role("button", name=re.compile("^Suivre")).first.click()
    page.wait_for_url("**/@auteur")
    assert Follow.objects.accepted().filter(follower=reader.actor, followed=author.actor).exists()

    page.goto(posts[0].get_absolute_url())
    page.locator(f"#p{posts[0].pk}").get_by_role(
        "button", name=re.compile("favori|J’aime|Aimer", re.IGNORECASE)
    ).click()
    page.wait_for_load_state()
    assert Favourite.objects.filter(actor=reader.actor, post=posts[0]).exists()

    page.goto("/recherche")
    page.fill("main [name=q]", "carrefours")
    page.locator("main form:has([name=q]) button").first.click()
    page.get_by_text("Ancienne nouvelle 0 du carrefour").wait_for()
    page.goto("/recherche?q=carrefour&onglet=publications")
    page.locator("a[rel=next]").click()
    page.get_by_text("Ancienne nouvelle 44 du carrefour").wait_for()

    page.goto("/")
    page.locator("a[rel=next]").click()
    page.get_by_text("Ancienne nouvelle 44 du carrefour").wait_for()
    page.locator("a[rel=prev]").click()
    page.get_by_text("Ancienne nouvelle 1 du carrefour").first.wait_for()


@pytest.fixture(autouse=True)
def _network_is_back(square):
    yield
    with contextlib.suppress(ProcessLookupError):
        assert square.processes["live"].poll() is None
