import io
import json
import zipfile
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core.files.base import ContentFile
from django.utils import timezone

from coop import erasure
from coop.actions import accounts, departures, exports
from coop.models import Account, Actor, AuditEvent, Notification, Preferences
from feeds.actions import posts as posting
from feeds.models import (
    ActorActivity,
    Bookmark,
    Favourite,
    Follow,
    MediaAttachment,
    PollVote,
    Post,
    PostStats,
    Visibility,
)
from tests.factories.coop import make_account, make_notification, make_organisation
from tests.factories.feeds import (
    make_block,
    make_bookmark,
    make_boost,
    make_draft,
    make_favourite,
    make_filter,
    make_follow,
    make_followed_tag,
    make_list,
    make_list_member,
    make_media,
    make_mute,
    make_poll,
    make_poll_vote,
    make_post,
    make_revision,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice():
    return make_account("alice", display_name="Alice Tremblay")


@pytest.fixture
def bernard():
    return make_account("bernard")


def stored(image):
    """The same image, with a file behind its name."""
    image.file.storage.save(image.file.name, ContentFile(b"RIFF"))
    return image


def read(export):
    with export.file.open() as file, zipfile.ZipFile(io.BytesIO(file.read())) as archive:
        return {
            name: json.loads(archive.read(name)) if name.endswith(".json") else archive.read(name)
            for name in archive.namelist()
        }


def archive_of(account, run_tasks):
    with run_tasks():
        export = exports.request_export(account=account)
    export.refresh_from_db()
    assert (export.state, export.done) == ("ready", export.total)
    return read(export)


# -------------------------------------------------------------------------------------------------
# The archive


def test_archive_holds_ones_own_words_and_marks(alice, bernard, run_tasks):
    post = make_post(alice, "Bonjour la place #hiver", visibility=Visibility.FOLLOWERS)
    make_revision(post, "Bonjour")
    image = stored(make_media(alice, post=post, alt="Le fleuve"))
    reply = make_post(alice, "Je réponds", in_reply_to=make_post(bernard, "À toi"))
    make_boost(alice, make_post(bernard, "Relais"))
    make_favourite(alice, reply.in_reply_to)
    make_bookmark(alice, reply.in_reply_to)
    make_follow(alice, bernard)
    make_filter(alice, "élections")
    make_block(alice, make_account("denis"))
    make_mute(alice, make_account("elise"))
    make_list_member(make_list(alice, "Théâtre"), bernard)
    make_followed_tag(alice, "Culture")
    make_draft(alice, "pas fini")
    made = archive_of(alice, run_tasks)
    texts = [row.get("texte") for row in made["publications.json"]]
    assert {"Bonjour la place #hiver", "Je réponds", None} == set(texts)
    first = next(row for row in made["publications.json"] if row.get("texte", "").startswith("Bonjour"))
    assert first["audience"] == "Abonné·es"
    assert first["versions_precedentes"][0]["texte"] == "Bonjour"
    assert first["images"] == [{"fichier": f"images/{image.pk}.webp", "description": "Le fleuve"}]
    assert f"images/{image.pk}.webp" in made
    assert {row["sorte"] for row in made["marques.json"]} == {"favori", "signet"}
    assert [row["qui"] for row in made["abonnements.json"] if row["sorte"] == "je_suis"] == ["bernard"]
    assert {row["sorte"] for row in made["choix.json"]} == {
        *("liste", "filtre", "blocage", "sourdine", "brouillon")
    }


def test_archive_never_holds_the_words_of_others(alice, bernard, run_tasks):
    hidden = make_post(bernard, "Mot caché de Bernard", visibility=Visibility.MENTIONED)
    make_favourite(alice, hidden)
    make_post(alice, "Réponse", in_reply_to=hidden)
    make_boost(alice, make_post(bernard, "Mot ouvert de Bernard"))
    made = archive_of(alice, run_tasks)
    everything = b"".join(
        value if isinstance(value, bytes) else json.dumps(value, ensure_ascii=False).encode()
        for value in made.values()
    ).decode(errors="replace")
    assert "Mot caché" not in everything
    assert "Mot ouvert" not in everything


def test_archive_costs_the_same_whatever_the_number_of_posts(alice, django_assert_max_num_queries, run_tasks):
    for number in range(3):
        make_post(alice, f"Mot {number}")
    export = exports.DataExport.objects.create(account=alice)
    with django_assert_max_num_queries(60):
        exports.build_export(export_id=export.pk)
    for number in range(40):
        make_post(alice, f"Encore {number}")
    export = exports.DataExport.objects.create(account=alice)
    with django_assert_max_num_queries(60):
        exports.build_export(export_id=export.pk)


# -------------------------------------------------------------------------------------------------
# Leaving


def later():
    return timezone.now() + timedelta(days=31)


def test_nothing_is_erased_before_its_time(alice):
    accounts.request_deletion(account=alice)
    assert departures.erase_departed(now=timezone.now() + timedelta(days=29)) == 0
    assert Account.objects.filter(pk=alice.pk).exists()
    accounts.cancel_deletion(account=alice)
    assert departures.erase_departed(now=later()) == 0


def test_person_is_erased_and_the_place_kept(alice, bernard, django_capture_on_commit_callbacks):
    reply_to = make_post(bernard, "Question")
    reply = make_post(alice, "Ma réponse", in_reply_to=reply_to)
    PostStats.objects.update_or_create(post=reply_to, defaults={"replies": 1, "favourites": 1})
    make_favourite(alice, reply_to)
    PostStats.objects.filter(post=reply_to).update(favourites=1)
    boosted = make_post(alice, "Relayée")
    make_boost(bernard, boosted)
    make_boost(alice, reply_to)
    image = stored(make_media(alice, post=reply))
    storage, name = image.file.storage, image.file.name
    make_follow(alice, bernard)
    make_follow(bernard, alice)
    make_poll_vote(make_poll(make_post(bernard, "Sondage")).options.first(), alice)
    make_notification(bernard, actor=alice.actor)
    make_post(make_organisation("bic", manager=alice).actor, "Pour le théâtre", published_by=alice)
    events = AuditEvent.objects.count()
    accounts.request_deletion(account=alice)
    with django_capture_on_commit_callbacks(execute=True):
        assert departures.erase_departed(now=later()) == 1

    face = Actor.objects.get(handle="alice")
    assert (face.display_name, face.summary, face.is_active) == ("Compte supprimé", "", False)
    assert not Account.objects.filter(pk=alice.pk).exists()
    assert not EmailAddress.objects.filter(email=alice.email).exists()
    assert not Preferences.objects.filter(account_id=alice.pk).exists()
    left = Post.objects.filter(author=face)
    assert set(left.values_list("text", "html", "published_by")) == {("", "", None)}
    assert not left.filter(deleted_at__isnull=True).exists()
    assert not MediaAttachment.objects.filter(owner=face).exists()
    assert not storage.exists(name)
    assert not Post.objects.filter(boost_of__isnull=False).exists()
    stats = PostStats.objects.get(post=reply_to)
    assert (stats.replies, stats.favourites, stats.boosts) == (0, 0, 0)
    assert not Follow.objects.exists()
    assert not Favourite.objects.exists()
    assert not Bookmark.objects.exists()
    assert not PollVote.objects.exists()
    assert not ActorActivity.objects.filter(actor=face).exists()
    assert not Notification.objects.filter(actor=face).exists()
    kept = Post.objects.get(author__handle="bic")
    assert (kept.text, kept.published_by) == ("Pour le théâtre", None)
    assert AuditEvent.objects.count() == events + 2


def test_handle_of_someone_who_left_is_never_given_again(alice):
    accounts.request_deletion(account=alice)
    departures.erase_departed(now=later())
    with pytest.raises(accounts.ActionError, match="déjà pris"):
        accounts.open_account(
            email="autre@exemple.test",
            password="une phrase assez longue",
            handle="alice",
            display_name="Une autre",
            is_of_age=True,
        )


def test_one_failure_does_not_hold_up_the_others(alice, bernard, monkeypatch):
    for account in (alice, bernard):
        accounts.request_deletion(account=account)

    def fail(account):
        if account.pk == alice.pk:
            raise RuntimeError

    monkeypatch.setattr(erasure, "erasers", lambda: [fail])
    assert departures.erase_departed(now=later()) == 1
    assert list(Account.objects.values_list("pk", flat=True)) == [alice.pk]


def test_someone_who_is_leaving_cannot_publish(alice):
    from django.core.exceptions import PermissionDenied

    accounts.request_deletion(account=alice)
    with pytest.raises(PermissionDenied, match="en cours de suppression"):
        posting.publish_post(account=alice, author=alice.actor, text="Encore", visibility=Visibility.PUBLIC)
