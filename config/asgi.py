"""WebSockets, served by Daphne on their own port. Pages never come this way."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

http = get_asgi_application()

from channels.auth import AuthMiddlewareStack  # noqa: E402 -- applications must be loaded first
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402 -- as above
from channels.security.websocket import AllowedHostsOriginValidator  # noqa: E402 -- as above

from feeds.routing import websocket_urlpatterns  # noqa: E402 -- as above

application = ProtocolTypeRouter(
    {
        "http": http,
        "websocket": AllowedHostsOriginValidator(AuthMiddlewareStack(URLRouter(websocket_urlpatterns))),
    },
)
