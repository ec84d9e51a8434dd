"""Handles: which ones are ours to keep, and how one is suggested from a name."""

from __future__ import annotations

import re
import unicodedata

from coop.models import Actor

LONGEST = 30
SHORTEST = 2

RESERVED = frozenset(
    {
        *("admin", "administration", "aide", "api", "assemblee", "compte", "conditions", "confidentialite"),
        *("conseil", "coop", "cooperative", "fiducie", "moderation", "officiel", "parvis", "postmaster"),
        *("root", "securite", "soutien", "support", "systeme", "webmaster"),
    }
)


def is_reserved(handle: str) -> bool:
    """Tell whether a handle could make people believe that the cooperative itself speaks."""
    return handle.strip("_") in RESERVED


def suggest(name: str, taken: frozenset[str] | set[str] = frozenset()) -> str:
    """Make a handle from a name: « Hélène Côté-Roy » → `helene_cote_roy`, or `helene_cote_roy2` if taken."""
    letters = name.replace("œ", "oe").replace("Œ", "Oe").replace("æ", "ae")
    plain = unicodedata.normalize("NFKD", letters).encode("ascii", "ignore").decode().lower()
    base = re.sub(r"[^a-z0-9]+", "_", plain.replace("'", "_")).strip("_")[:LONGEST].strip("_")
    if len(base) < SHORTEST:
        base = f"voix_{base}".strip("_")
    handle, number = base, 2
    while handle in taken or is_reserved(handle):
        handle = f"{base[: LONGEST - len(str(number))]}{number}"
        number += 1
    return handle


def free_suggestion(name: str) -> str:
    """Suggest a handle that nobody holds now, from a name or from a handle that is taken."""
    base = suggest(name)
    stem = base.rstrip("0123456789")[: LONGEST - 4] or base
    taken = set(Actor.objects.filter(handle__startswith=stem).values_list("handle", flat=True))
    return suggest(name, taken)
