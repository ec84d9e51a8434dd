"""The map of the 17 administrative regions, drawn on the server as one inline SVG without tiles.

The projection is Lambert's conformal conic, the one Québec's own maps use (standard parallels 46° and 60° N,
central meridian 68.5° W, on a sphere): south and north keep their shape. A lens shows the south-west,
where half of the people live in regions too small to touch on the whole map.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from math import cos, log, pi, radians, sin, tan
from pathlib import Path
from typing import TYPE_CHECKING

from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from django.utils.safestring import SafeString

DATA = Path(__file__).parent / "data" / "regions" / "regions_qc_small.geojson"
WIDTH = 640
PARALLELS = (46.0, 60.0)
MERIDIAN = -68.5
LENS = (-75.0, 45.0, -71.5, 46.45)
"""West, south, east and north of what the lens shows."""
LENS_WIDTH = 300
LENS_OVERLAP = 0.42
"""How much of the lens stands beside the land rather than under it."""
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


@dataclass(frozen=True, slots=True)
class Drawing:
    """The two pictures laid out: the whole, and the lens in its corner. Paths are given by region code."""

    height: int
    whole: dict[str, str]
    lens: dict[str, str]
    lens_height: int


@lru_cache(maxsize=1)
def _drawing() -> Drawing:
    """Lay out both pictures; the result is the same for everyone."""
    shapes = _shapes()
    points = [point for _name, rings in shapes.values() for ring in rings for point in ring]
    left, right = min(x for x, _y in points), max(x for x, _y in points)
    top, bottom = min(y for _x, y in points), max(y for _x, y in points)
    scale = WIDTH / (right - left)

    def whole(point: Point) -> Point:
        return (point[0] - left) * scale, (point[1] - top) * scale

    west, south, east, north = LENS
    corners = [project(x, y) for x in (west, east) for y in (south, north)]
    lens_left, lens_top = min(x for x, _y in corners), min(y for _x, y in corners)
    lens_scale = LENS_WIDTH / (max(x for x, _y in corners) - lens_left)

    def lens(point: Point) -> Point:
        return (point[0] - lens_left) * lens_scale, (point[1] - lens_top) * lens_scale

    return Drawing(
        height=round((bottom - top) * scale),
        whole={code: _path(rings, whole) for code, (_name, rings) in shapes.items()},
        lens={code: _path(rings, lens) for code, (_name, rings) in shapes.items()},
        lens_height=round((max(y for _x, y in corners) - lens_top) * lens_scale),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Colouring:
    """What one map says of its regions."""

    links: Mapping[str, str]
    current: str | None
    levels: Mapping[str, int]
    notes: Mapping[str, str]

    def region(self, code: str, path: str, *, lens: bool) -> SafeString:
        """Draw one region, as a link when it has an address; in the lens, out of reach of the keyboard."""
        name = _shapes()[code][0]
        text = (
            _("%(name)s\u00a0: %(note)s") % {"name": name, "note": self.notes[code]}
            if code in self.notes
            else name
        )
        level = min(max(self.levels.get(code, 0), 0), LEVELS)
        shape = format_html(
            '<path class="region-map__region"{}{} d="{}"><title>{}</title></path>',
            format_html(' data-current="{}"', "") if code == self.current else "",
            format_html(' data-level="{}"', level) if level else "",
            path,
            text,
        )
        if code not in self.links:
            return shape
        if lens:
            return format_html('<a href="{}" tabindex="-1">{}</a>', self.links[code], shape)
        return format_html('<a href="{}" aria-label="{}">{}</a>', self.links[code], text, shape)


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
    `levels` maps a code to a shade from 1 to 5; `notes` maps a code to what is said after its name (a count).
    The same must stand in words beside the picture: regions are reachable by keyboard; a list reads better.
    """
    drawing = _drawing()
    colouring = Colouring(links=links or {}, current=current, levels=levels or {}, notes=notes or {})
    left = WIDTH - LENS_WIDTH - 1
    top = drawing.height - round(drawing.lens_height * LENS_OVERLAP)
    return format_html(
        '<svg class="region-map" viewBox="0 0 {width} {height}" role="{role}" aria-label="{title}">'
        "<g>{whole}</g>"
        '<svg x="{left}" y="{top}" width="{lens_width}" height="{lens_height}" '
        'viewBox="0 0 {lens_width} {lens_height}" aria-hidden="true">'
        '<rect class="region-map__ground" width="{lens_width}" height="{lens_height}" rx="12"/>'
        "<g>{lens}</g></svg>"
        '<rect class="region-map__lens" x="{left}" y="{top}" '
        'width="{lens_width}" height="{lens_height}" rx="12"/></svg>',
        width=WIDTH,
        height=top + drawing.lens_height + 2,
        role="group" if links else "img",
        title=title or _("Carte des 17 régions administratives du Québec"),
        whole=_joined(colouring.region(code, path, lens=False) for code, path in drawing.whole.items()),
        left=left,
        top=top,
        lens_width=LENS_WIDTH,
        lens_height=drawing.lens_height,
        lens=_joined(colouring.region(code, path, lens=True) for code, path in drawing.lens.items()),
    )


def _joined(parts: Iterable[SafeString]) -> SafeString:
    """Put markup together."""
    return format_html_join("", "{}", ((part,) for part in parts))
