"""The sea: a bay, a harbour, low tide, breakers, a railway along the shore."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from feeds.demo.pictures.sheet import INK, MAPLE, RIVER, SNOW, mix

if TYPE_CHECKING:
    from feeds.demo.pictures.sheet import Sheet


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
