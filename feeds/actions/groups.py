"""Groups: making one, entering and leaving it, and the acts of its moderators.

Acts that change a group or decide for someone else are written to the audit trail; entering and leaving are
not. Acts that depend on who moderates lock the group's row: two moderators who leave at once cannot leave it
without any.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Case, F, SmallIntegerField, Value, When
from django.utils import timezone
from django.utils.translation import gettext as _

from coop.audit import record
from coop.errors import ActionError
from coop.handles import is_reserved
from coop.models import Actor
from coop.permissions import authorize
from feeds import live, notices
from feeds.models import Group, GroupMembership, Post, Visibility

if TYPE_CHECKING:
    from django.db.models import Model

    from coop.models import Account, Region


def create_group(
    *,
    account: Account,
    handle: str,
    display_name: str,
    summary: str,
    kind: str,
    join_policy: str,
    region: Region | None = None,
    rules_text: str = "",
) -> Group:
    """Open a group; whoever opens it is its first moderator.

    A group exists in order to be found: unlike a person's, its face is discoverable from the start.
    """
    authorize("feeds.create_group", account)
    if is_reserved(handle):
        raise ActionError(_("Ce nom d’usage est réservé à la maison."), field="handle")
    _check_region(kind, region)
    now = timezone.now()
    actor = Actor(
        kind=Actor.Kind.GROUP,
        handle=handle,
        display_name=display_name,
        summary=summary,
        region=region,
        approves_followers=False,
        is_discoverable=True,
    )
    group = Group(actor=actor, kind=kind, join_policy=join_policy, rules_text=rules_text, created_by=account)
    with transaction.atomic():
        _check(actor)
        try:
            with transaction.atomic():
                actor.save()
        except IntegrityError as error:
            raise ActionError(_("Ce nom d’usage est déjà pris."), field="handle") from error
        _check(group)
        group.save()
        GroupMembership.objects.create(
            group=group,
            actor=account.actor,
            role=GroupMembership.Role.MODERATOR,
            requested_at=now,
            joined_at=now,
        )
        record("feeds.create_group", account=account, obj=group)
        _refresh(account.actor)
    return group


def update_group(
    *,
    account: Account,
    group: Group,
    display_name: str,
    summary: str,
    kind: str,
    join_policy: str,
    region: Region | None = None,
    rules_text: str = "",
    is_indexable: bool = False,
) -> Group:
    """Change what a group says of itself and how one enters it; its handle stays."""
    authorize("feeds.moderate_group", account, group)
    _check_region(kind, region)
    face: dict[str, object] = {
        "display_name": display_name,
        "summary": summary,
        "region": region,
        "is_indexable": is_indexable,
    }
    if region != group.actor.region:
        face["municipality"] = None
    rest: dict[str, object] = {"kind": kind, "join_policy": join_policy, "rules_text": rules_text}
    with transaction.atomic():
        changed = [*_set(group.actor, face), *_set(group, rest)]
        if changed:
            record("feeds.update_group", account=account, obj=group, data={"fields": sorted(changed)})
    return group


def join_group(*, account: Account, group: Group) -> GroupMembership:
    """Enter an open group, or ask to enter one that decides."""
    authorize("feeds.join_group", account, group)
    joined_at = timezone.now() if group.join_policy == Group.JoinPolicy.OPEN else None
    with transaction.atomic():
        membership, created = GroupMembership.objects.get_or_create(
            group=group, actor=account.actor, defaults={"joined_at": joined_at}
        )
        if not created and joined_at is not None:
            # The group opened since the request was made.
            waiting = GroupMembership.objects.pending().filter(pk=membership.pk)
            if waiting.update(joined_at=joined_at):
                membership.joined_at = joined_at
                _refresh(membership.actor)
        elif created and joined_at is None:
            transaction.on_commit(lambda: notices.group_requested(membership), robust=True)
        elif created:
            _refresh(membership.actor)
    return membership


def leave_group(*, account: Account, group: Group) -> None:
    """Leave a group, or take a request back. The last moderator names another; the last of all closes it."""
    authorize("coop.edit_own_account", account)
    me = account.actor
    with transaction.atomic():
        _lock(group)
        membership = GroupMembership.objects.filter(group=group, actor=me).first()
        if membership is None:
            return
        is_alone = _is_last_moderator(membership)
        if is_alone and GroupMembership.objects.active().filter(group=group).exclude(actor=me).exists():
            raise ActionError(
                _(
                    "Tu es la dernière personne à modérer ce groupe\u00a0: "
                    "nommes-en une autre avant de partir."
                )
            )
        membership.delete()
        _refresh(me)
        if is_alone:
            Actor.objects.filter(pk=group.actor_id).update(deleted_at=timezone.now())
            GroupMembership.objects.pending().filter(group=group).delete()
            record("feeds.close_group", account=account, obj=group)


def accept_member(*, account: Account, membership: GroupMembership) -> GroupMembership:
    """Let in someone who asked."""
    authorize("feeds.moderate_group", account, membership.group)
    with transaction.atomic():
        joined_at = timezone.now()
        if GroupMembership.objects.pending().filter(pk=membership.pk).update(joined_at=joined_at):
            membership.joined_at = joined_at
            record(
                "feeds.accept_member", account=account, obj=membership, data={"group": membership.group_id}
            )
            transaction.on_commit(lambda: notices.group_accepted(membership), robust=True)
            _refresh(membership.actor)
        elif not GroupMembership.objects.filter(pk=membership.pk).exists():
            raise ActionError(_("Cette demande a été retirée entre-temps."))
    return membership


def refuse_member(*, account: Account, membership: GroupMembership) -> None:
    """Refuse someone who asked to enter. They are not told, and may ask again."""
    authorize("feeds.moderate_group", account, membership.group)
    with transaction.atomic():
        removed, _rows = GroupMembership.objects.pending().filter(pk=membership.pk).delete()
        if removed:
            record(
                "feeds.refuse_member", account=account, obj=membership, data={"group": membership.group_id}
            )


def remove_member(*, account: Account, membership: GroupMembership) -> None:
    """Put a member out of the group. A moderator is not put out by another: they leave by themselves."""
    authorize("feeds.moderate_group", account, membership.group)
    with transaction.atomic():
        _lock(membership.group)
        members = GroupMembership.objects.active().filter(pk=membership.pk)
        if members.filter(role=GroupMembership.Role.MODERATOR).exists():
            raise ActionError(_("Une personne qui modère le groupe ne peut pas en être retirée."))
        removed, _rows = members.delete()
        if removed:
            record(
                "feeds.remove_member", account=account, obj=membership, data={"group": membership.group_id}
            )
            _refresh(membership.actor)


def name_moderator(*, account: Account, group: Group, actor: Actor) -> GroupMembership:
    """Share the moderation of a group with one of its members."""
    authorize("feeds.moderate_group", account, group)
    with transaction.atomic():
        _lock(group)
        membership = GroupMembership.objects.active().filter(group=group, actor=actor).first()
        if membership is None:
            raise ActionError(_("Cette personne n’est pas membre du groupe."))
        if membership.role != GroupMembership.Role.MODERATOR:
            membership.role = GroupMembership.Role.MODERATOR
            membership.save(update_fields=["role"])
            record("feeds.name_moderator", account=account, obj=membership, data={"group": group.pk})
    return membership


def leave_moderation(*, account: Account, group: Group) -> GroupMembership:
    """Go back to being a plain member; the last moderator first names another."""
    authorize("feeds.moderate_group", account, group)
    with transaction.atomic():
        _lock(group)
        membership = GroupMembership.objects.active().get(group=group, actor=account.actor)
        if _is_last_moderator(membership):
            raise ActionError(
                _("Tu es la dernière personne à modérer ce groupe\u00a0: nommes-en une autre d’abord.")
            )
        membership.role = GroupMembership.Role.MEMBER
        membership.save(update_fields=["role"])
        record("feeds.leave_moderation", account=account, obj=membership, data={"group": group.pk})
    return membership


def remove_post_from_group(*, account: Account, post: Post) -> Post:
    """Take a post out of the group. It stays its author's, who is told.

    A post for the group alone then reaches nobody but its author and the people it mentions: taking it out of
    the group must never widen its audience. A public one stays public, outside the group.
    """
    group = post.group
    if group is None:
        raise ActionError(_("Cette publication n’est pas dans un groupe."))
    authorize("feeds.moderate_group", account, group)
    with transaction.atomic():
        removed = Post.objects.filter(pk=post.pk, group=group).update(
            group=None,
            visibility=Case(
                When(visibility=Visibility.GROUP, then=Value(Visibility.MENTIONED)),
                default=F("visibility"),
                output_field=SmallIntegerField(),
            ),
        )
        if removed:
            record("feeds.remove_post_from_group", account=account, obj=post, data={"group": group.pk})
            transaction.on_commit(lambda: notices.removed_from_group(post, group), robust=True)
    post.refresh_from_db(fields=["group", "visibility"])
    return post


def _check_region(kind: str, region: Region | None) -> None:
    if kind == Group.Kind.REGIONAL and region is None:
        raise ActionError(_("Choisis la région de ce groupe régional."), field="region")


def _check(row: Model, fields: set[str] | None = None) -> None:
    """Say the first thing that is wrong with a row as a sentence by its field."""
    excluded = {field.name for field in row._meta.fields if fields is not None and field.name not in fields}
    if isinstance(row, Group):
        excluded.add("actor")
    try:
        row.full_clean(exclude=excluded)
    except ValidationError as error:
        name, messages = next(iter(error.message_dict.items()))
        raise ActionError(messages[0], field=None if name == NON_FIELD_ERRORS else name) from error


def _set(row: Model, values: dict[str, object]) -> list[str]:
    """Write what differs; give the names of the fields that did."""
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, values[name])
    if changed:
        _check(row, set(changed))
        row.save(update_fields=changed)
    return changed


def _lock(group: Group) -> None:
    """Let one act at a time decide who moderates."""
    Group.objects.select_for_update().get(pk=group.pk)


def _is_last_moderator(membership: GroupMembership) -> bool:
    """True when nobody else moderates the group (whose row is locked)."""
    moderators = GroupMembership.objects.moderating().filter(group_id=membership.group_id)
    return moderators.filter(pk=membership.pk).exists() and not moderators.exclude(pk=membership.pk).exists()


def _refresh(actor: Actor) -> None:
    """Tell this person's open pages, on commit, that what they read has changed."""
    transaction.on_commit(lambda: live.refresh(actor.pk), robust=True)
