"""``leadwell preview`` and ``leadwell schema``, as they are typed."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from leadwell import wiring
from leadwell.cli.main import main
from leadwell.clock import DAY, HOUR, to_iso
from tests.fakes.world import World
from tests.unit.console.signed_in import user

Output = pytest.CaptureFixture[str]

KEEN = """\
kind: segment
name: keen
title: {en: Keen, de: Interessiert}
parameters:
  views: {type: number, default: 9, title: {en: Views, de: Aufrufe}}
when:
  all:
    - {event: Product Viewed, at_least: "${views}", within: P7D}
    - {trait: email, exists: true}
"""
LIFECYCLE = """\
kind: lifecycle
name: lifecycle
title: {en: L, de: L}
stages:
  - {stage: lead, when: {trait: email, exists: true}}
  - {stage: sql, when: {event: Product Viewed, at_least: 3, within: P7D}}
"""
CONFIRMED = """\
kind: policy
name: policy
title: {en: Rules, de: Regeln}
consent:
  - {purpose: marketing, opt_in: always}
"""
ALLOWED = """\
kind: segment
name: allowed
title: {en: Allowed, de: Erlaubt}
when: {consent: marketing/email}
"""


@pytest.fixture
def world() -> Iterator[World]:
    world = World()
    world.post(world.identify("ann", email="ann@example.com"), world.consent("ann"))
    for _ in range(3):
        world.advance(HOUR)
        world.post(world.event("ann", "Product Viewed"))
    wiring.use(world.services)
    yield world
    wiring.use(None)


def previewed(capsys: Output, path: Path, text: str, *more: str) -> Any:
    path.write_text(text)
    capsys.readouterr()
    main(["preview", str(path), "--json", *more])
    return json.loads(capsys.readouterr().out)


def test_each_example_has_its_reason_with_every_part(world: World, tmp_path: Path, capsys: Output) -> None:
    file = tmp_path / "keen.yaml"
    found = previewed(capsys, file, KEEN, "--set", "views=2")
    assert found["segments"] == {"keen": {"entering": 1, "leaving": 0}}
    (example,) = found["examples"]
    views, email = example["reason"]["parts"]
    left = to_iso(world.clock.moment - HOUR + 7 * DAY)
    assert (views["truth"], views["found"]["times"], views["until"]) == (True, 2, left)
    assert (email["found"], email["until"]) == ({"value": "ann@example.com"}, None)
    main(["preview", str(file), "--set", "views=2"])
    said = capsys.readouterr().out
    assert f"{user('ann')}: keen, out → in" in said
    assert "      yes  event: Product Viewed, at_least: 2, within: P7D  [times: 2, newest: " in said
    assert f"until {left}" in said


def test_parameters_have_their_defaults(world: World, tmp_path: Path, capsys: Output) -> None:
    assert previewed(capsys, tmp_path / "keen.yaml", KEEN)["segments"] == {}


def test_a_change_of_stage_has_its_reason(world: World, tmp_path: Path, capsys: Output) -> None:
    found = previewed(capsys, tmp_path / "lifecycle.yaml", LIFECYCLE)
    (example,) = found["examples"]
    assert (example["what"], example["before"], example["after"]) == ("stage", "lead", "sql")
    assert example["since"] == to_iso(world.clock.moment)
    reason = example["reason"]
    assert (reason["truth"], reason["found"]["times"]) == (True, 3)
    assert reason["until"] == to_iso(world.clock.moment - 2 * HOUR + 7 * DAY)


def test_a_rise_of_long_ago_has_its_reason_as_of_then(world: World, tmp_path: Path, capsys: Output) -> None:
    """The rule holds no more, and the stage is kept: "no" would explain nothing."""
    reached = world.clock.moment
    world.advance(20 * DAY)
    wiring.use(world.services)
    (example,) = previewed(capsys, tmp_path / "lifecycle.yaml", LIFECYCLE)["examples"]
    assert (example["after"], example["since"], example["as_of"]) == ("sql", to_iso(reached), to_iso(reached))
    reason = example["reason"]
    assert (reason["truth"], reason["found"]["times"]) == (True, 3)
    assert reason["until"] == to_iso(reached - 2 * HOUR + 7 * DAY)
    main(["preview", str(tmp_path / "lifecycle.yaml")])
    assert "its rule held then, and a stage that was reached is kept:" in capsys.readouterr().out


def test_a_preview_says_of_whom(world: World, tmp_path: Path, capsys: Output) -> None:
    file = tmp_path / "any.yaml"
    everyone = "kind: segment\nname: any\ntitle: {en: X, de: X}\nwhen: {everyone: true}\n"
    for text, whom in ((everyone, "1 contacts"), (everyone + "about: companies\n", "0 companies")):
        file.write_text(text)
        main(["preview", str(file)])
        assert capsys.readouterr().out.startswith(f"{whom} looked at\n")


def test_what_cannot_be_previewed_is_told_with_file_and_line(world: World, tmp_path: Path, capsys: Output) -> None:
    file = tmp_path / "keen.yaml"
    for text, said in (
        (KEEN.replace("at_least", "atleast"), f"{file}:8: when.all[0].atleast: is not known here; did you mean "),
        (KEEN.replace("title:", "name: other\ntitle:", 1), f"{file}:3: line 3, column 1: name stands here twice"),
    ):
        file.write_text(text)
        with pytest.raises(SystemExit) as ended:
            main(["preview", str(file)])
        assert ended.value.code == 1
        assert capsys.readouterr().err.startswith(said)


def test_who_would_lose_a_stage_is_shown_its_rule(world: World, tmp_path: Path, capsys: Output) -> None:
    file = tmp_path / "lifecycle.yaml"
    file.write_text(LIFECYCLE)
    main(["publish", str(file)])
    world.advance(HOUR)
    state = {"cursor": None, "reason": "test", "more": True}
    while state["more"]:
        state = world.call("rebuild_audience", state)
    world.run()
    wiring.use(world.services)
    (example,) = previewed(capsys, file, LIFECYCLE.replace("at_least: 3", "at_least: 4"))["examples"]
    assert (example["before"], example["after"]) == ("sql", "lead")
    assert (example["reason"]["truth"], example["reason"]["rule"]["at_least"]) == (False, 4)
    (example,) = previewed(capsys, file, "\n".join(LIFECYCLE.splitlines()[:-1]))["examples"]
    assert (example["after"], example["reason"]) == ("lead", None)
    main(["preview", str(file)])
    assert "there is no rule for the stage any more" in capsys.readouterr().out


def test_what_counts_as_a_consent_is_what_the_policy_says(world: World, tmp_path: Path, capsys: Output) -> None:
    """A segment that needs another memory has contacts counted again: by the policy that holds."""
    more = ALLOWED.replace("{consent", "{all: [{event: Signed In, at_most: 0}, {consent").replace("email}", "email}]}")
    file = tmp_path / "allowed.yaml"
    assert previewed(capsys, file, more)["segments"] == {"allowed": {"entering": 1, "leaving": 0}}
    policy = tmp_path / "policy.yaml"
    policy.write_text(CONFIRMED)
    main(["publish", str(policy)])
    wiring.use(world.services)
    assert "allowed" not in previewed(capsys, file, more)["segments"]


def test_when_a_segment_was_entered_is_counted_from_the_history(world: World, tmp_path: Path, capsys: Output) -> None:
    """Nobody has asked for it before, so that no contact keeps it."""
    fresh = "kind: segment\nname: fresh\ntitle: {en: F, de: F}\nwhen: {segment: known-contacts, entered_within: P1D}\n"
    (example,) = previewed(capsys, tmp_path / "fresh.yaml", fresh)["examples"]
    assert example["reason"]["found"]["at"] == to_iso(world.clock.moment - 3 * HOUR)
    assert example["reason"]["until"] == to_iso(world.clock.moment - 3 * HOUR + DAY)


@pytest.mark.parametrize(
    ("given", "says"), [("views", "write NAME=VALUE"), ("nothing=1", "nothing"), ("views=many", "views")]
)
def test_what_cannot_be_set(world: World, tmp_path: Path, capsys: Output, given: str, says: str) -> None:
    (tmp_path / "keen.yaml").write_text(KEEN)
    with pytest.raises(SystemExit) as ended:
        main(["preview", str(tmp_path / "keen.yaml"), "--set", given])
    assert (ended.value.code, says in capsys.readouterr().err) == (1, True)


def test_the_schema_needs_no_table(capsys: Output) -> None:
    wiring.use(None)
    main(["schema"])
    assert "SegmentDefinition" in json.loads(capsys.readouterr().out)["$defs"]
