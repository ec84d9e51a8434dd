"""The UI kit: macros refuse what they do not know, say their state, and every template keeps to the rules."""

import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import jinja2
import pytest
from django import forms
from django.contrib.auth.models import AnonymousUser
from django.contrib.staticfiles import finders
from django.core.exceptions import PermissionDenied
from django.template import engines
from django.utils import timezone, translation

from coop import navigation
from coop.region_map import project, region_map
from coop.templating import ago, datetime_fr, hue, initials, nbsp, number
from coop.views.errors import broken, expired, forbidden
from coop.views.gallery import AUDIENCE_DETAILS, GalleryForm

ROOT = Path(__file__).parents[2]
KIT = ROOT / "coop" / "jinja2" / "ui"
TEMPLATES = sorted(
    path
    for app in ROOT.glob("*/jinja2")
    for path in app.rglob("*")
    if path.suffix in {".html", ".webmanifest"}
)
PAGES = [  # letters carry their own style: mail programs know no style sheets
    path for path in TEMPLATES if "email" not in path.parts and not path.name.startswith("mail_")
]
SIGNATURE = re.compile(r"{%-?\s*macro\s+(\w+)\((.*?)\)\s*-?%}", re.DOTALL)


def macros() -> list[tuple[str, str]]:
    """List every public macro of the kit as (file, name)."""
    return [
        (path.name, name)
        for path in sorted(KIT.glob("*.html"))
        for name, _arguments in SIGNATURE.findall(path.read_text(encoding="utf-8"))
        if not name.startswith("_")
    ]


def macro(file: str, name: str) -> Any:
    return getattr(engines["jinja2"].env.get_template(f"ui/{file}").module, name)


def html(source: str, **context: Any) -> str:
    return engines["jinja2"].env.from_string(source).render(context)


# Macros


@pytest.mark.parametrize(("file", "name"), macros())
def test_macro_refuses_an_unknown_prop(file, name):
    with pytest.raises(TypeError, match="unknown_prop"):
        macro(file, name)(unknown_prop=1)


@pytest.mark.parametrize(
    ("file", "name"),
    [(file, name) for file, name in macros() if name not in {"mark", "menu_separator", "pagination"}],
)
def test_macro_refuses_a_missing_prop(file, name):
    with pytest.raises((jinja2.UndefinedError, TypeError)):
        macro(file, name)()


@pytest.mark.parametrize(("file", "name"), macros())
def test_macro_is_documented_with_its_signature(file, name):
    source = (KIT / file).read_text(encoding="utf-8")
    arguments = dict(SIGNATURE.findall(source))[name]
    wanted = f"{name}({arguments})"
    before = re.split(rf"{{%-?\s*macro\s+{name}\(", source, maxsplit=1)[0]
    assert wanted in before, f"document {wanted} above the macro"


def test_button_says_its_state():
    button = macro("button.html", "button")
    assert re.sub(r"\s*\n\s*", " ", str(button("Publier"))) == (
        '<button class="button button--primary" type="submit" > <span>Publier</span> </button>'
    )
    assert "\ndisabled" in button("Publier", disabled=True)
    assert 'name="go" value="1"' in button("Publier", attrs={"name": "go", "value": 1, "form": None})


def test_toggle_says_whether_it_is_pressed():
    icon_button = macro("button.html", "icon_button")
    assert 'aria-pressed="true"' in icon_button("star", "Favori", pressed=True)
    assert 'aria-pressed="false"' in icon_button("star", "Favori", pressed=False)
    assert "aria-pressed" not in icon_button("star", "Favori")


def test_icon_is_decoration_unless_it_has_a_label():
    icon = macro("icon.html", "icon")
    assert 'aria-hidden="true"' in icon("bell")
    labelled = icon("bell", label="Notifications")
    assert 'role="img" aria-label="Notifications"' in labelled
    assert "aria-hidden" not in labelled


def test_typed_text_is_escaped():
    attack = '"><script>alert(1)</script>'
    pieces = [
        macro("button.html", "button")(attack, attrs={"data-x": attack}),
        macro("avatar.html", "avatar")(attack, attack, src=attack, alt=attack),
        macro("badge.html", "badge")(attack),
        macro("notice.html", "notice")(attack, attack),
        macro("tabs.html", "tabs")([(attack, attack, True)], attack),
        macro("diff.html", "diff")([("added", attack)]),
        macro("empty.html", "empty")(attack, attack),
        region_map(notes={"01": attack}, links={"01": attack}, title=attack),
    ]
    for markup in pieces:
        assert "<script" not in markup
        assert "&lt;script&gt;" in markup


def test_avatar_of_a_nameless_actor_still_has_a_face():
    assert "?" in macro("avatar.html", "avatar")("🦫", "castor")


def test_count_badge_is_absent_at_zero_and_bounded():
    count_badge = macro("badge.html", "count_badge")
    assert str(count_badge(0, "non lues")) == ""
    assert ">99+<" in count_badge(140, "non lues")


def test_diff_is_said_as_well_as_coloured():
    markup = str(macro("diff.html", "diff")([("same", "à "), ("removed", "18 h"), ("added", "19 h")]))
    assert "Retiré" in markup
    assert "Ajouté" in markup


# Forms


def test_field_in_error_points_to_its_help_and_its_errors():
    form = GalleryForm({})
    markup = str(macro("field.html", "field")(form["name"]))
    assert 'aria-invalid="true"' in markup
    assert 'aria-describedby="id_name_helptext id_name_error"' in markup
    assert 'id="id_name_helptext"' in markup
    assert 'id="id_name_error"' in markup


def test_field_counts_and_keeps_what_was_typed():
    form = GalleryForm({"summary": "Bonjour <toi>"})
    markup = str(macro("field.html", "field")(form["summary"], counter=500))
    assert "Bonjour &lt;toi&gt;" in markup
    assert 'data-counter="id_summary_count"' in markup
    assert 'id="id_summary_count"' in markup


def test_choice_cards_explain_each_choice_and_check_one():
    form = GalleryForm(initial={"audience": "followers"})
    markup = str(macro("field.html", "choice_cards")(form["audience"], AUDIENCE_DETAILS))
    assert markup.count('type="radio"') == 3
    assert markup.count(" checked") == 1
    assert markup.count("choice__help") == 3
    assert "<legend>Qui peut lire</legend>" in markup


def test_error_summary_links_to_each_field_and_is_absent_when_all_is_well():
    error_summary = macro("field.html", "error_summary")
    form = GalleryForm({"name": "Ana", "region": "01"})
    markup = str(error_summary(form))
    assert 'role="alert"' in markup
    assert 'href="#id_audience"' in markup
    assert 'href="#id_adult"' in markup
    assert str(error_summary(GalleryForm())) == ""


def test_error_summary_target_exists_for_a_group_of_radios():
    form = GalleryForm({})
    assert 'id="id_audience"' in macro("field.html", "choice_cards")(form["audience"])


class Secret(forms.Form):
    token = forms.CharField(widget=forms.HiddenInput)


def test_hidden_field_has_no_label():
    assert "<label" not in str(macro("field.html", "field")(Secret()["token"]))


# Every template of every app


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_template_has_no_inline_style_or_script(path):
    source = re.sub(r"{#.*?#}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=[\"']|javascript:", source)
    assert not re.search(r"<script(?![^>]*\ssrc=)", source)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_template_only_names_icons_that_exist(path):
    sprite = Path(finders.find("coop/icons.svg")).read_text(encoding="utf-8")
    drawn = set(re.findall(r'<symbol id="([\w-]+)"', sprite))
    source = path.read_text(encoding="utf-8")
    named = re.findall(r"(?:\bicon|_sign|icon_button)\(\s*\"([\w-]+)\"", source)
    named += re.findall(r"\bicon=\"([\w-]+)\"", source)
    assert set(named) <= drawn


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_template_compiles(path):
    engines["jinja2"].env.compile(path.read_text(encoding="utf-8"))


# Navigation


@pytest.fixture
def doors(monkeypatch):
    monkeypatch.setattr(navigation, "_doors", {})
    return navigation.register


def links(rf, doors, user=None):
    request = rf.get("/hors-ligne/")
    request.user = user or AnonymousUser()
    request.resolver_match = None
    return navigation.navigation(request)


def test_doors_are_shown_in_order_to_those_they_are_for(rf, doors):
    doors(label="B", icon="bell", url_name="coop:manifest", group="tools", order=2)
    doors(label="A", icon="bell", url_name="coop:offline", group="tools", order=1)
    doors(label="C", icon="bell", url_name="account_login", group="tools", order=3, audience="people")
    assert [link.label for link in links(rf, doors).tools] == ["A", "B"]


def test_a_wing_takes_its_place_in_the_bar(rf, doors):
    doors(label="Recherche", icon="search", url_name="coop:manifest", group="tools", order=1, bar=2)
    assert [link.label for link in links(rf, doors).bar] == ["Recherche"]
    doors(label="Agenda", icon="calendar", url_name="coop:offline", group="wings", order=2, bar=2)
    assert [link.label for link in links(rf, doors).bar] == ["Agenda"]


def test_a_door_is_registered_once_and_in_a_place_that_exists(doors):
    doors(label="A", icon="bell", url_name="coop:offline", group="tools", order=1)
    with pytest.raises(ValueError, match="twice"):
        doors(label="A", icon="bell", url_name="coop:offline", group="tools", order=1)
    with pytest.raises(ValueError, match="places"):
        doors(label="B", icon="bell", url_name="coop:manifest", group="tools", order=1, bar=6)


# Words and numbers


def test_numbers_read_as_in_quebec():
    assert number(1234567) == "1\u202f234\u202f567"
    assert number(0.5) == "0,5"


@pytest.mark.parametrize(
    ("distance", "said"),
    [
        ({"seconds": 20}, "à l’instant"),
        ({"seconds": -5}, "à l’instant"),
        ({"minutes": 3}, "3 min"),
        ({"hours": 5}, "5 h"),
        ({"hours": 25}, "hier"),
        ({"days": 4}, "4 j"),
    ],
)
def test_short_distances_in_time(distance, said, monkeypatch):
    noon = datetime(2026, 11, 21, 12, 0, tzinfo=timezone.get_default_timezone())
    monkeypatch.setattr(timezone, "now", lambda: noon)
    assert ago(noon - timedelta(**distance)) == said


def test_whole_dates_read_as_in_quebec():
    first = datetime(2026, 12, 1, 9, 5, tzinfo=timezone.get_default_timezone())
    assert datetime_fr(first) == "1er décembre 2026, 9\u00a0h\u00a005"
    assert nbsp("20 h") == "20\u00a0h"


def test_faces_are_always_the_same():
    assert [hue("theatredubic"), hue(7)] == [hue("theatredubic"), hue("7")]
    assert {hue(key) for key in range(200)} == set(range(12))


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Théâtre du Bic", "TB"),
        ("Marie-Ève Côté", "MC"),
        ("ana", "A"),
        ("37e Avenue", "3A"),
        ("", "?"),
        ("…", "?"),
    ],
)
def test_initials(name, letters):
    assert initials(name) == letters


# The map


def test_map_draws_the_seventeen_regions_twice():
    assert region_map().count("<title>") == 34


def test_map_links_are_reachable_once_by_keyboard():
    markup = region_map(
        links={"13": "/regions/laval/"}, current="13", levels={"06": 9}, notes={"13": "12 voix"}
    )
    assert markup.count('href="/regions/laval/"') == 2
    assert markup.count('tabindex="-1"') == 1
    assert 'aria-label="Laval\u00a0: 12 voix"' in markup
    assert markup.count("data-current") == 2
    assert markup.count('data-level="5"') == 2
    assert 'role="group"' in markup


def test_projection_keeps_north_up_and_east_right():
    rimouski, montreal, kuujjuaq = project(-68.5, 48.4), project(-73.6, 45.5), project(-68.4, 58.1)
    assert kuujjuaq[1] < rimouski[1] < montreal[1]
    assert montreal[0] < rimouski[0]


# Pages


@pytest.mark.django_db
def test_manifest_is_readable_and_its_icons_exist(client):
    response = client.get("/manifest.webmanifest")
    assert response.headers["Content-Type"].startswith("application/manifest+json")
    manifest = response.json()
    assert manifest["name"] == "Parvis"
    for picture in manifest["icons"]:
        assert finders.find(picture["src"].removeprefix("/static/")), picture["src"]


@pytest.mark.django_db
def test_service_worker_keeps_no_page_of_anybody(client):
    response = client.get("/service-worker.js")
    assert response.headers["Content-Type"].startswith("text/javascript")
    assert response.headers["Cache-Control"] == "no-cache"
    script = response.content.decode()
    assert script.count(".put(") == 2, "the offline page and static files, nothing else"


@pytest.mark.django_db
def test_offline_page_needs_nobody(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = client.get("/hors-ligne/")
    page = response.content.decode()
    assert "hors de portée" in page
    assert "csrf" not in page


@pytest.mark.django_db
def test_gallery_has_the_landmarks_of_every_page(client):
    page = client.get("/_ui/").content.decode()
    assert page.count("<main") == 1
    assert page.count("<h1") == 1
    assert page.count('<footer class="footer"') == 1
    assert '<a class="skip-link" href="#content">' in page
    assert 'aria-live="polite"' in page
    assert "vie-privee@parvis.example" in page
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert {name for name in ids if ids.count(name) > 1} <= {
        "id_name",
        "id_region",
        "id_adult",
        "id_audience",
    } | {name for name in ids if name.startswith("id_")}, (
        "the gallery shows one form twice; nothing else repeats an id"
    )


@pytest.mark.django_db
def test_page_has_no_empty_list_of_links(client, doors):
    doors(label="Écrire", icon="plus", url_name="coop:offline", group="tools", order=1, main=True)
    page = client.get("/_ui/").content.decode()
    assert "Écrire" in page
    assert not re.search(r'<ul class="navlist[^>]*>\s*</ul>', page)


@pytest.mark.django_db
def test_language_is_kept_on_the_device(client):
    response = client.post("/langue/", {"language": "en", "next": "/hors-ligne/"})
    assert response.status_code == 302
    assert response.url == "/hors-ligne/"
    with translation.override("fr"):  # what the request leaves active in this thread goes away again
        page = client.get("/_ui/").content.decode()
    assert 'lang="en-CA"' in page[:100]


@pytest.mark.django_db
def test_language_does_not_send_elsewhere(client):
    response = client.post("/langue/", {"language": "en", "next": "https://ailleurs.example/"})
    assert response.url == "/"


@pytest.mark.parametrize("name", ["error_403", "error_404"])
@pytest.mark.django_db
def test_refusals_render_for_a_visitor(rf, name, settings):
    from coop.templating import context

    request = rf.get("/rien/")
    request.user = AnonymousUser()
    request.resolver_match = None
    request._messages = []  # noqa: SLF001 -- what the middleware sets
    page = html(
        f'{{% extends "coop/{name}.html" %}}',
        request=request,
        csrf_token="",
        csrf_input="",
        **context(request),
    )
    assert 'href="/"' in page


@pytest.mark.django_db
def test_missing_page_says_what_to_do(client):
    response = client.get("/rien-du-tout-ici")
    assert response.status_code == 404
    assert "Revenir à la place" in response.content.decode()


def test_refusal_gives_its_reason(rf):
    request = rf.get("/rien/")
    request.user = AnonymousUser()
    request.resolver_match = None
    request._messages = []  # noqa: SLF001 -- what the middleware sets
    response = forbidden(request, PermissionDenied("Le scrutin est clos."))
    assert response.status_code == 403
    assert "Le scrutin est clos." in response.content.decode()


def test_breakdown_and_expired_form_say_what_to_do(rf):
    for view, status in ((broken, 500), (expired, 403)):
        response = view(rf.get("/"))
        assert response.status_code == status
        assert "Reviens en arrière" in response.content.decode()


@pytest.mark.parametrize("name", ["error_500", "error_403_csrf", "offline"])
def test_breakdowns_render_without_request_or_database(name):
    assert "<h1" in html(f'{{% extends "coop/{name}.html" %}}')
