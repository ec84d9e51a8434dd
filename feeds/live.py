"""Live delivery: saying « something new » to open pages, never what it is.

Web processes and workers publish one short message on one Redis channel, after commit. Each Daphne process
holds one subscription and its own registry of sockets (`Hub`), asks the database once who among the people
concerned may see the post, and tells their pages; the page then fetches the fragment through the same view
and the same rules as ever.

A dead Redis loses no post and no page: publishing here only warns, and sockets catch up when it comes back.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, Protocol

import redis
import redis.asyncio
from channels.db import database_sync_to_async
from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.db.models import Count

from coop.health import database_answers
from coop.http import read_id
from coop.models import Account, Notification, Region
from feeds import timelines
from feeds.models import (
    Follow,
    FollowedTag,
    Group,
    GroupMembership,
    List,
    Post,
    Tag,
    TaggedPost,
    Visibility,
)
from feeds.timelines import FEW_FOLLOWS, readers_of

if TYPE_CHECKING:
    from collections.abc import Iterable

logger = logging.getLogger(__name__)

CHANNEL = "parvis:live"
FIRST_PAUSE, LONGEST_PAUSE = 0.2, 5.0
SENT_AT_ONCE = 256


@cache
def client() -> redis.Redis:
    """Give this process's connection pool for publishing."""
    return redis.Redis.from_url(
        settings.REDIS_URL, socket_connect_timeout=1, socket_timeout=1, health_check_interval=30
    )


def _publish(message: dict[str, Any]) -> None:
    try:
        client().publish(CHANNEL, json.dumps(message, separators=(",", ":")))
    except redis.RedisError as error:
        logger.warning("live message not sent: %s", type(error).__name__)


def announce(post: Post) -> None:
    """Tell open pages that a post, reply or boost exists. Call it after commit."""
    tags = (
        []
        if post.is_boost
        else list(TaggedPost.objects.filter(content_object=post).values_list("tag_id", flat=True))
    )
    _publish(
        {
            "type": "post",
            "id": post.pk,
            "author": post.author_id,
            "group": post.group_id,
            "tags": tags,
            "root": None if post.is_boost else post.root_id,
            "region": post.region_id,
            "open": post.visibility == Visibility.PUBLIC
            and post.in_reply_to_id is None
            and not post.is_boost,
        }
    )


def changed(post: Post) -> None:
    """Tell open pages of a conversation that one of its posts was edited, deleted or has its images."""
    _publish({"type": "changed", "root": post.root_id, "id": post.pk})


def ring(account_ids: Iterable[int]) -> None:
    """Tell these people's pages that their count of unread notifications changed."""
    accounts = list(account_ids)
    if accounts:
        _publish({"type": "ring", "accounts": accounts})


def refresh(actor_id: int) -> None:
    """Tell sockets that this person's follows, groups or hashtags changed."""
    _publish({"type": "refresh", "actor": actor_id})


class Socket(Protocol):
    """What the hub needs of a consumer."""

    actor_id: int
    account_id: int
    topic: str

    async def tell(self, message: bytes) -> None: ...


@dataclass(frozen=True, slots=True)
class Interests:
    """What a home page listens to."""

    authors: tuple[int, ...] = ()
    groups: tuple[int, ...] = ()
    tags: tuple[int, ...] = ()
    is_newcomer: bool = False

    def keys(self) -> Iterable[str]:
        """Name the registry's entries that a post must touch to concern this page."""
        yield from (f"author:{pk}" for pk in self.authors)
        yield from (f"group:{pk}" for pk in self.groups)
        yield from (f"tag:{pk}" for pk in self.tags)
        if self.is_newcomer:
            yield "public"


def read_interests(actor_id: int) -> Interests:
    """Read what this person's home page is made of (three statements)."""
    authors = tuple(
        Follow.objects.accepted().filter(follower_id=actor_id).values_list("followed_id", flat=True)
    )
    return Interests(
        authors=(*authors, actor_id),
        groups=tuple(
            GroupMembership.objects.active().filter(actor_id=actor_id).values_list("group_id", flat=True)
        ),
        tags=tuple(FollowedTag.objects.filter(actor_id=actor_id).values_list("tag_id", flat=True)),
        is_newcomer=len(authors) < FEW_FOLLOWS,
    )


def unread_counts(account_ids: list[int]) -> dict[int, int]:
    """Count unread notifications of several accounts in one statement."""
    rows = Notification.objects.filter(account__in=account_ids, read_at__isnull=True).values("account")
    counts = dict(rows.annotate(n=Count("pk")).order_by().values_list("account", "n"))
    return {account: counts.get(account, 0) for account in account_ids}


@dataclass
class Hub:
    """The sockets of one process, by what they listen to, behind one Redis subscription."""

    sockets: set[Socket] = field(default_factory=set)
    listeners: defaultdict[str, set[Socket]] = field(default_factory=lambda: defaultdict(set))
    keys: dict[Socket, tuple[str, ...]] = field(default_factory=dict)
    task: asyncio.Task[None] | None = None
    recovery: asyncio.Task[None] | None = None

    def add(self, socket: Socket, keys: Iterable[str]) -> None:
        """Register a socket; the first one opens the subscription."""
        self.sockets.add(socket)
        self.listen(socket, keys)
        if self.task is None or self.task.done():
            self.task = asyncio.get_running_loop().create_task(self._run())

    def remove(self, socket: Socket) -> None:
        """Forget a socket. Harmless if it is not registered."""
        self.sockets.discard(socket)
        self.listen(socket, ())

    def listen(self, socket: Socket, keys: Iterable[str]) -> None:
        """Say anew what a registered socket listens to; nothing for one that is leaving."""
        for key in self.keys.pop(socket, ()):
            listeners = self.listeners.get(key)
            if listeners is not None:
                listeners.discard(socket)
                if not listeners:
                    del self.listeners[key]
        if socket in self.sockets:
            mine = (*keys, f"account:{socket.account_id}", f"actor:{socket.actor_id}")
            self.keys[socket] = mine
            for key in mine:
                self.listeners[key].add(socket)

    def heard(self, *keys: str) -> set[Socket]:
        """Give the sockets that listen to any of these."""
        found: set[Socket] = set()
        for key in keys:
            found |= self.listeners.get(key, set())
        return found

    async def _run(self) -> None:
        """Read the channel for ever; after an outage, tell every page to look for itself."""
        pause = FIRST_PAUSE
        missed = False
        while self.sockets:
            client = redis.asyncio.Redis.from_url(settings.REDIS_URL)
            try:
                async with client.pubsub() as subscription:
                    await subscription.subscribe(CHANNEL)
                    if missed:
                        await self._tell_all(self.sockets, {"type": "resync"})
                    missed, pause = False, FIRST_PAUSE
                    async for entry in subscription.listen():
                        if entry["type"] == "message":
                            await self.handle(json.loads(entry["data"]))
                        if not self.sockets:
                            break
            except (redis.RedisError, OSError) as error:
                logger.warning("live channel lost: %s", type(error).__name__)
                missed = True
                await asyncio.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE)
            finally:
                await client.aclose()

    async def handle(self, message: dict[str, Any]) -> None:
        """Deliver one message; a message that cannot be handled never stops the next ones."""
        try:
            await self.deliver(message)
        except (OperationalError, InterfaceError) as error:
            logger.warning("live message waits for the database: %s", type(error).__name__)
            if self.recovery is None or self.recovery.done():
                self.recovery = asyncio.get_running_loop().create_task(self._recover())
        except Exception:
            logger.exception("live message of type %s not delivered", message.get("type"))

    async def _recover(self) -> None:
        """Nobody could be asked who may know: once the database answers, every page looks for itself."""
        while not await database_sync_to_async(database_answers)():  # noqa: ASYNC110 -- nobody tells us
            await asyncio.sleep(FIRST_PAUSE)
        await self._tell_all(self.sockets, {"type": "resync"})

    async def deliver(self, message: dict[str, Any]) -> None:
        """Find who is concerned, ask the database who of them may know, and tell their pages."""
        match message["type"]:
            case "post":
                await self._deliver_post(message)
            case "changed":
                await self._deliver_changed(message)
            case "ring":
                sockets = self.heard(*(f"account:{pk}" for pk in message["accounts"]))
                counts = await database_sync_to_async(unread_counts)(list({s.account_id for s in sockets}))
                for socket in sockets:
                    await socket.tell(_encode({"type": "unread", "count": counts[socket.account_id]}))
            case "refresh":
                for socket in self.heard(f"actor:{message['actor']}"):
                    if socket.topic == "home":
                        interests = await database_sync_to_async(read_interests)(socket.actor_id)
                        self.listen(socket, interests.keys())

    async def _deliver_post(self, message: dict[str, Any]) -> None:
        home = self.heard(
            f"author:{message['author']}",
            f"group:{message['group']}",
            *(f"tag:{pk}" for pk in message["tags"]),
            *(("public",) if message["open"] else ()),
        )
        pages = self.heard(
            f"page:group:{message['group']}",
            f"page:thread:{message['root']}",
            *(f"page:tag:{pk}" for pk in message["tags"]),
            f"page:list:{message['author']}",
            *(("page:public", f"page:region:{message['region']}") if message["open"] else ()),
        )
        said = {"type": "new", "id": str(message["id"])}
        for sockets, replies_rule in ((home, True), (pages - home, False)):
            if sockets:
                people = list({socket.actor_id for socket in sockets})
                allowed = await database_sync_to_async(readers_of)(
                    message["id"], people, replies_rule=replies_rule
                )
                await self._tell_all([s for s in sockets if s.actor_id in allowed], said)

    async def _deliver_changed(self, message: dict[str, Any]) -> None:
        sockets = self.heard(f"page:thread:{message['root']}")
        if sockets:
            await self._tell_all(sockets, {"type": "changed", "id": str(message["id"])})

    async def _tell_all(self, sockets: Iterable[Socket], message: dict[str, Any]) -> None:
        encoded = _encode(message)
        for count, socket in enumerate(list(sockets)):
            await socket.tell(encoded)
            if count % SENT_AT_ONCE == SENT_AT_ONCE - 1:
                await asyncio.sleep(0)


def _encode(message: dict[str, Any]) -> bytes:
    return json.dumps(message, separators=(",", ":")).encode()


hub = Hub()


def has_missed(account: Account, topic: str, since_id: int) -> bool:
    """Tell whether something came between the writing of a page and the opening of its socket.

    `since_id` is the newest post of the page. Read once, after the socket is registered: from then on the hub
    tells. Two statements; a topic without a timeline of its own never misses anything.
    """
    kind, _, ident = topic.partition(":")
    source: timelines.Source | None = None
    match kind:
        case "home":
            source = timelines.Home(account.actor, is_newcomer=timelines.follows_few(account.actor))
        case "public":
            source = timelines.Public()
        case "region":
            source = timelines.InRegion(Region(pk=ident))
        case "tag":
            source = timelines.Tagged(Tag(pk=int(ident)))
        case "group":
            source = timelines.InGroup(Group(pk=int(ident)))
        case "list":
            source = timelines.OfList(List(pk=int(ident)))
        case "thread":
            newer = Post.objects.visible_to(account).filter(thread_root=int(ident), pk__gt=since_id)
            return newer.exists()
    if source is None:
        return False
    return bool(timelines.page(source, account, timelines.Cursor(after=since_id), size=1).rows)


def may_listen(account: Account, topic: str) -> Iterable[str] | None:
    """Give the registry keys of a topic (`kind` or `kind:id`) for this person, or None if it is not theirs
    to hear.

    The same rules as the page: a group's page for who may read it, a conversation one can see, a list of
    one's own. Every message is checked again when it is delivered."""
    kind, _, ident = topic.partition(":")
    number = read_id(ident) or 0
    keys: Iterable[str] | None = None
    match kind:
        case "home":
            keys = read_interests(account.actor_id).keys()
        case "":
            keys = ()
        case "public":
            keys = ("page:public",)
        case "region" if Region.objects.filter(pk=ident).exists():
            keys = (f"page:region:{ident}",)
        case "tag" if Tag.objects.filter(pk=number).exists():
            keys = (f"page:tag:{number}",)
        case "group" if Group.objects.active().filter(pk=number).exists():
            keys = (f"page:group:{number}",)
        case "thread" if Post.objects.visible_to(account).filter(pk=number).exists():
            keys = (f"page:thread:{number}",)
        case "list":
            chosen = List.objects.filter(pk=number, owner=account.actor).first()
            if chosen is not None:
                keys = tuple(f"page:list:{pk}" for pk in chosen.members.values_list("actor_id", flat=True))
    return keys
