"""``leadwell segments members``, ``lists members``, ``contacts list``: who they are, for people and spreadsheets."""

from argparse import Namespace
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from leadwell.cli.commands import note
from leadwell.console.publishing import present_version
from leadwell.contacts.in_rows import headings, rows_of_companies, rows_of_members
from leadwell.contacts.membership import EVERYONE, list_key
from leadwell.definitions.about import COMPANIES
from leadwell.delimited import written_rows
from leadwell.segments.listing import Member, list_members
from leadwell.store.table import Table
from leadwell.wiring import Services

_PAGE = 500
_RowsOf = Callable[[Table, Iterable[Member], Sequence[str]], Iterator[Sequence[object]]]


def add_to(kinds: Any) -> None:
    """Adds the commands ``segments`` and ``lists``."""
    for kind, words in (("segment", "a segment"), ("list", "a list kept by hand")):
        actions = kinds.add_parser(f"{kind}s", help=f"who is in {words}").add_subparsers(
            required=True, metavar="ACTION"
        )
        shown = actions.add_parser("members", help="contacts, or companies, with what is asked of them")
        shown.add_argument("name", metavar="NAME")
        _ways(shown)
        shown.set_defaults(run=show, of=kind)


def add_contacts_to(actions: Any) -> None:
    """Adds ``list`` to the actions of ``contacts``."""
    shown = actions.add_parser("list", help="all contacts")
    _ways(shown)
    shown.set_defaults(run=show, of="", name=EVERYONE)


def _ways(shown: Any) -> None:
    shown.add_argument("--csv", metavar="FILE", help="a table for spreadsheets; - for the standard output")
    shown.add_argument("--trait", action="append", default=[], metavar="NAME", help="one more column; may be repeated")


def show(given: Namespace, services: Services) -> None:
    of_companies = False
    if given.of:
        found = present_version(services, given.of, given.name)
        of_companies = found.document.get("about") == COMPANIES
    key = list_key(given.name) if given.of == "list" else given.name
    rows = _rows(services, key, given.trait, rows_of_companies if of_companies else rows_of_members)
    if not given.csv:
        for row in rows:
            print("  ".join(str(cell) for cell in row if cell not in ("", None)))
        return
    note(services, "contacts.exported", f"{given.of or 'contacts'} {given.name}")
    text = written_rows([headings(given.trait, of_companies), *rows])
    if given.csv == "-":
        print(text, end="")
        return
    Path(given.csv).write_text(text, "utf-8-sig", newline="")
    print(f"{given.csv} holds {max(0, text.count(chr(10)) - 1):,} lines.")


def _rows(services: Services, key: str, traits: Sequence[str], rows_of: _RowsOf) -> Iterator[Sequence[object]]:
    cursor = None
    while True:
        page = list_members(services.table, key, limit=_PAGE, cursor=cursor)
        yield from rows_of(services.table, page.members, traits)
        if page.cursor is None:
            return
        cursor = page.cursor
