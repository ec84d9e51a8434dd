"""The HTML of a card: filled without leaks, escaped, the same whoever asked first."""

from __future__ import annotations

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from feeds import cards
from feeds.fragments import Fragment, slot, without_slots
from feeds.timelines import Reason
from tests.factories.coop import make_account
from tests.factories.feeds import make_boost, make_favourite, make_filter, make_poll, make_post


@given(st.dictionaries(st.from_regex(r"[a-z_]{1,8}", fullmatch=True), st.text(), min_size=1), st.text())
def test_filling_replaces_each_slot_and_nothing_else(values, around):
    around = " ".join(without_slots(around).split())
    html = around + around.join(slot(name) for name in values)
    assert Fragment(html).fill(values) == around + around.join(values.values())


def test_a_missing_value_is_an_error():
    with pytest.raises(KeyError):
        Fragment(slot("row")).fill({})


@pytest.fixture
def card(db):
    cards.forget()
    reader, author = make_account(), make_account(display_name="Ada <b>")
    post = make_post(author, "Bonjour \x02row\x03 <script>")
    return cards.build(reader, [post])[0]


def test_what_people_write_never_makes_a_slot_or_a_tag(card):
    html = str(card.html("jeton", False, ""))
    assert "Ada &lt;b&gt;" in html
    assert "<script>" not in html
    assert "\x02" not in html


def test_a_visitor_reads_and_a_person_acts(card):
    assert "formaction" in card.html("jeton", False, "")
    visitor = card.html(None, False, "")
    assert "formaction" not in visitor
    assert "jeton" not in visitor


def test_marks_of_one_reader_are_not_those_of_the_next(db):
    cards.forget()
    first, second, author = make_account(), make_account(), make_account()
    post = make_post(author)
    make_favourite(first, post)
    pressed = 'id="favourite-{0}" form="agir" formaction="{1}/favori" name="etat" value="non"'
    expected = pressed.format(post.pk, post.get_absolute_url())
    assert expected in cards.build(first, [post])[0].html("jeton", False, "")
    assert expected not in cards.build(second, [post])[0].html("jeton", False, "")


def test_a_boost_names_its_line(db):
    reader, author, booster = make_account(), make_account(), make_account(display_name="Luc")
    boost = make_boost(booster, make_post(author))
    html = str(cards.build(reader, [boost])[0].html("jeton", False, ""))
    assert f'id="p{boost.pk}"' in html
    assert f"/favori?ligne={boost.pk}" in html
    assert "Relayée par" in html and "Luc" in html


def test_a_card_is_written_in_the_language_of_its_reader(card):
    with override("en"):
        assert card.post.markup == {}
        card.html("jeton", False, "")
    card.html("jeton", False, "")
    assert set(card.post.markup) == {("en", True), ("fr", True)}


def test_why_says_each_reason_once(card):
    card.reasons = [Reason("follow"), Reason("tag", "Théâtre <3")]
    html = str(card.html("jeton", True, ""))
    assert "Tu suis Ada &lt;b&gt;." in html
    assert "#Théâtre &lt;3" in html
    assert "Pourquoi" not in card.html("jeton", False, "")


def test_a_filtered_card_is_folded(db):
    reader, author = make_account(), make_account()
    make_filter(reader, "hiver")
    html = str(cards.build(reader, [make_post(author, "L’hiver arrive")])[0].html("jeton", False, ""))
    assert "«\u00a0hiver\u00a0»" in html
    assert html.count("<details") == html.count("</details>")


def test_a_poll_carries_the_token_only_where_one_may_answer(db):
    reader, author = make_account(), make_account()
    post = make_post(author)
    make_poll(post)
    assert 'value="jeton"' in cards.build(reader, [post])[0].html("jeton", False, "")
    assert 'value="jeton"' not in cards.build(author, [post])[0].html("jeton", False, "")


def test_the_menu_of_a_card_is_a_page_too(client_for, db):
    reader, author = make_account(), make_account()
    post = make_post(author)
    address = f"{post.get_absolute_url()}/actes"
    page = client_for(reader).get(address).content.decode()
    assert "Bloquer" in page and "Supprimer" not in page
    mine = client_for(author).get(address, headers={"HX-Request": "true"}).content.decode()
    assert "Supprimer" in mine and "<html" not in mine and "Bloquer" not in mine
