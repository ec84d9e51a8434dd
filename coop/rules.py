"""Who may do what on the ground floor."""

from __future__ import annotations

from typing import TYPE_CHECKING

import rules
from django.utils.translation import gettext_lazy as _

from coop.models import Account, Actor, Delegate, Organisation
from coop.permissions import register

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    Person = Account | AnonymousUser


@rules.predicate
def is_account(account: Person, obj: object = None) -> bool:
    """Logged in, with an active account that is not on its way out."""
    return isinstance(account, Account) and account.is_active


@rules.predicate
def is_staying(account: Account, obj: object = None) -> bool:
    """Did not ask for the account to be deleted."""
    return not account.is_leaving


@rules.predicate
def is_in_good_standing(account: Account, obj: object = None) -> bool:
    """The public face is neither suspended nor gone. (Losing this never removes a member's vote.)"""
    return account.actor.is_active


@rules.predicate
def can_speak_as(account: Account, actor: Actor) -> bool:
    """Own face, or a current delegate of the organisation behind it."""
    if actor.pk == account.actor_id:
        return True
    return actor.is_active and (
        Delegate.objects.current().filter(account=account, organisation__actor=actor).exists()
    )


@rules.predicate
def is_manager(account: Account, organisation: Organisation) -> bool:
    """Current delegate with the manager's role."""
    return (
        Delegate.objects.current()
        .filter(account=account, organisation=organisation, role=Delegate.Role.MANAGER)
        .exists()
    )


ACCOUNT = (
    (is_account, _("Il faut un compte pour faire cela.")),
    (is_staying, _("Ton compte est en cours de suppression\u00a0: annule-la d’abord.")),
)
STANDING = (*ACCOUNT, (is_in_good_standing, _("Ton profil est suspendu.")))

register(
    "coop.speak_as_actor",
    *STANDING,
    (can_speak_as, _("Tu n’es pas une personne déléguée de cette organisation.")),
)
register("coop.edit_own_account", (is_account, _("Il faut un compte pour faire cela.")))
register("coop.create_organisation", *STANDING)
register(
    "coop.manage_organisation",
    *STANDING,
    (is_manager, _("Seules les personnes responsables de l’organisation peuvent faire cela.")),
)
