"""Refusals that a person can understand and correct."""

from __future__ import annotations


class ActionError(Exception):
    """An action was refused for a reason the person can act upon.

    `message` is one clear sentence, already translated; `field` names the form field it is about, if any.
    Forms show it beside that field; views without a form show it as a notice.
    """

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.message = str(message)
        self.field = field
