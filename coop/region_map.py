"""The map of the 17 administrative regions, drawn on the server as one inline SVG without tiles.

The projection is Lambert's conformal conic, the one Québec's own maps use (standard parallels 46° and 60° N, central
meridian 68.5° W, sphere): the south and the north keep their shape. A lens under it shows the south-west, where half
of the people live in regions too small to touch on the whole map.
"""

from __future__ import annotations

import json
from functools import lru_cache
from math import cos, log, pi, radians, sin, tan
from pathlib import Path
from typing import TYPE_CHECKING

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

DATA = Path(__file__).parent / "data" / "regions" / "regions_qc_small.geojson"
WIDTH = 640
PARALLELS = (46.0, 60.0)
MERIDIAN = -68.5
LENS = (-76.4, 44.95, -70.3, 46.75)
"""West, south, east and north of what the lens shows."""
LENS_WIDTH = 300
LEVELS = 5

Point = tuple[float, float]


def project(longitude: float, latitude: float) -> Point:
    """Project a place on the plane, in radians of arc; y grows towards the south, as on a screen."""
    first, second = (radians(parallel) for parallel in PARALLELS)
    cone = log(cos(first) / cos(second)) / log(tan(pi / 4 + second / 2) / tan(pi / 4 + first / 2))
    scale = cos(first) * tan(pi / 4 + first / 2) ** cone / cone
    radius = scale / tan(pi / 4 + radians(latitude) / 2) ** cone
    angle = cone * radians(longitude - MERIDIAN)
    return radius * sin(angle), radius * cos(angle)


@lru_cache(maxsize=1)
def _shapes() -> dict[str, tuple[str, list[list[Point]]]]:
    """Read the regions: code → (name, projected rings)."""
    shapes: dict[str, tuple[str, list[list[Point]]]] = {}
    for feature in json.loads(DATA.read_text(encoding="utf-8"))["features"]:
        geometry = feature["geometry"]
        polygons = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
        rings = [[project(*point) for point in ring] for polygon in polygons for ring in polygon]
        shapes[feature["properties"]["code"]] = (feature["properties"]["name"], rings)
    return shapes


def _path(rings: list[list[Point]], place: Callable[[Point], Point]) -> str:
    """Write rings as an SVG path, to a tenth of a unit, without repeated points."""
    parts = []
    for ring in rings:
        points: list[str] = []
        for x, y in map(place, ring[:-1]):
            point = f"{x:.1f} {y:.1f}"
            if not points or points[-1] != point:
                points.append(point)
        parts.append(f"M{'L'.join(points)}Z")
    return "".join(parts)


@lru_cache(maxsize=1)
def _drawing() -> tuple[int, int, dict[str, tuple[str, str, str]], Point, Point]:
    """Lay out both pictures: width, height, code → (name, path, path in the lens), and the two lens corners."""
    shapes = _shapes()
    points = [point for _name, rings in shapes.values() for ring in rings for point in ring]
    left, right = min(x for x, _y in points), max(x for x, _y in points)
    top, bottom = min(y for _x, y in points), max(y for _x, y in points)
    scale = WIDTH / (right - left)
    height = round((bottom - top) * scale)

    def whole(point: Point) -> Point:
        return (point[0] - left) * scale, (point[1] - top) * scale

    west, south, east, north = LENS
    corners = [project(x, y) for x in (west, east) for y in (south, north)]
    lens_left, lens_top = min(x for x, _y in corners), min(y for _x, y in corners)
    lens_span = max(x for x, _y in corners) - lens_left
    lens_scale = LENS_WIDTH / lens_span
    lens_height = (max(y for _x, y in corners) - lens_top) * lens_scale

    def lens(point: Point) -> Point:
        return (point[0] - lens_left) * lens_scale, (point[1] - lens_top) * lens_scale

    paths = {code: (name, _path(rings, whole), _path(rings, lens)) for code, (name, rings) in shapes.items()}
    return WIDTH, height, paths, whole((lens_left, lens_top)), (LENS_WIDTH, lens_height)


def region_map(
    *,
    links: Mapping[str, str] | None = None,
    current: str | None = None,
    levels: Mapping[str, int] | None = None,
    notes: Mapping[str, str] | None = None,
    title: str | None = None,
) -> SafeString:
    """Draw the regions.

    `links` maps a region's code to an address, which makes the region a link; `current` is the code to fill;
    `levels` maps a code to a shade from 1 to 5; `notes` maps a code to what is said after its name (a count). The
    same must be said in words beside the picture: with links it is reachable by keyboard, but a list reads better.
    """
    width, height, paths, _lens_corner, (lens_width, lens_height) = _drawing()
    links, levels, notes = links or {}, levels or {}, notes or {}
    lens_top = height - lens_height * 0.36

    def regions(which: int, *, hidden: bool) -> SafeString:
        return format_html_join(
            "",
            "{}",
            (
                (_region(code, paths[code][which], paths[code][0], links, current, levels, notes, hidden=hidden),)
                for code in sorted(paths)
            ),
        )

    return format_html(
        '<svg class="region-map" viewBox="0 0 {} {}" role="{}" aria-label="{}">'
        "<g>{}</g>"
        '<svg x="{}" y="{}" width="{}" height="{}" viewBox="0 0 {} {}" aria-hidden="true">'
        '<rect class="region-map__ground" width="{}" height="{}" rx="12"/>'
        "<g>{}</g></svg>"
        '<rect class="region-map__lens" x="{}" y="{}" width="{}" height="{}" rx="12"/></svg>',
        width,
        round(lens_top + lens_height) + 2,
        "group" if links else "img",
        title or _("Carte des 17 régions administratives du Québec"),
        regions(1, hidden=False),
        width - lens_width - 1,
        round(lens_top),
        lens_width,
        round(lens_height),
        lens_width,
        round(lens_height),
        lens_width,
        round(lens_height),
        regions(2, hidden=True),
        width - lens_width - 1,
        round(lens_top),
        lens_width,
        round(lens_height),
    )


def _region(
    code: str,
    path: str,
    name: str,
    links: Mapping[str, str],
    current: str | None,
    levels: Mapping[str, int],
    notes: Mapping[str, str],
    *,
    hidden: bool,
) -> SafeString:
    """Draw one region, as a link when it has an address; a second drawing of it is hidden from the keyboard."""
    state = mark_safe(' data-current=""') if code == current else mark_safe("")  # noqa: S308 -- a constant
    if level := levels.get(code):
        state += format_html(' data-level="{}"', min(max(level, 1), LEVELS))
    text = f"{name} : {notes[code]}" if code in notes else name
    shape = format_html(
        '<path class="region-map__region"{} d="{}"><title>{}</title></path>', state, path, text
    )
    if code not in links:
        return shape
    if hidden:
        return format_html('<a href="{}" tabindex="-1">{}</a>', links[code], shape)
    return format_html('<a href="{}" aria-label="{}">{}</a>', links[code], text, shape)
