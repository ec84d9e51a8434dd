"""Conversations: the whole of one on one page, each answer under what it answers, oldest first."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db.models import Q

from coop.models import Account
from feeds.models import Mute, Post

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.contrib.auth.models import AnonymousUser

PAGE_SIZE = 200


@dataclass(frozen=True, slots=True)
class Line:
    """One line: a post at a depth below the post in focus, or the empty place of a deleted one."""

    id: int
    depth: int
    is_tombstone: bool = False


@dataclass(slots=True)
class Thread:
    """What a page shows around a post: what it answers (oldest first), then its answers; `after` goes on."""

    ancestors: list[Line] = field(default_factory=list)
    replies: list[Line] = field(default_factory=list)
    after: int | None = None


@dataclass(frozen=True, slots=True)
class Node:
    """What the shape of a conversation is made of."""

    parent: int | None
    author: int
    is_deleted: bool


def read(post: Post, account: Account | AnonymousUser | None, *, after: int | None = None) -> Thread:
    """Lay the conversation of a post out for this reader, 200 answers from the one after `after`.

    Three statements (two for a visitor), whatever the size: the skeleton by index, what of it this reader may
    see, whom they mute. A post that is not addressed to them leaves no trace: its answers move up to what it
    answered. A deleted post keeps its place where someone's answer hangs on it.
    """
    of_thread = Q(pk=post.root_id) | Q(thread_root_id=post.root_id)
    nodes = {
        pk: Node(parent, author, deleted is not None)
        for pk, parent, author, deleted in Post.objects.filter(of_thread)
        .order_by("id")
        .values_list("pk", "in_reply_to_id", "author_id", "deleted_at")
    }
    visible = set(Post.objects.visible_to(account).filter(of_thread).values_list("pk", flat=True))
    muted = (
        set(Mute.objects.current().filter(muter_id=account.actor_id).values_list("muted_id", flat=True))
        if isinstance(account, Account)
        else set()
    )
    thread = Thread(ancestors=ancestors(post, nodes, visible))
    shown = {pk for pk in visible if pk in nodes and nodes[pk].author not in muted}
    lines = list(answers(post.pk, nodes, shown))
    start = next((index + 1 for index, line in enumerate(lines) if line.id == after), 0) if after else 0
    thread.replies = lines[start : start + PAGE_SIZE]
    if start + PAGE_SIZE < len(lines):
        thread.after = thread.replies[-1].id
    return thread


def ancestors(post: Post, nodes: dict[int, Node], visible: set[int]) -> list[Line]:
    """Climb from the post to the beginning of the conversation; oldest first."""
    lines: list[Line] = []
    parent = post.in_reply_to_id
    while parent is not None and (node := nodes.get(parent)) is not None:
        if parent in visible:
            lines.append(Line(parent, 0))
        elif node.is_deleted:
            lines.append(Line(parent, 0, is_tombstone=True))
        parent = node.parent
    return lines[::-1]


def answers(focus: int, nodes: dict[int, Node], shown: set[int]) -> Iterator[Line]:
    """Walk the answers depth first, siblings by id, without recursion: some conversations are very deep."""
    children: defaultdict[int, list[int]] = defaultdict(list)
    for pk, node in nodes.items():
        if node.parent is not None:
            children[node.parent].append(pk)
    alive = answered_ids(nodes, shown)
    stack = [(pk, 0) for pk in reversed(children[focus])]
    while stack:
        pk, depth = stack.pop()
        below = depth
        if pk in shown:
            yield Line(pk, depth)
            below = depth + 1
        elif nodes[pk].is_deleted and pk in alive:
            yield Line(pk, depth, is_tombstone=True)
            below = depth + 1
        stack.extend((child, below) for child in reversed(children[pk]))


def answered_ids(nodes: dict[int, Node], shown: set[int]) -> set[int]:
    """Find the posts that have a shown answer somewhere below them."""
    alive: set[int] = set()
    for pk in shown:
        parent = nodes[pk].parent
        while parent is not None and parent in nodes and parent not in alive:
            alive.add(parent)
            parent = nodes[parent].parent
    return alive
