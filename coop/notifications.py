"""Notifications: a registry of kinds that the wings fill, and what a person's page of them holds."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from html import unescape
from typing import TYPE_CHECKING, Any

from django.utils.html import conditional_escape, format_html, format_html_join, strip_tags
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from coop import parameters
from coop.models import Notification, NotificationSetting

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from django.utils.functional import _StrPromise

    from coop.models import Account, Actor

UNREAD_SHOWN = 99
PAGE_SIZE = 30
ROWS_READ = 200
"""Rows read for one page: thirty lines, some of which gather several rows."""
NAMES_SHOWN = 2

READ_KEPT_DAYS = parameters.declare(
    parameters.Parameter(
        name="notifications.read_kept_days",
        label=gettext_lazy("Jours pendant lesquels un avis lu est conservé"),
        default=90,
        minimum=7,
        maximum=730,
        source=gettext_lazy("Règle de la maison"),
    )
)


@dataclass(frozen=True, slots=True)
class Line:
    """What one line of notifications says. `sentence` is markup with the names in <b>."""

    sentence: SafeString
    url: str
    excerpt: str = ""

    @property
    def plain(self) -> str:
        """The sentence without markup, for mails."""
        return unescape(strip_tags(self.sentence))


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of notification, declared by the wing that rings it.

    `load(account, subject_ids)` gives {subject_id: what `write` needs} for the subjects this account may
    still see: a notification whose subject is missing from it is shown nowhere, in the app or by mail.
    `write(news, subject)` gives the line, in the active language; `subject` is that of the newest row.
    `in_app` and `by_mail` hold until the person chooses otherwise (mail goes only to those who asked for it).
    `is_direct` puts the kind under the tab of what is addressed to the person in words.
    """

    name: str
    label: str | _StrPromise
    icon: str
    load: Callable[[Account, Iterable[int]], dict[int, Any]]
    write: Callable[[News, Any], Line]
    in_app: bool = True
    by_mail: bool = True
    is_direct: bool = False


@dataclass(slots=True)
class News:
    """Rows of one kind about one thing, shown as one line. `rows` come newest first."""

    account: Account
    kind: Kind
    rows: list[Notification]
    line: Line = field(init=False)

    @property
    def newest(self) -> Notification:
        return self.rows[0]

    @property
    def created_at(self) -> datetime:
        return self.newest.created_at

    @property
    def is_unread(self) -> bool:
        return any(row.read_at is None for row in self.rows)

    @property
    def actors(self) -> list[Actor]:
        """Who did it, newest first, each once."""
        return list({row.actor_id: row.actor for row in self.rows if row.actor is not None}.values())

    @property
    def names(self) -> SafeString:
        """Who did it, in words: « Ada », « Ada et Luc », « Ada, Luc et 3 autres »."""
        return names(self.actors)

    @property
    def people(self) -> int:
        """How many did it; the number that the verb agrees with."""
        return max(len(self.actors), 1)


@dataclass(frozen=True, slots=True)
class NewsPage:
    """One page of notifications. `older` is the id to ask the next page from."""

    news: list[News]
    older: int | None
    hidden_ids: list[int]


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Declare a kind; KeyError if the name is taken."""
    if kind.name in _kinds:
        raise KeyError(kind.name)
    _kinds[kind.name] = kind


def kinds() -> list[Kind]:
    """List the kinds in the order in which they were declared."""
    return list(_kinds.values())


def kind(name: str) -> Kind:
    """Give one kind; KeyError if no wing declared it."""
    return _kinds[name]


def names(actors: list[Actor]) -> SafeString:
    """Write the names of some actors, the first two in full."""
    written = [format_html("<b>{}</b>", actor.display_name) for actor in actors[:NAMES_SHOWN]]
    others = len(actors) - len(written)
    if not written:
        return mark_safe(conditional_escape(_("Quelqu’un")))  # noqa: S308 -- escaped on this very line
    if others > 0:
        template = ngettext("{first} et {count} autre", "{first} et {count} autres", others)
        return format_html(
            template, first=format_html_join(", ", "{}", ((name,) for name in written)), count=others
        )
    if len(written) == 1:
        return written[0]
    return format_html(_("{first} et {second}"), first=written[0], second=written[1])


def unread_count(account: Account | None) -> int:
    """Count unread notifications, up to 100: nobody reads a larger number."""
    if account is None:
        return 0
    unread = Notification.objects.filter(account=account, read_at__isnull=True)
    return len(unread.values_list("pk", flat=True)[: UNREAD_SHOWN + 1])


def choices(account: Account) -> dict[str, NotificationSetting]:
    """Give the account's choice for every kind; where nothing was chosen, an unsaved default."""
    chosen = {row.kind: row for row in NotificationSetting.objects.filter(account=account)}
    return {
        known.name: chosen.get(known.name)
        or NotificationSetting(account=account, kind=known.name, in_app=known.in_app, by_mail=known.by_mail)
        for known in kinds()
    }


def page(account: Account, *, before: int | None = None, direct_only: bool = False) -> NewsPage:
    """Give one page of an account's notifications, newest first.

    Rows are gathered within the page: what came long before about the same thing is a line of the next one.
    The number of queries depends on the kinds met, never on the number of rows.
    """
    shown = [
        name
        for name, choice in choices(account).items()
        if choice.in_app and (kind(name).is_direct or not direct_only)
    ]
    rows = (
        Notification.objects.filter(account=account, kind__in=shown).select_related("actor").order_by("-id")
    )
    if before is not None:
        rows = rows.filter(pk__lt=before)
    read = list(rows[:ROWS_READ])
    kept, more = first_lines(read, PAGE_SIZE)
    news = gather(account, kept)
    seen = {row.pk for line in news for row in line.rows}
    return NewsPage(
        news=news,
        older=kept[-1].pk if kept and (more or len(read) == ROWS_READ) else None,
        hidden_ids=[row.pk for row in kept if row.pk not in seen and row.read_at is None],
    )


def first_lines(rows: list[Notification], lines: int) -> tuple[list[Notification], bool]:
    """Keep the rows before the one that would begin line `lines` + 1; say whether there was such a row."""
    begun: set[tuple[str, str]] = set()
    for place, row in enumerate(rows):
        key = (row.kind, row.group_key)
        if key not in begun and len(begun) == lines:
            return rows[:place], True
        begun.add(key)
    return rows, False


def gather(account: Account, rows: Iterable[Notification]) -> list[News]:
    """Gather rows (newest first) into lines, without those whose subject the account may no longer see.

    Kinds that share a loader share its query.
    """
    rows = [row for row in rows if row.kind in _kinds]
    wanted: dict[Callable[..., dict[int, Any]], set[int]] = defaultdict(set)
    for row in rows:
        if row.subject_id is not None:
            wanted[kind(row.kind).load].add(row.subject_id)
    subjects = {load: load(account, ids) for load, ids in wanted.items()}
    gathered: dict[tuple[str, str], News] = {}
    for row in rows:
        known = kind(row.kind)
        if row.subject_id is not None and row.subject_id not in subjects[known.load]:
            continue
        if row.actor is not None and not row.actor.is_active:
            continue
        gathered.setdefault((row.kind, row.group_key), News(account, known, [])).rows.append(row)
    for news in gathered.values():
        subject_id = news.newest.subject_id
        subject = None if subject_id is None else subjects[news.kind.load][subject_id]
        news.line = news.kind.write(news, subject)
    return list(gathered.values())
