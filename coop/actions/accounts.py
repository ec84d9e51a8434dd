"""Opening, confirming, leaving and coming back to an account."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from coop import parameters
from coop.account_parameters import DELETION_DAYS, MINIMUM_AGE, UNCONFIRMED_DAYS
from coop.audit import record
from coop.errors import ActionError
from coop.handles import is_reserved
from coop.models import Account, Actor, Preferences
from coop.permissions import authorize

if TYPE_CHECKING:
    from datetime import datetime


def open_account(
    *,
    email: str,
    password: str | None,
    handle: str,
    display_name: str,
    is_of_age: bool,
    language: str = "fr",
    is_confirmed: bool = True,
) -> Account:
    """Welcome a person: an account, its public face and its preferences, all at their most private.

    Without `is_confirmed` the face sleeps (nobody sees it) until the address is confirmed by mail, so that a
    stranger cannot learn from a new profile whether an address already had an account.
    """
    if not is_of_age:
        age = parameters.get(MINIMUM_AGE.name)
        raise ActionError(
            _("Il faut avoir %(age)d ans ou plus pour ouvrir un compte.") % {"age": age}, "is_of_age"
        )
    try:
        with transaction.atomic():
            actor = _new_face(handle, display_name, is_asleep=not is_confirmed)
            account = Account.objects.create_user(
                email, password, actor=actor, is_of_age=True, language=language
            )
            Preferences.objects.create(account=account)
            if is_confirmed:
                EmailAddress.objects.create(user=account, email=account.email, verified=True, primary=True)
            record("coop.open_account", account=account, obj=account)
    except IntegrityError as error:
        raise _taken(error) from error
    return account


def reserve_handle(*, handle: str, display_name: str, password: str) -> None:
    """Do for an address that already has an account what a sign-up would have done, without opening anything.

    The handle is taken, asleep, and the password is hashed: from outside, nothing differs.
    `forget_unconfirmed` frees the handle some days later.
    """
    make_password(password)
    try:
        with transaction.atomic():
            _new_face(handle, display_name, is_asleep=True)
    except IntegrityError as error:
        raise _taken(error) from error


def _new_face(handle: str, display_name: str, *, is_asleep: bool) -> Actor:
    if is_reserved(handle):
        raise ActionError(_("Ce nom d’usage est réservé à la maison."), "handle")
    return Actor.objects.create(
        kind=Actor.Kind.PERSON,
        handle=handle,
        display_name=display_name,
        suspended_at=timezone.now() if is_asleep else None,
    )


def _taken(error: IntegrityError) -> ActionError:
    """Say which of the two unique names was taken meanwhile."""
    if "email" in str(error):
        return ActionError(_("Ce courriel a déjà un compte."), "email")
    return ActionError(_("Ce nom d’usage est déjà pris."), "handle")


def confirm_account(*, account: Account) -> None:
    """Wake the face of someone who has just proved their address for the first time.

    A person who already logged in keeps whatever state moderation gave to their face.
    """
    if account.last_login is None:
        Actor.objects.filter(pk=account.actor_id).update(suspended_at=None)


def forget_unconfirmed(*, now: datetime | None = None) -> int:
    """Erase sign-ups that were never confirmed, and the handles they held; gives how many faces went."""
    limit = (now or timezone.now()) - timedelta(days=parameters.get(UNCONFIRMED_DAYS.name))
    with transaction.atomic():
        asleep = Actor.objects.filter(
            kind=Actor.Kind.PERSON, suspended_at__isnull=False, created_at__lt=limit
        ).select_for_update(of=("self",))
        unconfirmed = Account.objects.filter(
            actor__in=asleep, last_login__isnull=True, created_at__lt=limit
        ).exclude(emailaddress__verified=True)
        faces = list(unconfirmed.values_list("actor_id", flat=True))
        unconfirmed.delete()
        faces += asleep.filter(account__isnull=True, deleted_at__isnull=True).values_list("pk", flat=True)
        Actor.objects.filter(pk__in=faces).delete()
    return len(set(faces))


def request_deletion(*, account: Account) -> Account:
    """Start the 30 days after which the account is erased (Loi 25, art. 23 and 28).

    Asking again changes nothing: the first request counts.
    """
    authorize("coop.edit_own_account", account)
    with transaction.atomic():
        started = Account.objects.filter(pk=account.pk, deletion_requested_at__isnull=True).update(
            deletion_requested_at=timezone.now()
        )
        if started:
            record("coop.request_deletion", account=account, obj=account)
    account.refresh_from_db(fields=["deletion_requested_at"])
    return account


def erasure_of(account: Account) -> datetime:
    """Say when a leaving account will be erased."""
    assert account.deletion_requested_at is not None
    return account.deletion_requested_at + timedelta(days=parameters.get(DELETION_DAYS.name))


def cancel_deletion(*, account: Account) -> Account:
    """Come back within the 30 days: everything is as before."""
    authorize("coop.edit_own_account", account)
    with transaction.atomic():
        cancelled = Account.objects.filter(pk=account.pk, deletion_requested_at__isnull=False).update(
            deletion_requested_at=None
        )
        if cancelled:
            record("coop.cancel_deletion", account=account, obj=account)
    account.deletion_requested_at = None
    return account


def end_session(*, account: Account, session_id: int) -> None:
    """Make one of the account's own devices leave; silent when it has already left."""
    authorize("coop.edit_own_account", account)
    session = UserSession.objects.filter(user=account, pk=session_id).first()
    if session is not None:
        session.end()
        record("coop.end_session", account=account, obj=account)


def forget_old_devices(*, now: datetime | None = None) -> int:
    """Erase what is kept of devices whose session is over; gives how many."""
    limit = (now or timezone.now()) - timedelta(seconds=settings.SESSION_COOKIE_AGE)
    count: int = UserSession.objects.filter(last_seen_at__lt=limit).delete()[0]
    return count
