"""Following, blocking and muting: who reads whom, and who no longer meets whom.

Every act may be repeated without harm. None is written to the audit trail, except a decision taken for an
organisation: whom a person follows, blocks or mutes concerns nobody else, and the trail cannot forget.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from coop.audit import record
from coop.errors import ActionError
from coop.permissions import authorize
from feeds import live, notices
from feeds.models import Block, Follow, FollowedTag, ListMember, Mute, MutedThread

if TYPE_CHECKING:
    from datetime import datetime

    from coop.models import Account, Actor
    from feeds.models import Post, Tag

MOST_TAGS = 200


def follow_actor(*, account: Account, actor: Actor) -> Follow:
    """Begin to read `actor` at home, or ask to, when they approve each follower.

    Two clicks make one follow. A request that waits is accepted by a second click if the followed no longer
    asks to approve.
    """
    authorize("feeds.follow_actor", account, actor)
    me = account.actor
    with transaction.atomic():
        _lock_pair(me, actor)
        authorize("feeds.follow_actor", account, actor)  # again, now that no block can slip in
        accepted_at = None if actor.approves_followers else timezone.now()
        follow, created = Follow.objects.get_or_create(
            follower=me, followed=actor, defaults={"accepted_at": accepted_at}
        )
        if not created and follow.accepted_at is None and accepted_at is not None:
            follow.accepted_at = accepted_at
            follow.save(update_fields=["accepted_at"])
            created = True
        if created:
            told = notices.followed if follow.accepted_at else notices.follow_requested
            transaction.on_commit(lambda: told(follow), robust=True)
            _refresh(me)
    return follow


def unfollow_actor(*, account: Account, actor: Actor) -> None:
    """Stop reading `actor` at home, or take back a request."""
    authorize("coop.edit_own_account", account)
    with transaction.atomic():
        removed, _rows = Follow.objects.filter(follower=account.actor, followed=actor).delete()
        if removed:
            _refresh(account.actor)


def show_boosts(*, account: Account, actor: Actor, shown: bool) -> None:
    """Choose whether the boosts of someone one follows come up at home."""
    authorize("coop.edit_own_account", account)
    with transaction.atomic():
        follows = Follow.objects.filter(follower=account.actor, followed=actor)
        if follows.exclude(shows_boosts=shown).update(shows_boosts=shown):
            _refresh(account.actor)


def accept_follow(*, account: Account, follow: Follow) -> Follow:
    """Accept a request to follow oneself, or an organisation one speaks for."""
    authorize("feeds.decide_follow", account, follow)
    with transaction.atomic():
        accepted_at = timezone.now()
        accepted = Follow.objects.pending().filter(pk=follow.pk).update(accepted_at=accepted_at)
        if accepted:
            follow.accepted_at = accepted_at
            _account_for(account, follow, "feeds.accept_follow")
            transaction.on_commit(lambda: notices.follow_accepted(follow), robust=True)
            _refresh(follow.follower)
        elif not Follow.objects.filter(pk=follow.pk).exists():
            raise ActionError(_("Cette demande a été retirée entre-temps."))
    return follow


def refuse_follow(*, account: Account, follow: Follow) -> None:
    """Refuse a request to follow, or remove a follower. The other is not told."""
    authorize("feeds.decide_follow", account, follow)
    with transaction.atomic():
        removed, _rows = Follow.objects.filter(pk=follow.pk).delete()
        if removed:
            _account_for(account, follow, "feeds.refuse_follow")
            _refresh(follow.follower)


def block_actor(*, account: Account, actor: Actor) -> Block:
    """Part the two: neither sees, follows or lists the other any more."""
    authorize("feeds.block_actor", account, actor)
    me = account.actor
    with transaction.atomic():
        _lock_pair(me, actor)
        block, created = Block.objects.get_or_create(blocker=me, blocked=actor)
        if created:
            Follow.objects.filter(Q(follower=me, followed=actor) | Q(follower=actor, followed=me)).delete()
            ListMember.objects.filter(
                Q(list__owner=me, actor=actor) | Q(list__owner=actor, actor=me)
            ).delete()
            _refresh(me, actor)
    return block


def unblock_actor(*, account: Account, actor: Actor) -> None:
    """Let the two meet again; the follows that the block ended do not come back."""
    authorize("coop.edit_own_account", account)
    with transaction.atomic():
        removed, _rows = Block.objects.filter(blocker=account.actor, blocked=actor).delete()
        if removed:
            _refresh(account.actor, actor)


def mute_actor(*, account: Account, actor: Actor, expires_at: datetime | None = None) -> Mute:
    """Stop meeting `actor` in timelines and notifications, for a time or for good. They are not told."""
    authorize("feeds.mute_actor", account, actor)
    if expires_at is not None and expires_at <= timezone.now():
        raise ActionError(_("Choisis une fin à venir pour la sourdine."), field="duration")
    with transaction.atomic():
        mute, _created = Mute.objects.update_or_create(
            muter=account.actor, muted=actor, defaults={"expires_at": expires_at}
        )
        _refresh(account.actor)
    return mute


def unmute_actor(*, account: Account, actor: Actor) -> None:
    """Meet `actor` again."""
    authorize("coop.edit_own_account", account)
    with transaction.atomic():
        removed, _rows = Mute.objects.filter(muter=account.actor, muted=actor).delete()
        if removed:
            _refresh(account.actor)


def mute_thread(*, account: Account, post: Post) -> MutedThread:
    """Stop hearing of the whole conversation that `post` belongs to."""
    authorize("feeds.mute_thread", account, post)
    with transaction.atomic():
        muted, created = MutedThread.objects.get_or_create(
            actor=account.actor, root_id=_conversation_of(post)
        )
        if created:
            _refresh(account.actor)
    return muted


def unmute_thread(*, account: Account, post: Post) -> None:
    """Hear of the conversation again."""
    authorize("coop.edit_own_account", account)
    with transaction.atomic():
        removed, _rows = MutedThread.objects.filter(
            actor=account.actor, root_id=_conversation_of(post)
        ).delete()
        if removed:
            _refresh(account.actor)


def follow_tag(*, account: Account, tag: Tag) -> FollowedTag:
    """Read a hashtag at home. Two hundred at most: each is one more source of the home page."""
    authorize("coop.edit_own_account", account)
    me = account.actor
    with transaction.atomic():
        known = FollowedTag.objects.filter(actor=me)
        if known.exclude(tag=tag).count() >= MOST_TAGS:
            raise ActionError(_("Tu suis déjà 200 mots-clics. Retires-en un pour suivre celui-ci."))
        followed, created = FollowedTag.objects.get_or_create(actor=me, tag=tag)
        if created:
            _refresh(me)
    return followed


def unfollow_tag(*, account: Account, tag: Tag) -> None:
    """Stop reading a hashtag at home."""
    authorize("coop.edit_own_account", account)
    with transaction.atomic():
        removed, _rows = FollowedTag.objects.filter(actor=account.actor, tag=tag).delete()
        if removed:
            _refresh(account.actor)


def _conversation_of(post: Post) -> int:
    """Give the id of the post that began the conversation; for a boost, that of what it passes on."""
    return post.root_id if post.boost_of is None else post.boost_of.root_id


def _lock_pair(one: Actor, other: Actor) -> None:
    """Let one act at a time through between these two, so that a follow cannot slip past a block."""
    first, second = sorted((one.pk, other.pk))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"feeds.graph:{first}:{second}"]
        )


def _account_for(account: Account, follow: Follow, kind: str) -> None:
    """Write down a decision that was taken in the name of an organisation."""
    if follow.followed_id != account.actor_id:
        record(kind, account=account, obj=follow, data={"organisation_actor": follow.followed_id})


def _refresh(*actors: Actor) -> None:
    """Tell the open pages of these people, on commit, that what they read has changed."""

    def tell() -> None:
        for actor in actors:
            live.refresh(actor.pk)

    transaction.on_commit(tell, robust=True)
