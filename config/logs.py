"""Logs that a machine reads and that name nobody: one JSON object a line, with the request's number.

No address (network or e-mail), no handle, no typed text and no query string is written: a request is known
by its route, its status and its duration.
"""

import contextvars
import json
import logging
import re
import time
import traceback
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse

request_id: contextvars.ContextVar[str] = contextvars.ContextVar("request_id", default="")

EMAIL = re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+")
IPV4 = re.compile(r"\b(?:\d{1,3}\.){3}\d{1,3}\b")
IPV6 = re.compile(
    r"(?<![\w:])(?:(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}|(?:[0-9a-f]{1,4}:)*:(?:[0-9a-f]{1,4}:)*[0-9a-f]{1,4})(?![\w:])",
    re.IGNORECASE,
)
QUERY = re.compile(r"\?[^\s\"'<>]+")
PERSONAL_KEYS = ("DETAIL:", "CONTEXT:")
"""PostgreSQL repeats the values of a row after these words."""

SAFE_EXTRA = frozenset({"method", "route", "status", "milliseconds", "task", "task_id", "runtime", "count"})


def without_personal_data(text: str) -> str:
    """The text with what could name a person taken out."""
    lines = [line for line in text.splitlines() if not line.lstrip().startswith(PERSONAL_KEYS)]
    text = "\n".join(lines)
    text = EMAIL.sub("[courriel]", text)
    text = QUERY.sub("?[…]", text)
    text = IPV4.sub("[adresse]", text)
    return IPV6.sub("[adresse]", text)


class JsonFormatter(logging.Formatter):
    """One record as one JSON object; extras are kept when their name is known to be harmless."""

    def format(self, record: logging.LogRecord) -> str:
        entry: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, tz=UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": without_personal_data(record.getMessage()),
        }
        if number := request_id.get():
            entry["request"] = number
        for name in SAFE_EXTRA:
            if name in vars(record):
                entry[name] = vars(record)[name]
        if record.exc_info and record.exc_info[0] is not None:
            entry["error"] = record.exc_info[0].__name__
            entry["trace"] = without_personal_data("".join(traceback.format_exception(*record.exc_info)))
        return json.dumps(entry, ensure_ascii=False, default=str)


class RequestIdMiddleware:
    """Give each request a number, answer with it, and log the request once when it is over."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.logger = logging.getLogger("parvis.request")

    def __call__(self, request: HttpRequest) -> HttpResponse:
        number = uuid.uuid4().hex[:16]
        token = request_id.set(number)
        start = time.perf_counter()
        try:
            response = self.get_response(request)
            match = request.resolver_match
            self.logger.info(
                "request",
                extra={
                    "method": request.method,
                    "route": match.route if match else "",
                    "status": response.status_code,
                    "milliseconds": round((time.perf_counter() - start) * 1000, 1),
                },
            )
            response["X-Request-Id"] = number
            return response
        finally:
            request_id.reset(token)
