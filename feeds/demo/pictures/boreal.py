"""The north: aurora, fire, cinema in the snow, morning, ski track."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from feeds.demo.pictures.sheet import BLUEBERRY, GOLD, MAPLE, RIVER, SNOW, SPRUCE

if TYPE_CHECKING:
    from feeds.demo.pictures.sheet import Sheet


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
