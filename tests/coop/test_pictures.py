import contextlib
import io
import random
import struct
import zlib

import pytest
from PIL import Image, PngImagePlugin

from coop import pictures
from coop.pictures import PictureRefused, reencode


def image(size=(64, 48), mode="RGB", colour=(200, 30, 40)):
    return Image.new(mode, size, colour)


def saved(picture, kind, **options):
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out


def noise(size=(120, 90)):
    return Image.frombytes("RGB", size, random.Random(1).randbytes(size[0] * size[1] * 3))


def refused(data, **options):
    with pytest.raises(PictureRefused) as caught:
        reencode(io.BytesIO(data), max_side=100, **options)
    assert caught.value.sentence
    return caught.value.reason


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF", "GIF"])
def test_each_format_becomes_a_small_webp(kind):
    made = reencode(saved(noise((400, 200)), kind), max_side=100)
    clean = Image.open(io.BytesIO(made.bytes))
    assert (clean.format, clean.size, made.width, made.height) == ("WEBP", (100, 50), 100, 50)
    assert made.placeholder.startswith("data:image/webp;base64,")
    assert len(made.placeholder) < 1200


def test_small_pictures_are_not_enlarged():
    assert reencode(saved(image(), "PNG"), max_side=2000).width == 64


def test_square_is_cut_not_squeezed():
    made = reencode(saved(image((300, 100)), "PNG"), max_side=200, square=True)
    assert (made.width, made.height) == (100, 100)


def test_position_and_other_metadata_are_removed():
    exif = Image.Exif()
    exif[0x010E] = "chez moi"
    exif.get_ifd(0x8825)[2] = (48.0, 26.0, 0.0)
    file = saved(image(), "JPEG", exif=exif, comment=b"secret comment")
    assert b"chez moi" in file.getvalue()
    made = reencode(file, max_side=100)
    clean = Image.open(io.BytesIO(made.bytes))
    assert not clean.getexif()
    assert set(clean.info) <= {"loop", "background", "timestamp", "duration"}
    for chunk in (b"EXIF", b"XMP ", b"ICCP", b"chez moi", b"secret"):
        assert chunk not in made.bytes


def test_orientation_is_applied_before_it_is_lost():
    exif = Image.Exif()
    exif[0x0112] = 6
    made = reencode(saved(image((80, 40)), "JPEG", exif=exif), max_side=100)
    assert (made.width, made.height) == (40, 80)


def test_transparency_survives():
    made = reencode(saved(image(mode="RGBA", colour=(0, 0, 0, 0)), "PNG"), max_side=100)
    assert Image.open(io.BytesIO(made.bytes)).mode == "RGBA"


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "I;16", "CMYK"])
def test_uncommon_modes_are_read(mode):
    if mode == "P":
        picture = image().convert("P")
    elif mode == "I;16":
        picture = Image.new("I;16", (10, 10), 40000)
    else:
        picture = image().convert(mode)
    kind = "JPEG" if mode == "CMYK" else "PNG"
    assert reencode(saved(picture, kind), max_side=100).bytes


def test_animation_keeps_its_first_frame():
    frames = [image(colour=(n, 0, 0)) for n in (250, 0, 0)]
    file = saved(frames[0], "GIF", save_all=True, append_images=frames[1:])
    clean = Image.open(io.BytesIO(reencode(file, max_side=100).bytes))
    assert getattr(clean, "n_frames", 1) == 1
    assert clean.convert("RGB").getpixel((5, 5))[0] > 200


def test_svg_is_refused():
    assert refused(b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>') == "svg"


@pytest.mark.parametrize("data", [b"hello", b"%PDF-1.7", b"BM" + bytes(60), b"MZ" + bytes(60)])
def test_other_files_are_refused(data):
    assert refused(data) == "format"


def test_empty_and_heavy_files_are_refused():
    assert refused(b"") == "empty"
    assert refused(bytes(pictures.MAX_BYTES + 1)) == "heavy"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF", "GIF"])
def test_truncated_files_are_refused(kind):
    data = saved(noise(), kind).getvalue()
    assert refused(data[: len(data) * 2 // 3]) in {"truncated", "damaged"}


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
@pytest.mark.parametrize("tail", [b"PK\x03\x04 an archive", b"<script>alert(1)</script>", b"anything else"])
def test_files_that_go_on_after_the_picture_are_refused(kind, tail):
    assert refused(saved(noise(), kind).getvalue() + tail) == "polyglot"


def test_avif_that_goes_on_after_its_boxes_is_refused():
    assert refused(saved(noise(), "AVIF").getvalue() + b"<script>alert(1)</script>") == "polyglot"


def test_picture_that_begins_like_a_page_is_refused():
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", "<script>alert(1)</script>")
    assert refused(saved(image(), "PNG", pnginfo=info).getvalue()) == "polyglot"


def test_second_picture_that_a_telephone_appends_is_accepted():
    data = saved(noise(), "JPEG").getvalue()
    assert reencode(io.BytesIO(data + data), max_side=100).width == 100


def chunk(name, body):
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png(width, height, data):
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def test_decompression_bombs_are_refused():
    assert refused(png(60_000, 60_000, zlib.compress(bytes(1000)))) == "bomb"
    assert refused(png(7_000, 7_000, zlib.compress(bytes(1000)))) == "bomb"


def test_bomb_in_a_text_chunk_is_contained():
    body = b"Comment\0\0" + zlib.compress(bytes(600_000_000), 9)
    plain = saved(image(), "PNG").getvalue()
    data = plain[:33] + chunk(b"zTXt", body) + plain[33:]
    assert refused(data) in {"damaged", "bomb", "slow"}


def test_ten_thousand_frames_are_refused_quickly():
    frame = b"\x2c\0\0\0\0\x01\0\x01\0\0\x02\x02\x44\x01\0"
    data = b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff" + frame * 10_000 + b"\x3b"
    assert refused(data) == "frames"


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF", "GIF"])
def test_damaged_files_never_raise_anything_else(kind, seed):
    chance = random.Random(seed)
    data = bytearray(saved(noise((30, 20)), kind).getvalue())
    for _ in range(12):
        data[chance.randrange(len(data))] = chance.randrange(256)
    with contextlib.suppress(PictureRefused):
        assert reencode(io.BytesIO(bytes(data)), max_side=100).width <= 100


def test_decoder_that_dies_is_a_refusal(monkeypatch, tmp_path):
    program = tmp_path / "dies.py"
    program.write_text("import os, signal; os.kill(os.getpid(), signal.SIGKILL)")
    monkeypatch.setattr(pictures, "DECODER", program)
    assert refused(b"anything") == "slow"
    program.write_text("raise SystemExit(3)")
    assert refused(b"anything") == "damaged"
    program.write_text("import time; time.sleep(60)")
    monkeypatch.setattr(pictures, "WALL_SECONDS", 0.5)
    assert refused(b"anything") == "slow"


def test_decoder_runs_under_limits(monkeypatch, tmp_path):
    program = tmp_path / "greedy.py"
    source = pictures.DECODER.read_text()
    program.write_text(
        source.replace(
            "    warnings.simplefilter", "    held = bytearray(2 * MEMORY_BYTES)\n    warnings.simplefilter"
        )
    )
    monkeypatch.setattr(pictures, "DECODER", program)
    assert refused(saved(image(), "PNG").getvalue()) == "damaged"
