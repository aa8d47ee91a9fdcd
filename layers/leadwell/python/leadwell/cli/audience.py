"""``leadwell preview`` and ``leadwell schema``: what a definition would change, and how one is written."""

import json
from argparse import Namespace
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import yaml

from leadwell.cli import words
from leadwell.clock import to_iso
from leadwell.console.api.previews import example_shape
from leadwell.console.api.shapes.explanations import reason_shape
from leadwell.contacts.previewing import Example, Preview, Previewer
from leadwell.definitions.about import About, about_of
from leadwell.definitions.documents import parse
from leadwell.definitions.files import named, text_of
from leadwell.definitions.publishing import Publisher
from leadwell.definitions.schema import TEMPLATES, schema, template_schema
from leadwell.definitions.yaml_text import load
from leadwell.errors import Refused
from leadwell.journeys.models import JourneyDefinition
from leadwell.wiring import Services

_PAGE = 200
_EXAMPLES = 20


def add_to(kinds: Any) -> None:
    """Adds the commands to the parser."""
    shown = kinds.add_parser("preview", help="what a changed segment, model or lifecycle would do to contacts")
    shown.add_argument("file", metavar="FILE")
    shown.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="a parameter of the definition, instead of its default; may be repeated",
    )
    shown.add_argument("--json", action="store_true", help="for machines")
    shown.set_defaults(run=preview)
    written = kinds.add_parser("schema", help="the JSON Schema of definition files, for editors")
    written.add_argument(
        "of",
        nargs="?",
        choices=("definition", *TEMPLATES),
        default="definition",
        help="of the settings of e-mails or SMS",
    )
    written.set_defaults(run=write_schema, without_table=True)


def write_schema(given: Namespace) -> None:
    print(json.dumps(schema() if given.of == "definition" else template_schema(given.of), indent=1, ensure_ascii=False))


def preview(given: Namespace, services: Services) -> None:
    path = Path(given.file)
    if not path.is_file():
        raise Refused("there is no such file", str(path))
    publisher, parameters = Publisher(services.library, services.clock.now(), ""), _parameters(given.set)
    with named(path):
        definition = parse(publisher.check(text_of(path), parameters))
        if isinstance(definition, JourneyDefinition):
            raise Refused(
                "a journey changes nothing about contacts; preview segments, scoring, lifecycles and personas"
            )
    found = _all_pages(
        Previewer(
            services.table,
            services.library.catalog(),
            services.library.judgments(),
            services.settings.default_timezone,
            services.clock.now(),
        ),
        definition,
    )
    if given.json:
        print(json.dumps(_as_json(found), indent=1, ensure_ascii=False))
    else:
        for line in _lines(found, about_of(definition)):
            print(line)


def _parameters(given: Sequence[str]) -> dict[str, Any]:
    """``limit=3`` → ``{"limit": 3}``: values as YAML reads them."""
    found: dict[str, Any] = {}
    for one in given:
        name, assigned, value = one.partition("=")
        if not assigned or not name:
            raise Refused(f"{one!r} sets nothing; write NAME=VALUE, such as --set days=14", "--set")
        try:
            found[name] = load(value)
        except yaml.YAMLError:
            found[name] = value
    return found


def _all_pages(previewer: Previewer, definition: Any) -> Preview:
    found = Preview()
    while True:
        wanted = _EXAMPLES - len(found.examples)
        page = previewer.page(definition, limit=_PAGE, examples=wanted, cursor=found.cursor)
        found = Preview(
            found.looked_at + page.looked_at,
            found.entering + page.entering,
            found.leaving + page.leaving,
            found.stages + page.stages,
            [*found.examples, *page.examples],
            page.cursor,
        )
        if page.cursor is None:
            return found


def _lines(found: Preview, whom: About) -> Iterator[str]:
    yield f"{found.looked_at:,} {whom} looked at"
    for segment in sorted({*found.entering, *found.leaving}):
        yield f"  {segment}: {found.entering[segment]:,} would enter, {found.leaving[segment]:,} would leave"
    for (before, after), contacts in sorted(found.stages.items()):
        yield f"  {contacts:,} would go from {before} to {after}"
    if not (found.entering or found.leaving or found.stages):
        yield "  nobody would enter or leave anything"
    for example in found.examples:
        since = f", since {to_iso(example.since)}" if example.since is not None else ""
        yield f"{example.contact}: {example.what}, {example.before} → {example.after}{since}"
        yield from _because(example)


def _because(example: Example) -> Iterator[str]:
    if example.as_of is not None:
        yield "    its rule held then, and a stage that was reached is kept:"
    if example.reason is not None:
        yield from words.reason(reason_shape(example.reason), "    ")
    elif example.what == "stage":
        yield "    there is no rule for the stage any more"


def _as_json(found: Preview) -> dict[str, Any]:
    names: Counter[str] = found.entering + found.leaving
    return {
        "looked_at": found.looked_at,
        "segments": {
            name: {"entering": found.entering[name], "leaving": found.leaving[name]} for name in sorted(names)
        },
        "stages": [
            {"before": one, "after": to, "contacts": contacts} for (one, to), contacts in sorted(found.stages.items())
        ],
        "examples": [example_shape(one).model_dump(mode="json") for one in found.examples],
    }
