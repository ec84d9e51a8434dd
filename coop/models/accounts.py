"""Accounts: people who can log in. An account is free and is not a membership."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coop.models.actors import Actor


class AccountManager(BaseUserManager["Account"]):
    """Looks accounts up by e-mail address, whatever its case."""

    def get_by_natural_key(self, username: str | None) -> Account:
        return self.get(email__iexact=username)

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> Account:
        """Make a bare account row (tests and commands); people are welcomed by
        `actions.accounts.open_account`.
        """
        account = self.model(email=self.normalize_email(email).lower(), **fields)
        account.set_password(password)
        account.save(using=self._db)
        return account


class Account(AbstractBaseUser):
    """A person who logs in: free, one per e-mail address, at least 14 years old (no birth date is kept).

    There is no superuser flag: powers are mandates, granted by a recorded decision.
    """

    class Language(models.TextChoices):
        FRENCH = "fr", "Français"
        ENGLISH = "en", "English"

    class Theme(models.TextChoices):
        SYSTEM = "system", _("comme l’appareil")
        LIGHT = "light", _("clair")
        DARK = "dark", _("sombre")

    email = models.EmailField(_("courriel"), max_length=254, unique=True)
    actor = models.OneToOneField(
        Actor, models.PROTECT, related_name="account", verbose_name=_("visage public")
    )
    is_active = models.BooleanField(_("actif"), default=True)
    is_of_age = models.BooleanField(_("a 14 ans ou plus"), default=False)
    language = models.CharField(_("langue"), max_length=2, choices=Language, default=Language.FRENCH)
    theme = models.CharField(_("apparence"), max_length=6, choices=Theme, default=Theme.SYSTEM)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    welcomed_at = models.DateTimeField(null=True, blank=True, editable=False)
    deletion_requested_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects: ClassVar[AccountManager] = AccountManager()

    EMAIL_FIELD = "email"
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("compte")
        verbose_name_plural = _("comptes")
        constraints = (
            models.UniqueConstraint(
                Lower("email"),
                name="account_email_once",
                violation_error_message=_("Ce courriel a déjà un compte."),
            ),
        )

    def __str__(self) -> str:
        return f"compte {self.pk}"

    @property
    def is_leaving(self) -> bool:
        """True during the 30 days in which a requested deletion can still be undone."""
        return self.deletion_requested_at is not None


class Preferences(models.Model):
    """What an account chose about audiences and mail; every default is the most private (art. 9.1).

    `coop.privacy.SETTINGS` names each of these fields with its most private value; a test holds that
    no field escapes that list.
    """

    class Audience(models.IntegerChoices):
        """Audiences a person may choose as the usual one, narrowest last (values of feeds' Visibility)."""

        PUBLIC = 0, _("tout le monde")
        MEMBERS = 1, _("les membres")
        FOLLOWERS = 3, _("mes abonné·es")

    class Mail(models.TextChoices):
        NEVER = "never", _("jamais")
        IMMEDIATE = "immediate", _("tout de suite")
        DAILY = "daily", _("un résumé par jour")

    account = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="preferences"
    )
    default_audience = models.SmallIntegerField(
        _("audience habituelle"), choices=Audience, default=Audience.FOLLOWERS
    )
    mail_frequency = models.CharField(
        _("courriels de nouvelles"), max_length=9, choices=Mail, default=Mail.NEVER
    )
    uses_interests = models.BooleanField(_("suggestions selon mes intérêts"), default=False)
    # Watermark of the last digest that was really sent; the next one starts there, whatever the clock says.
    digest_sent_up_to_id = models.BigIntegerField(default=0, editable=False)
    digest_sent_on = models.DateField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("préférences")
        verbose_name_plural = _("préférences")

    def __str__(self) -> str:
        return f"préférences {self.account_id}"
