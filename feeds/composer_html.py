"""The composer above the home timeline, before anyone writes in it: the same for all but a few slots."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from django.template import engines
from django.utils import timezone
from django.utils.translation import get_language
from markupsafe import Markup, escape

from feeds.forms.posts import PostForm
from feeds.fragments import Fragment, slot, without_slots

if TYPE_CHECKING:
    from datetime import date

    from django.http import HttpRequest

    from coop.models import Account

_rest: dict[tuple[str | None, int, date], Fragment] = {}
KINDS_KEPT = 32


def _template(name: str) -> Any:
    jinja: Any = engines["jinja2"]
    return jinja.env.get_template(name)


def _composer(request: HttpRequest, account: Account) -> Fragment:
    """Render an empty composer once for a language, a usual audience and a day (limits may change)."""
    key = (get_language(), account.preferences.default_audience, timezone.localdate())
    fragment = _rest.get(key)
    if fragment is None:
        form = PostForm.for_account(account, restores=False)
        form.nonce = slot("nonce")
        context = {
            "form": form,
            "request": request,
            "actor": account.actor,
            "csrf_token": slot("csrf"),
            "avatar_slot": Markup(slot("avatar")),  # noqa: S704 -- two control characters and a name
        }
        if len(_rest) >= KINDS_KEPT:
            _rest.clear()
        fragment = _rest[key] = Fragment(_template("feeds/composer_at_rest.html").render(context))
    return fragment


def at_rest(request: HttpRequest, account: Account, csrf_token: str) -> Markup:
    """Write the empty composer of a person who has no draft to restore and speaks for nobody else."""
    face = account.actor
    avatar = _template("ui/avatar.html").module.avatar(
        face.display_name, face.handle, src=face.avatar.url if face.avatar else None
    )
    html = _composer(request, account).fill(
        {"nonce": uuid.uuid4().hex, "csrf": str(escape(csrf_token)), "avatar": without_slots(str(avatar))}
    )
    return Markup(html)  # noqa: S704 -- templates' output, filled with templates' output
