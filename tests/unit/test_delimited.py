"""Tables as people save them from spreadsheets."""

from pathlib import Path

import pytest

from leadwell.consent.lists import read_list
from leadwell.delimited import named_rows, read_text, rows_of
from leadwell.errors import Refused


@pytest.mark.parametrize("sign", [",", ";", "\t"])
def test_the_first_line_tells_what_stands_between_cells(sign: str) -> None:
    names, rows = named_rows(f'\ufeffid{sign} name \n1{sign}"a{sign} b"\n\n{sign}\n2{sign}\n', "f.csv")
    assert names == ["id", "name"]
    assert list(rows) == [("f.csv, line 2", {"id": "1", "name": f"a{sign} b"}), ("f.csv, line 5", {"id": "2"})]


def test_a_line_break_inside_a_cell_shifts_no_place() -> None:
    rows = rows_of('a,b\n"1\n2",3\n4,5\n', "f.csv")
    assert [row.place for row in rows] == ["f.csv, line 1", "f.csv, line 3", "f.csv, line 4"]


def test_what_has_no_name_is_refused_with_its_place() -> None:
    _, rows = named_rows("id,name\n1,a\n2,b,c\n", "f.csv")
    assert next(rows) == ("f.csv, line 2", {"id": "1", "name": "a"})
    with pytest.raises(Refused, match=r"more cells .*") as refused:
        next(rows)
    assert refused.value.field == "f.csv, line 3"


@pytest.mark.parametrize("text", ["", "\n\n", ";;\n;\n"])
def test_nothing_is_no_row(text: str) -> None:
    assert rows_of(text, "f.csv") == []
    assert named_rows(text, "f.csv")[0] == []
    with pytest.raises(Refused, match="is empty"):
        read_list(text, "f.csv", "a list", 0)


def test_files(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="no such file"):
        read_text(str(tmp_path / "missing.csv"))
    (tmp_path / "a.csv").write_bytes(b"\xff\xfe")
    with pytest.raises(Refused, match="UTF-8"):
        read_text(str(tmp_path / "a.csv"))
    (tmp_path / "b.csv").write_text("\ufeffid\n", "utf-8")
    assert read_text(str(tmp_path / "b.csv")) == "id\n"
