"""Write the search index of every post again: after a change of feeds.french, or a bulk load."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from feeds import search
from feeds.models import Post

BATCH = 1_000


class Command(BaseCommand):
    """Goes through the posts oldest first, in short transactions; may be stopped and run again."""

    help = "Récrit l’index de recherche de toutes les publications."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Index batch by batch, and say how many."""
        last, total = 0, 0
        posts = Post.objects.originals().filter(deleted_at__isnull=True).order_by("pk")
        while True:
            with transaction.atomic():
                batch = list(posts.filter(pk__gt=last)[:BATCH].select_for_update())
                for post in batch:
                    search.index_post(post)
            if not batch:
                break
            last, total = batch[-1].pk, total + len(batch)
        self.stdout.write(f"{total} publications indexées.")
