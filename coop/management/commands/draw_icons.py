"""Draw the application icons from the sign of the house."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from PIL import Image, ImageDraw

FOLDER = Path(__file__).resolve().parents[2] / "static" / "coop" / "icons"
GRID = 32
FINE = 8
"""Drawn this many times larger, then reduced: smooth edges."""
PAPER = (251, 249, 245)
RIVER = (27, 80, 126)

STEEPLE = [(16, 1.5), (22, 11.5), (22, 21.5), (10, 21.5), (10, 11.5)]
DOOR = (13, 15.5, 19, 21.5)
SQUARE = [(7, 17.5), (2.5, 17.5), (2.5, 29.5), (29.5, 29.5), (29.5, 17.5), (25, 17.5)]
SQUARE_WIDTH = 2.5


class Command(BaseCommand):
    """Write the PNG icons beside the SVG ones; run it after changing the sign."""

    help = "Dessine les icônes PNG de l’application."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Write every size."""
        for size in (32, 180, 192, 512):
            margin = 0.02 if size == 32 else 0.14  # noqa: PLR2004 -- the favicon needs all its room
            draw_icon(size, margin, PAPER, RIVER).save(FOLDER / f"icon-{size}.png", optimize=True)
        draw_icon(512, 0.24, RIVER, PAPER).save(FOLDER / "icon-maskable-512.png", optimize=True)


def draw_icon(
    size: int, margin: float, ground: tuple[int, int, int], ink: tuple[int, int, int]
) -> Image.Image:
    """Draw the sign in ink on a ground, with a margin given as a share of the side."""
    side = size * FINE
    scale = side * (1 - 2 * margin) / GRID
    shift = side * margin

    def at(x: float, y: float) -> tuple[float, float]:
        return shift + x * scale, shift + y * scale

    image = Image.new("RGB", (side, side), ground)
    pen = ImageDraw.Draw(image)
    pen.polygon([at(*point) for point in STEEPLE], fill=ink)
    left, top, right, bottom = DOOR
    pen.ellipse([at(left, top), at(right, top + right - left)], fill=ground)
    pen.rectangle([at(left, top + (right - left) / 2), at(right, bottom + 0.1)], fill=ground)
    half = SQUARE_WIDTH / 2
    for start, end in pairwise(SQUARE):
        (x1, y1), (x2, y2) = sorted([start, end])
        low, high = min(y1, y2), max(y1, y2)
        pen.rounded_rectangle([at(x1 - half, low - half), at(x2 + half, high + half)], half * scale, fill=ink)
    return image.resize((size, size), Image.Resampling.LANCZOS)
