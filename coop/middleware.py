"""What every request carries: the person's public face, and headers that Django does not set."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpResponseBadRequest
from django.utils import translation

from coop.models import Account

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    from django.http import HttpRequest, HttpResponse

    GetResponse = Callable[[HttpRequest], HttpResponse]

PERMISSIONS_POLICY = (
    "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), interest-cohort=(), "
    "magnetometer=(), microphone=(), midi=(), payment=(), usb=(), publickey-credentials-get=(self), "
    "publickey-credentials-create=(self)"
)


class ActorMiddleware:
    """Set `request.actor`: the logged-in person's public face, or None. Costs no query (coop.auth joins
    it).
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        request.actor = user.actor if isinstance(user, Account) else None  # type: ignore[attr-defined]
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        return response


class LanguageMiddleware:
    """Speak French until the person asks for another language (Charte de la langue française, art. 52, 55).

    The choice is the switch of the footer or the account's setting, both kept in one cookie. What a browser
    says it prefers is not a choice: many say English without anyone having asked.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
        language = chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


class NoNullMiddleware:
    """Answer 400 to a request that holds a null character: no person types one, and PostgreSQL takes none."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, _view: object, _args: Iterable[Any], _kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Look once the form has been read for its token, so that it is not read twice."""
        said = (text for data in (request.GET, request.POST) for pair in data.lists() for text in pair[1])
        if "\x00" in request.path or any("\x00" in text for text in said):
            return HttpResponseBadRequest()
        return None
