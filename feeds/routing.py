"""Addresses of the WebSockets."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from feeds.consumers import LiveConsumer

websocket_urlpatterns: list[URLPattern | URLResolver] = [
    path("direct", LiveConsumer.as_asgi()),
]
