"""Where files stand that nobody may fetch by their address."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.files.storage import FileSystemStorage, storages

if TYPE_CHECKING:
    from django.core.files.storage import Storage


class PrivateStorage(FileSystemStorage):
    """Files without an address."""

    def url(self, name: str | None) -> str:
        raise ValueError(f"{name} is not accessible via a URL")


def private_storage() -> Storage:
    """Give the storage outside the media folder: only a view that checks who asks reads from it."""
    return storages["private"]
