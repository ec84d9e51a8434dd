"""Pictures of the demo, drawn by the program: the same name gives the same pixels.

No stock, no model, no network.
"""

from __future__ import annotations

from functools import cache
from io import BytesIO
from typing import TYPE_CHECKING

from feeds.demo.pictures import boreal, country, posters, sea, town
from feeds.demo.pictures.sheet import (
    BLUEBERRY,
    GOLD,
    ICE,
    INK,
    MAPLE,
    RIVER,
    ROSE,
    SNOW,
    SPRUCE,
    Colour,
    Sheet,
    mix,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from PIL import Image

    Scene = Callable[[Sheet], None]

WIDTH, HEIGHT = 1200, 800
POSTER_WIDTH, POSTER_HEIGHT = 900, 1200
FACE_SIDE = 400
STARRY, HOUSED, SAILED = 0.6, 0.45, 0.5

FAMILY: dict[str, tuple[Colour, ...]] = {
    "jour": ((176, 214, 232), (244, 234, 212), SPRUCE, GOLD),
    "mer": ((58, 112, 150), (236, 214, 190), RIVER, SNOW),
    "soir": ((44, 40, 92), (236, 138, 92), INK, GOLD),
    "foret": ((126, 172, 164), (238, 232, 206), (24, 66, 52), ROSE),
    "neige": ((146, 170, 196), (248, 242, 238), (70, 96, 128), MAPLE),
    "aube": ((92, 82, 150), (250, 190, 158), (58, 52, 104), GOLD),
}

SCENES: dict[str, Scene] = {
    "affiche-hiver": posters.poster_winter,
    "affiche-marees": posters.poster_tides,
    "affiche-poeme": posters.poster_poem,
    "affiche-ruelle": posters.poster_alley,
    "affiche-tramway": posters.poster_tram,
    "boreal-aurore": boreal.aurora,
    "boreal-cinema": boreal.open_air_cinema,
    "boreal-feu": boreal.camp_fire,
    "boreal-matin": boreal.northern_morning,
    "boreal-piste": boreal.ski_track,
    "jour-mitaines": country.mittens,
    "jour-ruches": country.hives,
    "mer-baie": sea.bay,
    "mer-havre": sea.harbour,
    "mer-maree": sea.low_tide,
    "mer-vague": sea.breakers,
    "patinoire-lune": town.rink_moon,
    "patinoire-soir": town.rink_evening,
    "rail-mer": sea.railway,
    "rue-neige": town.snowy_street,
    "rue-ruelle": town.alley,
    "terre-champ": country.field,
    "terre-sol": country.soil,
    "veillee": country.dancers,
    "veillee-hiver": country.dancers_from_above,
    "velo-neige": town.bicycle,
}


@cache
def draw(name: str) -> bytes:
    """Draw one scene or poster as a JPEG; KeyError if nobody drew it."""
    is_poster = name.startswith("affiche")
    sheet = Sheet(*((POSTER_WIDTH, POSTER_HEIGHT) if is_poster else (WIDTH, HEIGHT)), seed=name)
    SCENES[name](sheet)
    return encoded(sheet.finish())


@cache
def face(handle: str, family: str) -> bytes:
    """Draw a small landscape that stands for a person or a page: hills, a sun, a few trees."""
    sheet = Sheet(FACE_SIDE, FACE_SIDE, seed=f"visage {handle}")
    top, bottom, hill, light = FAMILY[family]
    # The same hour is not the same evening twice: each face leans towards a colour of its own.
    tint = sheet.random.choice((RIVER, MAPLE, BLUEBERRY, SPRUCE, GOLD, ROSE, ICE))
    top, hill = mix(top, tint, sheet.between(0.15, 0.5)), mix(hill, tint, sheet.between(0, 0.35))
    bottom = mix(bottom, tint, sheet.between(0, 0.25))
    sheet.sky(mix(top, light, sheet.between(0, 0.25)), bottom)
    if family in {"soir", "aube"} and sheet.random.random() < STARRY:
        sheet.stars(50, 200)
    x, y = sheet.between(90, 310), sheet.between(90, 190)
    sheet.glow(x, y, 150, light, 120)
    sheet.disc(x, y, sheet.between(26, 50), mix(light, SNOW, 0.3))
    sheet.ridge(sheet.between(230, 270), 40, mix(hill, bottom, 0.5))
    sheet.ridge(sheet.between(290, 310), 30, mix(hill, bottom, 0.22))
    if family == "mer":
        sheet.water(300, hill, mix(hill, bottom, 0.5))
        sheet.waves(304, SNOW, rows=9, alpha=110)
        if sheet.random.random() < SAILED:
            sea.boat(sheet, sheet.between(100, 300), sheet.between(318, 352), sheet.between(0.5, 0.9))
    else:
        sheet.ridge(345, 18, hill)
        if sheet.random.random() < HOUSED:
            house(sheet, sheet.between(110, 290), 350, mix(hill, MAPLE, sheet.between(0.2, 0.9)))
        for _ in range(sheet.random.randrange(1, 6)):
            sheet.spruce(
                sheet.between(30, 370), sheet.between(340, 380), sheet.between(70, 170), mix(hill, INK, 0.35)
            )
    return encoded(sheet.finish())


def house(sheet: Sheet, x: float, base: float, wall: Colour) -> None:
    """Draw a small house with one lit window."""
    sheet.box(x - 34, base - 50, 68, 50, wall)
    sheet.shape([(x - 44, base - 48), (x, base - 88), (x + 44, base - 48)], SNOW)
    sheet.box(x - 10, base - 36, 20, 20, GOLD)


def encoded(picture: Image.Image) -> bytes:
    out = BytesIO()
    picture.save(out, "JPEG", quality=90)
    return out.getvalue()
