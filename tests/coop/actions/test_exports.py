from datetime import timedelta

import pytest
from django.utils import timezone
from kombu.exceptions import OperationalError

from coop import exports as registry
from coop.actions import exports
from coop.errors import ActionError
from coop.exports import Section
from coop.models import DataExport
from coop.tasks.exports import export_data
from tests.factories.coop import make_account, make_data_export

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice():
    return make_account("alice")


def test_one_archive_at_a_time(alice):
    exports.request_export(account=alice)
    with pytest.raises(ActionError, match="déjà en préparation"):
        exports.request_export(account=alice)
    assert DataExport.objects.count() == 1


def test_progress_is_told_while_the_work_goes_on(alice, monkeypatch):
    seen = []
    export = make_data_export(alice)

    def rows():
        for number in range(4):
            yield {"numero": number}
            seen.append(DataExport.objects.values_list("state", "done", "total").get(pk=export.pk))

    monkeypatch.setattr(registry, "_sections", {"essai": lambda account: Section("Essai", 4, rows())})
    monkeypatch.setattr(exports, "TELL_EVERY_SECONDS", 0)
    exports.build_export(export_id=export.pk)
    assert seen == [("running", number, 4) for number in range(1, 5)]
    export.refresh_from_db()
    assert (export.state, export.done, export.total) == ("ready", 4, 4)


def test_more_rows_than_counted_do_not_break_the_bar(alice, monkeypatch):
    section = Section("Essai", 1, ({"n": n} for n in range(5)))
    monkeypatch.setattr(registry, "_sections", {"essai": lambda account: section})
    export = make_data_export(alice)
    exports.build_export(export_id=export.pk)
    export.refresh_from_db()
    assert (export.done, export.total) == (1, 1)


def test_failure_is_told_and_another_may_be_asked(alice, monkeypatch):
    def fail(account):
        raise RuntimeError("broken")

    monkeypatch.setattr(registry, "_sections", {"essai": fail})
    export = make_data_export(alice)
    with pytest.raises(RuntimeError):
        exports.build_export(export_id=export.pk)
    export.refresh_from_db()
    assert export.state == "failed"
    exports.request_export(account=alice)


def test_work_is_done_once(alice):
    export = make_data_export(alice)
    assert exports.build_export(export_id=export.pk).state == "ready"
    assert exports.build_export(export_id=export.pk) is None


def test_archive_begun_by_a_worker_that_died_is_begun_again(alice):
    export = make_data_export(alice, state="running", total=9, done=3)
    assert exports.build_export(export_id=export.pk).state == "ready"


def test_archives_are_erased_after_their_days(alice):
    export = make_data_export(alice)
    made = exports.build_export(export_id=export.pk)
    storage, name = made.file.storage, made.file.name
    assert exports.expire_exports() == 0
    assert exports.expire_exports(now=timezone.now() + timedelta(days=8)) == 1
    export.refresh_from_db()
    assert (export.state, export.file.name) == ("expired", "")
    assert not storage.exists(name)


def test_archives_that_never_end_are_given_up(alice):
    export = make_data_export(alice)
    exports.expire_exports(now=timezone.now() + timedelta(hours=7))
    export.refresh_from_db()
    assert export.state == "failed"


def test_a_queue_out_of_reach_only_delays_an_archive(alice, monkeypatch, django_capture_on_commit_callbacks):
    def refuse(**_kwargs):
        raise OperationalError("no broker")

    monkeypatch.setattr(export_data, "delay", refuse)
    with django_capture_on_commit_callbacks(execute=True):
        export = exports.request_export(account=alice)
    sent = []
    monkeypatch.setattr(export_data, "delay", lambda **kwargs: sent.append(kwargs))
    assert exports.resend_waiting() == 0
    assert exports.resend_waiting(now=timezone.now() + timedelta(hours=1)) == 1
    assert sent == [{"export_id": str(export.pk)}]
