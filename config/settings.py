"""The one settings module. Values come from the environment; all faults in it are reported together.

`PARVIS_ENV` says where we are: `production` (the default as soon as DATABASE_URL is given), `local` (the
default without it, and what `make run` uses) or `test`. It only chooses defaults; every value may be given
by itself.
"""

import os
import secrets
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import django_stubs_ext
import jinja2
from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _
from environs import Env, validate
from kombu import Exchange, Queue

from config import services

django_stubs_ext.monkeypatch()

BASE_DIR = services.BASE_DIR
VAR_DIR = services.var_dir()

env = Env(eager=False)

PARVIS_ENV = env.str("PARVIS_ENV", "production" if os.environ.get("DATABASE_URL") else "local")
IS_PRODUCTION = PARVIS_ENV not in {"local", "test"}
IS_LOCAL = PARVIS_ENV == "local"

DEBUG = env.bool("DEBUG", False)


def local_secret(path: Path) -> str:
    """The secret of one machine, made once and kept in a file that only its owner reads."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        made = path.with_name(f"{path.name}.{os.getpid()}")
        made.touch(mode=0o600)
        made.write_text(secrets.token_urlsafe(50))
        made.rename(path)
    return path.read_text().strip()


LOCAL_SECRET_PREFIX = "local-"  # noqa: S105 -- a mark by which `check --deploy` knows a secret made for one machine
if IS_PRODUCTION:
    SECRET_KEY = env.str("SECRET_KEY")
elif IS_LOCAL:
    SECRET_KEY = env.str("SECRET_KEY", "") or LOCAL_SECRET_PREFIX + local_secret(VAR_DIR / "secret_key")
else:
    SECRET_KEY = env.str("SECRET_KEY", LOCAL_SECRET_PREFIX + "tests")
SECRET_KEY_FALLBACKS: list[str] = env.list("SECRET_KEY_FALLBACKS", [])

# -------------------------------------------------------------------------------------------------
# Addresses

PORT = env.int("PORT", 8000)
LIVE_PORT = env.int("LIVE_PORT", PORT + 1)
BASE_URL = env.str("BASE_URL") if IS_PRODUCTION else env.str("BASE_URL", f"http://127.0.0.1:{PORT}")
"""The public address of the site, without a final slash; used in e-mails and feeds."""
LIVE_URL = env.str("LIVE_URL") if IS_PRODUCTION else env.str("LIVE_URL", f"ws://127.0.0.1:{LIVE_PORT}")
"""Where pages open their WebSocket: the address of Daphne, without a path."""

_local_hosts = ["localhost", "127.0.0.1", "[::1]"]
ALLOWED_HOSTS = (
    env.list("ALLOWED_HOSTS") if IS_PRODUCTION else env.list("ALLOWED_HOSTS", [*_local_hosts, "testserver"])
)
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", [])

# -------------------------------------------------------------------------------------------------
# Who answers for the house

_required = validate.Length(min=1, error="is required by law (Loi 25, art. 3.1)")
if IS_PRODUCTION:
    PERSON_IN_CHARGE = {
        "name": env.str("PERSON_IN_CHARGE_NAME", validate=_required),
        "title": env.str("PERSON_IN_CHARGE_TITLE", validate=_required),
        "email": env.str("PERSON_IN_CHARGE_EMAIL", validate=_required),
    }
else:
    PERSON_IN_CHARGE = {
        "name": env.str("PERSON_IN_CHARGE_NAME", "Camille Démonstration"),
        "title": env.str(
            "PERSON_IN_CHARGE_TITLE",
            "Responsable de la protection des renseignements personnels (démonstration)",
        ),
        "email": env.str("PERSON_IN_CHARGE_EMAIL", "vie-privee@parvis.example"),
    }
"""The person in charge of personal information (Loi 25, art. 3.1): in the footer; no launch without one."""

SITE = {
    "name": env.str("SITE_NAME", "Parvis"),
    "url": BASE_URL,
    "live_url": LIVE_URL,
    "person_in_charge": PERSON_IN_CHARGE,
}
"""What every template may know of the site."""

# -------------------------------------------------------------------------------------------------
# Applications

INSTALLED_APPS = [
    "feeds",
    "coop",
    "channels",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.forms",  # after ours: our form templates come first
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django_htmx",
    "csp",
    "taggit",
    "rules",
    "django_linear_migrations",
    "config",  # registers the checks of config/checks.py
]
FIRST_PARTY_APPS = ["coop", "feeds"]

MIDDLEWARE = [
    "config.logs.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "coop.middleware.LanguageMiddleware",
    # No GZip here: secrets and typed text in one compressed page can be guessed from its length (BREACH).
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "coop.middleware.NoNullMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "coop.middleware.ActorMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
ASGI_APPLICATION = "config.asgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "APP_DIRS": True,
        "OPTIONS": {
            "environment": "coop.templating.environment",
            "autoescape": True,
            "undefined": jinja2.StrictUndefined,
            "auto_reload": DEBUG,
            "context_processors": ["coop.templating.context"],
        },
    },
    {
        # Only for what third parties bring.
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]
# Widgets and fields look for their templates in both engines, ours first.
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# -------------------------------------------------------------------------------------------------
# Database, cache, sessions

_embedded = services.instance()
EMBEDDED_DATABASE, EMBEDDED_REDIS = services.wanted()

if EMBEDDED_DATABASE:
    os.environ.pop("DATABASE_URL", None)  # given empty is not given
_database = env.dj_db_url(
    "DATABASE_URL",
    _embedded.database_url(),
    conn_max_age=600,
    conn_health_checks=True,
)
DATABASES = {"default": _database}
if isinstance(_database, dict):  # environs leaves None behind for a bad address, to report it when sealed
    _database.setdefault("OPTIONS", {}).update(
        {
            "connect_timeout": 5,
            "options": f"-c statement_timeout={env.int('DATABASE_STATEMENT_TIMEOUT_MS', 15_000)} "
            f"-c idle_in_transaction_session_timeout=60000 -c lock_timeout=10000",
        },
    )
    DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.str("REDIS_URL", "") or _embedded.redis_url()


def with_database_number(url: str, number: int) -> str:
    """The same Redis, another of its numbered databases."""
    parts = urlsplit(url)
    if parts.scheme == "unix":
        return f"unix://{parts.path}?db={number}"  # urlsplit forgets the empty host of this scheme
    return parts._replace(path=f"/{number}").geturl()


# Clearing a cache empties its whole database: it must not be the one that holds the tasks.
CACHE_URL = env.str("CACHE_URL", "") or with_database_number(REDIS_URL, 1)
CACHES = {
    "default": {
        "BACKEND": "coop.cache.ResilientRedisCache",
        "LOCATION": CACHE_URL,
        # A test machine at full load must not take a slow Redis for a dead one.
        "OPTIONS": dict.fromkeys(
            ("socket_timeout", "socket_connect_timeout"), 10 if PARVIS_ENV == "test" else 1
        ),
    },
    # What a process may keep for a minute: values that only change for a day to come.
    "local": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "local"},
}

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = int(timedelta(days=60).total_seconds())
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = env.bool("SESSION_COOKIE_SECURE", IS_PRODUCTION)
SESSION_COOKIE_NAME = "__Host-parvis" if SESSION_COOKIE_SECURE else "parvis"

# -------------------------------------------------------------------------------------------------
# Languages and time

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", _("français")), ("en", _("anglais"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SECURE = SESSION_COOKIE_SECURE
USE_TZ = True
TIME_ZONE = "America/Toronto"

# -------------------------------------------------------------------------------------------------
# Files

STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", str(VAR_DIR / "static")))
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", str(VAR_DIR / "media")))
MEDIA_URL = env.str("MEDIA_URL", "/media/")
"""May be absolute: in production media come from another origin, where no cookie of ours goes."""

_plain_static = "django.contrib.staticfiles.storage.StaticFilesStorage"
_fingerprinted_static = "whitenoise.storage.CompressedManifestStaticFilesStorage"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    # Archives of people's data: never under an address, only through a view that checks who asks.
    "private": {
        "BACKEND": "coop.storage.PrivateStorage",
        "OPTIONS": {
            "location": env.str("PRIVATE_ROOT", str(VAR_DIR / "private")),
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
    "staticfiles": {"BACKEND": _plain_static if DEBUG or PARVIS_ENV == "test" else _fingerprinted_static},
}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = DEBUG or PARVIS_ENV == "test"
FILE_UPLOAD_PERMISSIONS = 0o644
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o755  # nginx reads media under another user, whatever our umask
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
DATA_UPLOAD_MAX_NUMBER_FILES = 8

# -------------------------------------------------------------------------------------------------
# Security

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", IS_PRODUCTION)
SECURE_REDIRECT_EXEMPT = [r"^sante/"]
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", 31_536_000 if IS_PRODUCTION else 0)
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_SECONDS > 0
SECURE_HSTS_PRELOAD = env.bool("SECURE_HSTS_PRELOAD", SECURE_HSTS_SECONDS > 0)
if IS_PRODUCTION:
    # nginx, the only one who can reach us, overwrites this header.
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", 1)  # rate limits count people, not nginx
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "coop.views.errors.expired"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = SESSION_COOKIE_SECURE
CSRF_COOKIE_NAME = "__Host-csrf" if CSRF_COOKIE_SECURE else "csrftoken"
X_FRAME_OPTIONS = "DENY"


def origin(url: str) -> str:
    """The scheme and host of an absolute address."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


_media_origins = [origin(MEDIA_URL)] if urlsplit(MEDIA_URL or "").netloc else []
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:", *_media_origins],
        "media-src": [SELF, *_media_origins],
        "connect-src": [SELF, *([origin(LIVE_URL)] if LIVE_URL else [])],
        "font-src": [NONE],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    },
}
# -------------------------------------------------------------------------------------------------
# People

AUTH_USER_MODEL = "coop.Account"
AUTHENTICATION_BACKENDS = ["coop.auth.AccountBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email",)},
    },
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
if PARVIS_ENV == "test":
    # Slow on purpose elsewhere; the tests log in a thousand times.
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"

ACCOUNT_ADAPTER = "coop.adapters.AccountAdapter"
MFA_ADAPTER = "coop.adapters.MFAAdapter"
ACCOUNT_FORMS = {
    "signup": "coop.forms.accounts.SignupForm",
    "login": "coop.forms.accounts.LoginForm",
    "reauthenticate": "coop.forms.accounts.ReauthenticateForm",
    "add_email": "coop.forms.accounts.AddEmailForm",
    "change_email": "coop.forms.accounts.ChangeEmailForm",
    "change_password": "coop.forms.accounts.ChangePasswordForm",
    "set_password": "coop.forms.accounts.SetPasswordForm",
    "reset_password": "coop.forms.accounts.ResetPasswordForm",
    "reset_password_from_key": "coop.forms.accounts.ResetPasswordKeyForm",
    "confirm_email_verification_code": "coop.forms.accounts.ConfirmEmailVerificationCodeForm",
}
ACCOUNT_SIGNUP_REDIRECT_URL = "/bienvenue"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_UNIQUE_EMAIL = True
# With mandatory verification, sign-up, reset and login answer alike whether the account exists or not; only
# the mail differs. ("strict" would keep several unconfirmed accounts for one address: ours are unique.)
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
# A code is typed in the page that asked for it: it works when mail is read on another device.
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_MAX_EMAIL_ADDRESSES = 2
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if SESSION_COOKIE_SECURE else "http"
ACCOUNT_RATE_LIMITS = {
    "change_password": "5/m/user",
    "manage_email": "10/m/user",
    "reset_password": "20/m/ip,5/m/key",
    "reauthenticate": "10/m/user",
    "reset_password_from_key": "20/m/ip",
    "signup": "20/m/ip",
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/5m/key",
    "confirm_email": "1/10s/key",
    # Our own acts, read by coop.ratelimits.
    "post": "30/5m/user",
    "reply": "60/5m/user",
    "media": "40/10m/user",
    "follow": "100/h/user",
    "react": "300/10m/user",
    "search": "60/m/user",
    "search_as_visitor": "30/m/ip",
    "export": "3/d/user",
    "create_page": "10/d/user",
}
MFA_FORMS = {
    "authenticate": "coop.forms.mfa.AuthenticateForm",
    "reauthenticate": "coop.forms.mfa.ReauthenticateForm",
    "activate_totp": "coop.forms.mfa.ActivateTOTPForm",
    "add_webauthn": "coop.forms.mfa.AddWebAuthnForm",
    "edit_webauthn": "coop.forms.mfa.EditWebAuthnForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_PASSKEY_SIGNUP_ENABLED = False
MFA_TOTP_ISSUER = "Parvis"
MFA_RATE_LIMITS = {"webauthn_login": "10/m/ip"}
# Browsers allow passkeys without TLS on localhost only, and so do we.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not IS_PRODUCTION
USERSESSIONS_TRACK_ACTIVITY = False

TAGGIT_CASE_INSENSITIVE = True
TAGGIT_STRIP_UNICODE_WHEN_SLUGIFYING = True

# -------------------------------------------------------------------------------------------------
# Mail

if IS_PRODUCTION:
    _mail = env.dj_email_url("EMAIL_URL")
elif IS_LOCAL:
    _mail = env.dj_email_url("EMAIL_URL", f"file:///{VAR_DIR / 'mail'}")
else:
    _mail = env.dj_email_url("EMAIL_URL", "memorymail://")
_mail = _mail if isinstance(_mail, dict) else {}
EMAIL_BACKEND = _mail.get("EMAIL_BACKEND", "django.core.mail.backends.smtp.EmailBackend")
EMAIL_HOST = _mail.get("EMAIL_HOST") or ""
EMAIL_PORT = _mail.get("EMAIL_PORT") or 25
EMAIL_HOST_USER = _mail.get("EMAIL_HOST_USER") or ""
EMAIL_HOST_PASSWORD = _mail.get("EMAIL_HOST_PASSWORD") or ""
EMAIL_USE_TLS = _mail.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = _mail.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 10
EMAIL_FILE_PATH = _mail.get("EMAIL_FILE_PATH") or str(VAR_DIR / "mail")
DEFAULT_FROM_EMAIL = (
    env.str("DEFAULT_FROM_EMAIL")
    if IS_PRODUCTION
    else env.str("DEFAULT_FROM_EMAIL", "Parvis <bonjour@parvis.example>")
)
SENDER_ADDRESS = (
    env.str("SENDER_ADDRESS")
    if IS_PRODUCTION
    else env.str("SENDER_ADDRESS", "1, place du Parvis, Rimouski (Québec) G5L 0A0")
)
"""The postal address of the house, at the foot of every mail that people may refuse (LCAP, art. 6)."""
SERVER_EMAIL = env.str("SERVER_EMAIL", DEFAULT_FROM_EMAIL)

# -------------------------------------------------------------------------------------------------
# Work in the background


def celery_broker(url: str) -> str:
    """The address of Redis as Celery writes it: it has its own scheme for Unix sockets."""
    parts = urlsplit(url)
    if parts.scheme != "unix":
        return url
    number = parse_qs(parts.query).get("db", ["0"])[0]
    return f"redis+socket://{parts.path}?virtual_host={number}"


CELERY_BROKER_URL = celery_broker(REDIS_URL)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    # A task that a dead worker took comes back after an hour; no task of ours may run longer.
    "visibility_timeout": 3600,
    "global_keyprefix": "celery:",
    "socket_timeout": 10,
    "socket_connect_timeout": 5,
}
# Sending a task must not hold up a page when Redis is down: try for a second, then say so in the log.
CELERY_TASK_PUBLISH_RETRY_POLICY = {
    "max_retries": 2,
    "interval_start": 0.1,
    "interval_step": 0.2,
    "interval_max": 0.5,
}
CELERY_RESULT_BACKEND = None
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 1800
CELERY_TASK_SOFT_TIME_LIMIT = 1500
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TIMEZONE = TIME_ZONE
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_SEND_TASK_EVENTS = False
CELERY_TASK_DEFAULT_QUEUE = "default"
# What a person waits for (a letter, an image) never stands behind what nobody waits for (an export).
CELERY_TASK_ROUTES = {
    "*.send_*": {"queue": "mail"},
    "*.mail_*": {"queue": "mail"},
    "*.process_*": {"queue": "media"},
    "*.export_*": {"queue": "bulk"},
    "*.build_*": {"queue": "bulk"},
    "*.digest_*": {"queue": "bulk"},
}
CELERY_TASK_CREATE_MISSING_QUEUES = False
CELERY_TASK_QUEUES = [
    # Each with an exchange of its own: on a shared one every task would land in every queue.
    Queue(name, Exchange(name, type="direct"), routing_key=name)
    for name in ("default", "mail", "media", "bulk")
]
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "celerybeat-schedule")
# The schedule itself stands beside the tasks: config.celery gathers each tasks module's SCHEDULE.
WORKER_HEARTBEAT_KEY = "parvis:worker:heartbeat"
WORKER_HEARTBEAT_SECONDS = 30

# -------------------------------------------------------------------------------------------------
# Logs: one JSON object a line, on standard output, without personal data

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "config.logs.JsonFormatter"}},
    "handlers": {
        "stdout": {
            "class": "logging.StreamHandler",
            "stream": "ext://sys.stdout",
            "formatter": "json",
        },
    },
    "root": {"handlers": ["stdout"], "level": env.str("LOG_LEVEL", "WARNING" if IS_LOCAL else "INFO")},
    "loggers": {
        # Not a word about mails to administrators: the log is the place.
        "django": {"handlers": [], "propagate": True},
        "django.server": {"handlers": [], "propagate": True},
        "django.security.DisallowedHost": {"handlers": [], "propagate": False},
    },
}

env.seal()
