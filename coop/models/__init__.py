"""Rows of the ground floor. One file per subject; import them from here."""

from coop.models.accounts import Account, Preferences
from coop.models.actors import Actor
from coop.models.audit import AuditEvent
from coop.models.exports import DataExport
from coop.models.notifications import Notification, NotificationSetting
from coop.models.organisations import Delegate, Discipline, Organisation, OrganisationLink
from coop.models.parameters import ParameterValue
from coop.models.places import Municipality, PostalArea, Region

__all__ = [
    "Account",
    "Actor",
    "AuditEvent",
    "DataExport",
    "Delegate",
    "Discipline",
    "Municipality",
    "Notification",
    "NotificationSetting",
    "Organisation",
    "OrganisationLink",
    "ParameterValue",
    "PostalArea",
    "Preferences",
    "Region",
]
