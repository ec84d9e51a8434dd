import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds import text as texts
from feeds.text import Kind

PIECES = st.sampled_from(
    [
        "@marie",
        "@Jean_2",
        "#CaféCitoyen",
        "#2026",
        "#budget2026",
        "https://exemple.org/a_(b)?x=1&y=2",
        "http://exemple.org.",
        "www.exemple.org",
        "courriel@exemple.org",
        "<script>alert(1)</script>",
        '"onload="x',
        "&amp;",
        "\n",
        "\n\n\n",
        " ",
        "« été »",
        "l’#équité",
        "\u202egauche",
        "\x00",
    ]
)
TYPED = st.one_of(st.text(max_size=80), st.lists(PIECES, max_size=12).map("".join))


def written(text, handles=()):
    return texts.render(
        texts.clean(text),
        known_handles=handles,
        profile_url=lambda handle: f"/@{handle}",
        tag_url=lambda slug: f"/mots-clics/{slug}",
    )


@given(TYPED)
def test_clean_is_stable_and_leaves_nothing_invisible(text):
    cleaned = texts.clean(text)

    assert texts.clean(cleaned) == cleaned
    assert "\x00" not in cleaned and "\r" not in cleaned and "\u202e" not in cleaned
    assert "\n\n\n" not in cleaned
    assert cleaned == cleaned.strip()


@given(TYPED)
def test_tokens_joined_are_the_text(text):
    cleaned = texts.clean(text)

    assert "".join(token.text for token in texts.tokens(cleaned)) == cleaned


@given(TYPED)
def test_length_counts_a_link_for_23(text):
    cleaned = texts.clean(text)
    links = [token.text for token in texts.tokens(cleaned) if token.kind is Kind.URL]

    assert texts.length(text) == len(cleaned) - sum(map(len, links)) + 23 * len(links)


@given(TYPED)
def test_rendered_html_holds_only_our_elements_and_reads_as_the_text(text):
    cleaned = texts.clean(text)
    rendered = written(text, handles={"marie"})

    assert set(re.findall(r"<(/?\w+)", rendered)) <= {"p", "/p", "br", "a", "/a"}
    assert not re.search(r"<[^>]*\son\w+=", rendered)
    assert "javascript:" not in re.findall(r'href="([^"]*)"', rendered)
    if not any(token.kind is Kind.URL for token in texts.tokens(cleaned)):
        shown = html.unescape(
            re.sub(r"<[^>]+>", "", rendered.replace("<br>", "\n").replace("</p><p>", "\n\n"))
        )
        assert shown == cleaned


@given(TYPED)
def test_tags_have_a_letter_and_an_address(text):
    for tag in texts.tags(texts.clean(text)):
        assert any(character.isalpha() for character in tag)
        assert 0 < len(texts.tag_slug(tag)) <= 100
        assert texts.tag_slug(texts.tag_slug(tag)) == texts.tag_slug(tag)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Bonjour @Marie et @jean_2!", ["marie", "jean_2"]),
        ("@marie, @MARIE", ["marie"]),
        ("jean@exemple.org et @jean@autre.social et @jean.tremblay", []),
        ("(@marie) « @jean »", ["marie", "jean"]),
        ("@a n’est pas un nom", []),
        ("https://exemple.org/@marie", []),
    ],
)
def test_mentions(text, expected):
    assert texts.mentions(texts.clean(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("#CaféCitoyen et #cafecitoyen", ["CaféCitoyen"]),
        ("#1 #2026 #budget2026", ["budget2026"]),
        ("l’#équité, d’#Été.", ["équité", "Été"]),
        ("C#diese a#b &#39; ##deux", []),
        ("#économie_sociale", ["économie_sociale"]),
        ("#ᓄᓇᕕᒃ", ["ᓄᓇᕕᒃ"]),
        ("https://exemple.org/#section", []),
        ("#" + "a" * 101, []),
    ],
)
def test_tags(text, expected):
    assert texts.tags(texts.clean(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Voir https://exemple.org/page.", ["https://exemple.org/page"]),
        ("(https://fr.exemple.org/wiki/Parvis_(place))", ["https://fr.exemple.org/wiki/Parvis_(place)"]),
        ("« https://exemple.org »", ["https://exemple.org"]),
        ("https:// et ftp://exemple.org", []),
        ("javascript://exemple.org", []),
    ],
)
def test_urls(text, expected):
    assert texts.urls(texts.clean(text)) == expected


@pytest.mark.parametrize(
    ("tag", "words"),
    [
        ("CaféCitoyen", "café citoyen"),
        ("BudgetCALQ2026", "budget calq 2026"),
        ("économie_sociale", "économie sociale"),
        ("ÉvaluationDImpact", "évaluation d impact"),
        ("culture", "culture"),
        ("CALQ", "calq"),
    ],
)
def test_split_camel_case(tag, words):
    assert texts.split_camel_case(tag) == words


def test_a_link_is_shortened_marked_and_whole_in_its_address():
    rendered = written("https://www.exemple.org/une/tres/longue/adresse/qui/continue?x=1&y=2")

    assert 'href="https://www.exemple.org/une/tres/longue/adresse/qui/continue?x=1&amp;y=2"' in rendered
    assert 'rel="nofollow ugc noopener"' in rendered
    assert ">exemple.org/une/tres/longue/adr…</a>" in rendered


def test_only_known_people_are_linked():
    rendered = written("@marie et @inconnue", handles={"marie"})

    assert rendered == '<p><a class="mention" href="/@marie">@marie</a> et @inconnue</p>'


def test_paragraphs_and_line_breaks():
    assert written("Un\ndeux\r\n\r\n\r\ntrois") == "<p>Un<br>deux</p><p>trois</p>"


def test_nothing_renders_as_nothing():
    assert written("  \n ") == ""
