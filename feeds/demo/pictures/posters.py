"""Posters, with letters."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PIL import ImageFont

from feeds.demo.pictures.sheet import BLUEBERRY, GOLD, ICE, INK, MAPLE, OVERSAMPLING, RIVER, SNOW, SPRUCE

if TYPE_CHECKING:
    from feeds.demo.pictures.sheet import Colour, Sheet


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
        crests = [
            (float(x), 520 + wave * 130 - 90 * math.sin(x / 128 + wave * 1.6)) for x in range(0, 910, 6)
        ]
        sheet.shape([(0, 1200), *crests, (900, 1200)], colour)
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
