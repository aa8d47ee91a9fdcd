"""Doors are thin: one file, no rules, no AWS."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

FUNCTIONS = Path(__file__).parents[2] / "functions"
DOORS = sorted(path.name for path in FUNCTIONS.iterdir() if path.is_dir() and path.name != "__pycache__")
ALLOWED = {"leadwell", "aws_lambda_powertools"}
LONGEST = 60

each_door = pytest.mark.parametrize("door", DOORS)


def imported(source: str) -> Iterator[str]:
    """The top-level packages that a file imports."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield (node.module or "").partition(".")[0]


@each_door
def test_a_door_is_one_file(door: str) -> None:
    assert [path.name for path in (FUNCTIONS / door).iterdir() if path.name != "__pycache__"] == ["handler.py"]


@each_door
def test_a_door_is_short(door: str) -> None:
    assert len((FUNCTIONS / door / "handler.py").read_text(encoding="utf-8").splitlines()) <= LONGEST


@each_door
def test_a_door_leaves_the_work_to_the_package(door: str) -> None:
    source = (FUNCTIONS / door / "handler.py").read_text(encoding="utf-8")
    assert {name for name in imported(source) if name not in sys.stdlib_module_names} <= ALLOWED
    assert "leadwell" in set(imported(source))
    assert not {"os", "time", "datetime"} & set(imported(source))
