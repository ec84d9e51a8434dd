"""What must be true before the square opens: always the person in charge, in production all the rest."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register  # noqa: A004 -- Django's own name
from django.db import DatabaseError, connection
from django.utils.translation import gettext as _

MINIMUM_POSTGRESQL = 150000
LOCAL_MAIL = ("console", "dummy", "filebased", "locmem")


@register(Tags.security)
def check_person_in_charge(**_kwargs: Any) -> list[CheckMessage]:
    """Loi 25, art. 3.1: the title and the means to reach the person in charge are published."""
    missing = [name for name in ("name", "title", "email") if not settings.PERSON_IN_CHARGE.get(name)]
    if not missing:
        return []
    return [
        Error(
            _("Personne n’est nommé responsable de la protection des renseignements personnels."),
            hint=", ".join(f"PERSON_IN_CHARGE_{name.upper()}" for name in missing),
            id="parvis.E001",
        ),
    ]


@register(Tags.security, deploy=True)
def check_production(**_kwargs: Any) -> list[CheckMessage]:
    """Refuse what is only good on one's own machine."""
    return [
        *check_mode(),
        *check_addresses(),
        *check_mail(),
        *check_services(),
    ]


def check_mode() -> Iterator[CheckMessage]:
    if settings.DEBUG:
        yield Error(
            _("Le mode débogage montre l’intérieur du site à tout le monde."), hint="DEBUG", id="parvis.E010"
        )
    if not settings.IS_PRODUCTION:
        yield Error(
            _("Les valeurs par défaut sont celles d’un poste de travail."),
            hint="PARVIS_ENV=production",
            id="parvis.E011",
        )
    if settings.SECRET_KEY.startswith(settings.LOCAL_SECRET_PREFIX):
        yield Error(
            _("La clé secrète est celle qu’un poste de travail s’est fabriquée."),
            hint="SECRET_KEY",
            id="parvis.E012",
        )
    if getattr(settings, "CELERY_TASK_ALWAYS_EAGER", False):
        yield Error(
            _("Les tâches de fond se feraient pendant les pages."),
            hint="CELERY_TASK_ALWAYS_EAGER",
            id="parvis.E013",
        )


def check_addresses() -> Iterator[CheckMessage]:
    if urlsplit(settings.BASE_URL).scheme != "https":
        yield Error(_("L’adresse publique n’est pas en https."), hint="BASE_URL", id="parvis.E020")
    if urlsplit(settings.LIVE_URL).scheme != "wss":
        yield Error(_("Le direct n’est pas en wss."), hint="LIVE_URL", id="parvis.E021")
    if not urlsplit(settings.MEDIA_URL).netloc:
        yield Warning(
            _("Les images déposées viennent de la même origine que le site."),
            hint="MEDIA_URL=https://media…/",
            id="parvis.W022",
        )


def check_mail() -> Iterator[CheckMessage]:
    backend = settings.EMAIL_BACKEND.split(".")[-2]
    if backend in LOCAL_MAIL or not settings.EMAIL_HOST:
        yield Error(
            _("Aucun courriel ne partirait\u00a0: ni confirmation d’adresse, ni mot de passe oublié."),
            hint="EMAIL_URL",
            id="parvis.E030",
        )


def check_services() -> Iterator[CheckMessage]:
    if settings.EMBEDDED_DATABASE:
        yield Error(
            _("La base de données embarquée n’a ni sauvegarde ni réplique."),
            hint="DATABASE_URL",
            id="parvis.E040",
        )
    if settings.EMBEDDED_REDIS:
        yield Error(
            _("Le Redis embarqué est fait pour un poste de travail."), hint="REDIS_URL", id="parvis.E041"
        )
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT rolsuper, rolbypassrls, current_setting('server_version_num')::int "
                "FROM pg_roles WHERE rolname = current_user",
            )
            is_superuser, bypasses_rls, version = cursor.fetchone()
    except DatabaseError:
        yield Error(_("La base de données ne répond pas."), hint="DATABASE_URL", id="parvis.E042")
        return
    if is_superuser:
        yield Error(
            _("Le rôle de la base de données est superutilisateur\u00a0: il passe outre toutes ses règles."),
            hint="ALTER ROLE … NOSUPERUSER",
            id="parvis.E043",
        )
    if bypasses_rls:
        yield Error(
            _("Le rôle de la base de données contourne la sécurité des rangées (BYPASSRLS)."),
            hint="ALTER ROLE … NOBYPASSRLS",
            id="parvis.E044",
        )
    if version < MINIMUM_POSTGRESQL:
        yield Error(_("PostgreSQL doit être à la version 15 ou plus."), hint="DATABASE_URL", id="parvis.E045")
