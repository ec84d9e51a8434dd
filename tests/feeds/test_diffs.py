from hypothesis import given
from hypothesis import strategies as st

from feeds import diffs


@given(st.text(max_size=60), st.text(max_size=60))
def test_the_parts_hold_both_texts(before, after):
    parts = diffs.words(before, after)

    assert "".join(text for kind, text in parts if kind != "added") == before
    assert "".join(text for kind, text in parts if kind != "removed") == after


def test_only_the_words_that_changed_are_marked():
    assert diffs.words("Il fait froid ce matin.", "Il fait beau ce matin.") == [
        ("same", "Il fait "),
        ("removed", "froid"),
        ("added", "beau"),
        ("same", " ce matin."),
    ]


def test_the_same_text_has_no_change():
    assert diffs.words("Pareil", "Pareil") == [("same", "Pareil")]
