"""``leadwell plan``, ``apply``, ``pause`` and ``resume``, as they are typed."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from leadwell import wiring
from leadwell.cli.main import main
from leadwell.clock import DAY, HOUR, to_iso
from tests.fakes.world import TEMPLATES, World

JOURNEY = """\
kind: journey
name: story
title: {en: A story, de: Eine Geschichte}
description: {en: A story, de: Eine Geschichte}
trigger: {event: Joined}
steps:
  - {id: days, wait: PT20H}
  - {id: hello, email: welcome-hello}
"""
CHANGED = JOURNEY.replace("welcome-hello", "welcome-guide").replace("id: hello", "id: guide")

Output = pytest.CaptureFixture[str]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World()
    wiring.use(world.services)
    file = tmp_path / "story.yaml"
    file.write_text(JOURNEY)
    main(["publish", str(file)])
    for person in ("ann", "ben"):
        world.post(world.identify(person, email=f"{person}@example.com"), world.consent(person))
        world.post(world.event(person, "Joined"))
    world.advance(HOUR)
    wiring.use(world.services)
    file.write_text(CHANGED)
    yield world
    wiring.use(None)


def refused(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert isinstance(ended.value.code, int)
    return ended.value.code


def test_a_plan_in_words(world: World, tmp_path: Path, capsys: Output) -> None:
    capsys.readouterr()
    main(["plan", str(tmp_path / "story.yaml"), "--in-flight", "migrate"])
    said = capsys.readouterr().out
    assert "~ journey story: changed, version 2" in said
    assert "step hello is gone" in said and "step guide is new" in said
    assert "journey story: 2 inside; in flight: migrate" in said
    assert "at days (version 1): 2; 2 go on in the new version" in said
    assert "messages within 24 hours: 2 email; without the change 2 email" in said
    assert "Live and not in the files, and left as they are:" in said and "journey welcome" in said
    assert world.services.library.catalog().live["story"] == 1


def test_a_plan_is_applied_as_it_is(world: World, tmp_path: Path, capsys: Output) -> None:
    plan = tmp_path / "a-plan"
    main(["plan", str(tmp_path / "story.yaml"), "--in-flight", "migrate", "--out", str(plan)])
    capsys.readouterr()
    main(["apply", "--plan", str(plan)])
    assert capsys.readouterr().out == "journey story: version 2 is live\n"
    world.advance(DAY)
    assert {step for _, _, step in world.mails()} == {"story/guide"}
    assert {item["what"] for item in world.table.items("AUDIT")} >= {"journey.published"}
    wiring.use(world.services)
    assert refused("apply", "--plan", str(plan)) == 1
    assert "something was published" in capsys.readouterr().err


def test_a_plan_is_refused_when_the_files_changed(world: World, tmp_path: Path, capsys: Output) -> None:
    plan = tmp_path / "a-plan"
    main(["plan", str(tmp_path / "story.yaml"), "--out", str(plan)])
    (tmp_path / "story.yaml").write_text(CHANGED.replace("PT20H", "PT30H"))
    assert refused("apply", "--plan", str(plan)) == 1
    assert "Nothing was published: the files have changed since the plan was made" in capsys.readouterr().err
    assert world.services.library.catalog().live["story"] == 1


def test_without_a_plan_it_asks(world: World, tmp_path: Path, capsys: Output, monkeypatch: pytest.MonkeyPatch) -> None:
    file = str(tmp_path / "story.yaml")
    assert refused("apply", file) == 1
    assert "give --yes" in capsys.readouterr().err
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", lambda question: "n")
    assert refused("apply", file) == 1
    assert world.services.library.catalog().live["story"] == 1
    main(["apply", file, "--yes"])
    assert world.services.library.catalog().live["story"] == 2
    main(["apply", file])
    assert capsys.readouterr().out.endswith("Nothing to do.\n")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["plan", "nowhere"], "no such file"),
        (["apply", "--plan", "nowhere"], "no such file"),
        (["apply", "x.yaml", "--plan", "nowhere"], "either a plan or files"),
        (["plan", str(TEMPLATES), "--region", "mars"], "no prices are known"),
        (["pause", "journey", "nothing"], "there is no journey nothing"),
    ],
)
def test_what_cannot_be(world: World, capsys: Output, arguments: list[str], words: str) -> None:
    assert refused(*arguments) == 1
    assert words in capsys.readouterr().err


def test_the_templates_that_are_live_are_an_empty_plan(world: World, capsys: Output) -> None:
    capsys.readouterr()
    main(["plan", str(TEMPLATES), "--json"])
    changes = json.loads(capsys.readouterr().out)["changes"]
    assert {one["what"] for one in changes if one["name"] != "story"} == {"unchanged"}


def test_what_an_announced_segment_starts(world: World, tmp_path: Path, capsys: Output) -> None:
    segment, greet = tmp_path / "known.yaml", tmp_path / "greet.yaml"
    written = "kind: segment\nname: known\ntitle: {en: Known, de: Bekannt}\nwhen: {trait: email, exists: true}\n"
    segment.write_text(written.replace("email", "name"))
    greet.write_text(JOURNEY.replace("{event: Joined}", "{segment: known}").replace("name: story", "name: greet"))
    main(["publish", str(segment), str(greet)])
    segment.write_text(written)
    capsys.readouterr()
    main(["plan", str(segment), "--announce"])
    said = capsys.readouterr().out
    assert "journey greet: 2 would come in, because known is announced" in said
    assert "messages within 24 hours: 2 email" in said
    assert "E-mails within 24 hours to those inside and those whom the change brings: 0.00 USD" in said
    main(["plan", str(segment)])
    assert "would come in" not in capsys.readouterr().out


def test_hold_and_resume(world: World, capsys: Output) -> None:
    capsys.readouterr()
    main(["pause", "journey", "story", "--hold", "--json"])
    said = json.loads(capsys.readouterr().out)
    assert (said["status"], said["held_since"]) == ("paused", to_iso(world.clock.now()))
    world.advance(30 * HOUR)
    assert world.mails() == []
    wiring.use(world.services)
    main(["resume", "journey", "story"])
    assert "goes on within six hours" in capsys.readouterr().out
    world.advance(6 * HOUR)
    assert len(world.mails()) == 2
    wiring.use(world.services)
    main(["pause", "journey", "story"])
    assert "who is inside goes on" in capsys.readouterr().out


def test_an_event_that_nobody_sends_is_doubted_by_plan_and_publish(
    world: World, tmp_path: Path, capsys: Output
) -> None:
    file = tmp_path / "story.yaml"
    file.write_text(CHANGED.replace("event: Joined", "event: Demo Booked"))
    capsys.readouterr()
    doubt = "but nobody has sent 'Demo Booked' yet, and no other definition knows it"
    main(["plan", str(file), "--out", str(tmp_path / "next.plan")])
    assert doubt in capsys.readouterr().out
    main(["plan", str(file), "--json"])
    changes = {one["name"]: one for one in json.loads(capsys.readouterr().out)["changes"]}
    assert "Demo Booked" in changes["story"]["doubts"][0]
    main(["apply", "--plan", str(tmp_path / "next.plan")])
    capsys.readouterr()
    main(["publish", str(file), "--json"])
    assert "Demo Booked" in json.loads(capsys.readouterr().out)[0]["doubts"][0]
    main(["publish", str(file)])
    assert doubt in capsys.readouterr().out
    main(["plan", str(file)])
    assert doubt not in capsys.readouterr().out, "it is live already"


@pytest.mark.parametrize("command", ["plan", "publish"])
def test_a_misspelled_event_is_refused_with_what_is_meant(
    world: World, tmp_path: Path, capsys: Output, command: str
) -> None:
    file = tmp_path / "story.yaml"
    file.write_text(CHANGED.replace("event: Joined", "event: OrderCompleted"))
    assert refused(command, str(file)) == 1
    said = capsys.readouterr().err
    assert "Order Completed" in said and "story.yaml" in said


def test_who_is_held_is_said_to_wait_for_the_resuming(world: World, capsys: Output) -> None:
    main(["pause", "journey", "story", "--hold"])
    world.advance(DAY)
    wiring.use(world.services)
    capsys.readouterr()
    main(["explain", "ann@example.com"])
    said = capsys.readouterr().out
    assert "(story): waits at step days until the journey is resumed, which is held since 20" in said
    due = said.partition("story (version 1): at days, goes on ")[2].partition("\n")[0]
    assert due > to_iso(world.clock.now()), "not the moment that has passed"
    main(["resume", "journey", "story"])
    capsys.readouterr()
    main(["explain", "ann@example.com"])
    assert "(story): waits at step days until 20" in capsys.readouterr().out
