"""Streets, alleys and rinks."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from feeds.demo.pictures.sheet import BLUEBERRY, GOLD, INK, RIVER, ROSE, SNOW, SPRUCE, mix

if TYPE_CHECKING:
    from feeds.demo.pictures.sheet import Sheet


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
