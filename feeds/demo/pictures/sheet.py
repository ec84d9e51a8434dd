"""Paper and pens: a sheet twice as large as the picture, on which everything of the demo is drawn."""

from __future__ import annotations

import math
import random
from typing import TYPE_CHECKING

from PIL import Image, ImageChops, ImageDraw, ImageFilter

if TYPE_CHECKING:
    from collections.abc import Sequence

    Points = Sequence[tuple[float, float]]

Colour = tuple[int, int, int]

OVERSAMPLING = 2

SNOW: Colour = (250, 247, 240)
INK: Colour = (24, 32, 44)
RIVER: Colour = (22, 84, 128)
MAPLE: Colour = (200, 84, 48)
BLUEBERRY: Colour = (84, 72, 150)
SPRUCE: Colour = (38, 94, 72)
GOLD: Colour = (240, 188, 84)
ROSE: Colour = (232, 150, 130)
ICE: Colour = (188, 214, 228)


class Sheet:
    """A sheet of paper twice as large as the picture; what is drawn on it is in final pixels."""

    def __init__(self, width: int, height: int, seed: str) -> None:
        self.width, self.height = width, height
        self.random = random.Random(seed)  # noqa: S311 -- drawing, not secrets
        self.image = Image.new("RGB", (width * OVERSAMPLING, height * OVERSAMPLING), SNOW)
        self.pen = ImageDraw.Draw(self.image, "RGBA")

    def up(self, *values: float) -> list[float]:
        return [value * OVERSAMPLING for value in values]

    def between(self, low: float, high: float) -> float:
        return self.random.uniform(low, high)

    def shape(self, points: Points, colour: Colour, alpha: int = 255) -> None:
        self.pen.polygon([(x * OVERSAMPLING, y * OVERSAMPLING) for x, y in points], fill=(*colour, alpha))

    def line(self, points: Points, colour: Colour, width: float, alpha: int = 255) -> None:
        self.pen.line(
            [(x * OVERSAMPLING, y * OVERSAMPLING) for x, y in points],
            fill=(*colour, alpha),
            width=max(1, round(width * OVERSAMPLING)),
            joint="curve",
        )

    def box(self, x: float, y: float, width: float, height: float, colour: Colour, alpha: int = 255) -> None:
        self.pen.rectangle(self.up(x, y, x + width, y + height), fill=(*colour, alpha))

    def disc(self, x: float, y: float, radius: float, colour: Colour, alpha: int = 255) -> None:
        self.pen.ellipse(self.up(x - radius, y - radius, x + radius, y + radius), fill=(*colour, alpha))

    def oval(
        self, x: float, y: float, radius_x: float, radius_y: float, colour: Colour, alpha: int = 255
    ) -> None:
        self.pen.ellipse(
            self.up(x - radius_x, y - radius_y, x + radius_x, y + radius_y), fill=(*colour, alpha)
        )

    def sky(self, top: Colour, bottom: Colour, until: float | None = None) -> None:
        """Grade from one colour to another, from the top down to `until`."""
        height = self.height if until is None else round(until)
        ramp = (
            Image.linear_gradient("L")
            .resize((1, height * OVERSAMPLING))
            .resize((self.width * OVERSAMPLING, height * OVERSAMPLING))
        )
        size = ramp.size
        self.image.paste(
            Image.composite(Image.new("RGB", size, bottom), Image.new("RGB", size, top), ramp), (0, 0)
        )

    def water(self, top: float, near: Colour, far: Colour) -> None:
        """Grade from the horizon down to the edge."""
        height = (self.height - round(top)) * OVERSAMPLING
        ramp = Image.linear_gradient("L").resize((self.width * OVERSAMPLING, height))
        size = ramp.size
        painted = Image.composite(Image.new("RGB", size, near), Image.new("RGB", size, far), ramp)
        self.image.paste(painted, (0, round(top) * OVERSAMPLING))

    def glow(self, x: float, y: float, radius: float, colour: Colour, strength: int = 150) -> None:
        """Add light around a point."""
        halo = Image.radial_gradient("L").point(
            lambda value: round(strength * max(0.0, 1 - value / 181) ** 2)
        )
        side = round(radius * 2 * OVERSAMPLING)
        halo = halo.resize((side, side))
        corner = (round((x - radius) * OVERSAMPLING), round((y - radius) * OVERSAMPLING))
        self.image.paste(Image.new("RGB", (side, side), colour), corner, halo)

    def ridge(self, base: float, swing: float, colour: Colour, *, steps: int = 5, alpha: int = 255) -> None:
        """Draw a line of hills from edge to edge, filled down to the bottom."""
        phases = [(self.between(0, math.tau), self.between(0.6, 1.4) * (turn + 1)) for turn in range(steps)]
        points = []
        for x in range(0, self.width + 9, 8):
            place = x / self.width
            rise = sum(
                math.sin(phase + place * math.tau * pace) / (turn + 1.4)
                for turn, (phase, pace) in enumerate(phases)
            )
            points.append((float(x), base - swing * rise * 0.6))
        self.shape([*points, (self.width, self.height), (0, self.height)], colour, alpha)

    def spruce(self, x: float, base: float, tall: float, colour: Colour, snow: bool = False) -> None:
        """Draw one spruce, narrow as they are in the north."""
        half = tall * 0.17
        for tier in range(6):
            top = base - tall * (1 - tier * 0.15)
            bottom = base - tall * (0.72 - tier * 0.145)
            reach = half * (0.3 + tier * 0.15)
            lean = self.between(-1, 1) * half * 0.08
            self.shape([(x + lean, top), (x + reach, bottom), (x - reach, bottom)], colour)
            if snow:
                self.shape(
                    [(x + lean, top), (x + reach * 0.7, bottom - 3), (x + reach * 0.1, bottom - tall * 0.05)],
                    SNOW,
                    190,
                )
        self.box(x - 2, base - tall * 0.03, 4, tall * 0.05, INK)

    def forest(
        self, base: float, low: float, high: float, colour: Colour, *, gap: float = 22, snow: bool = False
    ) -> None:
        x = -10.0
        while x < self.width + 20:
            self.spruce(x, base + self.between(-6, 10), self.between(low, high), colour, snow)
            x += gap * self.between(0.55, 1.5)

    def stars(self, count: int, until: float) -> None:
        for _ in range(count):
            self.disc(self.between(0, self.width), self.between(0, until), self.between(0.5, 1.5), SNOW, 190)

    def snowfall(self, count: int) -> None:
        for _ in range(count):
            self.disc(
                self.between(0, self.width),
                self.between(0, self.height),
                self.between(1, 4.2),
                SNOW,
                round(self.between(120, 235)),
            )

    def waves(self, top: float, colour: Colour, rows: int = 26, alpha: int = 70) -> None:
        for row in range(rows):
            depth = (row + 1) / rows
            y = top + (self.height - top) * depth**1.5
            for _ in range(round(14 - 8 * depth)):
                x, length = self.between(-40, self.width), self.between(20, 60 + 160 * depth)
                self.line(
                    [(x, y), (x + length / 2, y - 2 * depth), (x + length, y)], colour, 1 + 2.4 * depth, alpha
                )

    def person(self, x: float, base: float, tall: float, colour: Colour, *, arms: float = 0.0) -> None:
        """Draw someone standing, coat and head; `arms` raises them."""
        self.disc(x, base - tall * 0.88, tall * 0.1, colour)
        self.shape(
            [
                (x - tall * 0.09, base - tall * 0.76),
                (x + tall * 0.09, base - tall * 0.76),
                (x + tall * 0.17, base - tall * 0.28),
                (x - tall * 0.17, base - tall * 0.28),
            ],
            colour,
        )
        for side in (-1, 1):
            self.line(
                [(x + side * tall * 0.06, base - tall * 0.3), (x + side * tall * 0.08, base)],
                colour,
                tall * 0.07,
            )
            self.line(
                [
                    (x + side * tall * 0.08, base - tall * 0.7),
                    (x + side * tall * 0.27, base - tall * (0.45 + arms)),
                ],
                colour,
                tall * 0.055,
            )

    def soften(self, radius: float) -> None:
        self.image = self.image.filter(ImageFilter.GaussianBlur(radius * OVERSAMPLING))
        self.pen = ImageDraw.Draw(self.image, "RGBA")

    def finish(self) -> Image.Image:
        """Come down to size and give the paper a fine grain."""
        picture = self.image.resize((self.width, self.height), Image.Resampling.LANCZOS)
        grain = Image.frombytes("L", (320, 320), self.random.randbytes(320 * 320)).resize(
            picture.size, Image.Resampling.BICUBIC
        )
        return Image.blend(picture, ImageChops.soft_light(picture, Image.merge("RGB", (grain,) * 3)), 0.16)


def mix(one: Colour, other: Colour, share: float) -> Colour:
    """Go from one colour towards another."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue
