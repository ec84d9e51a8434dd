"""The colours are readable in both themes: WCAG 2.2 contrast, computed from the tokens themselves."""

import re
from math import cos, radians, sin
from pathlib import Path

import pytest

TOKENS = Path(__file__).parents[2] / "coop" / "static" / "coop" / "css" / "tokens.css"
THEMES = ("light", "dark")
TEXT, CONTROL = 4.5, 3.0

GROUNDS = ("neige", "surface", "sunken")
WINGS = ("fleuve", "erable", "bleuet", "sapin")
MEANINGS = ("danger", "warning", "success", "info")
TEXT_PAIRS = [
    *[(ink, ground) for ink in ("encre", "encre-2", "encre-3") for ground in GROUNDS],
    *[(ink, f"{wash}-wash") for ink in ("encre", "encre-2") for wash in (*WINGS, *MEANINGS)],
    *[(hue, ground) for hue in (*WINGS, *MEANINGS) for ground in GROUNDS],
    *[(hue, f"{hue}-wash") for hue in (*WINGS, *MEANINGS)],
    *[("on-accent", hue) for hue in (*WINGS, "danger")],
]
CONTROL_PAIRS = [(mark, ground) for mark in ("control", *WINGS, "danger") for ground in GROUNDS]
NUMBER = r"([\d.]+)"
OKLCH = rf"oklch\({NUMBER}% {NUMBER} {NUMBER}\)"


def read_tokens() -> dict[str, tuple[str, str]]:
    css = TOKENS.read_text(encoding="utf-8")
    pairs: dict[str, tuple[str, str]] = {}
    for match in re.finditer(r"--([\w-]+): light-dark\((oklch\([^)]*\)), (oklch\([^)]*\))\);", css):
        pairs[match[1]] = (match[2], match[3])
    for match in re.finditer(r"--([\w-]+): var\(--([\w-]+)\);", css):
        if match[2] in pairs:
            pairs.setdefault(match[1], pairs[match[2]])
    return pairs


TOKEN_COLOURS = read_tokens()


def linear_rgb(lightness: float, chroma: float, hue: float) -> tuple[float, float, float]:
    """Convert from OKLCH (Björn Ottosson's matrices) to linear sRGB, clipped to what a screen shows."""
    a, b = chroma * cos(radians(hue)), chroma * sin(radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    rgb = (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )
    return tuple(min(max(part, 0.0), 1.0) for part in rgb)


def luminance(colour: str) -> float:
    match = re.fullmatch(OKLCH, colour)
    assert match, f"{colour} is not a plain oklch() colour"
    lightness, chroma, hue = map(float, match.groups())
    red, green, blue = linear_rgb(lightness / 100, chroma, hue)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(name: str, other: str, theme: str) -> float:
    index = THEMES.index(theme)
    high, low = sorted((luminance(TOKEN_COLOURS[name][index]), luminance(TOKEN_COLOURS[other][index])))[::-1]
    return (high + 0.05) / (low + 0.05)


def test_white_on_black_is_the_greatest_contrast():
    assert luminance("oklch(100% 0 0)") == pytest.approx(1.0, abs=1e-3)
    assert luminance("oklch(0% 0 0)") == 0


def test_known_colour_converts():
    """CSS `blue`, #0000ff, is oklch(45.2% 0.3132 264.05)."""
    red, green, blue = linear_rgb(0.452, 0.3132, 264.05)
    assert (red, green, blue) == pytest.approx((0, 0, 1), abs=0.01)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("ink", "ground"), TEXT_PAIRS)
def test_text_is_readable(ink, ground, theme):
    assert contrast(ink, ground, theme) >= TEXT


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("mark", "ground"), CONTROL_PAIRS)
def test_controls_are_visible(mark, ground, theme):
    assert contrast(mark, ground, theme) >= CONTROL


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("hue", [20, 45, 75, 110, 140, 165, 195, 225, 250, 280, 310, 345])
def test_initials_are_readable_on_every_face(hue, theme):
    css = (TOKENS.parent / "components.css").read_text(encoding="utf-8")
    face = re.search(r"\.avatar \{(.*?)\n  \}", css, re.DOTALL)[1]
    pattern = rf"light-dark\(oklch\({NUMBER}% {NUMBER} [^)]*\)\), oklch\({NUMBER}% {NUMBER} [^)]*\)\)\)"
    ground, ink = (list(map(float, found)) for found in re.findall(pattern, face))
    shift = 2 * THEMES.index(theme)
    values = [luminance(f"oklch({c[shift]}% {c[shift + 1]} {hue})") for c in (ground, ink)]
    assert (max(values) + 0.05) / (min(values) + 0.05) >= TEXT


def test_every_colour_token_is_checked():
    """A colour added to the tokens must join the pairs above."""
    checked = {name for pair in (*TEXT_PAIRS, *CONTROL_PAIRS) for name in pair}
    hairlines = {"line"}  # they only divide, and carry no meaning
    wing = {"accent", "accent-wash"}  # one of the four, each of which is checked
    assert set(TOKEN_COLOURS) - checked == hairlines | wing


def test_no_style_sheet_names_a_colour_of_its_own():
    """Colours live in tokens.css; elsewhere only transparent shadows, veils and generated faces."""
    for sheet in TOKENS.parent.glob("*.css"):
        if sheet.name == "tokens.css":
            continue
        css = sheet.read_text(encoding="utf-8")
        plain = re.findall(rf"{OKLCH}", css)
        assert not re.search(r"#[0-9a-fA-F]{3,8}\b(?![^{]*\{)", re.sub(r"url\([^)]*\)", "", css)), sheet.name
        assert [c for c in plain if c[1] != "0"] == [], sheet.name
