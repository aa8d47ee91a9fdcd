"""Tables as people save them from spreadsheets: CSV in UTF-8, with commas, semicolons or tabs between the cells."""

import csv
import io
import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from leadwell.errors import Refused

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Row:
    """``place`` says where it stands (``list.csv, line 3``); cells are stripped."""

    place: str
    cells: Sequence[str]


_STARTS_A_FORMULA = tuple("=+-@\t\r\n＝＋－＠")
"""Of a cell, for Excel and its like (OWASP, "CSV Injection"); the wide ones count there, too."""


def written_rows(rows: Iterable[Sequence[object]]) -> str:
    """CSV with commas, every cell in quotes. Text that a spreadsheet would take for a formula begins with an
    apostrophe: what stands in it was typed by strangers. Numbers stay numbers."""
    out, formulas = io.StringIO(newline=""), 0
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    for row in rows:
        cells = [_written(cell) for cell in row]
        formulas += sum(map(_is_formula, cells))
        writer.writerow([f"'{cell}" if _is_formula(cell) else cell for cell in cells])
    if formulas:
        _log.info(
            "a table has %d cells that a spreadsheet would take for formulas: each begins with an apostrophe", formulas
        )
    return out.getvalue()


def _written(cell: object) -> object:
    if cell is None:
        return ""
    is_number = isinstance(cell, int | float) and not isinstance(cell, bool)
    return cell if is_number else str(cell).replace("\x00", "")


def _is_formula(cell: object) -> bool:
    return isinstance(cell, str) and cell.lstrip(" ").startswith(_STARTS_A_FORMULA)


def read_text(file: str) -> str:
    """Raises ``Refused`` naming the file."""
    path = Path(file)
    if not path.is_file():
        raise Refused("there is no such file", file)
    try:
        return path.read_text("utf-8-sig")
    except UnicodeDecodeError:
        raise Refused("must be text in UTF-8", file) from None


def rows_of(text: str, file: str) -> list[Row]:
    """All but empty ones. The first line tells what stands between the cells. Raises ``Refused`` naming the file."""
    text = text.removeprefix("\ufeff")
    delimiter = max(",;\t", key=text.partition("\n")[0].count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        rows = [Row(f"{file}, line {reader.line_num}", [cell.strip() for cell in cells]) for cells in reader]
    except csv.Error as error:
        raise Refused(f"is no CSV: {error}", file) from None
    return [row for row in rows if any(row.cells)]


def named_rows(text: str, file: str) -> tuple[list[str], Iterator[tuple[str, dict[str, str]]]]:
    """(the names in the first row, and of each other row its place and what stands under the names, empty cells left
    out). Raises ``Refused`` naming the line, when it comes to it."""
    rows = rows_of(text, file)
    names = list(rows[0].cells) if rows else []
    return names, (_under(names, row) for row in rows[1:])


def _under(names: Sequence[str], row: Row) -> tuple[str, dict[str, str]]:
    if len(row.cells) > len(names):
        raise Refused(
            "has more cells than the first line has names; put texts with the separator into quotes", row.place
        )
    return row.place, {name: cell for name, cell in zip(names, row.cells, strict=False) if name and cell}
