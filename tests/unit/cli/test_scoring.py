"""``leadwell scoring`` from the command line to what it prints, over a table in memory."""

import builtins
import gzip
import json
import random
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from leadwell import wiring
from leadwell.cli.main import main
from leadwell.clock import DAY, HOUR, from_iso, to_iso
from leadwell.definitions.documents import read_yaml
from leadwell.definitions.publishing import Publisher
from leadwell.tracking.events import Event
from leadwell.tracking.recording import record
from tests.fakes.world import World

CHANGED = """\
kind: scoring
name: shop
title: {en: Shop, de: Shop}
half_life: P60D
rules:
  # Demos are what counts.
  - {id: demo, event: Demo, points: 40}
  - {id: product-viewed, event: Product Viewed, points: 10}
"""
LIVE = """\
kind: scoring
name: shop
title: {en: Shop, de: Shop}
half_life: P30D
rules:
  - {id: page-viewed, event: Page Viewed, points: 20}   # as published
  - {id: product-viewed, event: Product Viewed, points: 15}
  - {id: ordered, event: Order Completed, points: 25, decays: false}
"""
LIFECYCLE = """\
kind: lifecycle
name: lifecycle
title: {en: Stages, de: Stufen}
stages:
  - stage: mql
    when: {all: [{trait: email, exists: true}, {score: {at_least: 50}}]}
  - {stage: customer, when: {event: Order Completed}}
"""
PROMISE = {"Demo": 3.0, "Product Viewed": 0.5, "Page Viewed": 0.0}


def happened(world: World, people: int) -> list[Event]:
    """Those who saw a demo often order, the others seldom."""
    chance, found = random.Random(5), []
    for n in range(people):
        user, at, promise = f"u{n}", from_iso("2025-03-01T00:00:00Z") + 6 * n * HOUR, -3.0
        found.append(replace(world.identify(user, email=f"{user}@example.com"), at=at))
        for _ in range(chance.randint(2, 6)):
            at += chance.randint(HOUR, 3 * DAY)
            name = chance.choice(list(PROMISE))
            promise += PROMISE[name]
            found.append(world.event(user, name, at=at))
        if chance.random() < 1 / (1 + 2.718**-promise):
            found.append(world.event(user, "Order Completed", {"order_id": user}, at=at + DAY))
    return found


@pytest.fixture(scope="module")
def world() -> World:
    world = World("2026-03-02T08:00:00Z", templates=None)
    for text in (LIVE, LIFECYCLE):
        Publisher(world.services.library, 0, "test").publish(text)
    record(world.table, happened(world, 500))
    return world


@pytest.fixture(autouse=True)
def served(world: World) -> Iterator[None]:
    wiring.use(world.services)
    yield
    wiring.use(None)


@pytest.fixture
def changed(tmp_path: Path) -> Path:
    file = tmp_path / "changed.yaml"
    file.write_text(CHANGED, "utf-8")
    return file


def told(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    main(["scoring", *map(str, arguments)])
    return capsys.readouterr().out


def document(capsys: pytest.CaptureFixture[str], *arguments: object) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(told(capsys, *arguments, "--json"))
    return found


def refused(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str]:
    with pytest.raises(SystemExit) as ended:
        main(["scoring", *map(str, arguments)])
    assert isinstance(ended.value.code, int)
    return ended.value.code, capsys.readouterr().err


def test_a_changed_model_is_compared_with_the_live_one(
    changed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = told(capsys, "backtest", changed, "--picture", tmp_path / "out.svg")
    assert out.startswith("Scoring model changed.yaml against live shop\n")
    assert "Converted: “Order Completed” within 90 days. Handed over: at stage mql." in out
    assert "History up to 2026-03-02: 500 contacts judged" in out
    assert "The changed model separates better than the present one (difference +0." in out
    assert "nothing that\ncame with or after its first conversion counts" in out
    svg = ElementTree.parse(tmp_path / "out.svg").getroot()  # noqa: S314 (our own)
    assert svg.tag.endswith("svg")


def test_machines_get_every_number(changed: Path, world: World, capsys: pytest.CaptureFixture[str]) -> None:
    before, stream = world.table.snapshot(), len(world.table.stream)
    found = document(capsys, "backtest", changed)
    assert (found["model"], found["against"], found["hand_over"]) == (
        "shop",
        "live shop",
        {"stage": "mql", "score": None},
    )
    assert (found["converted_by"], found["horizon"], found["since"]) == ("Order Completed", "P90D", None)
    assert found["contacts"] == 500 and 50 < found["converted"] < 450
    assert set(found["left_out"]) == {"converted_before", "converted_at_once", "did_nothing", "horizon_not_over"}
    for side in ("old", "new"):
        assert found[side]["auc"]["low"] < found[side]["auc"]["value"] < found[side]["auc"]["high"]
        assert len(found[side]["lift"]) == 10
        assert found[side]["recall"]["whole"] >= found["converted"]
    assert found["difference"]["low"] > 0
    assert found["new"]["precision"]["part"] <= found["new"]["precision"]["whole"]
    assert (world.table.snapshot(), len(world.table.stream)) == (before, stream)


def test_a_score_may_hand_over(changed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    few = document(capsys, "backtest", changed, "--handover-score", 75)
    many = document(capsys, "backtest", changed, "--handover-score", 35)
    assert few["hand_over"] == {"stage": None, "score": 75}
    assert many["new"]["precision"]["whole"] > few["new"]["precision"]["whole"] > 0
    assert many["new"]["recall"]["part"] > few["new"]["recall"]["part"]
    assert many["new"]["auc"] == few["new"]["auc"]


def test_beginning_and_horizon_decide_who_is_judged(changed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = document(capsys, "backtest", changed, "--since", "2025-03-08", "--horizon", "P300D")
    assert (found["since"], found["horizon"]) == ("2025-03-08T00:00:00.000Z", "P300D")
    assert found["contacts"] + sum(found["left_out"].values()) == 500
    assert found["left_out"]["converted_before"] > 0 and found["left_out"]["horizon_not_over"] > 0


def test_two_files_may_be_compared(changed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    same = tmp_path / "same.yaml"
    same.write_text(CHANGED.replace("name: shop", "name: other"), "utf-8")
    found = document(capsys, "backtest", changed, "--against", same)
    assert found["old"] == found["new"]
    assert found["difference"] == {"value": 0, "low": 0, "high": 0}
    assert found["hands_over_alike"] is True


def test_history_may_come_from_files(
    changed: Path, world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    texts = [
        json.dumps({"contact": one.contact, "id": one.id, "at": to_iso(one.at), "name": one.name, "type": one.type})[
            :-1
        ]
        + f', "traits": {json.dumps(one.traits)}, "identities": {json.dumps(one.identities)}}}'
        for one in (Event.from_item(item) for item in world.table.items("EVENT"))
    ]
    first, second = tmp_path / "a.jsonl", tmp_path / "b.jsonl.gz"
    first.write_text("\n".join(texts[:700]), "utf-8")
    with gzip.open(second, "wt", encoding="utf-8") as file:
        file.write("\n".join(texts[700:]))
    from_table = document(capsys, "backtest", changed, "--horizon", "P30D")
    from_files = document(capsys, "backtest", changed, "--horizon", "P30D", "--events", first, second)
    assert from_files["until"] < from_table["until"]
    assert from_files["left_out"]["horizon_not_over"] > from_table["left_out"]["horizon_not_over"] == 0
    assert from_files["difference"]["low"] > 0


def test_points_are_proposed_and_written_as_the_model_was(
    changed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "proposed.yaml"
    out = told(capsys, "suggest", "--model", changed, "--write", target)
    assert out.startswith("Points for the scoring model shop\n")
    assert "as proposed, each contact scored by points that were estimated without it." in out
    assert f"Written to {target}." in out
    text = target.read_text("utf-8")
    assert "  # Demos are what counts.\n" in text
    rules = {rule["id"]: rule["points"] for rule in read_yaml(text)["rules"]}
    assert rules["demo"] > rules["product-viewed"] > 0
    main(["validate", str(target)])
    assert "sound" in capsys.readouterr().out


def test_a_live_model_is_proposed_for_from_its_source(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "proposed.yaml"
    found = document(capsys, "suggest", "--model", "shop", "--write", target)
    rules = {one["rule"]: one for one in found["rules"]}
    assert set(rules["ordered"]) == {"rule", "present", "points", "interval", "weight", "contacts", "doubt"}
    assert (rules["ordered"]["doubt"], rules["ordered"]["points"]) == ("nobody_had_it", 25)
    assert rules["product-viewed"]["weight"]["value"] > rules["page-viewed"]["weight"]["value"]
    assert (found["model"], found["threshold"], set(found["auc"])) == ("shop", 50, {"present", "proposed"})
    text = target.read_text("utf-8")
    assert "# as published" in text
    assert [rule["points"] for rule in read_yaml(text)["rules"]] == [one["points"] for one in found["rules"]]


def test_too_little_history_has_its_own_exit(changed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    few = tmp_path / "few.jsonl"
    few.write_text("\n".join(f'{{"contact": "c{n}", "at": {n * DAY}, "name": "Demo"}}' for n in range(200)))
    for action in (("backtest", changed), ("suggest",)):
        code, said = refused(capsys, *action, "--events", few)
        assert code == 3
        assert "0 contacts converted and 110 did not, and it takes at least 50 of each" in said
    with pytest.raises(SystemExit):
        main(["scoring", "suggest", "--events", str(few), "--json"])
    assert json.loads(capsys.readouterr().out) == {"not_enough": {"converted": 0, "others": 110, "needed": 50}}


def test_what_makes_no_sense_is_refused(changed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    segment = tmp_path / "segment.yaml"
    segment.write_text("kind: segment\nname: x\ntitle: {en: X, de: X}\nwhen: {everyone: true}\n")
    lost = tmp_path / "lost.yaml"
    lost.write_text(CHANGED + "  - {id: x, when: {segment: nowhere}, points: 1}\n")
    companies = tmp_path / "companies.yaml"
    companies.write_text(CHANGED.replace("kind: scoring", "kind: scoring\nabout: companies"))
    for arguments, words in [
        (("backtest", companies), "about: only models about contacts can be tried out"),
        (("backtest", tmp_path / "nothing.yaml"), "nothing.yaml: there is no such file"),
        (("backtest", segment), "segment.yaml:1: kind: must be a scoring model"),
        (("backtest", lost), "there is no segment nowhere"),
        (("backtest", changed, "--handover-stage", "sql"), "no lifecycle says when somebody is sql"),
        (("backtest", changed, "--events", tmp_path / "no.jsonl"), "no.jsonl: there is no such file"),
        (("backtest", changed, "--events", changed), "changed.yaml, line 1: is no event in JSON"),
        (("suggest", "--model", "nothing"), "there is no scoring model nothing; live are: "),
    ]:
        code, said = refused(capsys, *arguments)
        assert code == 1 and words in said
    for arguments, words in [
        (("suggest", "--horizon", "soon"), "is not a duration"),
        (("suggest", "--since", "soon"), "is no date"),
        (("suggest", "--handover-score", "5", "--handover-stage", "mql"), "not allowed with"),
    ]:
        code, said = refused(capsys, *arguments)
        assert code == 2 and words in said


def test_without_the_libraries_it_says_what_to_install(
    changed: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    real = builtins.__import__

    def without(name: str, *more: Any) -> Any:
        if name == "sklearn":
            raise ModuleNotFoundError(name)
        return real(name, *more)

    monkeypatch.setattr(builtins, "__import__", without)
    code, said = refused(capsys, "backtest", changed)
    assert code == 1
    assert 'pip install "leadwell[insight]"' in said


def test_no_function_needs_the_libraries() -> None:
    """What runs in Lambda never imports them, and neither does the rest of the command line."""
    program = "import sys, leadwell.cli.main; print({'numpy', 'scipy', 'sklearn'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
