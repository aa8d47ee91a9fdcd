import re
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import yaml

from tests.fakes.world import TEMPLATES

STATIC = files("leadwell.console") / "static"
SCRIPTS = {file.name: file.read_text("utf-8") for file in STATIC.iterdir() if file.name.endswith(".js")}


def test_every_word_that_is_asked_for_exists() -> None:
    table = SCRIPTS["words.js"].partition("const WORDS = {")[2].partition("\n};")[0] + SCRIPTS["plan_words.js"]
    asked = re.findall(r"""\bt\((?:\w+ \? )?"(\w+)"(?: : "(\w+)")?""", "\n".join(SCRIPTS.values()))
    assert {word for words in asked for word in words if word} <= _names_in(table)
    assert len(asked) > 80


def test_what_the_starters_speak_of_has_a_german_name() -> None:
    """Names of events, traits and properties; what an installation adds is shown by the name it has."""
    asked = {
        (kind, name)
        for path in sorted(TEMPLATES.rglob("*.yaml"))
        for kind, name in _asked(yaml.safe_load(path.read_text("utf-8")))
    }
    events = {name for kind, name in asked if kind == "event"} - {"*"}
    labels = {part for kind, name in asked if kind == "label" for part in _parts(name)}
    assert events - _names_in(SCRIPTS["known_events.js"]) == set()
    assert labels - _names_in(SCRIPTS["labels.js"]) == set()
    assert len(events) > 10 and len(labels) > 10


def test_no_script_grows_out_of_hand() -> None:
    assert {name: text.count("\n") for name, text in SCRIPTS.items() if text.count("\n") > 400} == {}


def _names_in(table: str) -> set[str]:
    return set(re.findall(r'^  "?([\w .:]+?)"?: \[', table, re.MULTILINE))


def _parts(path: str) -> list[str]:
    """What lies inside something else is named by its parts; where an event came from, as a whole."""
    return [path] if path.startswith("context.") else path.split(".")


def _asked(written: Any) -> Iterator[tuple[str, str]]:
    if isinstance(written, list):
        for one in written:
            yield from _asked(one)
    if not isinstance(written, dict):
        return
    for word, value in written.items():
        if word == "scenarios":
            continue
        if word in ("event", "since", "sequence"):
            given = value if isinstance(value, list) else [value]
            yield from (("event", one) for one in given if isinstance(one, str))
        elif word in ("where", "first", "last") and isinstance(value, dict):
            yield from (("label", path) for path in value)
            continue  # what it is compared with is no name
        elif word in ("trait", "company", "by", "sum", "average", "minimum", "maximum", "distinct"):
            yield from (("label", one) for one in (value,) if isinstance(one, str))
        yield from _asked(value)
