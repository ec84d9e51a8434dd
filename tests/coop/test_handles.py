import pytest

from coop import handles
from tests.factories.coop import make_actor


@pytest.mark.parametrize(
    ("name", "handle"),
    [
        ("Hélène Côté-Roy", "helene_cote_roy"),
        ("Théâtre d’Aujourd’hui", "theatre_daujourdhui"),
        ("L'Œuvre", "l_oeuvre"),
        ("  ", "voix"),
        ("é", "voix_e"),
        ("Ž" * 60, "z" * 30),
        ("Администрация", "voix"),
        ("Modération", "moderation2"),
    ],
)
def test_suggestion_is_a_valid_handle(name, handle):
    assert handles.suggest(name) == handle


@pytest.mark.parametrize("handle", ["parvis", "_admin_", "moderation"])
def test_names_of_the_house_are_kept(handle):
    assert handles.is_reserved(handle)


@pytest.mark.django_db
def test_free_suggestion_avoids_those_that_are_held():
    for handle in ("alice", "alice2"):
        make_actor(handle)
    assert handles.free_suggestion("Alice") == "alice3"
