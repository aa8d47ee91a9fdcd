import json
from collections.abc import Iterator

import pytest

from leadwell import wiring
from leadwell.cli.main import main
from leadwell.ids import company_id
from leadwell.tracking.events import Name
from tests.fakes.world import World


@pytest.fixture
def world() -> Iterator[World]:
    world = World()
    said = world.event("ann", Name.GROUPED, {"group_id": "acme"}, type="group", traits={"industry": "retail"})
    world.post(said)
    wiring.use(world.services)
    yield world
    wiring.use(None)


@pytest.mark.parametrize("name", ["acme", company_id("acme")])
def test_a_company_is_found_by_its_group_id_and_by_its_own(
    world: World, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    main(["companies", "show", name])
    said = capsys.readouterr().out
    assert said.startswith(f"acme  visitor, score 0  ({company_id('acme')})")
    assert "  industry: retail\n" in said
    assert "  1 members: 1 " in said
    main(["companies", "show", name, "--json"])
    assert json.loads(capsys.readouterr().out)["attributes"] == {"industry": "retail"}


def test_nobody_is_said_to_be_nobody(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["companies", "show", "nobody"])
    assert ended.value.code == 1
    assert "no company is known under nobody" in capsys.readouterr().err
