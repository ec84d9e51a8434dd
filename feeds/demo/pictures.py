"""Pictures of the demo, drawn by the program: the same name gives the same pixels. No stock, no model, no network."""

from __future__ import annotations

import math
import random
from io import BytesIO
from typing import TYPE_CHECKING

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

if TYPE_CHECKING:
    from collections.abc import Callable

    Scene = Callable[["Sheet"], None]

Colour = tuple[int, int, int]

WIDTH, HEIGHT = 1200, 800
POSTER_WIDTH, POSTER_HEIGHT = 900, 1200
FACE_SIDE = 400
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

FAMILY: dict[str, tuple[Colour, ...]] = {
    "jour": ((176, 214, 232), (244, 234, 212), SPRUCE, GOLD),
    "mer": ((58, 112, 150), (236, 214, 190), RIVER, SNOW),
    "soir": ((44, 40, 92), (236, 138, 92), INK, GOLD),
    "foret": ((126, 172, 164), (238, 232, 206), (24, 66, 52), ROSE),
    "neige": ((146, 170, 196), (248, 242, 238), (70, 96, 128), MAPLE),
    "aube": ((92, 82, 150), (250, 190, 158), (58, 52, 104), GOLD),
}


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

    def shape(self, points: list[tuple[float, float]], colour: Colour, alpha: int = 255) -> None:
        self.pen.polygon([(x * OVERSAMPLING, y * OVERSAMPLING) for x, y in points], fill=(*colour, alpha))

    def line(self, points: list[tuple[float, float]], colour: Colour, width: float, alpha: int = 255) -> None:
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


# ---------------------------------------------------------------------------------------------------------------------
# The sea


def bay(sheet: Sheet) -> None:
    sheet.sky((122, 164, 200), (252, 224, 196), 440)
    sheet.glow(860, 400, 330, (255, 232, 190))
    sheet.disc(860, 392, 38, (255, 244, 220))
    sheet.ridge(392, 46, (132, 160, 190))
    sheet.ridge(420, 30, (96, 130, 166))
    sheet.water(440, (28, 74, 108), (166, 186, 200))
    sheet.waves(446, SNOW, alpha=60)
    for step in range(22):
        y = 448 + step * 15
        reach = 12 + step * 5
        sheet.line(
            [(860 - reach * sheet.between(0.3, 1), y), (860 + reach * sheet.between(0.3, 1), y)], SNOW, 2, 120
        )
    boat(sheet, 420, 500, 1.0)


def boat(sheet: Sheet, x: float, y: float, scale: float) -> None:
    sheet.shape(
        [
            (x - 70 * scale, y - 12 * scale),
            (x + 78 * scale, y - 18 * scale),
            (x + 58 * scale, y + 14 * scale),
            (x - 54 * scale, y + 14 * scale),
        ],
        INK,
    )
    sheet.box(x - 12 * scale, y - 46 * scale, 42 * scale, 32 * scale, SNOW)
    sheet.box(x - 6 * scale, y - 38 * scale, 12 * scale, 10 * scale, RIVER)
    sheet.line([(x + 34 * scale, y - 18 * scale), (x + 34 * scale, y - 84 * scale)], INK, 2 * scale)
    sheet.line([(x + 34 * scale, y - 80 * scale), (x + 74 * scale, y - 20 * scale)], INK, 1 * scale)


def harbour(sheet: Sheet) -> None:
    sheet.sky((150, 178, 196), (240, 226, 208), 430)
    sheet.ridge(400, 34, (168, 96, 74))
    sheet.ridge(420, 12, (120, 132, 92))
    sheet.shape([(996, 400), (1014, 240), (1040, 240), (1058, 400)], SNOW)
    sheet.box(1004, 290, 46, 30, MAPLE)
    sheet.box(1012, 214, 30, 26, MAPLE)
    sheet.shape([(1008, 214), (1046, 214), (1027, 192)], INK)
    sheet.water(430, (44, 92, 118), (150, 180, 190))
    sheet.waves(436, SNOW, alpha=50)
    for place, scale in ((190, 1.5), (470, 1.2), (720, 1.0)):
        boat(sheet, place, 430 + 60 * scale, scale)
        sheet.line([(place - 50 * scale, 430 + 74 * scale), (place - 70 * scale, 430 + 120 * scale)], INK, 6)
        sheet.line([(place + 50 * scale, 430 + 74 * scale), (place + 66 * scale, 430 + 120 * scale)], INK, 6)
    sheet.shape([(0, 640), (1200, 560), (1200, 800), (0, 800)], (196, 176, 150))
    sheet.ridge(700, 10, (214, 198, 174))


def low_tide(sheet: Sheet) -> None:
    sheet.sky((122, 134, 148), (206, 206, 204), 330)
    sheet.ridge(318, 16, (112, 126, 142))
    sheet.water(330, (112, 106, 92), (170, 176, 176))
    for _ in range(110):
        depth = sheet.between(0, 1) ** 0.7
        y = 345 + depth * 440
        wide = 20 + depth * sheet.between(30, 190)
        sheet.oval(
            sheet.between(-40, 1240), y, wide, wide * 0.12, mix((178, 190, 196), (206, 214, 216), depth), 200
        )
    for _ in range(320):
        depth = sheet.between(0, 1) ** 0.6
        x, y = sheet.between(-10, 1210), 350 + depth * 440
        sheet.oval(
            x, y, 4 + 16 * depth, 2 + 6 * depth, mix((92, 84, 46), (52, 58, 34), sheet.between(0, 1)), 230
        )
    for place, tall in ((300, 80), (350, 66), (420, 88), (840, 58), (880, 64)):
        sheet.person(place, 500 + tall * 0.5, tall, INK, arms=-0.15)


def breakers(sheet: Sheet) -> None:
    sheet.sky((92, 112, 128), (190, 198, 196), 420)
    sheet.shape(
        [(0, 250), (130, 262), (260, 240), (330, 300), (372, 330), (390, 470), (430, 560), (0, 620)],
        (176, 74, 48),
    )
    for step in range(9):
        sheet.line([(0, 290 + step * 34), (300 + step * 9, 300 + step * 30)], (142, 54, 36), 5, 120)
    sheet.shape([(0, 246), (130, 258), (262, 236), (330, 296), (332, 310), (0, 270)], (110, 128, 78))
    for row in range(7):
        y = 440 + row * 56
        base = mix((104, 150, 140), (26, 84, 84), row / 6)
        points = [(0.0, 800.0)]
        shift = sheet.between(0, 300)
        for x in range(0, 1210, 10):
            crest = abs(math.sin((x + shift) / (150 + row * 16))) ** 3
            points.append((float(x), y - crest * (28 + row * 12)))
        sheet.shape([*points, (1200.0, 800.0)], base)
        for x in range(0, 1210, 10):
            crest = abs(math.sin((x + shift) / (150 + row * 16))) ** 3
            if crest > 0.6:
                sheet.oval(x, y - crest * (28 + row * 12) + 4, 16 + row, 6, SNOW, 190)
    for _ in range(140):
        sheet.disc(sheet.between(300, 560), sheet.between(380, 600), sheet.between(1, 5), SNOW, 170)


def railway(sheet: Sheet) -> None:
    sheet.sky((70, 84, 132), (250, 176, 104), 420)
    sheet.glow(760, 400, 380, (255, 214, 140))
    sheet.disc(760, 398, 46, (255, 240, 200))
    sheet.ridge(404, 30, (104, 84, 120))
    sheet.water(420, (48, 72, 112), (236, 170, 120))
    sheet.waves(426, (255, 232, 190), alpha=80)
    sheet.shape(
        [(0, 520), (300, 452), (430, 424), (470, 424), (640, 560), (880, 800), (0, 800)], (86, 78, 70)
    )
    sheet.shape([(0, 500), (290, 444), (430, 423), (300, 560), (0, 760)], (104, 112, 76))
    for step in range(26):
        depth = (step / 25) ** 2
        x, y = 452 + depth * -90, 428 + depth * 380
        half = 10 + depth * 210
        sheet.line([(x - half, y), (x + half, y + 3)], (58, 46, 40), 2 + depth * 13)
    for side in (-1, 1):
        rail = [
            (452 - (step / 25) ** 2 * 90 + side * (6 + (step / 25) ** 2 * 150), 428 + (step / 25) ** 2 * 380)
            for step in range(26)
        ]
        sheet.line(rail, (250, 214, 170), 5)


# ---------------------------------------------------------------------------------------------------------------------
# The boreal forest


def aurora(sheet: Sheet) -> None:
    sheet.sky((8, 14, 34), (26, 48, 78))
    for ribbon, colour in enumerate(((82, 226, 150), (96, 232, 176), (176, 110, 214))):
        phase = sheet.between(0, 6)
        for x in range(0, 1210, 6):
            y = 250 + ribbon * 50 + 70 * math.sin(x / 190 + phase) + 24 * math.sin(x / 61 + phase)
            tall = 190 + 90 * math.sin(x / 83 + phase * 2)
            sheet.shape([(x, y), (x + 6, y), (x + 6, y - tall), (x, y - tall)], colour, 34)
            sheet.shape([(x, y), (x + 6, y), (x + 6, y - tall * 0.35), (x, y - tall * 0.35)], colour, 44)
    sheet.soften(9)
    sheet.stars(150, 480)
    sheet.ridge(560, 26, (16, 30, 46))
    sheet.forest(640, 120, 260, (9, 18, 26), gap=26)
    sheet.water(640, (170, 190, 206), (116, 146, 160))
    sheet.forest(700, 60, 120, (12, 24, 32), gap=120)


def camp_fire(sheet: Sheet) -> None:
    sheet.sky((14, 16, 38), (74, 44, 62))
    sheet.stars(110, 380)
    sheet.forest(560, 180, 330, (16, 22, 30), gap=30)
    sheet.box(0, 560, 1200, 240, (70, 60, 76))
    sheet.ridge(586, 10, (92, 80, 98))
    sheet.glow(600, 560, 430, (255, 140, 50), 190)
    for size, colour in (
        (1.0, (214, 70, 30)),
        (0.74, (246, 134, 42)),
        (0.48, (255, 200, 90)),
        (0.24, (255, 246, 214)),
    ):
        points = []
        for step in range(41):
            angle = math.pi * step / 40
            reach = 150 * size * (1 + 0.12 * math.sin(step * 2.7))
            points.append((600 - math.cos(angle) * reach, 640 - math.sin(angle) ** 1.6 * 330 * size))
        sheet.shape(points, colour)
    for angle in (-0.5, -0.18, 0.2, 0.52):
        sheet.line(
            [
                (600 - 150 * math.cos(angle), 640 + 60 * angle),
                (600 + 150 * math.cos(angle), 652 - 60 * angle),
            ],
            (48, 28, 22),
            20,
        )
    for _ in range(150):
        rise = sheet.between(0, 1) ** 1.4
        sheet.disc(
            600 + sheet.between(-1, 1) * (60 + 320 * rise),
            480 - rise * 440,
            sheet.between(1, 3.4),
            (255, 190, 90),
            round(240 - 170 * rise),
        )
    for place, tall in ((250, 190), (330, 170), (402, 150), (806, 160), (880, 186), (966, 172)):
        sheet.person(place, 716, tall, (26, 20, 28), arms=0.08)


def open_air_cinema(sheet: Sheet) -> None:
    sheet.sky((18, 22, 50), (66, 76, 116))
    sheet.stars(140, 320)
    sheet.forest(520, 150, 300, (14, 24, 36), gap=28)
    sheet.box(0, 520, 1200, 280, (186, 198, 216))
    sheet.ridge(540, 14, (206, 216, 230))
    for place in (290, 910):
        sheet.spruce(place, 560, 470, (12, 22, 32))
    sheet.glow(600, 320, 470, (200, 220, 255), 120)
    sheet.box(322, 150, 556, 320, SNOW)
    sheet.box(334, 162, 532, 296, (64, 108, 150))
    sheet.disc(720, 240, 40, (255, 230, 170))
    sheet.shape(
        [(334, 458), (334, 390), (470, 310), (560, 372), (650, 330), (866, 420), (866, 458)], (28, 60, 86)
    )
    sheet.shape([(590, 458), (604, 396), (622, 396), (640, 458)], SNOW)
    sheet.disc(613, 384, 14, SNOW)
    for row, (y, tall, count) in enumerate(((610, 74, 12), (680, 96, 10), (780, 130, 8))):
        for seat in range(count):
            x = (seat + 0.5 + 0.22 * row) * 1200 / count + sheet.between(-18, 18)
            hat = (MAPLE, RIVER, GOLD, SPRUCE, BLUEBERRY)[sheet.random.randrange(5)]
            sheet.shape(
                [
                    (x - tall * 0.42, y + tall),
                    (x - tall * 0.3, y),
                    (x + tall * 0.3, y),
                    (x + tall * 0.42, y + tall),
                ],
                (30, 34, 50),
            )
            sheet.disc(x, y - tall * 0.18, tall * 0.27, (30, 34, 50))
            sheet.pen.pieslice(
                sheet.up(x - tall * 0.29, y - tall * 0.5, x + tall * 0.29, y + tall * 0.1), 180, 360, fill=hat
            )
            sheet.disc(x, y - tall * 0.5, tall * 0.08, SNOW)


def northern_morning(sheet: Sheet) -> None:
    sheet.sky((98, 120, 172), (255, 208, 160), 500)
    sheet.glow(380, 470, 400, (255, 226, 170), 190)
    sheet.disc(380, 462, 54, (255, 244, 214))
    sheet.ridge(476, 26, (122, 118, 150))
    sheet.forest(505, 70, 130, (62, 74, 100), gap=17)
    sheet.water(500, (70, 96, 140), (250, 206, 170))
    for step in range(28):
        y = 506 + step * 10
        reach = (14 + step * 4) * sheet.between(0.4, 1.1)
        sheet.line([(380 - reach, y), (380 + reach, y)], (255, 240, 206), 3, 130)
    sheet.waves(504, SNOW, alpha=46)
    sheet.forest(830, 240, 420, (22, 40, 50), gap=150)


def ski_track(sheet: Sheet) -> None:
    sheet.sky((142, 178, 212), (252, 234, 208), 420)
    sheet.glow(900, 300, 320, (255, 240, 204))
    sheet.disc(900, 300, 36, (255, 250, 232))
    sheet.ridge(400, 40, (166, 186, 206))
    sheet.forest(440, 90, 180, (76, 112, 112), gap=24, snow=True)
    sheet.box(0, 436, 1200, 364, (236, 240, 246))
    sheet.ridge(470, 20, (244, 246, 250))
    for side, shade in ((-1, (176, 196, 220)), (1, (176, 196, 220))):
        track = [
            (
                600 + 190 * math.sin(step / 25 * 2.4) * (step / 25) + side * (4 + 52 * (step / 25) ** 1.8),
                446 + 354 * (step / 25) ** 1.4,
            )
            for step in range(26)
        ]
        sheet.line(track, shade, 9)
    for x, base, tall in (
        (80, 700, 420),
        (210, 640, 300),
        (1010, 660, 350),
        (1130, 760, 500),
        (930, 560, 190),
    ):
        sheet.spruce(x, base, tall, (34, 82, 76), snow=True)
        sheet.shape([(x, base), (x - 160, base + 50), (x - 60, base + 52)], (190, 206, 226), 130)


# ---------------------------------------------------------------------------------------------------------------------
# Streets, rinks, fields, halls


def snowy_street(sheet: Sheet) -> None:
    sheet.sky((54, 70, 112), (236, 176, 150), 460)
    sheet.ridge(420, 30, (108, 112, 146))
    palette = ((150, 74, 62), (96, 84, 110), (176, 118, 84), (70, 92, 118), (136, 92, 96))
    for side in (-1, 1):
        for house in range(6):
            depth = 1 - house / 6.5
            width = 190 * depth
            x = 600 + side * (130 + 480 * depth) - width / 2
            base = 470 + 280 * depth**1.6
            tall = 360 * depth
            sheet.box(x, base - tall, width, tall, palette[(house + side) % 5])
            sheet.shape(
                [(x - 8, base - tall), (x + width / 2, base - tall * 1.34), (x + width + 8, base - tall)],
                SNOW,
            )
            for row in range(3):
                for column in range(2):
                    lit = sheet.random.random() < 0.55
                    sheet.box(
                        x + width * (0.16 + 0.42 * column),
                        base - tall * (0.88 - 0.29 * row),
                        width * 0.24,
                        tall * 0.17,
                        GOLD if lit else (40, 48, 72),
                    )
    sheet.shape([(560, 470), (640, 470), (1100, 800), (100, 800)], (222, 226, 236))
    sheet.shape([(584, 470), (616, 470), (860, 800), (340, 800)], (176, 184, 204))
    sheet.box(500, 520, 200, 150, RIVER)
    sheet.pen.rounded_rectangle(sheet.up(494, 476, 706, 668), radius=44, fill=(38, 92, 138))
    sheet.pen.rounded_rectangle(sheet.up(512, 500, 688, 590), radius=20, fill=(255, 222, 140))
    sheet.line([(600, 500), (600, 590)], (38, 92, 138), 6)
    sheet.box(540, 482, 120, 14, GOLD)
    for x in (524, 676):
        sheet.disc(x, 634, 13, (255, 244, 200))
        sheet.glow(x, 634, 90, (255, 236, 170), 120)
        sheet.disc(540 if x < 600 else 660, 672, 18, INK)
    sheet.snowfall(260)


def alley(sheet: Sheet) -> None:
    sheet.sky((142, 190, 214), (246, 232, 206))
    for side in (-1, 1):
        edge = 0 if side < 0 else 1200
        inner = 600 + side * 150
        sheet.shape(
            [(edge, 0), (inner, 190), (inner, 620), (edge, 800)],
            (166, 88, 66) if side < 0 else (186, 116, 82),
        )
        for row in range(12):
            y_far, y_near = 190 + row * 36, row * 66
            sheet.line([(edge, y_near), (inner, y_far)], (120, 60, 48), 2, 90)
        for floor in range(3):
            for place in range(3):
                share = 0.18 + place * 0.27
                x = edge + (inner - edge) * share
                tall = 120 - 80 * share
                y = 90 + floor * (190 - 60 * share) + 80 * share
                sheet.box(
                    x - tall * 0.22, y, tall * 0.44, tall, (64, 80, 100) if (floor + place) % 2 else GOLD
                )
    sheet.shape([(450, 620), (750, 620), (1200, 800), (0, 800)], (176, 168, 150))
    for turn in range(56):
        angle = turn * 0.42
        x, y = 330 + 74 * math.cos(angle), 700 - turn * 9.4
        sheet.line([(330, y), (x, y)], INK, 7)
        sheet.disc(x, y - 26, 3, INK)
    sheet.line([(330, 720), (330, 160)], INK, 9)
    for cord, (y, sag) in enumerate(((190, 34), (262, 40), (330, 30))):
        points = [(250 + step * 35, y + sag * math.sin(math.pi * step / 20)) for step in range(21)]
        sheet.line(points, INK, 2)
        for x, top in points[2 + cord : -2 : 2]:
            colour = (SNOW, ROSE, RIVER, GOLD, SPRUCE, BLUEBERRY)[sheet.random.randrange(6)]
            sheet.shape([(x - 14, top), (x + 14, top), (x + 17, top + 44), (x - 17, top + 44)], colour)
    for _ in range(150):
        x = sheet.between(0, 1200)
        if 330 < x < 870:
            continue
        sheet.disc(
            x,
            800 - sheet.between(0, 110),
            sheet.between(10, 34),
            mix(SPRUCE, (140, 170, 90), sheet.between(0, 1)),
            235,
        )


def rink_evening(sheet: Sheet) -> None:
    sheet.sky((16, 24, 56), (70, 84, 134), 430)
    sheet.stars(90, 260)
    sheet.forest(430, 80, 170, (20, 30, 52), gap=26)
    sheet.box(0, 424, 1200, 376, (150, 168, 206))
    sheet.ridge(452, 16, (176, 192, 224))
    sheet.oval(600, 600, 540, 160, (120, 146, 190))
    sheet.oval(600, 592, 524, 150, (206, 226, 242))
    for _ in range(46):
        x, y = sheet.between(180, 1020), sheet.between(480, 700)
        sheet.line(
            [
                (x, y),
                (x + sheet.between(-90, 90), y + sheet.between(-14, 14)),
                (x + sheet.between(40, 160), y),
            ],
            SNOW,
            2,
            150,
        )
    lights = [(60 + step * 54, 330 + 60 * math.sin(math.pi * step / 20)) for step in range(21)]
    sheet.line(lights, (30, 34, 56), 3)
    for x, y in lights:
        sheet.glow(x, y + 8, 66, (255, 214, 130), 130)
        sheet.disc(x, y + 8, 7, (255, 240, 196))
    sheet.person(770, 640, 170, INK, arms=-0.02)
    spray = [(806, 566), (900, 590), (980, 640)]
    sheet.line(spray, INK, 6)
    for _ in range(130):
        far = sheet.between(0, 1)
        sheet.disc(980 + far * 130, 640 + far * sheet.between(-30, 40), sheet.between(1, 3.4), SNOW, 200)


def rink_moon(sheet: Sheet) -> None:
    sheet.sky((20, 28, 66), (96, 120, 176), 450)
    sheet.stars(160, 340)
    sheet.glow(840, 170, 270, (220, 228, 255), 130)
    sheet.disc(840, 170, 62, (250, 246, 232))
    sheet.disc(862, 158, 12, (226, 222, 210))
    sheet.disc(822, 190, 8, (230, 226, 214))
    sheet.ridge(430, 36, (36, 50, 92))
    sheet.forest(462, 60, 130, (18, 30, 56), gap=22)
    sheet.box(0, 456, 1200, 344, (140, 162, 208))
    sheet.oval(600, 630, 430, 124, (222, 234, 246))
    sheet.oval(600, 626, 416, 116, (178, 204, 232))
    for turn in range(26):
        start, reach = sheet.between(0, 6.2), sheet.between(0.5, 1.7)
        share = sheet.between(0.25, 0.96)
        arc = [
            (
                600 + 410 * share * math.cos(start + reach * step / 16),
                626 + 114 * share * math.sin(start + reach * step / 16),
            )
            for step in range(17)
        ]
        sheet.line(arc, SNOW, 2.4, 150 + turn)
    sheet.oval(690, 620, 90, 12, (250, 246, 232), 150)


def bicycle(sheet: Sheet) -> None:
    sheet.sky((92, 108, 146), (216, 210, 216))
    for house in range(6):
        x = house * 215 - 30
        sheet.box(x, 170 + 30 * (house % 3), 200, 470, mix((120, 128, 156), (150, 150, 170), (house % 3) / 2))
        for row in range(3):
            for column in range(2):
                lit = sheet.random.random() < 0.4
                sheet.box(
                    x + 34 + column * 84,
                    220 + 30 * (house % 3) + row * 110,
                    46,
                    66,
                    (252, 214, 140) if lit else (90, 100, 130),
                )
    sheet.box(0, 610, 1200, 190, (232, 234, 242))
    sheet.ridge(640, 14, (244, 244, 248))
    sheet.box(846, 60, 14, 620, INK)
    sheet.pen.rounded_rectangle(sheet.up(800, 40, 906, 66), radius=24, fill=INK)
    sheet.glow(853, 92, 320, (255, 228, 160), 170)
    for x in (560, 800):
        sheet.pen.ellipse(sheet.up(x - 104, 556 - 20, x + 104, 744), outline=INK, width=14)
        for spoke in range(14):
            angle = spoke * math.tau / 14
            sheet.line([(x, 640), (x + 98 * math.cos(angle), 640 + 98 * math.sin(angle))], INK, 1.2)
    sheet.line([(560, 640), (640, 500), (770, 500), (676, 640), (560, 640)], INK, 11)
    sheet.line([(640, 500), (676, 640)], INK, 11)
    sheet.line([(800, 640), (762, 470), (800, 452)], INK, 11)
    sheet.line([(632, 486), (640, 500)], INK, 10)
    sheet.pen.rounded_rectangle(sheet.up(600, 468, 668, 486), radius=16, fill=INK)
    sheet.pen.rounded_rectangle(sheet.up(604, 458, 664, 472), radius=14, fill=SNOW)
    sheet.shape([(0, 720), (500, 700), (1200, 730), (1200, 800), (0, 800)], (250, 250, 252))
    sheet.snowfall(420)


def field(sheet: Sheet) -> None:
    sheet.sky((154, 186, 208), (250, 226, 200), 330)
    sheet.glow(260, 300, 300, (255, 236, 200))
    sheet.ridge(318, 26, (140, 152, 160))
    sheet.ridge(336, 14, (112, 124, 112))
    sheet.box(820, 214, 180, 120, (170, 58, 44))
    sheet.shape([(806, 218), (846, 160), (974, 160), (1014, 218)], (206, 210, 216))
    sheet.box(888, 262, 46, 72, SNOW)
    sheet.box(0, 334, 1200, 466, (112, 92, 76))
    for row in range(-9, 10):
        for step in range(1, 30):
            depth = (step / 29) ** 1.7
            x = 600 + row * (16 + 150 * depth)
            y = 338 + depth * 450
            size = 3 + 34 * depth
            tint = mix((86, 132, 92), (148, 176, 150), sheet.between(0, 1))
            sheet.oval(x + sheet.between(-2, 2), y, size, size * 0.62, tint)
            sheet.oval(x - size * 0.2, y - size * 0.2, size * 0.5, size * 0.28, SNOW, 120)


def soil(sheet: Sheet) -> None:
    sheet.sky((222, 214, 196), (196, 178, 150))
    for side in (-1, 1):
        sheet.shape(
            [
                (600, 700),
                (600 + side * 250, 640),
                (600 + side * 430, 470),
                (600 + side * 600, 560),
                (600 + side * 600, 800),
                (600, 800),
            ],
            (176, 128, 100),
        )
        for finger in range(4):
            x = 600 + side * (170 + finger * 66)
            sheet.line([(x, 640 - finger * 22), (x - side * 40, 520 - finger * 6)], (190, 142, 112), 46)
    points = []
    for step in range(60):
        angle = math.tau * step / 60
        reach = 1 + sheet.between(-0.09, 0.09)
        points.append((600 + 290 * reach * math.cos(angle), 420 + 190 * reach * math.sin(angle)))
    sheet.shape(points, (44, 34, 28))
    for _ in range(900):
        angle, reach = sheet.between(0, math.tau), sheet.between(0, 1) ** 0.5
        sheet.disc(
            600 + 276 * reach * math.cos(angle),
            420 + 180 * reach * math.sin(angle),
            sheet.between(2, 11),
            mix((30, 22, 18), (96, 72, 54), sheet.between(0, 1)),
            220,
        )
    for _ in range(34):
        x, y = sheet.between(380, 820), sheet.between(300, 480)
        root = [(x, y)]
        for _step in range(9):
            x, y = x + sheet.between(-16, 16), y + sheet.between(8, 24)
            root.append((x, y))
        sheet.line(root, (232, 222, 198), 2.4, 220)
    for _ in range(26):
        x = sheet.between(420, 780)
        sheet.line([(x, 262), (x + sheet.between(-30, 30), 150 + sheet.between(-40, 40))], (98, 146, 82), 6)


def mittens(sheet: Sheet) -> None:
    sheet.sky((178, 210, 228), (250, 242, 226))
    sheet.ridge(640, 40, (226, 232, 238))
    sheet.ridge(700, 20, SNOW)
    for cord, y in enumerate((150, 400)):
        points = [(step * 60.0, y + 46 * math.sin(math.pi * step / 20)) for step in range(21)]
        sheet.line(points, INK, 3)
        for x, top in points[1 + cord : -1 : 2]:
            one = (MAPLE, RIVER, GOLD, SPRUCE, BLUEBERRY, ROSE, (150, 40, 60))[sheet.random.randrange(7)]
            other = (SNOW, GOLD, ICE)[sheet.random.randrange(3)]
            sheet.pen.rounded_rectangle(sheet.up(x - 34, top + 40, x + 34, top + 150), radius=66, fill=one)
            sheet.box(x - 30, top + 8, 60, 48, other)
            sheet.pen.rounded_rectangle(sheet.up(x + 20, top + 62, x + 56, top + 116), radius=34, fill=one)
            sheet.box(x - 34, top + 82, 68, 9, other)
            sheet.box(x - 34, top + 102, 68, 5, other)
            sheet.box(x - 4, top - 10, 8, 26, (176, 130, 88))
    sheet.snowfall(60)


def hives(sheet: Sheet) -> None:
    sheet.sky((150, 194, 220), (250, 232, 200), 400)
    sheet.water(380, (70, 124, 156), (150, 186, 204))
    sheet.ridge(386, 10, (112, 146, 166), alpha=120)
    sheet.box(0, 470, 1200, 330, (176, 168, 96))
    sheet.ridge(486, 16, (158, 158, 90))
    for _ in range(1500):
        depth = sheet.between(0, 1) ** 0.7
        x, y = sheet.between(0, 1200), 480 + depth * 320
        sheet.line(
            [(x, y), (x + sheet.between(-6, 6), y - 10 - 44 * depth)],
            mix((132, 132, 64), (214, 190, 112), sheet.between(0, 1)),
            1 + 2 * depth,
            200,
        )
    for x, scale in ((320, 1.0), (600, 1.16), (900, 0.92)):
        for storey in range(3):
            top = 640 - (storey + 1) * 92 * scale
            sheet.box(x - 82 * scale, top, 164 * scale, 88 * scale, mix(SNOW, (206, 214, 220), storey / 4))
            sheet.box(x - 26 * scale, top + 36 * scale, 52 * scale, 10 * scale, (120, 120, 120))
        sheet.box(x - 96 * scale, 640 - 3 * 92 * scale - 22 * scale, 192 * scale, 24 * scale, (140, 150, 158))
        sheet.box(x - 54 * scale, 624, 108 * scale, 12, INK)
    for _ in range(46):
        sheet.oval(sheet.between(180, 1050), sheet.between(300, 620), 5, 3, (52, 40, 20), 230)


def dancers(sheet: Sheet) -> None:
    sheet.sky((122, 58, 40), (240, 172, 88))
    for beam in range(7):
        sheet.shape(
            [
                (beam * 200 - 40, 0),
                (beam * 200 + 10, 0),
                (600 + (beam - 3) * 70, 240),
                (590 + (beam - 3) * 70, 240),
            ],
            (92, 42, 32),
            160,
        )
    sheet.box(0, 470, 1200, 330, (206, 134, 64))
    for board in range(-12, 13):
        sheet.line([(600 + board * 46, 470), (600 + board * 150, 800)], (168, 98, 46), 3, 170)
    sheet.glow(600, 120, 480, (255, 226, 150), 150)
    ring = sorted(
        (
            (600 + 430 * math.cos(turn * math.tau / 16), 600 + 120 * math.sin(turn * math.tau / 16))
            for turn in range(16)
        ),
        key=lambda spot: spot[1],
    )
    for x, y in ring:
        tall = 150 + (y - 480) * 0.42
        sheet.oval(x + 24, y + 4, tall * 0.3, tall * 0.07, (120, 64, 34), 150)
        sheet.person(x, y, tall, (46, 24, 30), arms=0.28)
    sheet.person(600, 560, 150, (70, 30, 34), arms=0.0)
    sheet.box(566, 462, 68, 46, MAPLE)
    for fold in range(6):
        sheet.box(570 + fold * 11, 462, 4, 46, SNOW)


def dancers_from_above(sheet: Sheet) -> None:
    sheet.sky((214, 150, 78), (190, 116, 56))
    for board in range(25):
        sheet.line([(0, board * 34), (1200, board * 34)], (160, 92, 44), 2, 150)
    for ring, count in ((300, 16), (170, 9)):
        for turn in range(count):
            angle = turn * math.tau / count + ring
            x, y = 600 + ring * 1.35 * math.cos(angle), 400 + ring * math.sin(angle)
            coat = (MAPLE, RIVER, SPRUCE, BLUEBERRY, (120, 40, 60), GOLD)[turn % 6]
            sheet.shape([(x - 14, y), (x + 14, y), (x + 150, y + 190), (x + 96, y + 200)], (90, 46, 28), 110)
            sheet.oval(x, y, 38, 26, coat)
            for side in (-1, 1):
                sheet.line(
                    [(x, y), (x + side * 52 * math.sin(angle), y - side * 42 * math.cos(angle))], coat, 11
                )
            sheet.disc(x, y, 17, (60, 38, 34))


# ---------------------------------------------------------------------------------------------------------------------
# Posters


def lettering(sheet: Sheet, text: str, y: float, colour: Colour, *, size: int) -> None:
    """Write across the sheet in Pillow's own typeface, spaced, centred; it lacks É, whose accent is drawn."""
    face = ImageFont.load_default(size * OVERSAMPLING)
    plain = text.replace("É", "E")
    lengths = [face.getlength(letter) for letter in plain]
    space = size * 0.16 * OVERSAMPLING
    x = (sheet.width * OVERSAMPLING - sum(lengths) - space * (len(text) - 1)) / 2
    x_of = [x + sum(lengths[:place]) + space * place for place in range(len(text))]
    for letter, length in zip(plain, lengths, strict=True):
        for shift in range(7):
            sheet.pen.text((x + shift * size * 0.012, y * OVERSAMPLING), letter, font=face, fill=colour)
        x += length + space
    for place, letter in enumerate(text):
        if letter == "É":
            middle = (x_of[place] + lengths[place] / 2) / OVERSAMPLING
            sheet.line(
                [(middle - size * 0.03, y + size * 0.2), (middle + size * 0.13, y + size * 0.04)],
                colour,
                size * 0.09,
            )


def poster_winter(sheet: Sheet) -> None:
    sheet.sky((34, 66, 106), (22, 44, 76))
    sheet.disc(450, 500, 320, (44, 82, 126))
    for arm in range(6):
        angle = arm * math.tau / 6 + math.pi / 6
        for step in range(1, 6):
            x, y = 450 + math.cos(angle) * step * 62, 500 + math.sin(angle) * step * 62
            size = 44 - step * 4
            sheet.box(x - size / 2, y - size / 2, size, size, SNOW)
            sheet.shape(
                [(x - size * 0.7, y - size / 2), (x, y - size * 1.12), (x + size * 0.7, y - size / 2)], ICE
            )
            sheet.box(x - size * 0.12, y - size * 0.1, size * 0.24, size * 0.3, GOLD)
    sheet.disc(450, 500, 34, SNOW)
    sheet.snowfall(90)
    lettering(sheet, "HIVER", 940, SNOW, size=150)


def poster_tides(sheet: Sheet) -> None:
    sheet.sky((244, 232, 208), (238, 214, 180))
    sheet.disc(600, 280, 130, MAPLE)
    sheet.disc(660, 250, 118, (243, 229, 203))
    for wave, colour in enumerate((ICE, (92, 150, 180), RIVER)):
        points = [(0.0, 1200.0)]
        for x in range(0, 910, 6):
            points.append((float(x), 520 + wave * 130 - 90 * math.sin(x / 128 + wave * 1.6)))
        sheet.shape([*points, (900.0, 1200.0)], colour)
    lettering(sheet, "MARÉES", 985, SNOW, size=126)


def poster_poem(sheet: Sheet) -> None:
    sheet.sky((248, 242, 228), (240, 232, 212))
    face = ImageFont.load_default(620 * OVERSAMPLING)
    for shift in range(10):
        sheet.pen.text((240 * OVERSAMPLING + shift * 4, 40 * OVERSAMPLING), "P", font=face, fill=MAPLE)
    lines = ("J’ai deux pays", "et une seule", "paire de bottes.")
    small = ImageFont.load_default(64 * OVERSAMPLING)
    for number, text in enumerate(lines):
        for shift in range(3):
            sheet.pen.text(
                (150 * OVERSAMPLING + shift, (800 + number * 92) * OVERSAMPLING), text, font=small, fill=INK
            )
    sheet.box(150, 1098, 600, 5, INK)


def poster_alley(sheet: Sheet) -> None:
    sheet.sky((250, 214, 166), (246, 190, 140))
    for turn in range(44):
        angle = turn * 0.36
        x, y = 450 + 190 * math.cos(angle), 880 - turn * 16
        sheet.line([(450, y), (x, y)], MAPLE if turn % 2 else (150, 54, 36), 13)
    sheet.line([(450, 900), (450, 150)], INK, 15)
    for shift, scale in ((0, 1.0),):
        sheet.shape([(620 + shift, 220), (760, 170 * scale), (700, 236), (770, 290)], RIVER)
        sheet.oval(640, 236, 74, 42, RIVER)
        sheet.disc(572, 208, 32, RIVER)
        sheet.shape([(546, 200), (506, 214), (548, 220)], GOLD)
        sheet.disc(566, 200, 6, SNOW)
    lettering(sheet, "RUELLE", 960, INK, size=126)


def poster_tram(sheet: Sheet) -> None:
    sheet.sky((38, 44, 92), (90, 84, 142))
    sheet.disc(690, 220, 92, GOLD)
    sheet.disc(730, 196, 84, (52, 54, 104))
    sheet.stars(70, 460)
    sheet.box(0, 850, 900, 350, (226, 228, 238))
    sheet.pen.rounded_rectangle(sheet.up(90, 470, 810, 820), radius=110, fill=MAPLE)
    sheet.pen.rounded_rectangle(sheet.up(90, 650, 810, 820), radius=60, fill=SPRUCE)
    for window in range(4):
        sheet.pen.rounded_rectangle(
            sheet.up(140 + window * 160, 530, 270 + window * 160, 650), radius=28, fill=(255, 232, 170)
        )
        sheet.disc(205 + window * 160, 606, 26, (90, 60, 60))
        sheet.box(176 + window * 160, 624, 58, 26, (MAPLE, RIVER, BLUEBERRY, INK)[window])
    for wheel in (200, 330, 570, 700):
        sheet.disc(wheel, 824, 38, INK)
        sheet.disc(wheel, 824, 16, SNOW)
    sheet.line([(450, 470), (380, 390), (520, 390), (450, 470)], INK, 7)
    sheet.line([(0, 384), (900, 384)], INK, 4)
    lettering(sheet, "TRAM", 950, MAPLE, size=170)


SCENES: dict[str, Scene] = {
    "affiche-hiver": poster_winter,
    "affiche-marees": poster_tides,
    "affiche-poeme": poster_poem,
    "affiche-ruelle": poster_alley,
    "affiche-tramway": poster_tram,
    "boreal-aurore": aurora,
    "boreal-cinema": open_air_cinema,
    "boreal-feu": camp_fire,
    "boreal-matin": northern_morning,
    "boreal-piste": ski_track,
    "jour-mitaines": mittens,
    "jour-ruches": hives,
    "mer-baie": bay,
    "mer-havre": harbour,
    "mer-maree": low_tide,
    "mer-vague": breakers,
    "patinoire-lune": rink_moon,
    "patinoire-soir": rink_evening,
    "rail-mer": railway,
    "rue-neige": snowy_street,
    "rue-ruelle": alley,
    "terre-champ": field,
    "terre-sol": soil,
    "veillee": dancers,
    "veillee-hiver": dancers_from_above,
    "velo-neige": bicycle,
}


def draw(name: str) -> bytes:
    """Draw one scene or poster as a JPEG; KeyError if nobody drew it."""
    is_poster = name.startswith("affiche")
    sheet = Sheet(*((POSTER_WIDTH, POSTER_HEIGHT) if is_poster else (WIDTH, HEIGHT)), seed=name)
    SCENES[name](sheet)
    return encoded(sheet.finish())


def face(handle: str, family: str) -> bytes:
    """Draw a small landscape that stands for a person or a page: hills, a sun, one tree, in its own colours."""
    top, bottom, hill, light = FAMILY[family]
    sheet = Sheet(FACE_SIDE, FACE_SIDE, seed=f"visage {handle}")
    sheet.sky(mix(top, light, sheet.between(0, 0.25)), bottom)
    x, y = sheet.between(90, 310), sheet.between(90, 190)
    sheet.glow(x, y, 150, light, 120)
    sheet.disc(x, y, sheet.between(26, 50), mix(light, SNOW, 0.3))
    sheet.ridge(sheet.between(230, 270), 40, mix(hill, bottom, 0.5))
    sheet.ridge(sheet.between(290, 310), 30, mix(hill, bottom, 0.22))
    if family == "mer":
        sheet.water(300, hill, mix(hill, bottom, 0.5))
        sheet.waves(304, SNOW, rows=9, alpha=110)
    else:
        sheet.ridge(345, 18, hill)
        for _ in range(sheet.random.randrange(1, 6)):
            sheet.spruce(
                sheet.between(30, 370), sheet.between(340, 380), sheet.between(70, 170), mix(hill, INK, 0.35)
            )
    return encoded(sheet.finish())


def encoded(picture: Image.Image) -> bytes:
    out = BytesIO()
    picture.save(out, "JPEG", quality=90)
    return out.getvalue()
