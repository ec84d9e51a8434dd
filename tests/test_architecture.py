"""The house keeps its shape: what `docs/adr` decided is held here, by looking at the source itself."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
APPS = ("coop", "feeds", "events_calendar", "governance", "datatrust", "moderation")
"""Wings that do not exist yet are simply not looked at."""

PRESENT = tuple(app for app in APPS if (ROOT / app).is_dir())
JUNK_NAMES = frozenset(
    {"utils", "util", "helpers", "helper", "common", "core", "misc", "services", "shared", "lib"}
)
MAXIMUM_LINES = 500
ONE_BY_DECISION = {"config/settings.py"}
"""ADR 0001: one settings module, read from top to bottom."""


def modules(*roots):
    for root in roots:
        for path in sorted((ROOT / root).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path


def name_of(path):
    return str(path.relative_to(ROOT))


def imports(path):
    """Every dotted name that a module imports, inline imports included."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_there_is_no_empty_room():
    """An app that exists does something: no wing is announced by an empty package."""
    for app in PRESENT:
        assert any(path.stat().st_size for path in modules(app) if path.name != "__init__.py"), app


@pytest.mark.parametrize("app", PRESENT)
def test_modules_are_named_after_their_subject(app):
    junk = [
        name_of(path)
        for path in modules(app)
        if JUNK_NAMES & {part.removesuffix(".py") for part in path.relative_to(ROOT / app).parts}
    ]
    assert junk == []


def test_modules_stay_readable():
    long = {
        name_of(path): lines
        for path in modules(*PRESENT, "config", "bench", "tests")
        if (lines := len(path.read_text().splitlines())) > MAXIMUM_LINES
        and name_of(path) not in ONE_BY_DECISION
    }
    assert long == {}


def test_nobody_listens_to_model_signals():
    listeners = [
        f"{name_of(path)}: {name}"
        for path in modules(*PRESENT, "config", "bench", "tests")
        for name in imports(path)
        if name.startswith("django.db.models.signals")
    ]
    assert listeners == []


def test_what_follows_a_commit_never_undoes_the_answer():
    """The act is done: a notice that cannot be sent is for the log, not for the person (`robust=True`).

    Django names the function in that log, and a `partial` has no name: that would be a fault of its own.
    """
    for path in modules(*PRESENT):
        for node in ast.walk(ast.parse(path.read_text())):
            if not (isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "on_commit"):
                continue
            where = f"{name_of(path)}:{node.lineno}"
            assert "robust" in {keyword.arg for keyword in node.keywords}, where
            assert isinstance(node.args[0], ast.Lambda | ast.Name), where


def test_nobody_imports_the_wiring():
    importers = [
        f"{name_of(path)}: {name}"
        for path in modules(*PRESENT)
        for name in imports(path)
        if name.split(".")[0] == "config"
    ]
    assert importers == []


def test_imports_are_absolute():
    relative = [
        f"{name_of(path)}:{node.lineno}"
        for path in modules(*PRESENT, "config", "bench", "tests")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom) and node.level
    ]
    assert relative == []


def test_models_have_no_save_of_their_own():
    """A `save` with effects of its own is a rule in the wrong place: rules are in actions and constraints."""
    own = [
        f"{name_of(path)}: {owner.name}.{method.name}"
        for path in modules(*PRESENT)
        if "models" in (path.stem, *path.parts)
        for owner in ast.walk(ast.parse(path.read_text()))
        if isinstance(owner, ast.ClassDef)
        for method in owner.body
        if isinstance(method, ast.FunctionDef) and method.name in {"save", "delete"}
    ]
    assert own == []


def test_templates_hold_no_inline_script_style_or_handler():
    """The content security policy would stop them: better to know before the browser does."""
    import re

    handler = re.compile(r"<[^>]*\s(?:on[a-z]+|style)\s*=\s*[\"']", re.IGNORECASE)
    block = re.compile(r"<style[\s>]|<script(?![^>]*\bsrc=)(?![^>]*type=\"application/(?:ld\+)?json\")[\s>]")
    faulty = [
        name_of(path)
        for app in PRESENT
        for path in sorted((ROOT / app / "jinja2").rglob("*.html"))
        if "mail" not in path.stem and "email" not in path.parts
        if handler.search(path.read_text()) or block.search(path.read_text())
    ]
    assert faulty == []


def test_nothing_comes_from_a_third_party():
    """No page of ours makes a browser ask another site for a script, a style, a font or a picture."""
    import re

    foreign = re.compile(
        r"(?:src|srcset|action)=[\"']https?://|<link[^>]+href=[\"']https?://|@import|url\([\"']?https?:"
    )
    faulty = [
        name_of(path)
        for app in PRESENT
        for folder in ("jinja2", "static")
        for path in sorted((ROOT / app / folder).rglob("*"))
        if path.suffix in {".html", ".css", ".js"} and foreign.search(path.read_text())
    ]
    assert faulty == []


def test_settings_is_one_module():
    others = [
        name_of(path)
        for path in modules("config", *PRESENT)
        if "settings" in path.stem and path.parent.name != "views"
    ]
    assert "config/settings.py" in others
    assert [name for name in others if name.startswith("config/") and name != "config/settings.py"] == []


def test_requirements_record_no_address_and_check_hashes():
    for name in ("requirements.txt", "requirements-dev.txt"):
        text = (ROOT / name).read_text()
        assert "://" not in text
        assert "--index-url" not in text
        assert text.count("--hash=sha256:") > 100


def test_dependencies_have_a_reason():
    """Each dependency stands on a line of its own, with the reason why it is there."""
    inside = False
    for line in (ROOT / "pyproject.toml").read_text().splitlines():
        if line.startswith(("dependencies = [", "embedded = [", "dev = [")):
            inside = True
        elif line.startswith("]"):
            inside = False
        elif inside and line.strip().startswith('"'):
            assert " # " in line, line
