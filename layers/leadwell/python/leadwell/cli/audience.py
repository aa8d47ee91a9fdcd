"""``leadwell preview`` and ``leadwell schema``: what a definition would change, and how one is written."""

import json
from argparse import Namespace
from collections import Counter
from pathlib import Path
from typing import Any

from leadwell.contacts.previewing import Example, Preview, Previewer
from leadwell.contacts.reasons import Reason
from leadwell.definitions.documents import parse
from leadwell.definitions.publishing import Publisher
from leadwell.definitions.schema import schema
from leadwell.errors import Refused
from leadwell.journeys.models import JourneyDefinition
from leadwell.wiring import Services

_PAGE = 200
_EXAMPLES = 20


def add_to(kinds: Any) -> None:
    """Adds the commands to the parser."""
    shown = kinds.add_parser("preview", help="what a changed segment, model or lifecycle would do to contacts")
    shown.add_argument("file", metavar="FILE")
    shown.set_defaults(run=preview)
    written = kinds.add_parser("schema", help="the JSON Schema of definition files, for editors")
    written.set_defaults(run=write_schema)


def write_schema(given: Namespace) -> None:
    print(json.dumps(schema(), indent=1, ensure_ascii=False))


def preview(given: Namespace, services: Services) -> None:
    path = Path(given.file)
    if not path.is_file():
        raise Refused("there is no such file", str(path))
    document = Publisher(services.library, services.clock.now(), "").check(path.read_text("utf-8"))
    definition = parse(document)
    if isinstance(definition, JourneyDefinition):
        raise Refused("a journey changes nothing about contacts; preview segments, scoring, lifecycles and personas")
    library = services.library
    previewer = Previewer(
        services.table,
        library.catalog(),
        library.judgments(),
        services.settings.default_timezone,
        services.clock.now(),
    )
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
            break
    if given.json:
        print(json.dumps(_as_json(found), indent=1, ensure_ascii=False))
    else:
        _print(found)


def _print(found: Preview) -> None:
    print(f"{found.looked_at:,} contacts looked at")
    for segment in sorted({*found.entering, *found.leaving}):
        print(f"  {segment}: {found.entering[segment]:,} would enter, {found.leaving[segment]:,} would leave")
    for (before, after), contacts in sorted(found.stages.items()):
        print(f"  {contacts:,} would go from {before} to {after}")
    if not (found.entering or found.leaving or found.stages):
        print("  nobody would enter or leave anything")
    for example in found.examples:
        print(f"{example.contact}: {example.what}, {example.before} → {example.after}")
        for line in _because(example):
            print(f"    {line}")


def _because(example: Example) -> list[str]:
    return list(_lines(example.reason, "")) if example.reason else []


def _lines(reason: Reason, indent: str) -> list[str]:
    said = ", ".join(f"{name}: {value}" for name, value in reason.rule.items())
    found = ", ".join(f"{name}: {value}" for name, value in reason.found.items())
    mark = "yes" if reason.truth else " no"
    lines = [f"{indent}{mark}  {reason.kind} {said}".rstrip() + (f"  [{found}]" if found else "")]
    for part in reason.parts:
        lines += _lines(part, indent + "  ")
    return lines


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
        "examples": [
            {"contact": one.contact, "what": one.what, "before": one.before, "after": one.after}
            for one in found.examples
        ],
    }
