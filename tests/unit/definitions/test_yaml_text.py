"""What people write without quotes is what they mean."""

from typing import Any

import pytest
import yaml

from leadwell.definitions.reading import read_definition
from leadwell.definitions.yaml_text import load


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("on", "on"),
        ("off", "off"),
        ("yes", "yes"),
        ("NO", "NO"),
        ("10:30", "10:30"),
        ("2026-03-01", "2026-03-01"),
        ("2026-03-01T09:00:00Z", "2026-03-01T09:00:00Z"),
        ("1_000", "1_000"),
        ("true", True),
        ("False", False),
        ("~", None),
        ("", None),
        ("17", 17),
        ("010", 10),
        ("0o10", 8),
        ("0x1F", 31),
        ("-3", -3),
        ("1.5", 1.5),
        ("1e3", 1000.0),
        (".5", 0.5),
        ("'17'", "17"),
    ],
)
def test_plain_values(text: str, value: Any) -> None:
    found = load(f"x: {text}")["x"]
    assert (found, type(found)) == (value, type(value))


def test_tags_make_no_objects() -> None:
    with pytest.raises(yaml.YAMLError):
        load("!!python/object/apply:os.getcwd []")


def test_a_day_may_be_compared_as_the_handbook_writes_it() -> None:
    text = "kind: segment\nname: x\ntitle: {en: X, de: X}\nwhen: {trait: birthday, anniversary: {on: today}}"
    assert read_definition(text, {}).document["when"] == {"trait": "birthday", "anniversary": {"on": "today"}}


def test_what_there_is_one_of_needs_no_name() -> None:
    text = "kind: interests\ntitle: {en: X, de: X}\nhalf_life: P30D\nlearn: [{event: A, category: c}]"
    assert read_definition(text, {}).document["name"] == "interests"


def test_a_name_may_come_again_inside_and_by_merging() -> None:
    text = "a: &a {x: 1, y: {x: 2}}\nb: &b {<<: *a, x: 3}\nc: {<<: [*b, *a], y: 4}"
    assert load(text) == {"a": {"x": 1, "y": {"x": 2}}, "b": {"x": 3, "y": {"x": 2}}, "c": {"x": 3, "y": 4}}


@pytest.mark.parametrize("text", ["a: 1\nb: 2\na: 3", "- {a: 1, b: {c: 1, c: 1}}", "{? [1] : 1, a: 1, a: 1}"])
def test_a_name_that_stands_twice_loses_nothing(text: str) -> None:
    with pytest.raises(yaml.YAMLError, match="stands here twice"):
        load(text)
