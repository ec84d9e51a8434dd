"""Run the benches on a seeded square and print their table: `make bench ARGS="--posts 500000"`."""

from __future__ import annotations

import argparse
import platform
from typing import TYPE_CHECKING

from bench import live, pages, publish, search, timelines
from bench.ground import standing
from bench.seed import seed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from config.services import Instance

PARTS = ("timelines", "plans", "pages", "publish", "search", "live")


def is_seeded(posts: int) -> bool:
    """Tell whether the bench database already holds about this many posts."""
    from feeds.models import Post  # noqa: PLC0415 -- after django.setup()

    return abs(Post.objects.count() - posts) < 0.01 * posts


def lines(part: str, instance: Instance) -> Iterable[object]:
    match part:
        case "timelines":
            return timelines.measure()
        case "plans":
            return timelines.plans()
        case "pages":
            return pages.measure(instance)
        case "publish":
            return publish.measure()
        case "search":
            return search.measure()
        case _:
            return live.measure()


def main() -> None:
    """Seed when needed, then measure what is asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--posts", type=int, default=500_000)
    parser.add_argument("--accounts", type=int, default=5_001)
    parser.add_argument("--follows", type=int, default=300_000)
    parser.add_argument("--only", nargs="*", choices=PARTS, default=PARTS)
    asked = parser.parse_args()
    with standing() as instance:
        if not is_seeded(asked.posts):
            took = seed(accounts=asked.accounts, posts=asked.posts, follows=asked.follows)["seconds"]
            print(f"Seeded {asked.posts:,} posts in {took:.0f} s.")
        print(f"{asked.posts:,} posts, Python {platform.python_version()}\n")
        for part in asked.only:
            print(
                "| Work | Measure | Bar |\n|---|---|---|"
                if part != "plans"
                else "| Timeline | Plan |\n|---|---|"
            )
            for line in lines(part, instance):
                print(line, flush=True)
            print()


if __name__ == "__main__":
    main()
