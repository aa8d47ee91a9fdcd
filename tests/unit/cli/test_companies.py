import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from leadwell import wiring
from leadwell.cli.main import main
from leadwell.ids import company_id
from leadwell.store import keys
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


FILE = """id;industry;employees;phone;public;note
acme;retail;120;0301234;true;
"new one";"food; drink";3.5;;false;first
gone;-;;;;
"""


def test_companies_come_from_a_file(world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "companies.csv"
    file.write_text("\ufeff" + FILE, "utf-8")
    for news in (3, 0):  # the second time changes nothing
        wiring.use(world.services)
        main(["companies", "import", str(file)])
        assert f"3 companies were read, {news} are new or changed" in capsys.readouterr().out
        world.run()
        world.clock.moment += 1000
    known = {name: world.table.get(keys.contact(company_id(name))) for name in ("acme", "new one", "gone")}
    traits = {name: item.get("traits", {}) for name, item in known.items() if item}
    assert traits == {
        "acme": {"industry": "retail", "employees": 120, "phone": "0301234", "public": True},
        "new one": {"industry": "food; drink", "employees": 3.5, "public": False, "note": "first"},
        "gone": {},
    }
    imported = [item for item in world.table.items("EVENT") if item["pk"] == keys.contact(company_id("new one")).pk]
    assert len(imported) == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name\nacme\n", "needs a column 'id'"),
        ("id,a\n,1\n", "line 2: needs an id"),
        ("id,a\nacme,1,2\n", "line 2: has more cells"),
    ],
)
def test_a_file_that_is_wrong_changes_nothing(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, said: str
) -> None:
    file = tmp_path / "companies.csv"
    file.write_text(text, "utf-8")
    before = world.table.snapshot()
    with pytest.raises(SystemExit):
        main(["companies", "import", str(file)])
    assert said in capsys.readouterr().err
    assert world.table.snapshot() == before


def test_the_companies_of_a_segment_are_listed(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "retail.yaml").write_text(
        "kind: segment\nname: retail\nabout: companies\ntitle: {en: R, de: R}\n"
        "when: {trait: industry, equals: retail}\n"
    )
    main(["publish", str(tmp_path)])
    world.clock.moment += 1000
    world.post(world.event("ben", Name.GROUPED, {"group_id": "acme"}, type="group"))
    wiring.use(world.services)
    capsys.readouterr()
    main(["segments", "members", "retail", "--trait", "industry"])
    said = capsys.readouterr().out
    assert said.startswith(company_id("acme")) and said.endswith("  acme  2  visitor  0.0  retail\n")
    main(["segments", "members", "retail", "--csv", "-"])
    assert capsys.readouterr().out.startswith('"company","since","group_id","name","members","stage","score"\r\n')


def test_a_company_s_score_is_explained_by_its_members(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "account.yaml").write_text(
        "kind: scoring\nname: account\nabout: companies\ntitle: {en: A, de: A}\nrules:\n"
        "  - {id: heat, members: {score: sum}, points: 2, max_points: 90}\n"
        "  - {id: keen, members: {score: count, at_least: 5}, points: 10}\n"
    )
    main(["publish", str(tmp_path)])
    world.clock.moment += 1000
    world.post(world.event("ann", "Product Added to Wishlist"), world.event("ann", "Signed Up"))
    world.run()
    wiring.use(world.services)
    capsys.readouterr()
    main(["companies", "explain", "acme", "--json"])
    found = json.loads(capsys.readouterr().out)
    heat, keen = found["score"]["conditions"]
    assert heat["value"] > 10 and keen["value"] == 10 and found["score"]["unexplained"] == 0
    assert heat["reason"]["found"] == {"sum": heat["value"] / 2, "members": 1}
    main(["companies", "explain", "acme"])
    said = capsys.readouterr().out
    amount = heat["value"] / 2
    assert f"{heat['value']:8.2f}  heat (2 × {amount:.2f}, the sum of 1 members' scores; 90 at most)" in said
    assert "   10.00  keen (10 × 1 of 1 members with 5 or more)" in said
    assert "Stage visitor" in said
