"""Live delivery: who is told, who is not, through a real Redis and a real database."""

from __future__ import annotations

import asyncio
import json

import pytest
from asgiref.sync import sync_to_async
from channels.testing import WebsocketCommunicator
from django.conf import settings
from django.db import OperationalError
from django.test import Client

from config.asgi import application
from feeds import live
from feeds.actions.graph import block_actor, follow_actor, mute_actor
from feeds.live import Hub, may_listen, read_interests
from feeds.models import Visibility
from tests.factories.coop import make_account, make_notification
from tests.factories.feeds import (
    make_block,
    make_follow,
    make_followed_tag,
    make_group,
    make_list,
    make_list_member,
    make_mute,
    make_post,
    make_tag,
)

pytestmark = pytest.mark.django_db(transaction=True)

SOON = 5


class Page:
    """An open page, without its browser: it remembers what it was told."""

    def __init__(self, account, topic="home"):
        self.account_id, self.actor_id, self.topic = account.pk, account.actor_id, topic
        self.account, self.told = account, []

    async def tell(self, message):
        self.told.append(json.loads(message))


def open_page(hub, account, topic="home"):
    page = Page(account, topic)
    keys = may_listen(account, topic)
    assert keys is not None
    hub.sockets.add(page)
    hub.listen(page, keys)
    return page


def deliver(hub, post, monkeypatch):
    """Announce a post and hand what was published to the hub, as Redis would."""
    sent = []
    monkeypatch.setattr(live, "_publish", sent.append)
    live.announce(post)
    for message in sent:
        asyncio.run(hub.deliver(message))


def test_a_post_is_told_to_those_who_follow_and_may_see_it(monkeypatch):
    hub = Hub()
    author, follower, stranger, muter, pending = (make_account() for _ in range(5))
    make_follow(follower, author)
    make_follow(muter, author)
    make_mute(muter, author)
    make_follow(pending, author, accepted=False)
    for account in (stranger, muter, pending):
        for _ in range(5):
            make_follow(account, make_account())
    pages = {account: open_page(hub, account) for account in (author, follower, stranger, muter, pending)}
    post = make_post(author, visibility=Visibility.FOLLOWERS)
    deliver(hub, post, monkeypatch)
    told = {account for account, page in pages.items() if page.told}
    assert told == {author, follower}
    assert pages[follower].told == [{"type": "new", "id": str(post.pk)}]


def test_a_narrow_post_is_never_told_to_a_thread_a_tag_or_a_list_page(monkeypatch):
    hub = Hub()
    author, named, other = (make_account() for _ in range(3))
    root = make_post(author)
    chosen = make_list(other)
    make_list_member(chosen, author)
    tag = make_tag("Secret")
    pages = [
        open_page(hub, other, topic)
        for topic in (f"thread:{root.pk}", f"tag:{tag.pk}", f"list:{chosen.pk}", "public")
    ]
    allowed = open_page(hub, named, f"thread:{root.pk}")
    post = make_post(
        author, "À toi seul #Secret", visibility=Visibility.MENTIONED, in_reply_to=root, mentions=[named]
    )
    deliver(hub, post, monkeypatch)
    assert [page.told for page in pages] == [[], [], [], []]
    assert allowed.told == [{"type": "new", "id": str(post.pk)}]


def test_a_blocked_reader_is_not_told(monkeypatch):
    hub = Hub()
    author, reader = make_account(), make_account()
    page = open_page(hub, reader, "public")
    make_block(author, reader)
    deliver(hub, make_post(author), monkeypatch)
    assert page.told == []


def test_hashtags_and_groups_reach_the_home_page(monkeypatch):
    hub = Hub()
    reader, author = make_account(), make_account()
    for _ in range(5):
        make_follow(reader, make_account())
    tag = make_tag("Patinoire")
    make_followed_tag(reader, tag)
    group = make_group(members=[reader, author])
    page = open_page(hub, reader)
    tagged = make_post(author, "On patine #Patinoire")
    grouped = make_post(author, group=group, visibility=Visibility.GROUP)
    unrelated = make_post(author)
    for post in (tagged, grouped, unrelated):
        deliver(hub, post, monkeypatch)
    assert [told["id"] for told in page.told] == [str(tagged.pk), str(grouped.pk)]


def test_what_a_dead_database_left_undelivered_is_looked_for_when_it_is_back(monkeypatch):
    hub = Hub()
    author = make_account()
    page = open_page(hub, author)
    post = make_post(author)
    answers = iter((False, True))
    sent = []
    monkeypatch.setattr(live, "_publish", sent.append)
    live.announce(post)

    def dead(*_args, **_kwargs):
        raise OperationalError("server closed the connection unexpectedly")

    async def deliver():
        await hub.handle(sent[0])
        assert page.told == []
        await hub.recovery

    monkeypatch.setattr(live, "readers_of", dead)
    monkeypatch.setattr(live, "database_answers", lambda: next(answers))
    asyncio.run(deliver())
    assert page.told == [{"type": "resync"}]


def test_topics_of_others_are_refused():
    owner, other = make_account(), make_account()
    narrow = make_post(owner, visibility=Visibility.MENTIONED)
    chosen = make_list(owner)
    assert may_listen(other, f"list:{chosen.pk}") is None
    assert may_listen(owner, f"list:{chosen.pk}") is not None
    assert may_listen(other, f"thread:{narrow.pk}") is None
    assert may_listen(owner, f"thread:{narrow.pk}") is not None
    for topic in ("thread:", "thread:x", "tag:999999", "region:99", "group:0", "unknown", "list:1e3"):
        assert may_listen(other, topic) is None


def test_interests_follow_the_graph():
    reader, friend, hidden = make_account(), make_account(), make_account(approves_followers=True)
    assert read_interests(reader.actor_id).is_newcomer
    follow_actor(account=reader, actor=friend.actor)
    follow_actor(account=reader, actor=hidden.actor)
    assert read_interests(reader.actor_id).authors == (friend.actor_id, reader.actor_id)
    block_actor(account=reader, actor=friend.actor)
    assert read_interests(reader.actor_id).authors == (reader.actor_id,)
    mute_actor(account=reader, actor=hidden.actor)


def cookies(account):
    client = Client()
    client.force_login(account, backend="coop.auth.AccountBackend")
    return client.cookies[settings.SESSION_COOKIE_NAME].value


async def connect(session=None, topic="home", origin=b"http://localhost", since=0):
    headers = [(b"origin", origin), (b"host", b"localhost")]
    if session:
        headers.append((b"cookie", f"{settings.SESSION_COOKIE_NAME}={session}".encode()))
    communicator = WebsocketCommunicator(
        application, f"/direct?sujet={topic}&depuis={since}", headers=headers
    )
    accepted, _ = await communicator.connect(timeout=SOON)
    return communicator, accepted


async def test_a_visitor_is_refused():
    communicator, accepted = await connect()
    assert accepted
    assert await communicator.receive_output(SOON) == {"type": "websocket.close", "code": 4401}


async def test_another_origin_is_refused():
    account = await sync_to_async(make_account)()
    session = await sync_to_async(cookies)(account)
    _, accepted = await connect(session, origin=b"https://ailleurs.example")
    assert not accepted


async def test_a_topic_one_may_not_hear_is_refused():
    account, owner = await sync_to_async(make_account)(), await sync_to_async(make_account)()
    chosen = await sync_to_async(make_list)(owner)
    session = await sync_to_async(cookies)(account)
    communicator, _ = await connect(session, f"list:{chosen.pk}")
    assert await communicator.receive_output(SOON) == {"type": "websocket.close", "code": 4403}


async def test_a_post_and_a_notification_reach_an_open_socket():
    reader, author = await sync_to_async(make_account)(), await sync_to_async(make_account)()
    await sync_to_async(make_follow)(reader, author)
    session = await sync_to_async(cookies)(reader)
    communicator, accepted = await connect(session)
    assert accepted
    await asyncio.wait_for(subscribed(), SOON)
    post = await sync_to_async(make_post)(author)
    await sync_to_async(live.announce)(post)
    assert json.loads(await communicator.receive_from(SOON)) == {"type": "new", "id": str(post.pk)}
    await sync_to_async(make_notification)(reader)
    await sync_to_async(live.ring)([reader.pk])
    assert json.loads(await communicator.receive_from(SOON)) == {"type": "unread", "count": 1}
    await sync_to_async(make_follow)(reader, await sync_to_async(make_account)())
    await communicator.send_to(text_data="bonjour")
    assert (await communicator.receive_output(SOON))["code"] == 4403
    await communicator.disconnect()


@pytest.mark.parametrize("topic", ["home", "public", "thread"])
async def test_what_came_before_the_socket_opened_is_not_missed(topic):
    reader, author = await sync_to_async(make_account)(), await sync_to_async(make_account)()
    await sync_to_async(make_follow)(reader, author)
    session = await sync_to_async(cookies)(reader)
    seen = await sync_to_async(make_post)(author)
    parent = seen if topic == "thread" else None
    missed = await sync_to_async(make_post)(author, in_reply_to=parent)
    name = f"thread:{seen.pk}" if topic == "thread" else topic
    late, _ = await connect(session, name, since=seen.pk)
    assert json.loads(await late.receive_from(SOON)) == {"type": "resync"}
    in_time, _ = await connect(session, name, since=missed.pk)
    assert await in_time.receive_nothing(0.3)
    for communicator in (late, in_time):
        await communicator.disconnect()


async def subscribed():
    """Wait until the hub's subscription is really there."""
    redis = live.client()
    while not (await sync_to_async(redis.pubsub_numsub)(live.CHANNEL))[0][1]:  # noqa: ASYNC110 -- in Redis
        await asyncio.sleep(0.02)


def test_a_dead_redis_stops_no_one(monkeypatch, caplog):
    live.client.cache_clear()
    monkeypatch.setattr(settings, "REDIS_URL", "unix:///nulle/part.sock")
    try:
        live.announce(make_post(make_account()))
    finally:
        live.client.cache_clear()
    assert "live message not sent" in caplog.text
