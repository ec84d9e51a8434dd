"""The consent port: any app asks here whether a person said yes to a purpose; refused until someone fills
the port.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from coop.models import Account


class ConsentSource(Protocol):
    """What the data trust provides: is this purpose given by this account, now?"""

    def __call__(self, account: Account, purpose: str) -> bool: ...


_source: ConsentSource | None = None


def fill(source: ConsentSource) -> None:
    """Plug the source of consents, once, at start-up (the data trust does it in `ready()`)."""
    global _source  # noqa: PLW0603 -- one port for the process, filled at start-up
    _source = source


def is_granted(account: Account, purpose: str) -> bool:
    """Tell whether `account` consented to `purpose`; no source means no."""
    return _source is not None and _source(account, purpose)
