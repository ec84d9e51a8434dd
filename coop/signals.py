"""News that the ground floor sends upward, in the past tense, once the transaction has been committed."""

from __future__ import annotations

from django.dispatch import Signal

notifications_rung = Signal()
"""Accounts have something new to see. Sent with `account_ids: list[int]`."""
