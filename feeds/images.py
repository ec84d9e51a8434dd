"""Images of posts: the two sizes that pages show, made from whatever file came."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import IO, TYPE_CHECKING

from coop import pictures

if TYPE_CHECKING:
    from coop.pictures import Picture

MAX_SIDE = 2048
PREVIEW_SIDE = 640


@dataclass(frozen=True, slots=True)
class Prepared:
    """The image as opened, and the smaller one that cards show."""

    full: Picture
    preview: Picture


def prepare(file: IO[bytes]) -> Prepared:
    """Re-encode an upload in its two sizes; raises `coop.pictures.PictureRefused`.

    The preview is made from the clean image, never from the upload. An animation gives its first frame:
    nothing plays by itself here.
    """
    full = pictures.reencode(file, max_side=MAX_SIDE)
    if max(full.width, full.height) <= PREVIEW_SIDE:
        return Prepared(full=full, preview=full)
    return Prepared(full=full, preview=pictures.reencode(BytesIO(full.bytes), max_side=PREVIEW_SIDE))
