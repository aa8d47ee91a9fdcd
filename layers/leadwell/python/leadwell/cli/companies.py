"""``leadwell companies import``: companies and what is known about them, from a file."""

import csv
import io
from argparse import Namespace
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from leadwell.cli.commands import BY
from leadwell.companies.reading import read_companies
from leadwell.console import auditing
from leadwell.console.reporting import described
from leadwell.contacts.profile import differ
from leadwell.errors import Refused
from leadwell.ids import company_id, fingerprint
from leadwell.tracking.calls import NAME_LENGTH
from leadwell.tracking.once import record_all_once
from leadwell.wiring import Services

ID = "id"
_AT_ONCE = 50


def import_file(given: Namespace, services: Services) -> None:
    """Each row is what somebody states about a company; what is known already is not stated again."""
    rows = list(read_rows(given.file))
    now = services.clock.now()
    auditing.note(
        services.table,
        request=fingerprint(BY, str(now)),
        at=now,
        who=BY,
        what="companies.imported",
        which="companies",
        companies=len(rows),
    )
    stated = 0
    for start in range(0, len(rows), _AT_ONCE):
        some = rows[start : start + _AT_ONCE]
        present = {
            one.id: one.traits for one in read_companies(services.table, [company_id(group) for group, _ in some])
        }
        events = [
            described(group, "i" + fingerprint("import", group, str(now), str(start + place)), known, now)
            for place, (group, known) in enumerate(some)
            if _is_news(known, present.get(company_id(group)))
        ]
        record_all_once(services.table, events, now)
        stated += len(events)
    print(f"{len(rows):,} companies were read, {stated:,} are new or changed; they and their members follow in seconds")


def _is_news(stated: Mapping[str, Any], present: Mapping[str, Any] | None) -> bool:
    return present is None or any(differ(value, present.get(name)) for name, value in stated.items())


def read_rows(file: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """(group id, attributes) of a CSV file with a column ``id``. An empty cell says nothing, ``-`` removes.

    Raises ``Refused`` naming the line, before anything is imported.
    """
    path = Path(file)
    if not path.is_file():
        raise Refused("there is no such file", file)
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError:
        raise Refused("must be text in UTF-8", file) from None
    first = text.partition("\n")[0]
    delimiter = ";" if first.count(";") > first.count(",") else ","
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)
    if ID not in (reader.fieldnames or ()):
        raise Refused(f"needs a column {ID!r}: what `group` calls name the company", file)
    try:
        for row in reader:
            if any(row.values()):
                yield _company(row, f"{file}, line {reader.line_num}")
    except csv.Error as error:
        raise Refused(f"is no CSV: {error}", file) from None


def _company(row: Mapping[Any, Any], place: str) -> tuple[str, dict[str, Any]]:
    if None in row:
        raise Refused("has more cells than the first line has names; put texts with the separator into quotes", place)
    group = (row.get(ID) or "").strip()
    if not 0 < len(group) <= NAME_LENGTH:
        raise Refused(f"needs an id of 1 to {NAME_LENGTH} characters", place)
    cells = {name.strip(): (value or "").strip() for name, value in row.items() if name != ID}
    return group, {name: None if value == "-" else _value(value) for name, value in cells.items() if name and value}


def _value(text: str) -> str | int | float | bool:
    """Numbers and yes or no as conditions compare them; whatever begins with a zero or a plus is a text."""
    if text.lower() in ("true", "false"):
        return text.lower() == "true"
    if text != "0" and text[0] in "0+" and not text.startswith("0."):
        return text
    for kind in (int, float):
        try:
            number = kind(text)
        except ValueError:
            continue
        return number if abs(number) < 1e15 else text
    return text
