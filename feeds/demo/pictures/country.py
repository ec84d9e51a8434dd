"""Fields, clotheslines, hives, dance halls."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from feeds.demo.pictures.sheet import BLUEBERRY, GOLD, ICE, INK, MAPLE, RIVER, ROSE, SNOW, SPRUCE, mix

if TYPE_CHECKING:
    from feeds.demo.pictures.sheet import Sheet


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
            x = 600.0 + side * (170 + finger * 66)
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
