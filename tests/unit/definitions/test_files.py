"""Files are published in an order in which everything they name is there, and not at all if one cannot be read."""

import random
from pathlib import Path

import pytest

from leadwell.definitions.files import publish_files, publish_messages, read_files, template_files
from leadwell.definitions.library import Library
from leadwell.definitions.publishing import Publisher
from leadwell.definitions.starters import publish_folder
from leadwell.errors import Refused
from tests.fakes.memory_table import MemoryTable
from tests.fakes.world import TEMPLATES

TITLE = "title: {en: A, de: A}\n"
HEADS = {
    "segment": TITLE,
    "scoring": TITLE,
    "grade": TITLE,
    "persona": TITLE,
    "lifecycle": TITLE,
    "journey": TITLE + "description: {en: A, de: A}\n",
}


def write(folder: Path, name: str, kind: str, rest: str) -> Path:
    path = folder / f"{name}.yaml"
    path.write_text(f"kind: {kind}\nname: {name}\n{HEADS[kind]}{rest}\n", "utf-8")
    return path


def publisher() -> Publisher:
    return Publisher(Library(MemoryTable()), 0, "ann")


def published(paths: list[Path], by: Publisher | None = None) -> list[str]:
    return [one.name for one in publish_files(by or publisher(), read_files(paths))]


def test_what_others_rest_on_comes_first_and_journeys_last(tmp_path: Path) -> None:
    paths = [
        write(tmp_path, "journey", "journey", "trigger: {segment: best}\nsteps: [{exit: done}]"),
        write(tmp_path, "best", "segment", "when: {all: [{segment: keen}, {grade: {at_least: B2}}, {persona: buyer}]}"),
        write(tmp_path, "buyer", "persona", "profile: [{when: {segment: keen}}]"),
        write(
            tmp_path,
            "grade",
            "grade",
            "fit: {model: size, thresholds: [3, 2, 1]}\ninterest: {model: use, thresholds: [3, 2, 1]}",
        ),
        write(tmp_path, "keen", "segment", "when: {score: {model: use, at_least: 5}}"),
        write(tmp_path, "lifecycle", "lifecycle", "stages: [{stage: mql, when: {segment: best}}]"),
        write(tmp_path, "size", "scoring", "rules: [{id: a, when: {trait: company, exists: true}, points: 1}]"),
        write(tmp_path, "use", "scoring", "rules: [{id: a, event: A, points: 1}]"),
    ]
    order = published(paths)
    assert order == ["size", "use", "keen", "buyer", "grade", "best", "lifecycle", "journey"]
    assert published(paths[::-1])[-1] == "journey"


def test_what_does_not_matter_keeps_its_order(tmp_path: Path) -> None:
    paths = [write(tmp_path, name, "segment", "when: {event: A}") for name in ("c", "a", "b")]
    assert published(paths) == ["c", "a", "b"]


def test_of_two_with_one_name_the_later_is_live(tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    paths = [
        write(tmp_path, "keen", "segment", "when: {segment: base}"),
        write(tmp_path, "base", "segment", "when: {event: A}"),
        write(tmp_path / "own", "keen", "segment", "when: {event: B}"),
    ]
    by = publisher()
    assert published(paths, by) == ["base", "keen", "keen"]
    assert [(entry.name, entry.version) for entry in by.library.entries()] == [("base", 1), ("keen", 2)]
    assert by.library.version("segment", "keen", 2).document["when"] == {"event": "B"}


def test_what_rests_on_itself_is_refused_by_its_file(tmp_path: Path) -> None:
    paths = [
        write(tmp_path, "a", "segment", "when: {segment: b}"),
        write(tmp_path, "b", "segment", "when: {not: {segment: a}}"),
    ]
    with pytest.raises(Refused) as caught:
        published(paths)
    assert caught.value.field == f"{paths[0]}:4: when.segment"


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("kind: [", ":1"),
        ("kind: segment\nname: b\ntitle: {en: A, de: A}\nwhen: {evnt: A}\n", ":4: when"),
        ("kind: segment\nname: b\ntitle: {en: A, de: A}\nwhen: {event: '${what}'}\n", ":4: when.event"),
        (None, ""),
    ],
)
def test_one_that_cannot_be_read_stops_all_of_them(tmp_path: Path, text: str | None, place: str) -> None:
    good, bad = write(tmp_path, "a", "segment", "when: {event: A}"), tmp_path / "b.yaml"
    if text is not None:
        bad.write_text(text, "utf-8")
    by = publisher()
    with pytest.raises(Refused) as caught:
        published([good, bad], by)
    assert caught.value.field == f"{bad}{place}"
    assert by.library.entries() == []


def test_a_mail_that_is_refused_names_its_folder(tmp_path: Path) -> None:
    folder = tmp_path / "emails" / "hello"
    folder.mkdir(parents=True)
    (folder / "email.yaml").write_text("purpose: marketing\n", "utf-8")
    with pytest.raises(Refused) as caught:
        publish_messages(publisher(), tmp_path)
    assert caught.value.field.startswith(str(folder))


def test_parameters_go_by_the_file_s_name(tmp_path: Path) -> None:
    (tmp_path / "segments").mkdir()
    declared = "parameters: {times: {type: number, default: 3, title: {en: A, de: A}}}\n"
    write(tmp_path / "segments", "keen", "segment", declared + "when:\n  event: A\n  at_least: ${times}")
    library = Library(MemoryTable())
    (one,) = publish_folder(library, tmp_path, 0, "ann", {"keen": {"times": 5}})
    assert one.document["when"]["at_least"] == 5
    assert publish_folder(library, tmp_path, 0, "ann", but={("segment", "keen")}) == []


@pytest.mark.parametrize("seed", [1, 2])
def test_the_starters_may_come_in_any_order(seed: int) -> None:
    files = [path for path in template_files(TEMPLATES) if path.parent.name != "journeys"]
    random.Random(seed).shuffle(files)
    shuffled, ordered = publisher(), publisher()
    published(files, shuffled)
    publish_folder(ordered.library, TEMPLATES, 0, "starters")
    judged = [by.library.judgments().fingerprint() for by in (shuffled, ordered)]
    assert judged[0] == judged[1]


@pytest.mark.parametrize("persona", ["{persona: byer}", "{persona: {name: byer, at_least: 60}}"])
def test_a_persona_that_nobody_defined_is_named_with_its_place(tmp_path: Path, persona: str) -> None:
    buyer = write(tmp_path, "buyer", "persona", "profile: [{when: {trait: company, exists: true}}]")
    written = [
        write(tmp_path, "best", "segment", f"when: {{all: [{{event: A}}, {persona}]}}"),
        write(tmp_path, "points", "scoring", f"rules: [{{id: a, when: {persona}, points: 1}}]"),
        write(tmp_path, "hello", "journey", f"trigger: {{event: A}}\nsteps: [{{branch: [{{when: {persona}}}]}}]"),
    ]
    for path, field in zip(written, ("when.all[1].persona", "rules[0].when.persona", "when.persona"), strict=True):
        by = publisher()
        with pytest.raises(Refused, match="there is no persona byer; publish it first") as error:
            publish_files(by, read_files([path, buyer]))
        assert str(path) in error.value.field
        assert field in error.value.field
        path.write_text(path.read_text("utf-8").replace("byer", "buyer"), "utf-8")
        assert len(published([path, buyer], by)) == 2
