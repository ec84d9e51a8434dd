"""What a search gives: newest first, only what one may read, by windows that miss nothing."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from feeds import search, snowflake
from feeds.models import Post, PostSearch, Visibility
from feeds.search import Filters
from tests.factories.coop import make_account, make_organisation, make_region
from tests.factories.feeds import (
    make_block,
    make_follow,
    make_group,
    make_media,
    make_poll,
    make_post,
)

pytestmark = pytest.mark.django_db

HERE = ZoneInfo("America/Toronto")


def texts(page):
    return [post.text for post in page.posts]


def test_posts_newest_first_whatever_their_words():
    ada = make_account("ada")
    first = make_post(ada, "Une coopérative")
    second = make_post(ada, "Coopératives, coopérative, cooperative")
    make_post(ada, "Autre chose")
    page = search.posts(None, "coopérative")
    assert [post.pk for post in page.posts] == [second.pk, first.pk]
    assert page.older is None


def test_posts_are_those_one_may_read():
    ada, luc = make_account("ada"), make_account("luc")
    make_post(ada, "vélo public")
    make_post(ada, "vélo membres", visibility=Visibility.MEMBERS)
    make_post(ada, "vélo abonnés", visibility=Visibility.FOLLOWERS)
    make_post(ada, "vélo pour toi", visibility=Visibility.MENTIONED, mentions=[luc])
    group = make_group("velo", members=[ada])
    make_post(ada, "vélo du groupe", visibility=Visibility.GROUP, group=group)
    assert texts(search.posts(None, "vélo")) == ["vélo public"]
    assert texts(search.posts(luc, "vélo")) == ["vélo pour toi", "vélo membres", "vélo public"]
    assert len(search.posts(ada, "vélo").posts) == 5
    make_follow(luc, ada)
    assert "vélo abonnés" in texts(search.posts(luc, "vélo"))
    make_block(ada, luc)
    assert texts(search.posts(luc, "vélo")) == []


def test_deleted_post_is_not_found():
    post = make_post(make_account(), "vélo")
    Post.objects.filter(pk=post.pk).update(deleted_at=timezone.now())
    assert search.posts(None, "vélo").posts == []


def test_pages_follow_one_another():
    ada = make_account("ada")
    made = [make_post(ada, f"vélo {n}").pk for n in range(7)]
    seen, before = [], None
    while True:
        page = search.posts(None, "vélo", before=before, size=3)
        seen += [post.pk for post in page.posts]
        if page.older is None:
            break
        before = page.older
    assert seen == made[::-1]


def test_filters():
    gaspesie, laval = make_region("11"), make_region("13")
    ada, luc = make_account("ada", region=gaspesie), make_account("luc", region=laval)
    one = make_post(ada, "vélo")
    two = make_post(luc, "vélo", has_media=True)
    assert [p.pk for p in search.posts(None, "vélo", Filters(author=ada.actor)).posts] == [one.pk]
    assert [p.pk for p in search.posts(None, "vélo", Filters(region=laval)).posts] == [two.pk]
    assert [p.pk for p in search.posts(None, "vélo", Filters(with_images=True)).posts] == [two.pk]
    assert search.posts(None, "vélo", Filters(author=ada.actor, region=laval)).posts == []


def test_filter_holds_for_each_side_of_or():
    ada, luc = make_account("ada"), make_account("luc")
    make_post(ada, "vélo")
    make_post(luc, "bateau")
    assert texts(search.posts(None, "vélo OU bateau", Filters(author=luc.actor))) == ["bateau"]


def test_no_text_forges_a_filter():
    ada, luc = make_account("ada"), make_account("luc")
    make_post(ada, f"vélo author:{luc.actor_id} with:images 'author:{luc.actor_id}'")
    assert search.posts(None, "vélo", Filters(author=luc.actor)).posts == []
    assert search.posts(None, "vélo", Filters(with_images=True)).posts == []


def test_days_are_whole_and_those_of_quebec():
    ada = make_account("ada")
    for hour in (0, 23):
        make_post(ada, f"vélo {hour}", at=datetime(2026, 3, 5, hour, 30, tzinfo=HERE))
    make_post(ada, "vélo lendemain", at=datetime(2026, 3, 6, 0, 0, 1, tzinfo=HERE))
    day = date(2026, 3, 5)
    assert texts(search.posts(None, "vélo", Filters(since=day, until=day))) == ["vélo 23", "vélo 0"]
    assert texts(search.posts(None, "vélo", Filters(since=day + timedelta(days=1)))) == ["vélo lendemain"]


def test_answers_of_a_poll_warning_and_images_are_found():
    ada = make_account("ada")
    post = make_post(ada, "Que choisir?", has_poll=True, has_media=True, content_warning="Araignées")
    make_poll(post, options=["Traversier", "Train"])
    make_media(ada, post=post, alt="Un phare rouge au bout du quai")
    search.index_post(post)
    for word in ("traversier", "araignée", "phares", "choisir"):
        assert [found.pk for found in search.posts(None, word).posts] == [post.pk]


def test_edited_post_is_found_by_its_new_text_only():
    post = make_post(make_account(), "vélo")
    post.text = "bateau"
    search.index_post(post)
    assert search.posts(None, "vélo").posts == []
    assert len(search.posts(None, "bateau").posts) == 1
    assert PostSearch.objects.filter(post=post).count() == 1


def test_nothing_to_look_for_asks_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert search.posts(None, "le la -vélo").posts == []


def test_queries_do_not_grow_with_results(django_assert_num_queries):
    ada = make_account("ada")
    make_post(ada, "vélo")
    with django_assert_num_queries(3):
        search.posts(ada, "vélo")
    make_post(ada, "vélo")
    make_post(ada, "vélo")
    with django_assert_num_queries(3):
        search.posts(ada, "vélo")


class WindowsTest(TestCase):
    """Windows are a matter of speed: whatever their size, the pages are those of one plain query."""

    @given(
        hours=st.lists(st.integers(0, 3000), min_size=1, max_size=25, unique=True),
        says=st.lists(st.booleans(), min_size=25, max_size=25),
        hidden=st.lists(st.booleans(), min_size=25, max_size=25),
        first=st.integers(1, 6),
        size=st.integers(1, 5),
        run=st.integers(1, 3),
    )
    @settings(max_examples=30, deadline=None)
    def test_pages_are_complete_and_in_order(self, hours, says, hidden, *, first, size, run):
        ada = make_account()
        start = datetime(2026, 1, 1, tzinfo=UTC)
        expected = []
        for number, hour in enumerate(sorted(hours)):
            word = "vélo" if says[number] else "rien"
            audience = Visibility.FOLLOWERS if hidden[number] else Visibility.PUBLIC
            post = make_post(ada, word, at=start + timedelta(hours=hour), visibility=audience)
            if says[number] and not hidden[number]:
                expected.append(post.pk)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(search, "FIRST_WINDOW", first)
            patch.setattr(search, "FIRST_RUN", run)
            seen, before = [], None
            while True:
                page = search.posts(None, "vélo", before=before, size=size)
                assert len(page.posts) <= size
                seen += [post.pk for post in page.posts]
                if page.older is None:
                    break
                before = page.older
        assert seen == expected[::-1]


def test_windows_cover_every_id_once():
    ada = make_account()
    moment = timezone.now() - timedelta(hours=2)
    for minute in range(12):
        make_post(ada, "vélo", at=moment + timedelta(minutes=minute))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search, "FIRST_WINDOW", 3)
        cut = list(search.windows(None, None))
    assert len(cut) > 1
    assert cut[0][1] is None
    assert cut[-1][0] is None
    assert [low for low, _ in cut[:-1]] == [high for _, high in cut[1:]]


# -------------------------------------------------------------------------------------------------
# Names


def handles(page):
    return [actor.handle for actor in page.actors]


def test_people_by_name_without_accents_or_with_a_slip():
    make_account("eloise", display_name="Éloïse Tremblay")
    make_account("luc", display_name="Luc Gagnon")
    assert handles(search.actors(None, "eloise", search.PERSONS)) == ["eloise"] or (
        search.actors(None, "eloise", search.PERSONS).exact.handle == "eloise"
    )
    assert handles(search.actors(None, "TREMBLAY", search.PERSONS)) == ["eloise"]
    assert handles(search.actors(None, "Tremblai", search.PERSONS)) == ["eloise"]
    assert handles(search.actors(None, "x", search.PERSONS)) == []


def test_people_who_did_not_ask_to_be_found_answer_to_their_handle_only():
    make_account("secrete", display_name="Ada Secrète", is_discoverable=False)
    assert handles(search.actors(None, "Secrète", search.PERSONS)) == []
    assert search.actors(None, "ada", search.PERSONS).exact is None
    assert search.actors(None, "@secrete", search.PERSONS).exact.handle == "secrete"


def test_people_across_a_block_do_not_exist():
    ada, luc = make_account("ada"), make_account("luc", display_name="Luc Gagnon")
    make_block(luc, ada)
    page = search.actors(ada, "luc", search.PERSONS)
    assert (page.exact, page.actors) == (None, [])
    assert handles(search.actors(ada, "Gagnon", search.PERSONS)) == []


def test_suspended_page_is_not_found():
    ada = make_account("ada", display_name="Ada Roy")
    ada.actor.suspended_at = timezone.now()
    ada.actor.save()
    assert handles(search.actors(None, "Roy", search.PERSONS)) == []
    assert search.actors(None, "ada", search.PERSONS).exact is None


def test_names_come_in_order_and_by_pages():
    for name in ("Zoé Roy", "Éric Roy", "anne Roy", "Bob Roy", "Bob Roy"):
        make_account(display_name=name)
    make_organisation("roy_et_fils", display_name="Roy et fils")
    seen, after = [], None
    while True:
        page = search.actors(None, "roy", search.PERSONS, after=after, size=2)
        seen += [actor.display_name for actor in page.actors]
        if page.following is None:
            break
        after = page.following
    assert seen == ["anne Roy", "Bob Roy", "Bob Roy", "Éric Roy", "Zoé Roy"]
    assert handles(search.actors(None, "roy", search.PAGES)) == ["roy_et_fils"]


def test_wildcards_are_letters():
    make_account("ada", display_name="Ada")
    assert handles(search.actors(None, "%%", search.PERSONS)) == []
    assert handles(search.actors(None, "__", search.PERSONS)) == []


# -------------------------------------------------------------------------------------------------
# Hashtags


def test_tags_of_posts_one_may_read():
    ada = make_account("ada")
    make_post(ada, "#CaféCitoyen")
    make_post(ada, "#CaféSecret", visibility=Visibility.FOLLOWERS)
    assert [tag.name for tag in search.tags(None, "café")] == ["CaféCitoyen"]
    assert [tag.name for tag in search.tags(ada, "#cafe")] == ["CaféCitoyen", "CaféSecret"]
    assert search.tags(ada, "!!") == []


def test_snowflake_bounds_of_a_day():
    low, high = search.bounds(Filters(since=date(2026, 3, 5), until=date(2026, 3, 5)), None)
    assert snowflake.time_of(high) - snowflake.time_of(low) == timedelta(days=1)
    assert search.bounds(Filters(until=date(2026, 3, 5)), low) == (None, low)
