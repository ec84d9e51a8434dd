"""The catalogues: French is in the source, English is complete, and nobody needs gettext's programs.

`python -m config.translations` fails on a text without its English, on a doubtful or useless entry, and on a
compiled catalogue that is out of date. With `--update` it writes them: new texts get an empty English to fill
in, texts that are gone go, and the French catalogue (plurals only, so that zero is singular) is made whole.
"""

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polib
from jinja2 import Environment

from config.services import BASE_DIR, say

SOURCES = ("config", "coop", "feeds", "events_calendar", "governance", "datatrust", "moderation")
SIMPLE = frozenset({"_", "gettext", "gettext_lazy", "gettext_noop"})
PLURAL = frozenset({"ngettext", "ngettext_lazy"})
CONTEXT = frozenset({"pgettext", "pgettext_lazy"})
CONTEXT_PLURAL = frozenset({"npgettext", "npgettext_lazy"})
HEADERS = {
    "fr": "nplurals=2; plural=(n > 1);",
    "en": "nplurals=2; plural=(n != 1);",
}


@dataclass(frozen=True, order=True)
class Message:
    text: str
    plural: str = ""
    context: str = ""

    @property
    def key(self) -> tuple[str, str, str]:
        return self.text, self.plural, self.context


def messages() -> dict[Message, set[str]]:
    """Every text of the source, with the files where it stands."""
    found: dict[Message, set[str]] = {}
    for app in SOURCES:
        folder = BASE_DIR / app
        for path in sorted(folder.rglob("*.py")):
            if "migrations" not in path.parts:
                collect(found, path, from_python(path))
        for path in sorted((folder / "jinja2").rglob("*")):
            if path.is_file():
                collect(found, path, from_template(path))
    return found


def collect(found: dict[Message, set[str]], path: Path, new: Iterator[Message]) -> None:
    for message in new:
        if message.text:
            found.setdefault(message, set()).add(str(path.relative_to(BASE_DIR)))


def from_python(path: Path) -> Iterator[Message]:
    for node in ast.walk(ast.parse(path.read_text())):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        texts = [a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
        message = arrange(name, texts)
        if message is not None:
            yield message


def from_template(path: Path) -> Iterator[Message]:
    # Trim blocks and double percent signs as coop.templating does: a text is looked up as the page gives it.
    environment = Environment(
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"], trim_blocks=True, lstrip_blocks=True, autoescape=True
    )
    environment.newstyle_gettext = True  # type: ignore[attr-defined]  # by the i18n extension
    for _line, name, texts in environment.extract_translations(path.read_text()):  # type: ignore[attr-defined]
        given = [texts] if isinstance(texts, str) else [text for text in texts if text]
        message = arrange(name, given)
        if message is not None:
            yield message


def arrange(name: str, texts: list[str]) -> Message | None:
    match texts:
        case [text, *_] if name in SIMPLE:
            return Message(text)
        case [text, plural, *_] if name in PLURAL:
            return Message(text, plural)
        case [context, text, *_] if name in CONTEXT:
            return Message(text, context=context)
        case [context, text, plural, *_] if name in CONTEXT_PLURAL:
            return Message(text, plural, context)
    return None


def catalogue_path(language: str) -> Path:
    return BASE_DIR / "locale" / language / "LC_MESSAGES" / "django.po"


def key_of(entry: polib.POEntry) -> tuple[str, str, str]:
    return entry.msgid, entry.msgid_plural or "", entry.msgctxt or ""


def wanted(language: str) -> dict[Message, set[str]]:
    every = messages()
    if language == "fr":
        return {message: places for message, places in every.items() if message.plural}
    return every


def faults(language: str) -> list[str]:
    """What is wrong with a catalogue, one sentence each."""
    path = catalogue_path(language)
    if not path.exists():
        return [f"{language} : le catalogue n’existe pas"]
    entries = {key_of(entry): entry for entry in polib.pofile(str(path)) if not entry.obsolete}
    expected = wanted(language)
    result = []
    for message, places in sorted(expected.items()):
        entry = entries.get(message.key)
        if entry is None or not entry.translated():
            what = "à relire" if entry is not None and entry.fuzzy else "sans traduction"
            result.append(f"{language} : {what} : « {message.text} » ({', '.join(sorted(places))})")
    known = {message.key for message in expected}
    result += [f"{language} : ne sert plus : « {key[0]} »" for key in entries if key not in known]
    compiled = path.with_suffix(".mo")
    if not compiled.exists() or compiled.read_bytes() != polib.pofile(str(path)).to_binary():
        result.append(f"{language} : le catalogue compilé n’est pas à jour")
    return result


def update(language: str) -> None:
    """Write a catalogue anew, keeping the translations that still serve."""
    path = catalogue_path(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    known = {key_of(entry): entry for entry in polib.pofile(str(path))} if path.exists() else {}
    catalogue = polib.POFile(wrapwidth=100)
    catalogue.metadata = {
        "Project-Id-Version": "Parvis",
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": HEADERS[language],
    }
    for message, places in sorted(wanted(language).items()):
        entry = polib.POEntry(
            msgid=message.text,
            msgid_plural=message.plural,
            msgctxt=message.context or None,
            occurrences=[(place, "") for place in sorted(places)],
        )
        if "%(" in message.text:
            entry.flags = ["python-format"]
        before = known.get(message.key)
        if message.plural:
            entry.msgstr_plural = {0: "", 1: ""}
        if language == "fr":
            entry.msgstr_plural = {0: message.text, 1: message.plural}
        elif before is not None:
            entry.msgstr, entry.msgstr_plural = before.msgstr, before.msgstr_plural or entry.msgstr_plural
        catalogue.append(entry)
    catalogue.save(str(path))
    catalogue.save_as_mofile(str(path.with_suffix(".mo")))


def main(arguments: list[str]) -> int:
    if "--update" in arguments:
        for language in HEADERS:
            update(language)
    found = [fault for language in HEADERS for fault in faults(language)]
    for fault in found:
        say(fault)
    if found:
        say(f"{len(found)} défauts de traduction. « make translations » met les catalogues à jour.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
