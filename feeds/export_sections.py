"""What the Fil puts in an archive: one's own words and marks. Of other people's posts, only the address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from coop import exports
from coop.exports import Section
from feeds.models import (
    Block,
    Bookmark,
    Draft,
    Favourite,
    Filter,
    Follow,
    FollowedTag,
    GroupMembership,
    Interest,
    List,
    MediaAttachment,
    Mute,
    MutedThread,
    PollVote,
    Post,
    StarterPack,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.models import QuerySet
    from django.db.models.fields.files import FieldFile

    from coop.models import Account
    from feeds.models import Poll

CHUNK = 500


def address(handle: str, post_id: int) -> str:
    """Give the whole address of a post."""
    return settings.BASE_URL + reverse("feeds:post-detail", args=[handle, post_id])


def posts_section(account: Account) -> Section:
    """Give every post, reply and boost, with its images, poll and former versions."""
    posts = Post.objects.filter(author_id=account.actor_id, deleted_at__isnull=True).order_by("pk")
    images = MediaAttachment.objects.filter(
        owner_id=account.actor_id, state=MediaAttachment.State.READY
    ).order_by("created_at")

    def rows() -> Iterator[dict[str, Any]]:
        full = posts.select_related(
            "author", "boost_of__author", "in_reply_to__author", "group__actor", "region", "poll"
        ).prefetch_related("media", "tagged__tag", "revisions", "poll__options")
        for post in full.iterator(chunk_size=CHUNK):
            yield _post_row(post)

    def files() -> Iterator[tuple[str, FieldFile]]:
        for image in images.iterator(chunk_size=CHUNK):
            yield _image_path(image), image.file

    return Section(_("Tes publications, réponses et relais"), posts.count() + images.count(), rows(), files())


def _image_path(image: MediaAttachment) -> str:
    return f"images/{image.pk}.{str(image.file.name).rpartition('.')[2]}"


def _post_row(post: Post) -> dict[str, Any]:
    row: dict[str, Any] = {
        "numero": post.pk,
        "adresse": address(post.author.handle, post.pk),
        "le": post.created_at,
        "audience": post.get_visibility_display(),
    }
    if post.boost_of is not None:
        return row | {"relaie": address(post.boost_of.author.handle, post.boost_of.pk)}
    answered = post.in_reply_to
    return row | {
        "texte": post.text,
        "avertissement": post.content_warning,
        "images_sensibles": post.is_sensitive,
        "langue": post.language,
        "qui_peut_repondre": post.get_reply_control_display(),
        "repond_a": address(answered.author.handle, answered.pk) if answered else None,
        "groupe": post.group.actor.handle if post.group else None,
        "region": post.region.name if post.region else None,
        "mots_clics": [tagged.tag.name for tagged in post.tagged.all()],
        "modifiee_le": post.edited_at,
        "versions_precedentes": [
            {"texte": former.text, "avertissement": former.content_warning, "ecrite_le": former.written_at}
            for former in post.revisions.all()
        ],
        "images": [
            {"fichier": _image_path(image), "description": image.alt}
            for image in post.media.all()
            if image.state == MediaAttachment.State.READY
        ],
        "sondage": _poll_row(post.poll) if post.has_poll else None,
    }


def _poll_row(poll: Poll) -> dict[str, Any]:
    return {
        "plusieurs_reponses": poll.is_multiple,
        "se_termine_le": poll.closes_at,
        "votes": {option.text: option.votes_count for option in poll.options.all()},
    }


def marks_section(account: Account) -> Section:
    """Give favourites, bookmarks and answers to polls, by the address of the post."""
    found: list[tuple[str, QuerySet[Any], str]] = [
        ("favori", Favourite.objects.filter(actor_id=account.actor_id), "post"),
        ("signet", Bookmark.objects.filter(actor_id=account.actor_id), "post"),
        ("conversation_en_sourdine", MutedThread.objects.filter(actor_id=account.actor_id), "root"),
    ]
    votes = PollVote.objects.filter(actor_id=account.actor_id).select_related("option__poll__post__author")

    def rows() -> Iterator[dict[str, Any]]:
        for kind, marks, path in found:
            for mark in marks.select_related(f"{path}__author").order_by("pk").iterator(chunk_size=CHUNK):
                post = getattr(mark, path)
                yield {
                    "sorte": kind,
                    "publication": address(post.author.handle, post.pk),
                    "le": getattr(mark, "created_at", None),
                }
        for vote in votes.iterator(chunk_size=CHUNK):
            post = vote.option.poll.post
            yield {
                "sorte": "reponse_a_un_sondage",
                "publication": address(post.author.handle, post.pk),
                "reponse": vote.option.text,
            }

    total = sum(marks.count() for _kind, marks, _path in found) + votes.count()
    return Section(_("Tes favoris, signets et réponses aux sondages"), total, rows())


def follows_section(account: Account) -> Section:
    """Give whom one follows and who follows one; tags; groups."""
    actor_id = account.actor_id
    following = Follow.objects.filter(follower_id=actor_id).select_related("followed")
    followers = Follow.objects.filter(followed_id=actor_id).select_related("follower")
    tags = FollowedTag.objects.filter(actor_id=actor_id).select_related("tag")
    interests = Interest.objects.filter(actor_id=actor_id).select_related("tag")
    groups = GroupMembership.objects.filter(actor_id=actor_id).select_related("group__actor")

    def rows() -> Iterator[dict[str, Any]]:
        for follow in following.iterator(chunk_size=CHUNK):
            yield {
                "sorte": "je_suis",
                "qui": follow.followed.handle,
                "demande_le": follow.created_at,
                "accepte_le": follow.accepted_at,
            }
        for follow in followers.iterator(chunk_size=CHUNK):
            yield {
                "sorte": "me_suit",
                "qui": follow.follower.handle,
                "demande_le": follow.created_at,
                "accepte_le": follow.accepted_at,
            }
        for followed in tags.iterator(chunk_size=CHUNK):
            yield {"sorte": "mot_clic", "nom": followed.tag.name, "depuis": followed.created_at}
        for interest in interests.iterator(chunk_size=CHUNK):
            yield {"sorte": "interet", "nom": interest.tag.name}
        for membership in groups.iterator(chunk_size=CHUNK):
            yield {
                "sorte": "groupe",
                "qui": membership.group.actor.handle,
                "role": membership.get_role_display(),
                "demande_le": membership.requested_at,
                "entre_le": membership.joined_at,
            }

    total = sum(found.count() for found in (following, followers, tags, interests, groups))
    return Section(_("Tes abonnements, tes abonné·es, tes mots-clics, tes groupes"), total, rows())


def choices_section(account: Account) -> Section:
    """Give lists, filters, blocks, mutes, drafts and starter packs."""
    actor_id = account.actor_id
    rows: list[dict[str, Any]] = [
        {
            "sorte": "liste",
            "nom": row.name,
            "exclusive": row.is_exclusive,
            "voix": [member.actor.handle for member in row.members.all()],
        }
        for row in List.objects.filter(owner_id=actor_id).prefetch_related("members__actor")
    ]
    rows += [
        {
            "sorte": "trousse",
            "nom": row.title,
            "voix": [member.actor.handle for member in row.members.all()],
        }
        for row in StarterPack.objects.filter(curator_id=actor_id).prefetch_related("members__actor")
    ]
    rows += [
        {"sorte": "filtre", "expression": row.phrase, "effet": row.effect, "jusqu_au": row.expires_at}
        for row in Filter.objects.filter(actor_id=actor_id)
    ]
    rows += [
        {"sorte": "blocage", "qui": row.blocked.handle, "depuis": row.created_at}
        for row in Block.objects.filter(blocker_id=actor_id).select_related("blocked")
    ]
    rows += [
        {"sorte": "sourdine", "qui": row.muted.handle, "jusqu_au": row.expires_at}
        for row in Mute.objects.filter(muter_id=actor_id).select_related("muted")
    ]
    rows += [
        {"sorte": "brouillon", "contenu": row.fields, "modifie_le": row.updated_at}
        for row in Draft.objects.filter(account=account)
    ]
    return Section(_("Tes listes, trousses, filtres, blocages, sourdines et brouillons"), len(rows), rows)


def register_sections() -> None:
    """Fill the ground floor's registry, from `ready()`."""
    exports.register("publications", posts_section)
    exports.register("marques", marks_section)
    exports.register("abonnements", follows_section)
    exports.register("choix", choices_section)
