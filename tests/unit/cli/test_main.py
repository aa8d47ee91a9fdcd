import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from leadwell import wiring
from leadwell.cli.main import main
from leadwell.clock import HOUR
from leadwell.tracking.keys import KeyRing
from tests.fakes.world import TEMPLATES, World
from tests.unit.console.signed_in import user

SEGMENT = "kind: segment\nname: berliners\ntitle: {en: Berliners, de: Berliner}\nwhen: {trait: city, equals: Berlin}\n"


@pytest.fixture
def world() -> Iterator[World]:
    world = World()
    world.post(world.identify("ann", email="ann@example.com"), world.consent("ann"), world.event("ann", "Signed Up"))
    for _ in range(3):
        world.advance(HOUR)
        world.post(world.event("ann", "Product Viewed", {"category": "sofas"}))
    wiring.use(world.services)
    yield world
    wiring.use(None)


def exit_code(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert isinstance(ended.value.code, int)
    return ended.value.code


def test_what_comes_with_leadwell_is_sound(capsys: pytest.CaptureFixture[str]) -> None:
    main(["validate", str(TEMPLATES)])
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) > 15
    assert all(": sound" in line for line in lines)


def test_a_single_file_may_refer_to_its_neighbors(capsys: pytest.CaptureFixture[str]) -> None:
    main(["validate", str(TEMPLATES / "journeys" / "welcome.yaml"), "--json"])
    (checked,) = json.loads(capsys.readouterr().out)
    assert checked["problem"] == ""


def test_a_mistake_is_named_with_its_file_and_field(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "good.yaml").write_text(SEGMENT)
    (tmp_path / "typo.yaml").write_text(SEGMENT.replace("equals: Berlin", "equal: Berlin"))
    (tmp_path / "broken.yaml").write_text("kind: [")
    (tmp_path / "missing.yaml").write_text(SEGMENT.replace("{trait: city, equals: Berlin}", "{segment: nope}"))
    assert exit_code("validate", str(tmp_path), str(tmp_path / "nothing.yaml")) == 1
    said = {Path(line.partition(": ")[0]).name: line for line in capsys.readouterr().out.splitlines()}
    assert said["good.yaml"].endswith("sound")
    place = next(number for number, line in enumerate(SEGMENT.splitlines(), 1) if line.startswith("when"))
    assert "when" in said[f"typo.yaml:{place}"] and "unknown comparison" in said[f"typo.yaml:{place}"]
    assert "line 1" in said["broken.yaml:1"]
    assert "there is no segment nope" in said[f"missing.yaml:{place}"]
    assert "no such file" in said["nothing.yaml"]


def test_files_and_folders_are_published(world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "berliners.yaml").write_text(SEGMENT)
    main(["publish", str(tmp_path)])
    out = capsys.readouterr().out
    assert "segment berliners: version 1 is live" in out
    assert "What is asked about contacts has changed" in out
    main(["publish", str(tmp_path / "berliners.yaml"), str(TEMPLATES), "--json"])
    published = json.loads(capsys.readouterr().out)
    assert {one["version"] for one in published} == {1}
    assert {"kind": "journey", "name": "welcome", "version": 1, "doubts": []} in published
    assert {item["what"] for item in world.table.items("AUDIT")} >= {"segment.published", "journey.published"}


def test_files_are_published_in_the_order_in_which_they_rest_on_each_other(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own = tmp_path / "a-own.yaml"
    own.write_text(SEGMENT.replace("berliners", "own").replace("{trait: city, equals: Berlin}", "{segment: berliners}"))
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "berliners.yaml").write_text(SEGMENT)
    main(["publish", str(own), str(tmp_path / "b")])
    lines = capsys.readouterr().out.splitlines()
    assert lines[:2] == ["segment berliners: version 1 is live", "segment own: version 1 is live"]


def test_nothing_is_published_if_one_of_them_cannot_be(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.yaml").write_text(SEGMENT)
    (tmp_path / "b.yaml").write_text("kind: banana")
    before = world.services.library.entries()
    assert exit_code("publish", str(tmp_path)) == 1
    assert capsys.readouterr().err.startswith(f"{tmp_path / 'b.yaml'}:1: kind: must be one of")
    assert world.services.library.entries() == before


def test_another_scoring_set_takes_over(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    folder = TEMPLATES / "scoring"
    main(["validate", str(folder), str(folder / "b2b")])
    assert all(": sound" in line for line in capsys.readouterr().out.splitlines())
    main(["publish", str(folder / "b2b")])
    assert "lifecycle lifecycle: version 2 is live" in capsys.readouterr().out
    assert world.services.library.catalog().main == "engagement"


def test_what_cannot_be_published_says_where(world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "x.yaml").write_text("kind: banana")
    assert exit_code("publish", str(tmp_path / "x.yaml")) == 1
    assert "x.yaml:1: kind: must be one of" in capsys.readouterr().err
    assert exit_code("publish", str(tmp_path / "y.yaml")) == 1
    assert "y.yaml: there is no such file or folder" in capsys.readouterr().err


def test_a_key_works_and_is_only_shown(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    main(["keys", "add", "--kind", "public", "--name", "Shop", "--origin", "https://shop.example.com"])
    secret = capsys.readouterr().out.splitlines()[0]
    found = KeyRing(world.table).find(secret, world.clock.now())
    assert found is not None
    assert (found.name, found.kind, found.origins) == ("Shop", "public", ("https://shop.example.com",))
    assert secret not in repr(world.table.snapshot())


@pytest.mark.parametrize("wanted", ["ann@example.com", "ann", user("ann")])
def test_a_contact_is_shown(world: World, capsys: pytest.CaptureFixture[str], wanted: str) -> None:
    main(["contacts", "show", wanted])
    out = capsys.readouterr().out
    assert out.startswith(f"{user('ann')}  known, lead, score 28.99")
    assert "in segment sofa-interest since 2026-03-02T11:00:00.000Z until 2026-03-09T09:00:00.000Z" in out
    assert "marketing by sms: no phone number" in out
    main(["contacts", "show", wanted, "--json"])
    assert json.loads(capsys.readouterr().out)["id"] == user("ann")


def test_a_contact_is_explained(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    main(["explain", "ann@example.com"])
    out = capsys.readouterr().out
    assert "Score shop 28.99, halved every P30D" in out
    assert "8.99  product-viewed (3 times, 9 points at first)" in out
    assert "welcome (version 1): at pause-1, goes on 2026-03-05T08:00:00.000Z" in out
    assert "birthday: never entered" in out
    main(["explain", "ann@example.com", "--json"])
    assert json.loads(capsys.readouterr().out)["score"]["unexplained"] == 0


def test_journeys_are_listed(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    main(["journeys", "list"])
    assert "birthday  live, version 1: Birthday\n  send_at = 09:00  (Time of day)" in capsys.readouterr().out


def test_nobody_is_said_so(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code("explain", "bob@example.com") == 1
    assert "nobody is known under bob@example.com" in capsys.readouterr().err


def test_without_a_table_it_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("LEADWELL_TABLE", raising=False)
    wiring.use(None)
    assert exit_code("journeys", "list") == 2
    assert "LEADWELL_TABLE is not set" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [(), ("dance",), ("keys", "add", "--kind", "secret", "--name", "x")])
def test_what_makes_no_sense_is_refused(arguments: tuple[str, ...]) -> None:
    assert exit_code(*arguments) == 2


def test_a_timeline_tells_what_happened_and_what_became_of_it(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    main(["contacts", "timeline", "ann@example.com"])
    said = capsys.readouterr().out
    assert "  Product Viewed  category: sofas\n" in said
    assert "  Segment Entered  segment: known-contacts\n" in said
    assert "  Stage Changed  from: visitor, to: lead\n" in said
    main(["contacts", "timeline", "ann@example.com", "--limit", "1", "--json"])
    assert len(json.loads(capsys.readouterr().out)) == 1
    assert exit_code("contacts", "timeline", "ann@example.com", "--limit", "0") == 1
    assert "must be from 1 to" in capsys.readouterr().err


@pytest.mark.parametrize("command", [["schema"], ["journeys", "draw", str(TEMPLATES / "journeys" / "welcome.yaml")]])
def test_whoever_reads_may_stop_before_the_end(command: list[str]) -> None:
    """``leadwell schema | head -c 1``: the pipe is closed while much is still to be written, or all of it is."""
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w") as closed:
        done = subprocess.run(
            [sys.executable, "-c", f"from leadwell.cli.main import main; main({command!r})"],
            stdout=closed,
            stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
            check=False,
        )
    assert (done.returncode, done.stderr) == (141, b"")
