"""Search in French: SQL of a page for rare and common words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.ground import median, timed
from bench.timelines import VIEWERS, Measure, account

if TYPE_CHECKING:
    from collections.abc import Iterator

RUNS = 30


def measure() -> Iterator[Measure]:
    """Search words that a few, some and very many posts hold."""
    from feeds import search  # noqa: PLC0415 -- after django.setup()

    viewer = account(VIEWERS[200])
    for words in (
        "coopérative",
        "bibliothèque Rimouski",
        "travailleuses",
        "conteuse Matane bottes",
        "introuvable",
    ):
        value = median(timed(lambda words=words: search.posts(viewer, words), runs=RUNS))
        yield Measure(f"search « {words} »", value, 60.0)
