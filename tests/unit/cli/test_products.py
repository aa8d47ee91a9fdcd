from pathlib import Path

import pytest

from leadwell import wiring
from leadwell.cli.main import main
from tests.fakes.world import World


def test_a_catalog_is_uploaded_and_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    world = World(templates=None)
    wiring.use(world.services)
    try:
        file = tmp_path / "products.csv"
        main(["products", "list"])
        assert capsys.readouterr().out.startswith("There are no products")
        file.write_text("id,name,price,rank,category,in_stock\n1,Sofa,499.5,1,sofas,yes\n2,Lamp,,,,no\n")
        main(["products", "upload", str(file)])
        assert capsys.readouterr().out == "2 products were added, 0 changed, 0 were as they are\n"
        main(["products", "list"])
        assert capsys.readouterr().out == "1: Sofa, 499.5 EUR, rank 1\n2: Lamp, not in stock\n"
        main(["products", "list", "--category", "sofas", "--json"])
        assert '"id": "1"' in capsys.readouterr().out
        for wrong in (b"id,name\n1,\n", b"\xff\xfe"):
            file.write_bytes(wrong)
            with pytest.raises(SystemExit):
                main(["products", "upload", str(file)])
        with pytest.raises(SystemExit):
            main(["products", "upload", str(tmp_path / "missing.csv")])
    finally:
        wiring.use(None)
