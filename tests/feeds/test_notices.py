"""Who is told of what happens in the Fil, and who is not."""

from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from coop import notifications
from coop.models import Notification
from feeds import live, notices
from feeds.models import Post, Visibility
from tests.factories.coop import (
    make_account,
    make_delegate,
    make_notification_setting,
    make_organisation,
)
from tests.factories.feeds import (
    make_block,
    make_follow,
    make_group,
    make_group_membership,
    make_mute,
    make_muted_thread,
    make_poll,
    make_poll_vote,
    make_post,
)

pytestmark = pytest.mark.django_db


def rung(account=None):
    """List (kind, actor's handle) of an account, oldest first; of all without one."""
    rows = Notification.objects.select_related("actor").order_by("pk")
    if account is not None:
        rows = rows.filter(account=account)
    return [(row.kind, row.actor.handle if row.actor else None) for row in rows]


@pytest.fixture
def ada():
    return make_account("ada", display_name="Ada")


@pytest.fixture
def luc():
    return make_account("luc", display_name="Luc")


def test_reply_tells_its_parent_once_even_when_named(ada, luc):
    post = make_post(ada, "Bonjour")
    notices.post_published(make_post(luc, "@ada salut", in_reply_to=post))
    assert rung(ada) == [("reply", "luc")]
    assert rung(luc) == []


def test_mention_tells_everyone_named_but_the_author(ada, luc):
    zoe = make_account("zoe")
    notices.post_published(make_post(ada, "@luc @zoe @ada voyez"))
    assert rung(luc) == rung(zoe) == [("mention", "ada")]
    assert rung(ada) == []


def test_reply_to_oneself_tells_nobody(ada):
    notices.post_published(make_post(ada, "suite", in_reply_to=make_post(ada)))
    assert rung() == []


def test_edit_tells_the_newly_named_only(ada, luc):
    post = make_post(ada, "@luc voici")
    notices.post_published(post)
    zoe = make_account("zoe")
    post.mentions.create(actor=zoe.actor)
    notices.post_edited(post)
    assert rung(luc) == rung(zoe) == [("mention", "ada")]


def test_marks_ring_once_however_often_they_are_put(ada, luc):
    post = make_post(ada)
    for _ in range(3):
        notices.favourited(post, luc.actor)
        notices.boosted(post, luc.actor)
    notices.favourited(post, ada.actor)
    assert rung(ada) == [("favourite", "luc"), ("boost", "luc")]


def test_boost_row_rings_for_its_original(ada, luc):
    post = make_post(ada)
    notices.boosted(make_post(luc, boost_of=post), luc.actor)
    assert Notification.objects.get().subject_id == post.pk


def test_follows(ada, luc):
    notices.followed(make_follow(luc, ada))
    assert rung(ada) == [("follow", "luc")]
    zoe = make_account("zoe")
    asked = make_follow(zoe, ada, accepted=False)
    notices.follow_requested(asked)
    notices.follow_accepted(asked)
    assert rung(ada)[-1] == ("follow_request", "zoe")
    assert rung(zoe) == [("follow_accepted", "ada")]


def test_poll_tells_author_and_voters(ada, luc):
    poll = make_poll(make_post(ada))
    make_poll_vote(poll.options.first(), luc)
    make_account("zoe")
    notices.poll_closed(poll)
    assert rung(ada) == rung(luc) == [("poll", None)]
    assert Notification.objects.count() == 2


def test_groups(ada, luc):
    group = make_group("jardin", moderators=[ada])
    membership = make_group_membership(group, luc, joined=False)
    notices.group_requested(membership)
    notices.group_accepted(membership)
    assert rung(ada) == [("group_request", "luc")]
    assert rung(luc) == [("group_accepted", "jardin")]


def test_organisation_tells_its_current_delegates(ada, luc):
    organisation = make_organisation("theatre", manager=ada)
    make_delegate(organisation, luc)
    former = make_account("ancienne")
    make_delegate(organisation, former, ended_at=timezone.now() + timedelta(seconds=1))
    zoe = make_account("zoe")
    notices.favourited(make_post(organisation.actor), zoe.actor)
    assert rung(ada) == rung(luc) == [("favourite", "zoe")]
    assert rung(former) == []


def test_delegate_who_writes_for_an_organisation_is_not_told_of_it(ada, luc):
    organisation = make_organisation("theatre", manager=ada)
    notices.post_published(make_post(organisation.actor, "@ada @luc", published_by=ada))
    assert rung(ada) == []
    assert rung(luc) == [("mention", "theatre")]


def test_open_pages_are_told(ada, luc, monkeypatch, django_capture_on_commit_callbacks):
    told = []
    monkeypatch.setattr(live, "ring", told.append)
    with django_capture_on_commit_callbacks(execute=True):
        notices.favourited(make_post(ada), luc.actor)
    assert told == [[ada.pk]]


# -------------------------------------------------------------------------------------------------
# Who is left in peace


def test_block_either_way_rings_nothing(ada, luc):
    zoe = make_account("zoe")
    make_block(ada, luc)
    make_block(zoe, ada)
    for other in (luc, zoe):
        notices.favourited(make_post(ada), other.actor)
        notices.followed(make_follow(other, ada))
        notices.post_published(make_post(other, "@ada"))
    assert rung(ada) == []


def test_mute_rings_nothing_while_it_lasts(ada, luc):
    mute = make_mute(ada, luc, expires_at=timezone.now() + timedelta(days=1))
    notices.post_published(make_post(luc, "@ada"))
    notices.favourited(make_post(ada), luc.actor)
    assert rung(ada) == []
    mute.expires_at = timezone.now() - timedelta(seconds=1)
    mute.save()
    notices.post_published(make_post(luc, "@ada encore"))
    assert rung(ada) == [("mention", "luc")]


def test_muted_conversation_rings_nothing(ada, luc):
    post = make_post(ada)
    make_muted_thread(ada, post)
    reply = make_post(luc, in_reply_to=post)
    notices.post_published(reply)
    notices.post_published(make_post(luc, "@ada", in_reply_to=reply))
    assert rung(ada) == []


def test_who_may_not_read_is_not_told(ada, luc):
    notices.post_published(
        make_post(ada, "@luc", visibility=Visibility.GROUP, group=make_group(members=[ada]))
    )
    assert rung(luc) == []


def test_kind_turned_off_rings_nothing(ada, luc):
    make_notification_setting(ada, kind="favourite", in_app=False, by_mail=False)
    notices.favourited(make_post(ada), luc.actor)
    assert rung(ada) == []


def test_kind_wanted_by_mail_alone_is_not_counted(ada, luc):
    make_notification_setting(ada, kind="favourite", in_app=False, by_mail=True)
    notices.favourited(make_post(ada), luc.actor)
    assert notifications.unread_count(ada) == 0
    assert notifications.page(ada).news == []
    assert Notification.objects.get().mailed_at is None


def test_inactive_account_is_not_told(luc):
    gone = make_account("partie", is_active=False)
    notices.post_published(make_post(luc, "@partie"))
    assert rung(gone) == []


# -------------------------------------------------------------------------------------------------
# What lines say


def said(account):
    return [news.line.plain for news in notifications.page(account).news]


def test_likes_of_one_post_are_one_line(ada):
    post = make_post(ada, "Une place à nous")
    for name in ("Luc", "Zoé", "Marc", "Inès"):
        notices.favourited(post, make_account(display_name=name).actor)
    (news,) = notifications.page(ada).news
    assert news.line.plain == "Inès, Marc et 2 autres ont aimé ta publication"
    assert news.line.excerpt == "Une place à nous"
    assert news.line.url == post.get_absolute_url()


def test_replies_in_one_conversation_are_one_line(ada, luc):
    post = make_post(ada)
    first = make_post(luc, "un", in_reply_to=post)
    notices.post_published(first)
    notices.post_published(make_post(luc, "deux", in_reply_to=post))
    assert said(ada) == ["Luc t’a répondu"]
    assert notifications.page(ada).news[0].line.excerpt == "deux"


def test_names_cannot_write_markup(ada):
    notices.favourited(make_post(ada), make_account(display_name="<script>x</script>").actor)
    line = notifications.page(ada).news[0].line
    assert "<script>" not in line.sentence
    assert line.plain == "<script>x</script> a aimé ta publication"


def test_excerpt_of_a_warned_post_is_its_warning(ada, luc):
    notices.post_published(make_post(luc, "@ada la fin du film", content_warning="Divulgâcheur"))
    assert notifications.page(ada).news[0].line.excerpt == "Avertissement\u00a0: Divulgâcheur"


def test_poll_is_mine_or_theirs(ada, luc):
    poll = make_poll(make_post(ada))
    make_poll_vote(poll.options.first(), luc)
    notices.poll_closed(poll)
    assert said(ada) == ["Ton sondage est terminé"]
    assert said(luc) == ["Le sondage de Ada est terminé"]


def test_every_kind_says_something(ada, luc):
    organisation = make_organisation("theatre", display_name="Le Théâtre")
    group = make_group("jardin", moderators=[ada], display_name="Jardin")
    poll = make_poll(make_post(ada))
    post = make_post(ada, group=group)
    notices.post_published(make_post(luc, "@ada"))
    notices.post_published(make_post(luc, "oui", in_reply_to=post))
    notices.favourited(post, luc.actor)
    notices.boosted(post, organisation.actor)
    notices.followed(make_follow(luc, ada))
    asked = make_follow(make_account("zoe", display_name="Zoé"), ada, accepted=False)
    notices.follow_requested(asked)
    notices.follow_accepted(make_follow(ada, luc))
    notices.poll_closed(poll)
    membership = make_group_membership(group, luc, joined=False)
    notices.group_requested(membership)
    notices.removed_from_group(post, group)
    notices.group_accepted(group.memberships.get(actor=ada.actor))
    assert set(said(ada)) == {
        "Luc te mentionne",
        "Luc t’a répondu",
        "Luc a aimé ta publication",
        "Le Théâtre a relayé ta publication",
        "Luc te suit",
        "Zoé demande à te suivre",
        "Luc a accepté ton abonnement",
        "Ton sondage est terminé",
        "Luc demande à se joindre à Jardin",
        "La modération de Jardin a retiré ta publication du groupe. Elle reste à toi.",
        "Te voilà dans le groupe Jardin",
    }


# -------------------------------------------------------------------------------------------------
# What is shown later


def test_line_goes_when_its_post_does(ada, luc):
    post = make_post(luc, "@ada")
    notices.post_published(post)
    Post.objects.filter(pk=post.pk).update(deleted_at=timezone.now())
    page = notifications.page(ada)
    assert page.news == []
    assert page.hidden_ids == [Notification.objects.get().pk]


def test_line_goes_when_a_block_comes(ada, luc):
    notices.post_published(make_post(luc, "@ada"))
    notices.followed(make_follow(luc, ada))
    notices.favourited(make_post(ada), luc.actor)
    make_block(luc, ada)
    assert [line for line in said(ada) if "aimé" not in line] == []


class NoticeVisibilityTest(TestCase):
    """Nobody is ever told of a post, or shown a line about one, that the timelines' rule hides from them."""

    @given(
        visibility=st.sampled_from(Visibility.values),
        follows=st.booleans(),
        in_group=st.booleans(),
        blocks=st.sampled_from([None, "author", "reader"]),
        suspended=st.booleans(),
        after=st.booleans(),
        kind=st.sampled_from(["mention", "reply"]),
    )
    @settings(max_examples=40, deadline=None)
    def test_rung_and_shown_only_to_readers(
        self, *, visibility, follows, in_group, blocks, suspended, after, kind
    ):
        author, reader = make_account(), make_account()
        group = make_group(members=[author, *([reader] if in_group else [])])
        if follows:
            make_follow(reader, author)

        def trouble():
            if blocks == "author":
                make_block(author, reader)
            elif blocks == "reader":
                make_block(reader, author)
            if suspended:
                author.actor.suspended_at = timezone.now()
                author.actor.save()

        if not after:
            trouble()
        parent = make_post(reader) if kind == "reply" else None
        post = make_post(
            author,
            f"@{reader.actor.handle}" if kind == "mention" else "réponse",
            visibility=visibility,
            group=group if visibility == Visibility.GROUP else None,
            in_reply_to=parent,
        )
        notices.post_published(post)
        told = Notification.objects.filter(account=reader).exists()
        if not after:
            assert told == Post.objects.visible_to(reader).filter(pk=post.pk).exists()
        else:
            trouble()
        readable = Post.objects.visible_to(reader).filter(pk=post.pk).exists()
        assert bool(notifications.page(reader).news) == (told and readable)
