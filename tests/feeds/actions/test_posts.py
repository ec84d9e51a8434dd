from datetime import UTC, datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from coop.errors import ActionError
from coop.models import AuditEvent
from feeds import live, notices
from feeds.actions.polls import PollInput
from feeds.actions.posts import boost_post, delete_post, edit_post, publish_post, unboost_post
from feeds.models import (
    ActorActivity,
    Bookmark,
    Favourite,
    MediaAttachment,
    Mention,
    Poll,
    Post,
    PostRevision,
    PostSearch,
    PostStats,
    ReplyControl,
    TaggedPost,
    Visibility,
)
from tests.factories.coop import make_account, make_organisation, make_region
from tests.factories.feeds import (
    make_block,
    make_bookmark,
    make_boost,
    make_favourite,
    make_follow,
    make_group,
    make_media,
    make_poll,
    make_post,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def marie():
    return make_account("marie", region=make_region("01"))


@pytest.fixture
def jean():
    return make_account("jean")


def publish(account, text="Bonjour", **options):
    values = {"author": account.actor, "text": text, "visibility": Visibility.PUBLIC} | options
    return publish_post(account=account, **values)


def counts(post):
    row = PostStats.objects.filter(post=post).first()
    return (row.replies, row.boosts, row.favourites) if row else (0, 0, 0)


def activity(account):
    return (
        ActorActivity.objects.filter(actor=account.actor).values_list("last_post_id", "posts_count").first()
    )


# -------------------------------------------------------------------------------------------------
# Publishing


def test_publishing_writes_the_post_and_the_rows_around_it(marie, jean):
    post = Post.objects.get(pk=publish(marie, "Bonjour @Jean, voici #CaféCitoyen").pk)

    assert post.author == marie.actor and post.published_by == marie
    assert post.region == marie.actor.region
    assert post.text == "Bonjour @Jean, voici #CaféCitoyen"
    assert '<a class="mention" href="/@jean">@Jean</a>' in post.html
    assert list(Mention.objects.values_list("post", "actor")) == [(post.pk, jean.actor.pk)]
    assert [str(tag) for tag in post.tags.all()] == ["CaféCitoyen"]
    assert PostSearch.objects.filter(post=post).exists()
    assert activity(marie) == (post.pk, 1)
    assert AuditEvent.objects.count() == 0


def test_publishing_tells_open_pages_and_people_only_once_committed(
    marie, monkeypatch, django_capture_on_commit_callbacks
):
    told = []
    monkeypatch.setattr(live, "announce", lambda post: told.append(("announce", post.pk)))
    monkeypatch.setattr(notices, "post_published", lambda post: told.append(("published", post.pk)))
    with django_capture_on_commit_callbacks(execute=True):
        post = publish(marie)
        assert told == []

    assert told == [("announce", post.pk), ("published", post.pk)]


def test_publishing_in_the_past_is_for_the_demo_and_is_not_announced(
    marie, monkeypatch, django_capture_on_commit_callbacks
):
    told = []
    monkeypatch.setattr(live, "announce", told.append)
    moment = datetime(2026, 10, 1, 12, tzinfo=UTC)
    recent = publish(marie)
    with django_capture_on_commit_callbacks(execute=True):
        old = publish(marie, at=moment)

    assert old.created_at == moment
    assert told == []
    assert activity(marie) == (recent.pk, 2)


def test_publishing_costs_the_same_whatever_the_number_of_followers(marie):
    for _ in range(3):
        make_follow(make_account(), marie)
    publish(marie)  # parameters are cached from here on
    with CaptureQueriesContext(connection) as few:
        publish(marie, "Un texte sans détour")
    for _ in range(20):
        make_follow(make_account(), marie)
    with CaptureQueriesContext(connection) as many:
        publish(marie, "Un autre texte sans détour")

    assert len(many) == len(few)
    assert len(few) <= 6, [query["sql"] for query in few]


@pytest.mark.parametrize(
    ("text", "options", "field"),
    [
        ("", {}, "text"),
        ("  \n\u202e ", {}, "text"),
        ("a" * 501, {}, "text"),
        ("Bonjour", {"content_warning": "a" * 201}, "content_warning"),
        ("Bonjour", {"visibility": Visibility.GROUP}, "visibility"),
        (" ".join(f"@personne_{n}" for n in range(21)), {}, "text"),
    ],
)
def test_what_cannot_be_published_is_refused_with_a_sentence(marie, text, options, field):
    with pytest.raises(ActionError) as refused:
        publish(marie, text, **options)

    assert refused.value.field == field and refused.value.message
    assert Post.objects.count() == 0


def test_a_long_link_counts_for_23_characters(marie):
    post = publish(marie, "a" * 476 + " https://exemple.org/" + "b" * 400)

    assert len(post.text) > 500


def test_speaking_for_an_organisation_asks_for_a_delegate_and_is_recorded(marie, jean):
    theatre = make_organisation("theatre", manager=marie)
    with pytest.raises(PermissionDenied):
        publish(jean, author=theatre.actor)
    post = publish(marie, author=theatre.actor)

    assert post.author == theatre.actor and post.published_by == marie
    event = AuditEvent.objects.get()
    assert (event.kind, event.account_id, event.object_id) == (
        "feeds.publish_post_as",
        marie.pk,
        str(post.pk),
    )
    assert event.data == {"actor": theatre.actor.pk}


def test_a_suspended_face_does_not_publish(marie):
    marie.actor.suspended_at = datetime(2026, 1, 1, tzinfo=UTC)
    with pytest.raises(PermissionDenied, match="suspendu"):
        publish(marie)


# -------------------------------------------------------------------------------------------------
# Replies and groups


def test_a_reply_joins_its_conversation(marie, jean):
    first = publish(marie)
    second = publish(jean, in_reply_to=first)
    third = publish(marie, in_reply_to=second)

    assert (second.thread_root_id, second.in_reply_to_author_id) == (first.pk, marie.actor.pk)
    assert (third.thread_root_id, third.in_reply_to_id) == (first.pk, second.pk)
    assert counts(first) == (1, 0, 0) and counts(second) == (1, 0, 0)


@pytest.mark.parametrize(
    ("parent", "reply", "passes"),
    [
        (Visibility.PUBLIC, Visibility.PUBLIC, True),
        (Visibility.PUBLIC, Visibility.MENTIONED, True),
        (Visibility.MEMBERS, Visibility.PUBLIC, False),
        (Visibility.FOLLOWERS, Visibility.MEMBERS, False),
        (Visibility.FOLLOWERS, Visibility.FOLLOWERS, True),
        (Visibility.MENTIONED, Visibility.FOLLOWERS, False),
    ],
)
def test_a_reply_never_reaches_more_people_than_what_it_answers(marie, jean, parent, reply, passes):
    make_follow(jean, marie)
    post = make_post(marie, visibility=parent, mentions=[jean])
    if passes:
        assert publish(jean, in_reply_to=post, visibility=reply).visibility == reply
    else:
        with pytest.raises(ActionError) as refused:
            publish(jean, in_reply_to=post, visibility=reply)
        assert refused.value.field == "visibility"


def test_a_narrow_reply_always_reaches_the_person_answered(marie, jean):
    reply = publish(jean, in_reply_to=publish(marie), visibility=Visibility.FOLLOWERS)

    assert reply in Post.objects.visible_to(marie)


def test_a_post_one_cannot_read_cannot_be_answered(marie, jean):
    hidden = make_post(marie, visibility=Visibility.MENTIONED)
    with pytest.raises(PermissionDenied):
        publish(jean, in_reply_to=hidden, visibility=Visibility.MENTIONED)
    open_post = make_post(marie)
    make_block(marie, jean)
    with pytest.raises(PermissionDenied):
        publish(jean, in_reply_to=open_post)


@pytest.mark.parametrize("control", [ReplyControl.FOLLOWERS, ReplyControl.MENTIONED])
def test_reply_control_says_why(marie, jean, control):
    post = make_post(marie, reply_control=control)
    with pytest.raises(PermissionDenied, match="réservé les réponses"):
        publish(jean, in_reply_to=post)
    Mention.objects.create(post=post, actor=jean.actor)

    assert publish(jean, in_reply_to=post)


def test_reply_control_holds_for_the_whole_conversation(marie, jean):
    """Someone who was let in does not open the door to others by being answered."""
    invited = make_account("invitee")
    root = make_post(marie, reply_control=ReplyControl.MENTIONED, mentions=[invited])
    answer = publish(invited, in_reply_to=root)
    with pytest.raises(PermissionDenied, match="ouvert la conversation a réservé"):
        publish(jean, in_reply_to=answer)


def test_writing_in_a_group_asks_to_be_in_it(marie, jean):
    group = make_group("jardins", members=[marie])
    with pytest.raises(PermissionDenied, match="Joins-toi"):
        publish(jean, group=group, visibility=Visibility.GROUP)
    post = publish(marie, group=group, visibility=Visibility.GROUP)

    assert post.group == group and post not in Post.objects.visible_to(jean)


def test_a_reply_stays_in_its_group(marie, jean):
    group = make_group("jardins", members=[marie, jean])
    post = publish(marie, group=group, visibility=Visibility.GROUP)
    reply = publish(jean, in_reply_to=post, visibility=Visibility.GROUP)

    assert reply.group == group
    with pytest.raises(ActionError):
        publish(jean, in_reply_to=post, visibility=Visibility.FOLLOWERS)
    with pytest.raises(PermissionDenied):
        publish(make_account(), in_reply_to=post, visibility=Visibility.GROUP)


def test_in_a_group_one_speaks_in_ones_own_name(marie):
    theatre = make_organisation("theatre", manager=marie)
    group = make_group("jardins", members=[marie])
    with pytest.raises(ActionError) as refused:
        publish(marie, author=theatre.actor, group=group, visibility=Visibility.GROUP)

    assert refused.value.field == "as_actor"


# -------------------------------------------------------------------------------------------------
# Images and polls


def test_images_come_in_order_with_their_descriptions(marie):
    images = [make_media(marie) for _ in range(2)]
    images[0].alt = "Une barque"
    images[1].state = MediaAttachment.State.WAITING
    post = publish(marie, "", media=images[::-1])

    assert post.has_media
    assert list(post.media.values_list("pk", "position")) == [(images[1].pk, 0), (images[0].pk, 1)]
    assert post.media.get(pk=images[0].pk).alt == "Une barque"


def test_an_image_serves_one_post_and_its_owner_only(marie, jean):
    image = make_media(marie)
    with pytest.raises(PermissionDenied):
        publish(jean, media=[image])
    publish(marie, media=[image])
    with pytest.raises(ActionError) as refused:
        publish(marie, media=[image])

    assert refused.value.field == "media"
    assert Post.objects.count() == 1


def test_too_many_images(marie):
    with pytest.raises(ActionError) as refused:
        publish(marie, media=[make_media(marie) for _ in range(5)])

    assert refused.value.field == "media"


def test_a_post_opens_its_poll(marie):
    closes_at = datetime.now(UTC) + (datetime(2026, 1, 2, tzinfo=UTC) - datetime(2026, 1, 1, tzinfo=UTC))
    post = publish(marie, "Thé ou café?", poll=PollInput(["Thé", " Café "], False, closes_at))
    poll = Poll.objects.get(post=post)

    assert post.has_poll
    assert [option.text for option in poll.options.all()] == ["Thé", "Café"]
    assert poll.announced_at is None


# -------------------------------------------------------------------------------------------------
# Editing


def test_editing_keeps_what_was_said(marie, jean):
    post = publish(marie, "Bonjour @jean #hier")
    edit_post(account=marie, post=post, text="Bonsoir #demain", content_warning="Heure tardive")
    post = Post.objects.get(pk=post.pk)

    assert (post.text, post.content_warning) == ("Bonsoir #demain", "Heure tardive")
    assert post.edited_at is not None
    assert [str(tag) for tag in post.tags.all()] == ["demain"]
    assert not Mention.objects.filter(post=post).exists()
    revision = PostRevision.objects.get()
    assert (revision.text, revision.written_at) == ("Bonjour @jean #hier", post.created_at)


def test_saying_the_same_again_changes_nothing(marie):
    post = publish(marie, "Bonjour")
    edit_post(account=marie, post=post, text=" Bonjour\n")

    assert not PostRevision.objects.exists()
    assert Post.objects.get().edited_at is None


def test_an_image_left_out_of_an_edit_is_erased(marie):
    kept, dropped = make_media(marie), make_media(marie)
    post = publish(marie, media=[kept, dropped])
    added = make_media(marie)
    edit_post(account=marie, post=post, text="Bonjour", media=[added, kept])

    assert list(post.media.values_list("pk", flat=True)) == [added.pk, kept.pk]
    assert not MediaAttachment.objects.filter(pk=dropped.pk).exists()
    assert [entry["id"] for entry in PostRevision.objects.get().media] == [str(kept.pk), str(dropped.pk)]


def test_only_its_author_or_a_delegate_edits(marie, jean):
    theatre = make_organisation("theatre", manager=marie)
    post = publish(marie, author=theatre.actor)
    with pytest.raises(PermissionDenied):
        edit_post(account=jean, post=post, text="Autre chose")
    edit_post(account=marie, post=post, text="Autre chose")

    assert AuditEvent.objects.filter(kind="feeds.edit_post_as", account_id=marie.pk).count() == 1


def test_people_newly_named_are_told(marie, monkeypatch, django_capture_on_commit_callbacks):
    told = []
    monkeypatch.setattr(notices, "post_edited", lambda post: told.append(post.pk))
    post = publish(marie)
    with django_capture_on_commit_callbacks(execute=True):
        edit_post(account=marie, post=post, text="Bonjour @jean")

    assert told == [post.pk]


# -------------------------------------------------------------------------------------------------
# Deleting


def test_deleting_leaves_an_empty_row_and_nothing_else(marie, jean):
    first = publish(marie, "Premier")
    post = publish(marie, "Bonjour @jean #hier", media=[make_media(marie)], content_warning="Attention")
    make_poll(post)
    edit_post(account=marie, post=post, text="Bonsoir @jean #hier")
    make_favourite(jean, post)
    make_bookmark(jean, post)
    boost = boost_post(account=jean, post=post)
    reply = publish(jean, in_reply_to=post)
    delete_post(account=marie, post=post)
    post = Post.objects.get(pk=post.pk)

    assert post.is_deleted
    assert (post.text, post.html, post.content_warning) == ("", "", "")
    assert not (post.has_media or post.has_poll)
    for model in (MediaAttachment, Poll, Mention, TaggedPost, PostRevision, Favourite, Bookmark):
        assert model.objects.count() == 0, model
    assert not PostSearch.objects.filter(post=post).exists()
    assert not Post.objects.filter(pk=boost.pk).exists()
    assert Post.objects.get(pk=reply.pk).in_reply_to_id == post.pk
    assert activity(marie) == (first.pk, 1)
    assert activity(jean) == (reply.pk, 1)


def test_deleting_a_reply_takes_it_off_the_count(marie, jean):
    post = publish(marie)
    reply = publish(jean, in_reply_to=post)
    delete_post(account=jean, post=reply)

    assert counts(post) == (0, 0, 0)
    assert activity(jean) == (0, 0)


def test_a_post_is_deleted_once_by_those_who_may(marie, jean):
    post = publish(marie)
    with pytest.raises(PermissionDenied):
        delete_post(account=jean, post=post)
    delete_post(account=marie, post=post)
    with pytest.raises(PermissionDenied):
        delete_post(account=marie, post=post)


# -------------------------------------------------------------------------------------------------
# Boosts


def test_boosting_twice_is_boosting_once(marie, jean):
    post = publish(marie)
    first = boost_post(account=jean, post=post)

    assert boost_post(account=jean, post=post) == first
    assert counts(post) == (0, 1, 0)
    assert activity(jean) == (first.pk, 0)


def test_taking_a_boost_back(marie, jean):
    post = publish(marie)
    boost_post(account=jean, post=post)
    unboost_post(account=jean, post=post)
    unboost_post(account=jean, post=post)

    assert counts(post) == (0, 0, 0)
    assert not Post.objects.filter(boost_of=post).exists()
    assert activity(jean) == (0, 0)


@pytest.mark.parametrize("visibility", [Visibility.FOLLOWERS, Visibility.MENTIONED])
def test_a_restricted_post_is_not_passed_on(marie, jean, visibility):
    make_follow(jean, marie)
    post = make_post(marie, visibility=visibility, mentions=[jean])
    with pytest.raises(PermissionDenied, match="restreinte"):
        boost_post(account=jean, post=post)


def test_a_boost_is_not_boosted(marie, jean):
    boost = make_boost(jean, publish(marie))
    with pytest.raises(PermissionDenied):
        boost_post(account=make_account(), post=boost)
