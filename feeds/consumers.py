"""The WebSocket of an open page: it hears that something is new, and fetches it by HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer

from coop.http import read_id
from coop.models import Account
from feeds.live import has_missed, hub, may_listen

if TYPE_CHECKING:
    from collections.abc import Iterable

NOT_SIGNED_IN = 4401
NOT_ALLOWED = 4403


class LiveConsumer(AsyncWebsocketConsumer):
    """One page's socket: `/direct?sujet=home`. Refuses visitors (4401) and topics one may not hear (4403).

    Nothing is accepted from the page: the topic is chosen at opening and checked then, each message is
    checked again when it is delivered. The session is dropped from memory once read."""

    async def connect(self) -> None:
        user = self.scope["user"]
        asked = parse_qs(self.scope["query_string"].decode(errors="replace"))
        self.topic = asked.get("sujet", [""])[0]
        since = read_id(asked.get("depuis", [""])[0])
        self.actor_id, self.account_id, keys = await self._admit(user)
        for name in ("session", "user", "cookies", "headers"):
            self.scope.pop(name, None)
        await self.accept()
        if not self.account_id:
            await self.close(NOT_SIGNED_IN)
        elif keys is None:
            await self.close(NOT_ALLOWED)
        else:
            hub.add(self, keys)
            if since and await database_sync_to_async(has_missed)(user, self.topic, since):
                await self.tell(b'{"type":"resync"}')

    @database_sync_to_async
    def _admit(self, user: Any) -> tuple[int, int, tuple[str, ...] | None]:
        account = user if isinstance(user, Account) else getattr(user, "_wrapped", None)
        if not isinstance(account, Account) or not account.is_active:
            return 0, 0, None
        keys: Iterable[str] | None = may_listen(account, self.topic)
        return account.actor_id, account.pk, None if keys is None else tuple(keys)

    async def disconnect(self, code: int) -> None:
        hub.remove(self)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """Pages have nothing to say here."""
        await self.close(NOT_ALLOWED)

    async def tell(self, message: bytes) -> None:
        """Send one message; a page that has just left is not an error."""
        if self in hub.sockets:
            await self.send(text_data=message.decode())
