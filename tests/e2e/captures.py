"""Pictures of pages for people to look at, under var/captures, when PARVIS_SCREENSHOTS is set."""

from __future__ import annotations

import os
from typing import Any

from config import services

FOLDER = services.BASE_DIR / "var" / "captures"
SIZES = {390: 844, 820: 1180, 1280: 900}


def capture(page: Any, name: str) -> None:
    """Take the page as it is at each width, light and dark; leave it as it was."""
    if not os.environ.get("PARVIS_SCREENSHOTS"):
        return
    FOLDER.mkdir(parents=True, exist_ok=True)
    before = page.viewport_size
    for width, height in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            page.wait_for_timeout(300)  # colours fade from one theme to the other
            page.screenshot(path=FOLDER / f"{name}-{width}-{scheme}.png")
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(before)
