"""Recording what must be accounted for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from coop.models import AuditEvent

if TYPE_CHECKING:
    from django.db.models import Model

    from coop.models import Account


def record(
    kind: str, *, account: Account | None, obj: Model, data: dict[str, Any] | None = None
) -> AuditEvent:
    """Append one act, inside the caller's transaction: `kind` is `app.verb_model`, `data` holds no personal
    data.
    """
    return AuditEvent.objects.create(
        kind=kind,
        account_id=account.pk if account else None,
        object_type=obj._meta.label_lower,
        object_id=str(obj.pk),
        data=data or {},
    )
