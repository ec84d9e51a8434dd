"""The demo is whole, the same everywhere, and loaded once."""

from __future__ import annotations

from datetime import datetime, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone

from coop.models import Account, Actor, Delegate, Notification, Organisation, Region
from feeds import snowflake
from feeds.demo import laval, logins, square
from feeds.models import (
    ActorActivity,
    Bookmark,
    Favourite,
    Follow,
    FollowedTag,
    Group,
    GroupMembership,
    List,
    MediaAttachment,
    Poll,
    PollVote,
    Post,
    PostRevision,
    PostSearch,
    PostStats,
    StarterPack,
    StarterPackMember,
    Visibility,
)

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("demo")]

UNTIL = "2026-11-21T12:00:00-05:00"
ROWS = (
    Account,
    Actor,
    Follow,
    Favourite,
    Post,
    PostStats,
    PollVote,
    StarterPackMember,
    Notification,
    MediaAttachment,
)


def digest():
    """Say what the square holds, without ids that a database draws."""
    posts = Post.objects.order_by("pk").select_related("author", "boost_of__author", "in_reply_to__author")
    stats = dict(PostStats.objects.values_list("post_id", "favourites"))
    return [
        (
            post.author.handle,
            post.created_at,
            post.text,
            post.visibility,
            post.boost_of and post.boost_of.created_at,
            post.in_reply_to and post.in_reply_to.created_at,
            stats.get(post.pk, 0),
        )
        for post in posts
    ] + list(
        Follow.objects.order_by("created_at").values_list(
            "follower__handle", "followed__handle", "created_at"
        )
    )


_first_time = {}


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker):
    """Load it, take it back, load it again for the tests of this file, and take it back for good."""
    from django.db import transaction

    with django_db_blocker.unblock():
        with transaction.atomic():
            call_command("load_demo", until=UNTIL, stdout=StringIO())
            _first_time["digest"] = digest()
            transaction.set_rollback(True)
        with transaction.atomic():
            out = StringIO()
            call_command("load_demo", until=UNTIL, stdout=out)
            yield out.getvalue()
            transaction.set_rollback(True)


@pytest.fixture
def demo(loaded, django_db_blocker):
    """The loaded square; what a test changes in it is taken back."""
    from django.db import transaction

    with django_db_blocker.unblock(), transaction.atomic():
        yield loaded
        transaction.set_rollback(True)


def test_it_holds_what_was_promised(demo):
    people = Actor.objects.filter(kind=Actor.Kind.PERSON)
    regions = set(Region.objects.values_list("pk", flat=True))
    assert people.count() >= 40
    assert Organisation.objects.count() >= 25
    assert len(regions) == 17
    assert set(people.values_list("region_id", flat=True)) == regions
    assert set(StarterPack.objects.exclude(region=None).values_list("region_id", flat=True)) == regions
    assert Post.objects.originals().count() >= 600
    assert Post.objects.filter(boost_of__isnull=False).count() >= 100
    assert Post.objects.filter(in_reply_to__isnull=False).count() >= 250
    assert len(set(Post.objects.originals().values_list("text", flat=True))) >= 650
    kinds = set(Group.objects.values_list("kind", "join_policy"))
    assert kinds >= {("regional", "open"), ("sector", "open"), ("sector", "request"), ("free", "open")}
    assert GroupMembership.objects.pending().exists()
    assert PostRevision.objects.exists()
    assert Post.objects.filter(deleted_at__isnull=False, thread__isnull=False).exists()
    assert Post.objects.exclude(content_warning="").exists()
    assert set(Post.objects.values_list("visibility", flat=True)) == set(Visibility.values)
    assert demo.startswith("46 personnes, 33 organisations, 11 groupes, ")


def test_polls_are_open_and_closed_and_their_counts_are_true(demo):
    until = datetime.fromisoformat(UNTIL)
    closes = Poll.objects.values_list("closes_at", flat=True)
    assert min(closes) < until < max(closes)
    for poll in Poll.objects.prefetch_related("options"):
        assert poll.voters_count == PollVote.objects.filter(poll=poll).values("actor").distinct().count()
        for option in poll.options.all():
            assert option.votes_count == PollVote.objects.filter(option=option).count()


def test_counters_and_indexes_are_those_of_the_rows(demo):
    for stats in PostStats.objects.select_related("post"):
        post = stats.post
        assert stats.favourites == Favourite.objects.filter(post=post).count()
        assert stats.boosts == Post.objects.filter(boost_of=post).count()
        assert stats.replies == Post.objects.filter(in_reply_to=post, deleted_at__isnull=True).count()
    for activity in ActorActivity.objects.all():
        newest = (
            Post.objects.filter(author=activity.actor_id, deleted_at__isnull=True).order_by("-pk").first()
        )
        assert activity.last_post_id == newest.pk
    assert PostSearch.objects.count() == Post.objects.originals().filter(deleted_at__isnull=True).count()


def test_six_weeks_end_at_the_day_given(demo):
    until = datetime.fromisoformat(UNTIL)
    first, last = (Post.objects.order_by(key).first().created_at for key in ("pk", "-pk"))
    assert until - timedelta(days=44) < first < until - timedelta(days=38)
    assert until - timedelta(hours=3) < last < until
    assert Notification.objects.filter(created_at__gt=until).count() == 0
    assert Favourite.objects.filter(created_at__gt=until).count() == 0


def test_each_person_follows_from_eight_to_twenty_five_voices(demo):
    for actor in Actor.objects.filter(kind=Actor.Kind.PERSON).exclude(handle="donnees_ouvertes"):
        assert 8 <= Follow.objects.filter(follower=actor).count() <= 25, actor.handle
    assert Follow.objects.pending().exists()


def test_images_went_through_the_real_pipeline(demo):
    assert MediaAttachment.objects.count() == 26
    for media in MediaAttachment.objects.select_related("post"):
        assert media.state == MediaAttachment.State.READY
        assert not media.upload
        assert media.alt
        assert media.placeholder.startswith("data:image/webp;base64,")
        assert media.post.has_media


def test_announcements_of_laval_carry_their_source(demo):
    pages = Organisation.objects.exclude(source="").select_related("actor")
    assert pages.count() >= 10
    posts = Post.objects.originals().filter(author__in=[page.actor_id for page in pages], in_reply_to=None)
    assert posts.count() >= 100
    assert all(post.text.endswith(laval.SOURCE) for post in posts)
    assert not posts.filter(text__contains="<").exists()
    assert all("CC-BY 4.0" in page.source for page in pages)


def test_the_six_logins_open_and_have_their_roles(demo):
    accounts = {login.role.split(",")[0]: Account.objects.get(email=login.email) for login in logins.LOGINS}
    assert len(accounts) == 6
    for account in accounts.values():
        assert account.check_password(logins.PASSWORD)
        assert account.welcomed_at is not None
        assert Bookmark.objects.filter(actor=account.actor).count() == 8
        assert FollowedTag.objects.filter(actor=account.actor).exists()
        assert Notification.objects.filter(account=account, read_at__isnull=True).exists()
    manager = Delegate.objects.filter(role=Delegate.Role.MANAGER)
    assert manager.filter(account=accounts["organisatrice culturelle"]).exists()
    assert manager.filter(account=accounts["secrétaire de la coopérative"]).exists()
    assert manager.filter(account=accounts["intendante de la fiducie"]).exists()
    assert GroupMembership.objects.moderating().filter(actor=accounts["animateur de groupe"].actor).exists()
    assert List.objects.filter(owner=accounts["citoyenne"].actor, is_exclusive=True).exists()
    others = Account.objects.exclude(email__in=[login.email for login in logins.LOGINS])
    assert not any(account.has_usable_password() for account in others)


def test_notifications_come_in_the_order_of_what_they_tell(demo):
    moments = list(Notification.objects.order_by("pk").values_list("created_at", flat=True))
    assert moments == sorted(moments)
    assert Notification.objects.filter(kind="mention").exists()
    assert Notification.objects.filter(read_at__isnull=False).exists()


def test_a_second_run_changes_nothing(demo):
    before = {model: model.objects.count() for model in ROWS}, digest()
    call_command("load_demo", until=timezone.now().isoformat(), stdout=StringIO())
    assert ({model: model.objects.count() for model in ROWS}, digest()) == before


def test_the_same_day_gives_the_same_square(demo):
    """Same words, same moments, same ties and marks, from another empty database."""
    assert digest() == _first_time["digest"]


@pytest.mark.django_db
@pytest.mark.parametrize("moment", ["hier", "2026-13-01"])
def test_an_unreadable_day_is_refused(moment):
    with pytest.raises(CommandError, match="not a moment"):
        call_command("load_demo", until=moment)
    assert not square.is_loaded()


@pytest.mark.django_db
def test_it_does_not_go_on_a_production_machine(settings):
    settings.IS_PRODUCTION = True
    with pytest.raises(CommandError, match="public passwords"):
        call_command("load_demo")
    assert not square.is_loaded()


def test_ids_are_snowflakes_of_their_moment(demo):
    post = Post.objects.order_by("pk").first()
    assert snowflake.time_of(post.pk) == post.created_at
