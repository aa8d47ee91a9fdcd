import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from leadwell import wiring
from leadwell.cli.main import main
from leadwell.journeys.steps.running import Asker
from leadwell.journeys.stock import TableStock
from tests.fakes.world import World


@pytest.fixture
def world() -> Iterator[World]:
    world = World(templates=None)
    wiring.use(world.services)
    yield world
    wiring.use(None)


def failing(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert isinstance(ended.value.code, int)
    return ended.value.code


def test_a_file_fills_a_pool(world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "codes.csv"
    file.write_text("\ufeffGutscheincode;Wert\nA;10\nB;10\n\n", "utf-8")
    main(["vouchers", "upload", "summer", str(file)])
    assert capsys.readouterr().out == "2 codes were added to summer\n"
    main(["vouchers", "list"])
    assert capsys.readouterr().out == "summer: 2 free, 0 used\n"
    assert failing("vouchers", "upload", "summer", str(file)) == 1
    assert "There already, or twice in the file: A, B." in capsys.readouterr().err
    asker = Asker("c1", "c1/j//1", "J#j##000001", "j", "code", 1)
    handed = TableStock(world.table, lambda: b"").voucher("summer", asker, world.clock.now(), wait=False)
    assert handed
    main(["vouchers", "show", "summer", handed.code, "--json"])
    assert json.loads(capsys.readouterr().out)["contact"] == "c1"
    main(["vouchers", "show", "summer", handed.code])
    assert "went to c1 on 2026-03-02" in capsys.readouterr().out
    main(["vouchers", "list", "--json"])
    (pool,) = json.loads(capsys.readouterr().out)
    assert (pool["free"], pool["used"], pool["waiting"]) == (1, 1, 0)
    assert failing("vouchers", "show", "summer", "nope") == 1


def test_files_that_are_none(world: World, tmp_path: Path) -> None:
    strange = tmp_path / "codes.csv"
    strange.write_bytes(b"\xff\xfe\x00")
    assert failing("vouchers", "upload", "summer", str(strange)) == 1
    strange.write_text("A B\n")
    assert failing("vouchers", "upload", "summer", str(strange)) == 1
    assert failing("vouchers", "upload", "summer", str(tmp_path / "missing.csv")) == 1
    strange.write_text("A\n")
    assert failing("vouchers", "upload", "Summer!", str(strange)) == 1
    assert not world.table.items("FREE_CODE")
