from coop import letters
from coop.devices import name_device


def test_links_and_codes_stand_alone():
    text = "Bonjour,\n\nhttps://exemple.test/a\n\nAB12-CD34\n\nÀ toi,\nL’équipe"
    assert [part.kind for part in letters.parts(text)] == ["words", "link", "code", "words"]


def test_letter_escapes_what_people_wrote():
    html = letters.as_html("Objet", "Bonjour <script>alert(1)</script>")
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_letter_asks_nothing_of_another_server():
    html = letters.as_html("Objet", "Bonjour")
    for mark in ("src=", "url(", "<link", "@import"):
        assert mark not in html


def test_devices_are_named_roughly():
    firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"
    safari = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Mobile/15E148 Safari/604.1"
    assert name_device(firefox) == "Firefox sur Linux"
    assert name_device(safari) == "Safari sur iPhone"
    assert name_device("") == "Appareil inconnu"
