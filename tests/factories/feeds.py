"""Rows of the Fil for the tests: written directly, with the rows that actions write around them."""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from coop.models import Account, Actor
from feeds import search, snowflake
from feeds import text as texts
from feeds.actions import post_rows
from feeds.models import (
    Block,
    Bookmark,
    Draft,
    Favourite,
    Filter,
    Follow,
    FollowedTag,
    Group,
    GroupMembership,
    Interest,
    List,
    ListMember,
    MediaAttachment,
    Mute,
    MutedThread,
    Poll,
    PollOption,
    PollVote,
    Post,
    PostRevision,
    ReadingMark,
    StarterPack,
    StarterPackMember,
    Tag,
    Visibility,
)
from tests.factories.coop import make_actor

if TYPE_CHECKING:
    from datetime import datetime

_numbers = count(1)


def face(who: Account | Actor) -> Actor:
    """Give the public face of an account, or the actor itself."""
    actor = who.actor if isinstance(who, Account) else who
    assert actor is not None
    return actor


def make_post(
    author: Account | Actor,
    text: str | None = None,
    *,
    visibility: int = Visibility.PUBLIC,
    at: datetime | None = None,
    in_reply_to: Post | None = None,
    boost_of: Post | None = None,
    group: Group | None = None,
    mentions: list[Account | Actor] | None = None,
    **fields: Any,
) -> Post:
    """Write a post, a reply or a boost and the rows around it; no rule is asked.

    `mentions` adds actors to those named in the text. `at` dates it; two of one moment keep their order.
    """
    actor = face(author)
    if text is None:
        text = "" if boost_of else f"Publication {next(_numbers)}"
    named = post_rows.named_actors(text)
    post = Post(
        author=actor,
        text=text,
        html=post_rows.render(text, named),
        visibility=boost_of.visibility if boost_of else visibility,
        in_reply_to=in_reply_to,
        in_reply_to_author_id=in_reply_to.author_id if in_reply_to else None,
        thread_root_id=in_reply_to.root_id if in_reply_to else None,
        boost_of=boost_of,
        group=group or (in_reply_to.group if in_reply_to else None),
        **(
            {"region_id": actor.region_id, "published_by": author if isinstance(author, Account) else None}
            | fields
        ),
    )
    if at is not None:
        post.pk = snowflake.at(at, post_rows.next_sequence())
    post.save(force_insert=True)
    post_rows.add_mentions(post.pk, sorted(set(named.values()) | {face(who).pk for who in mentions or []}))
    post_rows.add_tags(post.pk, texts.tags(text))
    if boost_of is None:
        search.index_post(post)
    else:
        post_rows.count_boost(boost_of.pk, 1)
    if in_reply_to is not None:
        post_rows.count_reply(in_reply_to.pk, 1)
    post_rows.count_post(actor.pk, post.pk, counted=boost_of is None)
    return post


def make_boost(author: Account | Actor, post: Post, **fields: Any) -> Post:
    return make_post(author, boost_of=post, **fields)


def make_tag(name: str = "Culture") -> Tag:
    return Tag.objects.get_or_create(slug=texts.tag_slug(name), defaults={"name": name})[0]


def make_revision(post: Post, text: str = "Avant", **fields: Any) -> PostRevision:
    return PostRevision.objects.create(post=post, text=text, **fields)


def make_follow(
    follower: Account | Actor, followed: Account | Actor, *, accepted: bool = True, **fields: Any
) -> Follow:
    return Follow.objects.create(
        follower=face(follower),
        followed=face(followed),
        accepted_at=timezone.now() if accepted else None,
        **fields,
    )


def make_followed_tag(who: Account | Actor, tag: Tag | str) -> FollowedTag:
    return FollowedTag.objects.create(actor=face(who), tag=make_tag(tag) if isinstance(tag, str) else tag)


def make_block(blocker: Account | Actor, blocked: Account | Actor) -> Block:
    return Block.objects.create(blocker=face(blocker), blocked=face(blocked))


def make_mute(muter: Account | Actor, muted: Account | Actor, **fields: Any) -> Mute:
    return Mute.objects.create(muter=face(muter), muted=face(muted), **fields)


def make_muted_thread(who: Account | Actor, post: Post) -> MutedThread:
    return MutedThread.objects.create(actor=face(who), root_id=post.root_id)


def make_group(
    handle: str | None = None,
    *,
    members: list[Account | Actor] | None = None,
    moderators: list[Account | Actor] | None = None,
    kind: str = Group.Kind.FREE,
    join_policy: str = Group.JoinPolicy.OPEN,
    rules_text: str = "",
    created_by: Account | None = None,
    **actor: Any,
) -> Group:
    """Make a public group with these members and moderators; `actor` gives fields of its face."""
    row = Group.objects.create(
        actor=make_actor(
            handle or f"groupe{next(_numbers)}",
            kind=Actor.Kind.GROUP,
            **({"approves_followers": False, "is_discoverable": True} | actor),
        ),
        kind=kind,
        join_policy=join_policy,
        rules_text=rules_text,
        created_by=created_by,
    )
    for member in members or []:
        make_group_membership(row, member)
    for moderator in moderators or []:
        make_group_membership(row, moderator, role=GroupMembership.Role.MODERATOR)
    return row


def make_group_membership(
    group: Group,
    who: Account | Actor,
    *,
    joined: bool = True,
    role: str = GroupMembership.Role.MEMBER,
) -> GroupMembership:
    return GroupMembership.objects.create(
        group=group, actor=face(who), role=role, joined_at=timezone.now() if joined else None
    )


def make_list(
    owner: Account | Actor,
    name: str | None = None,
    *,
    members: list[Account | Actor] | None = None,
    is_exclusive: bool = False,
) -> List:
    row = List.objects.create(
        owner=face(owner), name=name or f"Liste {next(_numbers)}", is_exclusive=is_exclusive
    )
    for member in members or []:
        make_list_member(row, member)
    return row


def make_list_member(row: List, who: Account | Actor) -> ListMember:
    return ListMember.objects.create(list=row, actor=face(who))


def make_filter(who: Account | Actor, phrase: str = "hiver", **fields: Any) -> Filter:
    return Filter.objects.create(actor=face(who), phrase=phrase, **fields)


def make_favourite(who: Account | Actor, post: Post) -> Favourite:
    """Mark a favourite; its counter is the business of the action."""
    return Favourite.objects.create(actor=face(who), post=post)


def make_bookmark(who: Account | Actor, post: Post) -> Bookmark:
    return Bookmark.objects.create(actor=face(who), post=post)


def make_media(
    owner: Account | Actor, post: Post | None = None, *, position: int = 0, **fields: Any
) -> MediaAttachment:
    """Make an image that is ready (its files are named, not written); on `post`, `has_media` is set."""
    name = f"images/essai-{next(_numbers)}.webp"
    ready = {
        "state": MediaAttachment.State.READY,
        "file": name,
        "preview": name,
        "width": 640,
        "height": 480,
        "alt": "Une place, l’hiver",
    }
    values = ready | fields
    size = {"width": values.pop("width"), "height": values.pop("height")}
    row = MediaAttachment(owner=face(owner), post=post, position=position)
    MediaAttachment.objects.bulk_create([row])
    # Set by update: saving would open the files to measure them.
    MediaAttachment.objects.filter(pk=row.pk).update(**values, **size)
    if post is not None:
        Post.objects.filter(pk=post.pk).update(has_media=True)
    return MediaAttachment.objects.get(pk=row.pk)


def make_poll(
    post: Post, options: tuple[str, ...] = ("Oui", "Non"), *, is_multiple: bool = False, **fields: Any
) -> Poll:
    """Open a poll for a day on a post."""
    poll = Poll.objects.create(
        post=post,
        is_multiple=is_multiple,
        **({"closes_at": timezone.now() + timedelta(days=1)} | fields),
    )
    for position, text in enumerate(options):
        make_poll_option(poll, text, position=position)
    Post.objects.filter(pk=post.pk).update(has_poll=True)
    return poll


def make_poll_option(poll: Poll, text: str = "Oui", *, position: int = 0) -> PollOption:
    return PollOption.objects.create(poll=poll, text=text, position=position)


def make_poll_vote(option: PollOption, who: Account | Actor) -> PollVote:
    """Answer, without the counters."""
    return PollVote.objects.create(
        poll=option.poll, option=option, actor=face(who), is_multiple=option.poll.is_multiple
    )


def make_draft(account: Account, text: str = "À suivre", **fields: Any) -> Draft:
    return Draft.objects.create(account=account, **({"fields": {"text": text}} | fields))


def make_pack(
    curator: Account | Actor,
    title: str | None = None,
    *,
    members: list[Account | Actor] | None = None,
    **fields: Any,
) -> StarterPack:
    number = next(_numbers)
    pack = StarterPack.objects.create(
        curator=face(curator), title=title or f"Trousse {number}", **({"slug": f"trousse-{number}"} | fields)
    )
    for position, member in enumerate(members or [], start=1):
        make_pack_member(pack, member, position=position)
    return pack


def make_pack_member(
    pack: StarterPack, who: Account | Actor, *, position: int = 1, **fields: Any
) -> StarterPackMember:
    return StarterPackMember.objects.create(pack=pack, actor=face(who), position=position, **fields)


def make_interest(who: Account | Actor, tag: Tag | str = "Culture") -> Interest:
    return Interest.objects.create(actor=face(who), tag=make_tag(tag) if isinstance(tag, str) else tag)


def make_reading_mark(who: Account | Actor, **fields: Any) -> ReadingMark:
    return ReadingMark.objects.create(actor=face(who), **fields)
