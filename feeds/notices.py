"""Who is told of what happens in the Fil. Called once the act is committed; never changes the act itself.

Each function finds the people behind the actor concerned (a person, the delegates of an organisation, the
moderators of a group), leaves out those who block or mute the other side, who muted the conversation or who
may not see the post, then rings.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from coop.actions.notifications import ring
from coop.models import Account, Actor
from coop.notifications import Kind, Line, News, register
from coop.signals import notifications_rung
from feeds import live
from feeds.models import Block, Group, Mention, Mute, MutedThread, PollVote, Post

if TYPE_CHECKING:
    from collections.abc import Iterable

    from feeds.models import Follow, GroupMembership, Poll

EXCERPT_LENGTH = 160


# -------------------------------------------------------------------------------------------------
# Events


def post_published(post: Post) -> None:
    """Tell the author of the post replied to, then the other people named."""
    told = _ring_reply(post)
    _ring_mentions(post, told)


def post_edited(post: Post) -> None:
    """Tell the people whom the new text names; the others were told already."""
    _ring_mentions(post, set())


def boosted(post: Post, by: Actor) -> None:
    """Tell the author of a post that it was passed on."""
    _ring_mark("boost", post.boost_of or post, by)


def favourited(post: Post, by: Actor) -> None:
    """Tell the author of a post that someone liked it."""
    _ring_mark("favourite", post, by)


def followed(follow: Follow) -> None:
    """Tell the followed of a new follower."""
    # One line a day: a new follower does not push those of last month up again.
    day = timezone.localdate().isoformat()
    _ring_about_actor(
        "follow", to=follow.followed, by=follow.follower, group_key=f"follow:{follow.followed_id}:{day}"
    )


def follow_requested(follow: Follow) -> None:
    """Tell the followed that someone asks."""
    _ring_about_actor(
        "follow_request",
        to=follow.followed,
        by=follow.follower,
        group_key=f"follow_request:{follow.followed_id}",
    )


def follow_accepted(follow: Follow) -> None:
    """Tell the follower that the answer is yes."""
    _ring_about_actor(
        "follow_accepted",
        to=follow.follower,
        by=follow.followed,
        group_key=f"follow_accepted:{follow.followed_id}",
    )


def poll_closed(poll: Poll) -> None:
    """Tell the author and those who answered that the result is known."""
    post = poll.post
    voters = Actor.objects.filter(pk__in=PollVote.objects.filter(poll=poll).values("actor_id"))
    people = {account.pk: account for account in people_behind(post.author)}
    for voter in voters:
        people.update({account.pk: account for account in people_behind(voter)})
    ring(
        kind="poll", accounts=_readers(post, people.values()), subject_id=post.pk, group_key=f"post:{post.pk}"
    )


def group_requested(membership: GroupMembership) -> None:
    """Tell the moderators of a group that someone asks to join."""
    group = membership.group
    ring(
        kind="group_request",
        accounts=_not_estranged(people_behind(group.actor), membership.actor_id),
        actor=membership.actor,
        subject_id=group.pk,
        group_key=f"group:{group.pk}",
    )


def group_accepted(membership: GroupMembership) -> None:
    """Tell a person that the group let them in."""
    group = membership.group
    ring(
        kind="group_accepted",
        accounts=people_behind(membership.actor),
        actor=group.actor,
        subject_id=group.pk,
        group_key=f"group:{group.pk}",
    )


def removed_from_group(post: Post, group: Group) -> None:
    """Tell the author that the group's moderators took a post out of it."""
    ring(
        kind="group_removal",
        accounts=people_behind(post.author),
        actor=group.actor,
        subject_id=post.pk,
        group_key=f"post:{post.pk}",
    )


def _ring_reply(post: Post) -> set[int]:
    """Ring for the post replied to; give the actors concerned."""
    if post.in_reply_to_author_id is None or post.in_reply_to_author is None:
        return set()
    if post.in_reply_to_author_id == post.author_id:
        return set()
    ring(
        kind="reply",
        accounts=_to_tell_of(post, people_behind(post.in_reply_to_author), post.author_id, post),
        actor=post.author,
        subject_id=post.pk,
        group_key=f"thread:{post.root_id}",
    )
    return {post.in_reply_to_author_id}


def _ring_mentions(post: Post, already: set[int]) -> None:
    mentions = Mention.objects.filter(post=post).exclude(actor_id=post.author_id).select_related("actor")
    people: dict[int, Account] = {}
    for mention in mentions:
        if mention.actor_id not in already:
            people.update({account.pk: account for account in people_behind(mention.actor)})
    ring(
        kind="mention",
        accounts=_to_tell_of(post, people.values(), post.author_id, post),
        actor=post.author,
        subject_id=post.pk,
        group_key=f"thread:{post.root_id}",
    )


def _ring_mark(kind: str, post: Post, by: Actor) -> None:
    if by.pk == post.author_id:
        return
    ring(
        kind=kind,
        accounts=_to_tell_of(post, people_behind(post.author), by.pk, None),
        actor=by,
        subject_id=post.pk,
        group_key=f"post:{post.pk}",
    )


def _ring_about_actor(kind: str, *, to: Actor, by: Actor, group_key: str) -> None:
    if _are_apart(to.pk, by.pk):
        return
    ring(
        kind=kind,
        accounts=_not_estranged(people_behind(to), by.pk),
        actor=by,
        subject_id=by.pk,
        group_key=group_key,
    )


# -------------------------------------------------------------------------------------------------
# People


def people_behind(actor: Actor) -> list[Account]:
    """Give the accounts that a thing told to this actor is told to."""
    if not actor.is_active:
        return []
    accounts = Account.objects.filter(is_active=True)
    if actor.is_organisation:
        accounts = accounts.filter(delegations__organisation__actor=actor, delegations__ended_at__isnull=True)
    elif actor.is_group:
        accounts = accounts.filter(
            actor__group_memberships__group__actor=actor,
            actor__group_memberships__role="moderator",
            actor__group_memberships__joined_at__isnull=False,
        )
    else:
        accounts = accounts.filter(actor=actor)
    return list(accounts.order_by("pk").distinct())


def _to_tell_of(post: Post, accounts: Iterable[Account], by: int, written: Post | None) -> list[Account]:
    """Keep who may read `post`, is on terms with `by`, hears the conversation and did not write it."""
    people = [account for account in accounts if written is None or account.pk != written.published_by_id]
    people = _not_estranged(people, by)
    if not people:
        return []
    silent = set(
        MutedThread.objects.filter(
            root_id=post.root_id, actor_id__in=[account.actor_id for account in people]
        ).values_list("actor_id", flat=True)
    )
    return _readers(post, [account for account in people if account.actor_id not in silent])


def _readers(post: Post, accounts: Iterable[Account]) -> list[Account]:
    """Keep those who may read the post, by the rule of every timeline."""
    ids = [account.pk for account in accounts]
    if not ids:
        return []
    readable = Post.objects.visible_to_actor(OuterRef("actor_id")).filter(pk=post.pk)
    return list(Account.objects.filter(Exists(readable), pk__in=ids).order_by("pk"))


def _not_estranged(accounts: list[Account], by: int) -> list[Account]:
    """Leave out those who mute `by` now, and those between whom and `by` there is a block."""
    faces = [account.actor_id for account in accounts]
    if not faces:
        return []
    away = set(
        Mute.objects.current().filter(muted_id=by, muter_id__in=faces).values_list("muter_id", flat=True)
    )
    away |= set(
        Block.objects.filter(blocked_id=by, blocker_id__in=faces).values_list("blocker_id", flat=True)
    )
    away |= set(
        Block.objects.filter(blocker_id=by, blocked_id__in=faces).values_list("blocked_id", flat=True)
    )
    return [account for account in accounts if account.actor_id not in away]


def _are_apart(one: int, other: int) -> bool:
    return Block.objects.filter(
        Q(blocker_id=one, blocked_id=other) | Q(blocker_id=other, blocked_id=one)
    ).exists()


# -------------------------------------------------------------------------------------------------
# What the lines say


def load_posts(account: Account, ids: Iterable[int]) -> dict[int, Any]:
    """Give the posts that this account may still read."""
    posts = Post.objects.visible_to(account).filter(pk__in=ids).select_related("author")
    return {post.pk: post for post in posts}


def load_actors(account: Account, ids: Iterable[int]) -> dict[int, Any]:
    """Give the active actors between whom and this account there is no block."""
    mine = account.actor_id
    apart = Block.objects.filter(Q(blocker_id=mine) | Q(blocked_id=mine)).values_list(
        "blocker_id", "blocked_id"
    )
    away = {
        other for pair in apart.filter(Q(blocker_id__in=ids) | Q(blocked_id__in=ids)) for other in pair
    } - {mine}
    return {actor.pk: actor for actor in Actor.objects.active().filter(pk__in=ids) if actor.pk not in away}


def load_groups(_account: Account, ids: Iterable[int]) -> dict[int, Any]:
    """Give the active groups; every group's page is public."""
    return {group.pk: group for group in Group.objects.active().filter(pk__in=ids).select_related("actor")}


def excerpt(post: Post) -> str:
    """Give the beginning of a post on one line; its warning instead, when it has one."""
    if post.content_warning:
        return _("Avertissement\u00a0: %(warning)s") % {"warning": post.content_warning}
    return Truncator(" ".join(post.text.split())).chars(EXCERPT_LENGTH)


def presentation(news: News, actor: Actor) -> str:
    """Give how a newcomer presents themselves; nothing when several came."""
    return actor.summary[:EXCERPT_LENGTH] if news.people == 1 else ""


def write_mention(news: News, post: Post) -> Line:
    sentence = ngettext("{names} te mentionne", "{names} te mentionnent", news.people)
    return Line(format_html(sentence, names=news.names), post.get_absolute_url(), excerpt(post))


def write_reply(news: News, post: Post) -> Line:
    sentence = ngettext("{names} t’a répondu", "{names} t’ont répondu", news.people)
    return Line(format_html(sentence, names=news.names), post.get_absolute_url(), excerpt(post))


def write_boost(news: News, post: Post) -> Line:
    sentence = ngettext("{names} a relayé ta publication", "{names} ont relayé ta publication", news.people)
    return Line(format_html(sentence, names=news.names), post.get_absolute_url(), excerpt(post))


def write_favourite(news: News, post: Post) -> Line:
    sentence = ngettext("{names} a aimé ta publication", "{names} ont aimé ta publication", news.people)
    return Line(format_html(sentence, names=news.names), post.get_absolute_url(), excerpt(post))


def write_follow(news: News, actor: Actor) -> Line:
    sentence = ngettext("{names} te suit", "{names} te suivent", news.people)
    return Line(format_html(sentence, names=news.names), actor.get_absolute_url(), presentation(news, actor))


def write_follow_request(news: News, actor: Actor) -> Line:
    sentence = ngettext("{names} demande à te suivre", "{names} demandent à te suivre", news.people)
    return Line(format_html(sentence, names=news.names), actor.get_absolute_url(), presentation(news, actor))


def write_follow_accepted(news: News, actor: Actor) -> Line:
    sentence = _("{names} a accepté ton abonnement")
    return Line(format_html(sentence, names=news.names), actor.get_absolute_url())


def write_poll(news: News, post: Post) -> Line:
    mine = post.author_id == news.account.actor_id
    sentence = _("Ton sondage est terminé") if mine else _("Le sondage de {name} est terminé")
    name = format_html("<b>{}</b>", post.author.display_name)
    return Line(format_html(sentence, name=name), post.get_absolute_url(), excerpt(post))


def write_group_request(news: News, group: Group) -> Line:
    sentence = ngettext(
        "{names} demande à se joindre à {group}", "{names} demandent à se joindre à {group}", news.people
    )
    name = format_html("<b>{}</b>", group.actor.display_name)
    requests = reverse("feeds:group-requests", args=[group.actor.handle])
    return Line(format_html(sentence, names=news.names, group=name), requests)


def write_group_accepted(_news: News, group: Group) -> Line:
    sentence = _("Te voilà dans le groupe {group}")
    name = format_html("<b>{}</b>", group.actor.display_name)
    return Line(format_html(sentence, group=name), group.actor.get_absolute_url())


def write_group_removal(news: News, post: Post) -> Line:
    sentence = _("La modération de {names} a retiré ta publication du groupe. Elle reste à toi.")
    return Line(format_html(sentence, names=news.names), post.get_absolute_url(), excerpt(post))


def push(*, account_ids: list[int], **_kwargs: Any) -> None:
    """Tell the open pages of these accounts that their count of unread changed."""
    live.ring(account_ids)


def register_kinds() -> None:
    """Declare what the Fil rings for, and carry each ring to open pages; called once, at start-up."""
    notifications_rung.connect(push, dispatch_uid="feeds.notices.push")
    for kind in (
        Kind("mention", gettext_lazy("On me mentionne"), "at", load_posts, write_mention, is_direct=True),
        Kind("reply", gettext_lazy("On me répond"), "reply", load_posts, write_reply, is_direct=True),
        Kind(
            "favourite",
            gettext_lazy("On aime ma publication"),
            "heart",
            load_posts,
            write_favourite,
            by_mail=False,
        ),
        Kind(
            "boost", gettext_lazy("On relaie ma publication"), "boost", load_posts, write_boost, by_mail=False
        ),
        Kind("follow", gettext_lazy("On s’abonne à moi"), "person", load_actors, write_follow, by_mail=False),
        Kind(
            "follow_request",
            gettext_lazy("On demande à me suivre"),
            "person",
            load_actors,
            write_follow_request,
        ),
        Kind(
            "follow_accepted",
            gettext_lazy("Mon abonnement est accepté"),
            "check",
            load_actors,
            write_follow_accepted,
        ),
        Kind("poll", gettext_lazy("Un sondage où j’ai répondu est terminé"), "poll", load_posts, write_poll),
        Kind(
            "group_request",
            gettext_lazy("On demande à se joindre à mon groupe"),
            "group",
            load_groups,
            write_group_request,
        ),
        Kind(
            "group_accepted", gettext_lazy("Un groupe m’accepte"), "group", load_groups, write_group_accepted
        ),
        Kind(
            "group_removal",
            gettext_lazy("Un groupe retire ma publication"),
            "group",
            load_posts,
            write_group_removal,
        ),
    ):
        register(kind)
