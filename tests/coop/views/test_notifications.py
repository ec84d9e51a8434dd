"""The page of notifications and the choice of what rings."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from coop.models import Notification, NotificationSetting, Preferences
from feeds import notices
from feeds.models import Post
from tests.factories.coop import make_account, make_actor, make_notification
from tests.factories.feeds import make_post

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada():
    return make_account("ada", display_name="Ada")


def follow_rows(account, count):
    for _ in range(count):
        actor = make_actor()
        make_notification(account, kind="follow", actor=actor, subject_id=actor.pk)


def test_visitor_is_sent_to_the_door(client):
    for name in ("coop:notifications", "coop:settings-notifications"):
        assert client.get(reverse(name)).status_code == 302


def test_page_shows_lines_and_says_which_are_unread(ada, client_for):
    luc = make_account("luc", display_name="Luc")
    notices.post_published(make_post(luc, "@ada viens voir la place"))
    page = client_for(ada).get("/avis").content.decode()
    assert "<b>Luc</b> te mentionne" in page
    assert "viens voir la place" in page
    assert "non lu" in page
    assert "Marquer lus" in page


def test_empty_page_says_what_will_be_here(ada, client_for):
    assert "Aucun avis pour l’instant" in client_for(ada).get("/avis").content.decode()
    assert "Personne ne t’a encore écrit" in client_for(ada).get("/avis?onglet=mentions").content.decode()


def test_tab_of_what_is_addressed_to_me(ada, client_for):
    luc = make_account("luc", display_name="Luc")
    notices.post_published(make_post(luc, "@ada"))
    notices.favourited(make_post(ada), luc.actor)
    page = client_for(ada).get("/avis?onglet=mentions").content.decode()
    assert "te mentionne" in page
    assert "a aimé" not in page


def test_queries_do_not_grow_with_lines(ada, client_for, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = client_for(ada)
    client.get("/avis")
    counts = []
    for count in (1, 2):
        follow_rows(ada, count)
        with CaptureQueriesContext(connection) as queries:
            client.get("/avis")
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_pages_follow_one_another_without_double_or_hole(ada, client_for):
    follow_rows(ada, 70)
    client = client_for(ada)
    seen = []
    address = "/avis"
    while address:
        answer = client.get(address)
        page = answer.content.decode()
        seen += [int(part.split('"')[0]) for part in page.split('href="/avis/')[1:]]
        after = re.search(r'rel="next"\s+href="([^"]+)"', page)
        address = after[1].replace("&amp;", "&") if after else None
    assert seen == sorted(Notification.objects.values_list("pk", flat=True), reverse=True)


def test_next_lines_come_alone_for_scripts(ada, client_for):
    follow_rows(ada, 35)
    client = client_for(ada)
    older = client.get("/avis").content.decode().split('hx-get="')[1].split('"')[0].replace("&amp;", "&")
    piece = client.get(older, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in piece
    assert piece.count("news__link") == 5
    assert "Tu as tout vu" in piece


def test_odd_cursors_are_the_first_page(ada, client_for):
    follow_rows(ada, 1)
    for value in ("abc", "-4", "9" * 30, "²"):
        assert "news__link" in client_for(ada).get("/avis", {"avant": value}).content.decode()


def test_opening_a_line_reads_it_whole_and_leads_there(ada, client_for):
    post = make_post(ada)
    for _ in range(2):
        notices.favourited(post, make_account().actor)
    other = make_notification(ada, kind="follow", actor=make_actor())
    newest = Notification.objects.filter(kind="favourite").latest("pk")
    answer = client_for(ada).get(f"/avis/{newest.pk}")
    assert (answer.status_code, answer["Location"]) == (302, post.get_absolute_url())
    assert list(Notification.objects.filter(read_at__isnull=True)) == [other]


def test_opening_what_is_gone_says_so(ada, client_for):
    luc = make_account("luc")
    post = make_post(luc, "@ada")
    notices.post_published(post)
    Post.objects.filter(pk=post.pk).update(deleted_at=timezone.now())
    client = client_for(ada)
    answer = client.get(f"/avis/{Notification.objects.get().pk}", follow=True)
    assert "Ce n’est plus accessible" in answer.content.decode()


def test_line_of_another_person_does_not_exist(ada, client_for):
    row = make_notification(make_account(), kind="follow", actor=make_actor())
    assert client_for(ada).get(f"/avis/{row.pk}").status_code == 404


def test_what_cannot_be_shown_is_not_counted_for_ever(ada, client_for):
    luc = make_account("luc")
    post = make_post(luc, "@ada")
    notices.post_published(post)
    Post.objects.filter(pk=post.pk).update(deleted_at=timezone.now())
    client_for(ada).get("/avis")
    assert Notification.objects.get().read_at is not None


def test_mark_all_read_leaves_what_came_meanwhile(ada, client_for):
    follow_rows(ada, 2)
    shown = Notification.objects.latest("pk").pk
    follow_rows(ada, 1)
    client_for(ada).post("/avis/lus", {"jusque": shown})
    assert Notification.objects.filter(read_at__isnull=True).count() == 1


def test_choices_page_keeps_what_is_ticked(ada, client_for):
    client = client_for(ada)
    page = client.get("/reglages/avis").content.decode()
    assert "À 7\u00a0h" in page
    client.post(
        "/reglages/avis",
        {"mail_frequency": "daily", "mention-ici": "on", "mention-courriel": "on", "reply-ici": "on"},
    )
    assert Preferences.objects.get(account=ada).mail_frequency == Preferences.Mail.DAILY
    chosen = {row.kind: (row.in_app, row.by_mail) for row in NotificationSetting.objects.filter(account=ada)}
    assert chosen["mention"] == (True, True)
    assert chosen["reply"] == (True, False)
    assert chosen["boost"] == (False, False)


def test_choices_page_says_what_is_wrong(ada, client_for):
    answer = client_for(ada).post("/reglages/avis", {"mail_frequency": "parfois"})
    assert answer.status_code == 422
