"""The table of differences names what exists, and the README whom and what one can ask."""

import importlib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.contract import dynamodb_local, real_aws
from tests.contract.differences import DIFFERENCES, OWED, Difference, expected_failure
from tests.contract.implementations import OFFERS, START

FOLDER = Path(__file__).parent
README = (FOLDER / "README.md").read_text("utf-8")


def contracts() -> list[tuple[str, Any]]:
    modules = [importlib.import_module(f"tests.contract.{file.stem}") for file in sorted(FOLDER.glob("test_*.py"))]
    return [(name, one) for module in modules for name, one in vars(module).items() if name.startswith("test_")]


def test_a_name_is_one_contract() -> None:
    twice = [name for name, count in Counter(name for name, _ in contracts()).items() if count > 1]
    assert not twice


@pytest.mark.parametrize("one", [*DIFFERENCES, *OWED], ids=lambda one: f"{one.who}: {one.contract}")
def test_a_difference_is_about_something_that_exists(one: Difference) -> None:
    name, _, case = one.contract.rstrip("]").partition("[")
    known = dict(contracts())
    assert name in known
    marks = [mark for mark in getattr(known[name], "pytestmark", []) if mark.args[:1] == ("case",)]
    assert not case or case in [value for mark in marks for value in mark.args[1]]
    assert one.who in START
    assert one.instead
    assert one.source


def test_a_difference_is_said_once() -> None:
    said = Counter((one.who, one.contract) for one in [*DIFFERENCES, *OWED])
    assert max(said.values()) == 1


def test_what_is_not_known_to_differ_is_not_excused() -> None:
    first = DIFFERENCES[0]
    assert expected_failure(first.who, first.contract, "") is not None
    assert expected_failure("aws", first.contract, "") is None
    assert expected_failure(first.who, "test_get", "") is None


def test_nothing_is_excused_for_aws() -> None:
    assert "aws" not in {one.who for one in DIFFERENCES}


def test_everybody_is_asked_something_and_stands_in_the_readme() -> None:
    for name in START:
        assert any(name in able for able in OFFERS.values())
        assert f"`{name}`" in README


def test_the_readme_tells_how_to_ask_aws() -> None:
    for variable in (real_aws.OPT_IN, real_aws.ENDPOINT, real_aws.ROLE, real_aws.SENDER, real_aws.PHONE):
        assert f"`{variable}" in README
    assert dynamodb_local.VERSION in README
