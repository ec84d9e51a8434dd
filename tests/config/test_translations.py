"""The two languages: every text has its English, pages really speak it, and zero is singular in French."""

import re
from html.parser import HTMLParser

import polib
import pytest
from django.template import engines
from django.urls import reverse
from django.utils import translation
from django.utils.translation import ngettext

from config import translations
from tests.factories.coop import make_account, make_notification, make_organisation, make_region
from tests.factories.feeds import (
    make_filter,
    make_follow,
    make_group,
    make_group_membership,
    make_list,
    make_pack,
    make_poll,
    make_post,
)

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w*\}|<[^>]+>|%%")
SPOKEN = frozenset({"title", "aria-label", "alt", "placeholder", "content", "data-confirm", "data-many"})
LONG = 20


def entries(language):
    return polib.pofile(str(translations.catalogue_path(language)))


def pairs(entry):
    """Every French text of an entry with its English."""
    if not entry.msgid_plural:
        return [(entry.msgid, entry.msgstr)]
    return [(entry.msgid, entry.msgstr_plural[0]), (entry.msgid_plural, entry.msgstr_plural[1])]


class Spoken(HTMLParser):
    """What a page says, to the eye and to a screen reader."""

    def __init__(self):
        super().__init__()
        self.texts, self.foreign = [], []

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag not in {"meta", "input", "link", "img", "br", "hr", "use", "path", "source", "circle", "rect"}:
            self.foreign.append(tag in {"script", "style"} or given.get("lang") == "fr")
        if not (tag == "html" or given.get("lang") == "fr"):
            self.texts += [value for name, value in attrs if name in SPOKEN and value]

    def handle_endtag(self, tag):
        if self.foreign:
            self.foreign.pop()

    def handle_data(self, data):
        if not any(self.foreign) and data.strip():
            self.texts.append(" ".join(data.split(" ")).strip())


def said(response):
    page = Spoken()
    page.feed(response.content.decode())
    return page.texts


@pytest.fixture(scope="module")
def french():
    """The French texts that English says otherwise, without those that hold a place for a value."""
    return {
        text
        for entry in entries("en")
        for text, english in pairs(entry)
        if text != english and not PLACEHOLDER.search(text)
    } - {english for entry in entries("en") for _text, english in pairs(entry)}


def left_in_french(texts, french):
    long = [text for text in french if len(text) >= LONG]
    return sorted(
        {text for text in texts if text in french}
        | {wanted for wanted in long if any(wanted in text for text in texts)}
    )


# The catalogues


@pytest.mark.parametrize("language", ["en", "fr"])
def test_catalogue_is_complete_and_compiled(language):
    assert translations.faults(language) == []


@pytest.mark.parametrize("language", ["en", "fr"])
def test_translations_keep_the_places_of_values_and_the_tags(language):
    assert [
        (text, other)
        for entry in entries(language)
        for text, other in pairs(entry)
        if sorted(set(PLACEHOLDER.findall(text))) != sorted(set(PLACEHOLDER.findall(other)))
    ] == []


def test_translations_keep_the_spaces_at_the_ends():
    assert [
        text
        for entry in entries("en")
        for text, english in pairs(entry)
        if (text != text.lstrip(), text != text.rstrip())
        != (english != english.lstrip(), english != english.rstrip())
    ] == []


def test_english_is_written_with_english_quotes():
    wrong = re.compile(r"[«»\"'\u00a0\u202f]")
    said = [PLACEHOLDER.sub("", english) for entry in entries("en") for _text, english in pairs(entry)]
    assert [english for english in said if wrong.search(english)] == []


def test_french_is_written_with_its_own_signs():
    """A curved apostrophe, a space that holds before a colon and inside « », none before ; ! ?."""
    wrong = re.compile(r"['\"]|« |[^\u00a0]»| [:;!?]|\u00a0[;!?]")
    said = [PLACEHOLDER.sub("x", text) for entry in entries("en") for text, _english in pairs(entry)]
    assert [text for text in said if wrong.search(text)] == []


def test_a_missing_a_doubtful_and_a_useless_text_are_told(monkeypatch, tmp_path):
    monkeypatch.setattr(translations, "catalogue_path", lambda language: tmp_path / f"{language}.po")
    monkeypatch.setattr(
        translations,
        "messages",
        lambda: {translations.Message("Bonjour"): {"a.py"}, translations.Message("Oui"): {"b.py"}},
    )
    assert translations.faults("en") == ["en : le catalogue n’existe pas"]
    catalogue = polib.POFile()
    catalogue.append(polib.POEntry(msgid="Bonjour", msgstr="Hello", flags=["fuzzy"]))
    catalogue.append(polib.POEntry(msgid="Parti", msgstr="Gone"))
    catalogue.save(str(tmp_path / "en.po"))
    told = "\n".join(translations.faults("en"))
    for word in (
        "à relire : « Bonjour » (a.py)",
        "sans traduction : « Oui »",
        "ne sert plus : « Parti »",
        "compilé",
    ):
        assert word in told


def test_texts_are_found_wherever_they_are_written(tmp_path):
    template = tmp_path / "page.html"
    template.write_text(
        '{{ _("Un") }}{{ pgettext("lieu", "Deux") }}'
        "{% trans trimmed n=3 %}\n  {{ n }} chose\n{% pluralize %}\n  {{ n }} choses\n{% endtrans %}"
        "{% trans trimmed %}\n  Cent\n  fois, 5 %\n{% endtrans %}"
    )
    assert set(translations.from_template(template)) == {
        translations.Message("Un"),
        translations.Message("Deux", context="lieu"),
        translations.Message("%(n)s chose", "%(n)s choses"),
        translations.Message("Cent fois, 5 %%"),
    }
    module = tmp_path / "module.py"
    module.write_text('_("Un")\nngettext("%d chose", "%d choses", n)\npgettext("lieu", "Deux")\n')
    assert len(set(translations.from_python(module))) == 3


# The pages

OPEN = [
    *("feeds:home", "feeds:public", "feeds:packs", "feeds:search", "feeds:groups"),
    *("coop:organisations", "coop:terms", "coop:privacy-policy", "coop:parameters", "coop:too-young"),
    *("account_login", "account_signup", "account_reset_password", "coop:offline"),
]
OWN = [
    *(
        "feeds:home",
        "feeds:public",
        "feeds:catch-up",
        "feeds:post-create",
        "feeds:drafts",
        "feeds:favourites",
    ),
    *("feeds:bookmarks", "feeds:follow-requests", "feeds:followed-tags", "feeds:blocks"),
    *("feeds:mutes", "feeds:filters", "feeds:groups", "feeds:group-create", "feeds:lists", "feeds:search"),
    *(
        "feeds:packs",
        "feeds:pack-create",
        "feeds:welcome-region",
        "feeds:welcome-voices",
        "feeds:welcome-audience",
    ),
    *("coop:notifications", "coop:settings", "coop:settings-profile", "coop:settings-privacy", "coop:data"),
    *("coop:settings-appearance", "coop:settings-notifications", "coop:my-organisations"),
    *("coop:organisation-create", "mfa_index", "mfa_list_webauthn", "usersessions_list", "account_email"),
]


@pytest.fixture
def corner(db):
    """A person, and a little of everything around her, named without an accent."""
    bas = make_region("01", name="Bas")
    ann = make_account("ann", display_name="Ann", language="en", region=bas)
    bob = make_account("bob", display_name="Bob", region=bas)
    make_organisation("hall", display_name="Hall", region=bas)
    make_follow(ann, bob)
    make_follow(bob, ann)
    make_list(ann)
    make_filter(ann, phrase="snow")
    make_pack(bob, title="Near")
    group = make_group("choir")
    make_group_membership(group, ann)
    post = make_post(bob, "Good day #Music", content_warning="Quiet")
    make_poll(post, ("Yes", "No"))
    make_post(ann, "Good evening", in_reply_to=post)
    make_notification(ann, kind="follow", actor=bob.actor, subject_id=bob.actor.pk)
    return ann, bob, post, group


@pytest.mark.parametrize("route", OPEN)
def test_pages_speak_english_to_who_asks_for_it(client, corner, french, route):
    client.cookies["django_language"] = "en"
    response = client.get(reverse(route))
    assert response.status_code == 200
    assert '<html lang="en-CA"' in " ".join(response.content.decode().split())
    assert left_in_french(said(response), french) == []


@pytest.mark.parametrize("route", OWN)
def test_pages_of_a_person_speak_english(client_for, corner, french, route):
    client = client_for(corner[0])
    client.cookies["django_language"] = "en"
    response = client.get(reverse(route), follow=True)
    assert response.status_code == 200
    assert left_in_french(said(response), french) == []


def test_pages_of_people_posts_and_groups_speak_english(client_for, corner, french):
    ann, bob, post, group = corner
    client = client_for(ann)
    client.cookies["django_language"] = "en"
    for address in (
        bob.actor.get_absolute_url(),
        ann.actor.get_absolute_url(),
        reverse("feeds:post-detail", args=["bob", post.pk]),
        reverse("feeds:followers", args=["bob"]),
        reverse("feeds:group", args=[group.actor.handle]),
        reverse("feeds:group-members", args=[group.actor.handle]),
        reverse("feeds:search") + "?q=good",
        "/@nobody",
    ):
        assert left_in_french(said(client.get(address)), french) == [], address


def test_pages_speak_french_unless_asked(client, corner):
    page = client.get(reverse("feeds:public")).content.decode()
    assert "Recherche" in page
    page = client.get(reverse("feeds:public"), headers={"accept-language": "en-CA,en;q=0.8"}).content.decode()
    assert "Recherche" in page
    client.cookies["django_language"] = "de"
    assert "Recherche" in client.get(reverse("feeds:public")).content.decode()


def test_a_trimmed_block_is_found_at_run_time():
    source = engines["jinja2"].env.from_string(
        "{% trans trimmed n=n %}\n  Il te reste {{ n }} code.\n{% pluralize %}\n"
        "  Il te reste {{ n }} codes.\n{% endtrans %}"
    )
    with translation.override("en"):
        assert [source.render(n=n) for n in (0, 1, 2)] == [
            "You have 0 codes left.",
            "You have 1 code left.",
            "You have 2 codes left.",
        ]
    with translation.override("fr"):
        assert source.render(n=0) == "Il te reste 0 code."


def test_zero_is_singular_in_french_and_plural_in_english():
    texts = ("{names} a aimé ta publication", "{names} ont aimé ta publication")
    with translation.override("fr"):
        assert [ngettext(*texts, n) for n in (0, 1, 2)] == [texts[0], texts[0], texts[1]]
        assert ngettext("%(num)s brouillon", "%(num)s brouillons", 0) % {"num": 0} == "0 brouillon"
    with translation.override("en"):
        assert ngettext("%(num)s brouillon", "%(num)s brouillons", 0) % {"num": 0} == "0 drafts"
        assert ngettext("%(num)s brouillon", "%(num)s brouillons", 1) % {"num": 1} == "1 draft"
