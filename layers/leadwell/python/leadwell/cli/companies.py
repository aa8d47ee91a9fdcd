"""``leadwell companies import``: companies and what is known about them, from a file."""

from argparse import Namespace
from collections.abc import Iterator, Mapping
from typing import Any

from leadwell.cli.commands import note
from leadwell.companies.reading import read_companies
from leadwell.console.reporting import described
from leadwell.contacts.profile import differ
from leadwell.delimited import named_rows, read_text
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
    note(services, "companies.imported", "companies", companies=len(rows))
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
    names, rows = named_rows(read_text(file), file)
    if ID not in names:
        raise Refused(f"needs a column {ID!r}: what `group` calls name the company", file)
    for place, row in rows:
        group = row.pop(ID, "")
        if not 0 < len(group) <= NAME_LENGTH:
            raise Refused(f"needs an id of 1 to {NAME_LENGTH} characters", place)
        yield group, {name: None if text == "-" else _value(text) for name, text in row.items()}


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
