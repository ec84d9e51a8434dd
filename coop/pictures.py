"""Pictures that people bring: decoded apart, within limits, and written anew without their metadata."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

DECODER = Path(__file__).with_name("picture_decoder.py")
MAX_BYTES = 12 * 1024 * 1024
WALL_SECONDS = 30
EXTENSION = ".webp"
CONTENT_TYPE = "image/webp"
ACCEPT = "image/jpeg,image/png,image/webp,image/avif,image/gif"
"""For the `accept` attribute of file fields."""

REFUSALS: dict[str, str | _StrPromise] = {
    "empty": _("Ce fichier est vide."),
    "heavy": _("Cette image pèse plus de 12 Mo. Réduis-la et réessaie."),
    "format": _("Ce fichier n’est pas une image JPEG, PNG, WebP, AVIF ou GIF."),
    "svg": _("Les images SVG ne sont pas acceptées\u00a0: elles peuvent contenir du code. Choisis un PNG."),
    "polyglot": _("Ce fichier contient autre chose qu’une image. Enregistre-la de nouveau et réessaie."),
    "truncated": _("Cette image est incomplète\u00a0: la fin du fichier manque."),
    "damaged": _("Cette image est abîmée et ne peut pas être lue."),
    "bomb": _("Cette image a trop de pixels. Réduis-la à moins de 40 millions et réessaie."),
    "frames": _("Cette animation a trop d’images (400 au plus)."),
    "slow": _("Cette image est trop longue à lire. Enregistre-la de nouveau et réessaie."),
}


@dataclass(frozen=True, slots=True)
class Picture:
    """A clean picture: WebP bytes, its size, and a tiny data URI to show while it comes."""

    bytes: bytes
    width: int
    height: int
    placeholder: str


class PictureRefused(Exception):  # noqa: N818 -- reads as a fact where it is caught
    """The file is not a picture that we take; `sentence` says why to the person, `reason` to the code."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

    @property
    def sentence(self) -> str:
        """Say why, in the language of the moment."""
        return str(REFUSALS[self.reason])


def reencode(file: IO[bytes], *, max_side: int, square: bool = False) -> Picture:
    """Read a file that anyone may have sent and give a clean picture, or raise PictureRefused.

    The work is done by another process with limits on memory, time and output: whatever the file is, this
    one neither grows nor hangs. Costs a tenth of a second and one process: call it from a worker if you can.
    """
    file.seek(0)
    data = file.read(MAX_BYTES + 1)
    if not data:
        raise PictureRefused("empty")
    if len(data) > MAX_BYTES:
        raise PictureRefused("heavy")
    wanted = json.dumps({"max_side": max_side, "square": square}).encode()
    try:
        result = subprocess.run(  # noqa: S603 -- our own program, no argument from outside
            [sys.executable, "-I", "-X", "utf8", str(DECODER)],
            input=wanted + b"\n" + data,
            capture_output=True,
            timeout=WALL_SECONDS,
            check=False,
            env={},
        )
    except subprocess.TimeoutExpired:
        raise PictureRefused("slow") from None
    if result.returncode < 0:
        # Killed: by the limit of processor time, or by a fault in a decoder that the limits kept in there.
        raise PictureRefused("slow")
    head, _newline, body = result.stdout.partition(b"\n")
    if result.returncode or not head:
        raise PictureRefused("damaged")
    answer = json.loads(head)
    if "refused" in answer:
        raise PictureRefused(answer["refused"])
    return Picture(body, answer["width"], answer["height"], answer["placeholder"])
