"""Who may do what in the Fil. One fact a predicate; the sentence beside it is what people are told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import rules
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from coop.permissions import register
from coop.rules import STANDING, can_speak_as
from feeds.models import (
    Block,
    Filter,
    Follow,
    Group,
    GroupMembership,
    List,
    MediaAttachment,
    Mention,
    Poll,
    Post,
    ReplyControl,
    StarterPack,
    Visibility,
)

if TYPE_CHECKING:
    from coop.models import Account, Actor


@rules.predicate
def is_visible(account: Account, post: Post) -> bool:
    """May read the post (the same rule as every timeline)."""
    return Post.objects.visible_to(account).filter(pk=post.pk).exists()


@rules.predicate
def is_original(account: Account, post: Post) -> bool:
    return not post.is_boost


@rules.predicate
def is_standing(account: Account, post: Post) -> bool:
    return not post.is_deleted


@rules.predicate
def can_speak_for_author(account: Account, post: Post) -> bool:
    """Own post, or a post of an organisation one is a delegate of."""
    return bool(can_speak_as(account, post.author))


@rules.predicate
def is_invited_to_reply(account: Account, post: Post) -> bool:
    """The author left replies open to this person."""
    if post.author_id == account.actor_id or post.reply_control == ReplyControl.EVERYONE:
        return True
    if Mention.objects.filter(post=post, actor_id=account.actor_id).exists():
        return True
    return (
        post.reply_control == ReplyControl.FOLLOWERS
        and Follow.objects.accepted()
        .filter(follower_id=account.actor_id, followed_id=post.author_id)
        .exists()
    )


@rules.predicate
def is_invited_to_conversation(account: Account, post: Post) -> bool:
    """Whoever began the conversation left replies open too: an answer does not open its door to others."""
    return post.thread_root is None or bool(is_invited_to_reply(account, post.thread_root))


@rules.predicate
def is_in_posts_group(account: Account, post: Post) -> bool:
    """Not in a group, or in a group one is an active member of."""
    if post.group_id is None:
        return True
    return GroupMembership.objects.active().filter(group_id=post.group_id, actor_id=account.actor_id).exists()


@rules.predicate
def can_be_passed_on(account: Account, post: Post) -> bool:
    """Only what all accounts may read can be passed on: a boost never widens an audience."""
    return post.visibility <= Visibility.MEMBERS


@rules.predicate
def is_poll_visible(account: Account, poll: Poll) -> bool:
    return bool(is_visible(account, poll.post))


@rules.predicate
def is_poll_open(account: Account, poll: Poll) -> bool:
    return not poll.is_closed


@rules.predicate
def is_not_poll_author(account: Account, poll: Poll) -> bool:
    return poll.post.author_id != account.actor_id


@rules.predicate
def is_active_actor(account: Account, actor: Actor) -> bool:
    return actor.is_active


@rules.predicate
def is_someone_else(account: Account, actor: Actor) -> bool:
    return actor.pk != account.actor_id


@rules.predicate
def is_not_a_group(account: Account, actor: Actor) -> bool:
    return not actor.is_group


@rules.predicate
def has_no_block_with(account: Account, actor: Actor) -> bool:
    """Neither of the two blocks the other."""
    return not Block.objects.filter(
        Q(blocker_id=account.actor_id, blocked=actor) | Q(blocker=actor, blocked_id=account.actor_id)
    ).exists()


@rules.predicate
def is_followed_by(account: Account, follow: Follow) -> bool:
    """The follow is addressed to this person, or to an organisation they speak for."""
    return bool(can_speak_as(account, follow.followed))


@rules.predicate
def is_active_group(account: Account, group: Group) -> bool:
    return group.actor.is_active


@rules.predicate
def is_group_member(account: Account, group: Group) -> bool:
    return GroupMembership.objects.active().filter(group=group, actor_id=account.actor_id).exists()


@rules.predicate
def is_group_moderator(account: Account, group: Group) -> bool:
    return GroupMembership.objects.moderating().filter(group=group, actor_id=account.actor_id).exists()


@rules.predicate
def is_list_owner(account: Account, obj: List) -> bool:
    return obj.owner_id == account.actor_id


@rules.predicate
def is_filter_owner(account: Account, obj: Filter) -> bool:
    return obj.actor_id == account.actor_id


@rules.predicate
def is_media_owner(account: Account, media: MediaAttachment) -> bool:
    return bool(can_speak_as(account, media.owner))


@rules.predicate
def is_pack_curator(account: Account, pack: StarterPack) -> bool:
    return pack.curator_id == account.actor_id


GONE = _("Cette publication n’existe plus, ou elle ne t’est pas adressée.")
THE_POST = ((is_standing, GONE), (is_visible, GONE))

register("feeds.publish_post", *STANDING)
register(
    "feeds.reply_post",
    *STANDING,
    *THE_POST,
    (is_original, _("On répond à la publication, pas au relais.")),
    (is_in_posts_group, _("Joins-toi au groupe pour répondre.")),
    (is_invited_to_reply, _("L’auteur·e a réservé les réponses à certaines personnes.")),
    (is_invited_to_conversation, _("La personne qui a ouvert la conversation a réservé les réponses.")),
)
register(
    "feeds.edit_post",
    *STANDING,
    (is_standing, GONE),
    (is_original, _("Un relais ne se modifie pas.")),
    (can_speak_for_author, _("Seule la personne qui l’a écrite peut la modifier.")),
)
register(
    "feeds.delete_post",
    *STANDING,
    (is_standing, GONE),
    (can_speak_for_author, _("Seule la personne qui l’a écrite peut la supprimer.")),
)
register(
    "feeds.boost_post",
    *STANDING,
    *THE_POST,
    (is_original, _("On relaie la publication, pas son relais.")),
    (can_be_passed_on, _("Son audience est restreinte\u00a0: elle ne peut pas être relayée.")),
)
register("feeds.favourite_post", *STANDING, *THE_POST)
register("feeds.bookmark_post", *STANDING, *THE_POST)
register("feeds.mute_thread", *STANDING, *THE_POST)
register(
    "feeds.vote_poll",
    *STANDING,
    (is_poll_visible, GONE),
    (is_poll_open, _("Ce sondage est terminé.")),
    (is_not_poll_author, _("On ne répond pas à son propre sondage.")),
)
register("feeds.use_media", *STANDING, (is_media_owner, _("Cette image n’est pas à toi.")))
register(
    "feeds.follow_actor",
    *STANDING,
    (is_active_actor, _("Cette page n’est plus active.")),
    (is_someone_else, _("On ne peut pas se suivre soi-même.")),
    (is_not_a_group, _("On ne suit pas un groupe\u00a0: on s’y joint.")),
    (has_no_block_with, _("Tu ne peux pas suivre cette personne.")),
)
register("feeds.decide_follow", *STANDING, (is_followed_by, _("Cette demande ne t’est pas adressée.")))
register("feeds.block_actor", *STANDING, (is_someone_else, _("On ne peut pas se bloquer soi-même.")))
register(
    "feeds.mute_actor", *STANDING, (is_someone_else, _("On ne peut pas se mettre soi-même en sourdine."))
)
register("feeds.create_group", *STANDING)
register("feeds.join_group", *STANDING, (is_active_group, _("Ce groupe n’est plus actif.")))
register(
    "feeds.post_in_group",
    *STANDING,
    (is_active_group, _("Ce groupe n’est plus actif.")),
    (is_group_member, _("Joins-toi au groupe pour y publier.")),
)
register(
    "feeds.see_members",
    *STANDING,
    (is_active_group, _("Ce groupe n’est plus actif.")),
    (is_group_member, _("Seuls les membres du groupe voient qui en fait partie.")),
)
register(
    "feeds.moderate_group",
    *STANDING,
    (is_group_moderator, _("Seule la modération du groupe peut faire cela.")),
)
register("feeds.create_list", *STANDING)
register("feeds.edit_list", *STANDING, (is_list_owner, _("Cette liste n’est pas à toi.")))
register("feeds.create_filter", *STANDING)
register("feeds.edit_filter", *STANDING, (is_filter_owner, _("Ce filtre n’est pas à toi.")))
register("feeds.create_pack", *STANDING)
register(
    "feeds.edit_pack", *STANDING, (is_pack_curator, _("Seule la personne qui l’a composée peut la modifier."))
)
