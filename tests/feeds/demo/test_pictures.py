"""The demo's pictures: drawn, the same each time, all used."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image

from feeds.demo import pictures
from feeds.demo.cast import DATA


def test_the_same_name_gives_the_same_pixels():
    assert pictures.draw("affiche-poeme") == pictures.draw("affiche-poeme")
    assert pictures.face("maude", "mer") == pictures.face("maude", "mer")
    assert pictures.face("maude", "mer") != pictures.face("karim", "mer")


@pytest.mark.parametrize("name", sorted(pictures.SCENES))
def test_each_scene_is_a_picture_of_its_size(name):
    picture = Image.open(BytesIO(pictures.draw(name)))
    assert picture.size == ((900, 1200) if name.startswith("affiche") else (1200, 800))
    assert len(picture.resize((60, 60)).getcolors(3600)) > 100


def test_every_scene_is_in_a_post_and_every_post_has_its_scene():
    named = {
        line.removeprefix("~ image ").partition(":")[0]
        for path in (DATA / "posts").glob("*.txt")
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.startswith("~ image ")
    }
    assert named == set(pictures.SCENES)
