"""Preparing, handing over and erasing archives of a person's data."""

from __future__ import annotations

import json
import logging
import tempfile
import time
import zipfile
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.core.files import File
from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from coop import exports, parameters
from coop.account_parameters import EXPORT_DAYS
from coop.audit import record
from coop.errors import ActionError
from coop.models import DataExport
from coop.permissions import authorize

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from uuid import UUID

    from coop.models import Account

logger = logging.getLogger(__name__)

State = DataExport.State
RESENT_AFTER = timedelta(minutes=30)
STUCK_AFTER = timedelta(hours=6)
TELL_EVERY_SECONDS = 0.5


def request_export(*, account: Account) -> DataExport:
    """Ask for an archive; the work is done in the background, one archive at a time."""
    from coop.tasks.exports import export_data  # noqa: PLC0415 -- tasks call actions; this one call goes back

    authorize("coop.edit_own_account", account)
    try:
        with transaction.atomic():
            export = DataExport.objects.create(account=account)
            record("coop.request_export", account=account, obj=export)
            # The archive is asked for even if the queue is out of reach: `resend_waiting` asks again.
            transaction.on_commit(lambda: export_data.delay(export_id=str(export.pk)), robust=True)
    except IntegrityError as error:
        raise ActionError(_("Une archive est déjà en préparation.")) from error
    return export


class Progress:
    """Counts what is done and tells the database now and then, for the bar on the page."""

    def __init__(self, export: DataExport, total: int) -> None:
        self.export, self.total, self.done = export, total, 0
        self._told_at = 0.0
        DataExport.objects.filter(pk=export.pk).update(total=total, done=0)

    def step(self) -> None:
        """Count one more; rows written meanwhile may exceed the count made at the start."""
        self.done = min(self.done + 1, self.total)
        now = time.monotonic()
        if now - self._told_at > TELL_EVERY_SECONDS:
            self._told_at = now
            DataExport.objects.filter(pk=self.export.pk).update(done=self.done)


def build_export(*, export_id: UUID | str) -> DataExport | None:
    """Make the archive. Safe to run again: an archive half made by a worker that died is begun afresh."""
    started = DataExport.objects.filter(pk=export_id, state__in=(State.WAITING, State.RUNNING)).update(
        state=State.RUNNING
    )
    if not started:
        return None
    export = DataExport.objects.select_related("account__actor", "account__preferences").get(pk=export_id)
    try:
        with tempfile.TemporaryFile() as file, translation.override(export.account.language):
            _write(export, file)
            file.seek(0)
            export.file.save(f"{export.pk}.zip", File(file), save=False)
    except Exception:
        DataExport.objects.filter(pk=export.pk).update(state=State.FAILED, finished_at=timezone.now())
        logger.exception("Export %s failed", export.pk)
        raise
    export.state, export.finished_at, export.done = State.READY, timezone.now(), export.total
    export.save(update_fields=["state", "finished_at", "done", "file"])
    return export


def _write(export: DataExport, file: Any) -> None:
    account = export.account
    made = {name: make(account) for name, make in exports.sections().items()}
    progress = Progress(export, sum(section.total for section in made.values()))
    export.total = progress.total
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, strict_timestamps=False) as archive:
        context = {"sections": made, "made_at": timezone.now()}
        archive.writestr("LISEZ-MOI.txt", render_to_string("coop/export_readme.txt", context, using="jinja2"))
        for name, section in made.items():
            with archive.open(f"{name}.json", "w", force_zip64=True) as out:
                _write_rows(out, section.rows, progress)
            for path, stored in section.files:
                _write_file(archive, path, stored)
                progress.step()


def _write_rows(out: Any, rows: Iterable[dict[str, Any]], progress: Progress) -> None:
    """Write a JSON list row by row."""
    separator = b"[\n"
    for row in rows:
        out.write(separator + json.dumps(row, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1).encode())
        separator = b",\n"
        progress.step()
    out.write(b"[]\n" if separator == b"[\n" else b"\n]\n")


def _write_file(archive: zipfile.ZipFile, path: str, stored: Any) -> None:
    """Copy a stored file; one that has just been removed is simply not there any more."""
    try:
        with stored.open("rb") as source:
            archive.writestr(path, source.read(), compress_type=zipfile.ZIP_STORED)
    except FileNotFoundError:
        logger.warning("A file of an export was gone")


def resend_waiting(*, now: datetime | None = None) -> int:
    """Ask again for the archives that nobody has begun: the queue may have lost them; gives how many."""
    from coop.tasks.exports import export_data  # noqa: PLC0415 -- as above

    asked_before = (now or timezone.now()) - RESENT_AFTER
    waiting = DataExport.objects.filter(state=State.WAITING, requested_at__lt=asked_before)
    ids = list(waiting.values_list("pk", flat=True))
    for pk in ids:
        export_data.delay(export_id=str(pk))
    return len(ids)


def expire_exports(*, now: datetime | None = None) -> int:
    """Erase the archives whose days are over, give up on those that never ended; gives how many changed."""
    moment = now or timezone.now()
    over = DataExport.objects.filter(
        state=State.READY, finished_at__lt=moment - timedelta(days=parameters.get(EXPORT_DAYS.name))
    )
    changed = 0
    for export in over:
        export.file.delete(save=False)
        export.state = State.EXPIRED
        export.save(update_fields=["state", "file"])
        changed += 1
    stuck = DataExport.objects.filter(
        state__in=(State.WAITING, State.RUNNING), requested_at__lt=moment - STUCK_AFTER
    )
    return changed + stuck.update(state=State.FAILED, finished_at=moment)
