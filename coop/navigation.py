"""The ways around the house: each wing adds its own doors, and every page shows them in one order."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from django.urls import reverse

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest
    from django.utils.functional import _StrPromise

Wing = Literal["fil", "agenda", "assemblee", "fiducie"]
Group = Literal["wings", "tools", "mine", "footer"]
Audience = Literal["everyone", "visitors", "people"]

BAR_PLACES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """One entry of the navigation.

    `group` is the part of the column it stands in; `audience` says who sees it. `bar` is a place (1 to 5) in
    the bar of a phone: where two doors want one place, a wing wins, then the lower `order`. `args` gives the
    arguments of the route, for an address that depends on the person. `under` lists route names or namespaces
    (`feeds`) that count as being inside. `counted` shows the number of unread notifications on it. `main`
    marks the one act in the middle.
    """

    label: str | _StrPromise
    icon: str
    url_name: str
    group: Group
    order: int
    wing: Wing | None = None
    audience: Audience = "everyone"
    bar: int | None = None
    short_label: str | _StrPromise | None = None
    args: Callable[[HttpRequest], tuple[str | int, ...]] | None = None
    under: tuple[str, ...] = ()
    counted: bool = False
    main: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """A door as one request sees it."""

    label: str | _StrPromise
    short_label: str | _StrPromise
    icon: str
    href: str
    current: bool
    counted: bool
    main: bool


@dataclass(frozen=True, slots=True)
class Navigation:
    """All the links of one page."""

    wings: list[Link] = field(default_factory=list)
    tools: list[Link] = field(default_factory=list)
    mine: list[Link] = field(default_factory=list)
    footer: list[Link] = field(default_factory=list)
    bar: list[Link] = field(default_factory=list)


_doors: dict[str, Door] = {}


def register(
    *,
    label: str | _StrPromise,
    icon: str,
    url_name: str,
    group: Group,
    order: int,
    wing: Wing | None = None,
    audience: Audience = "everyone",
    bar: int | None = None,
    short_label: str | _StrPromise | None = None,
    args: Callable[[HttpRequest], tuple[str | int, ...]] | None = None,
    under: tuple[str, ...] = (),
    counted: bool = False,
    main: bool = False,
) -> None:
    """Add a door; called from `ready()`. ValueError if the route is taken or the place does not exist."""
    if url_name in _doors:
        message = f"{url_name} is registered twice"
        raise ValueError(message)
    if bar is not None and not 1 <= bar <= BAR_PLACES:
        message = f"{url_name}: the bar has places 1 to {BAR_PLACES}"
        raise ValueError(message)
    _doors[url_name] = Door(
        label=label,
        icon=icon,
        url_name=url_name,
        group=group,
        order=order,
        wing=wing,
        audience=audience,
        bar=bar,
        short_label=short_label,
        args=args,
        under=under,
        counted=counted,
        main=main,
    )


def navigation(request: HttpRequest) -> Navigation:
    """Give the doors that this request may use, in order, with the current ones marked. Costs no query."""
    audience = "people" if request.user.is_authenticated else "visitors"
    doors = sorted(
        (door for door in _doors.values() if door.audience in {"everyone", audience}),
        key=lambda door: (door.order, door.url_name),
    )
    links = {door.url_name: _link(door, request) for door in doors}
    grouped: dict[Group, list[Link]] = {"wings": [], "tools": [], "mine": [], "footer": []}
    for door in doors:
        grouped[door.group].append(links[door.url_name])
    bar = [links[door.url_name] for door in _bar(doors)]
    return Navigation(**grouped, bar=bar)


def _bar(doors: list[Door]) -> list[Door]:
    """Choose one door for each place of the phone's bar; `doors` come in order."""
    chosen: dict[int, Door] = {}
    for door in doors:
        if door.bar is None:
            continue
        holder = chosen.get(door.bar)
        if holder is None or (door.group == "wings" and holder.group != "wings"):
            chosen[door.bar] = door
    return [chosen[place] for place in sorted(chosen)]


def _link(door: Door, request: HttpRequest) -> Link:
    match = request.resolver_match
    here = match.view_name if match else ""
    current = here == door.url_name or any(
        here == inside or here.startswith(f"{inside}:") for inside in door.under
    )
    href = reverse(door.url_name, args=door.args(request) if door.args else None)
    if door.args and current:
        current = request.path.startswith(href)
    return Link(
        label=door.label,
        short_label=door.short_label or door.label,
        icon=door.icon,
        href=href,
        current=current,
        counted=door.counted,
        main=door.main,
    )
