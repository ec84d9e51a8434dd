"""The decoder, run as a process of its own by `coop.pictures`: bytes in, a clean WebP or a reason out.

It imports nothing of the house (started with `python -I`), so that a fault in an image library, a bomb or an
endless loop costs one small process with little memory and little time, and no secret is in its reach.

Standard input: one line of JSON (what is wanted), then the file. Standard output: one line of JSON, then the
picture. `{"refused": "truncated"}` names a reason; `coop.pictures` has the sentences.
"""

# ruff: noqa: PLR2004 -- the marks of file formats are numbers

from __future__ import annotations

import base64
import contextlib
import io
import json
import re
import resource
import struct
import sys
import warnings
from typing import Any

MEMORY_BYTES = 1_200 * 1024 * 1024
CPU_SECONDS = 15
MAX_PIXELS = 40_000_000
MAX_SIDE = 16_000
MAX_FRAMES = 400
PLACEHOLDER_SIDE = 16
QUALITY = 82
BITS_8 = 255

FORMATS = ["JPEG", "PNG", "WEBP", "AVIF", "GIF"]
MAGIC = (
    (re.compile(rb"\xff\xd8\xff"), "JPEG"),
    (re.compile(rb"\x89PNG\r\n\x1a\n"), "PNG"),
    (re.compile(rb"RIFF....WEBP", re.DOTALL), "WEBP"),
    (re.compile(rb"....ftyp(avif|avis|mif1|msf1)", re.DOTALL), "AVIF"),
    (re.compile(rb"GIF8[79]a"), "GIF"),
)
SVG = re.compile(rb"\A(\xef\xbb\xbf)?\s*(<\?xml|<!--|<svg|<!doctype svg)", re.IGNORECASE)
# Marks of other kinds of file: near the start (readers look there) or after the end of the picture.
FOREIGN = re.compile(
    rb"%PDF-|<script|<html|<!doctype html|<\?php|PK\x03\x04|PK\x05\x06|\x7fELF", re.IGNORECASE
)
HEAD_BYTES = 1024


class RefusedError(Exception):
    """The file is not a picture that we take; the argument names the reason."""


def limit_resources() -> None:
    """Leave this process little memory, little time and no file to write."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def kind_of(data: bytes) -> str:
    """Tell the format by the first bytes alone; never by the name or by what the browser says."""
    for pattern, name in MAGIC:
        if pattern.match(data):
            return name
    raise RefusedError("svg" if SVG.match(data[:HEAD_BYTES]) else "format")


def end_of_png(data: bytes) -> int:
    """Walk the chunks to the end of IEND."""
    place = 8
    while place + 12 <= len(data):
        length = int.from_bytes(data[place : place + 4])
        name = data[place + 4 : place + 8]
        place += 12 + length
        if name == b"IEND":
            return place
    raise RefusedError("truncated")


def end_of_gif(data: bytes) -> int:
    """Walk the blocks to the trailer; too many frames are refused here, before any is decoded."""
    frames = 0
    place = 13
    try:
        if data[10] & 0x80:
            place += 3 << ((data[10] & 7) + 1)
        while True:
            mark = data[place]
            if mark == 0x3B:
                return place + 1
            if mark == 0x21:
                place += 2
            elif mark == 0x2C:
                frames += 1
                if frames > MAX_FRAMES:
                    raise RefusedError("frames")
                flags = data[place + 9]
                place += 10
                if flags & 0x80:
                    place += 3 << ((flags & 7) + 1)
                place += 1
            else:
                raise RefusedError("damaged")
            while data[place]:
                place += 1 + data[place]
            place += 1
    except IndexError:
        raise RefusedError("truncated") from None


def end_of_webp(data: bytes) -> int:
    """Read the size of the RIFF container (odd sizes are padded)."""
    size = int(struct.unpack("<I", data[4:8])[0])
    return 8 + size + (size & 1)


def end_of_avif(data: bytes) -> int:
    """Walk the boxes of the ISO container."""
    place = 0
    while place + 8 <= len(data):
        size = int.from_bytes(data[place : place + 4])
        name = data[place + 4 : place + 8]
        if size == 1:
            size = int.from_bytes(data[place + 8 : place + 16])
        if size == 0:
            return len(data)
        if not re.fullmatch(rb"[A-Za-z0-9 ]{4}", name) or size < 8:
            return place
        place += size
    return place


def end_of_jpeg(data: bytes) -> int:
    """Walk the segments to the end of the (first) picture."""
    place = 2
    while place + 4 <= len(data):
        if data[place] != 0xFF:
            raise RefusedError("damaged")
        mark = data[place + 1]
        if mark == 0xFF:
            place += 1
            continue
        if mark == 0xD9:
            return place + 2
        if mark == 0x01 or 0xD0 <= mark <= 0xD8:
            place += 2
            continue
        place += 2 + int.from_bytes(data[place + 2 : place + 4])
        if mark == 0xDA:
            # Coded data: the next mark that is neither a stuffed byte nor a restart ends the scan.
            found = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]").search(data, place)
            if found is None:
                raise RefusedError("truncated")
            place = found.start()
    if data[place : place + 2] == b"\xff\xd9":
        return place + 2
    raise RefusedError("truncated")


ENDS = {"PNG": end_of_png, "GIF": end_of_gif, "WEBP": end_of_webp, "AVIF": end_of_avif, "JPEG": end_of_jpeg}


def refuse_polyglots(data: bytes, kind: str) -> None:
    """Refuse a file that is also something else, or that goes on after its own end.

    Telephones append to a JPEG a second picture, a short film or a marked trailer: these pass, and are lost.
    """
    if FOREIGN.search(data[:HEAD_BYTES]):
        raise RefusedError("polyglot")
    end = ENDS[kind](data)
    if end > len(data):
        raise RefusedError("truncated")
    rest = data[end:].strip(b"\x00\r\n")
    if not rest:
        return
    from_telephone = kind == "JPEG" and (
        rest.startswith(b"\xff\xd8")
        or rest.endswith(b"SEFT")
        or rest[4:8] == b"ftyp"
        or b"MotionPhoto" in rest
    )
    if not from_telephone or FOREIGN.search(rest):
        raise RefusedError("polyglot")


def open_picture(data: bytes) -> Any:
    """Open the file as exactly the format that its first bytes announce; check its size before decoding."""
    from PIL import Image, UnidentifiedImageError  # noqa: PLC0415 -- after the limits are set

    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    kind = kind_of(data)
    refuse_polyglots(data, kind)
    try:
        picture = Image.open(io.BytesIO(data), formats=[kind])
    except Image.DecompressionBombError:
        raise RefusedError("bomb") from None
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError):
        raise RefusedError("damaged") from None
    width, height = picture.size
    if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE:
        raise RefusedError("bomb")
    if getattr(picture, "n_frames", 1) > MAX_FRAMES:
        raise RefusedError("frames")
    return picture


def decode(picture: Any) -> Any:
    """Decode the first frame, turn it upright, and bring it to plain sRGB."""
    from PIL import Image, ImageCms, ImageOps  # noqa: PLC0415 -- after the limits are set

    try:
        if picture.format in {"JPEG", "MPO"}:
            picture.draft("RGB", picture.size)
        picture.load()
    except Image.DecompressionBombError:
        raise RefusedError("bomb") from None
    except OSError as error:
        raise RefusedError("truncated" if "truncated" in str(error) else "damaged") from None
    except (SyntaxError, ValueError, EOFError, IndexError, struct.error):
        raise RefusedError("damaged") from None
    profile = picture.info.get("icc_profile")
    upright = ImageOps.exif_transpose(picture)
    if upright.mode.startswith(("I", "F")):
        # Sixteen bits a channel: eight are enough for a screen.
        upright = upright.point(lambda value: value / 256).convert("L")
    has_alpha = upright.mode in {"RGBA", "LA", "PA"} or "transparency" in upright.info
    mode = "RGBA" if has_alpha else "RGB"
    if profile and upright.mode in {"RGB", "RGBA", "CMYK", "L"}:
        with contextlib.suppress(ImageCms.PyCMSError, OSError, ValueError):
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            target = ImageCms.createProfile("sRGB")
            converted = ImageCms.profileToProfile(upright, source, target, outputMode="RGB")
            if has_alpha and converted is not None:
                converted.putalpha(upright.getchannel("A"))
            upright = converted or upright
    clean = upright.convert(mode)
    clean.info.clear()
    return clean


def shape(picture: Any, *, max_side: int, square: bool) -> Any:
    """Cut to a square if wanted, and shrink to the longest side; never enlarge."""
    from PIL import Image, ImageOps  # noqa: PLC0415 -- after the limits are set

    if square:
        side = min(max_side, *picture.size)
        return ImageOps.fit(picture, (side, side), method=Image.Resampling.LANCZOS, centering=(0.5, 0.4))
    shrunk = picture.copy()
    shrunk.thumbnail((max_side, max_side), resample=Image.Resampling.LANCZOS, reducing_gap=3.0)
    return shrunk


def placeholder_of(picture: Any) -> str:
    """Make the few bytes that are shown blurred while the picture comes."""
    tiny = picture.copy()
    tiny.thumbnail((PLACEHOLDER_SIDE, PLACEHOLDER_SIDE))
    out = io.BytesIO()
    tiny.save(out, "WEBP", quality=30, method=4)
    return "data:image/webp;base64," + base64.b64encode(out.getvalue()).decode()


def encode(picture: Any) -> bytes:
    """Write a WebP that holds pixels and nothing else: no EXIF, no place, no profile, no comment."""
    out = io.BytesIO()
    picture.save(out, "WEBP", quality=QUALITY, method=4, exif=b"", xmp=b"", icc_profile=b"")
    return out.getvalue()


def main() -> None:
    wanted = json.loads(sys.stdin.buffer.readline())
    data = sys.stdin.buffer.read()
    limit_resources()
    warnings.simplefilter("ignore")
    answer: dict[str, Any]
    body = b""
    try:
        picture = shape(decode(open_picture(data)), max_side=wanted["max_side"], square=wanted["square"])
        body = encode(picture)
        answer = {"width": picture.width, "height": picture.height, "placeholder": placeholder_of(picture)}
    except RefusedError as error:
        answer = {"refused": str(error)}
    except MemoryError:
        answer = {"refused": "bomb"}
    sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n" + body)


if __name__ == "__main__":
    main()
