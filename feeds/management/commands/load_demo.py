"""Fill the square with the demo."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from feeds.demo import logins, square

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    """`manage.py load_demo`: six weeks of a plausible square; safe to run again.

    `logins` and `password` are read by `make run`, which prints them.
    """

    help = "Load the demo: invented people in the 17 regions, announcements from open data (idempotent)."
    password = logins.PASSWORD
    logins: ClassVar[tuple[tuple[str, str], ...]] = tuple(
        (login.email, login.role) for login in logins.LOGINS
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--until",
            help="last moment of the demo, ISO 8601 (now by default)",
            default=None,
            metavar="MOMENT",
        )
        parser.add_argument(
            "--in-production",
            action="store_true",
            help="load it although this is a production machine (its passwords are public)",
        )

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 -- Django's signature
        if settings.IS_PRODUCTION and not options["in_production"]:
            raise CommandError("The demo has public passwords: it does not go on a production machine.")
        until = None
        if options["until"]:
            try:
                until = datetime.fromisoformat(options["until"])
            except ValueError as error:
                raise CommandError(f"--until is not a moment: {options['until']}") from error
            if timezone.is_naive(until):
                until = timezone.make_aware(until)
        loaded = square.load(until)
        self.stdout.write(", ".join(f"{count} {name}" for name, count in loaded.items()))
