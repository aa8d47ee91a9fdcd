"""The benchmarks still run; nothing here judges a time."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from leadwell import wiring
from tests.benchmarks.__main__ import GROUPS, is_worse, main
from tests.benchmarks.capacity import index_units, item_size, read_units, write_units
from tests.benchmarks.counting import count
from tests.benchmarks.harness import TINY, Row, compare
from tests.benchmarks.misses import MISSES, explanations


@pytest.fixture(autouse=True)
def _left_as_found() -> Iterator[None]:
    yield
    wiring.use(None)


@pytest.mark.parametrize("group", [group for group in GROUPS if group != "cold"])
def test_every_group_makes_rows(group: str) -> None:
    rows = list(GROUPS[group](TINY))
    assert rows
    for row in rows:
        assert (row.ratio or 0) > 0 or "install" in row.note, row


def test_every_function_starts() -> None:
    rows = list(GROUPS["cold"](TINY))
    doors = {path.parent.name for path in Path("functions").glob("*/handler.py")}
    assert {row.name.split(", ")[1] for row in rows} == doors


def test_the_baseline_decides(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    baseline = tmp_path / "baseline.json"
    assert main(["conditions", "--update"], TINY, baseline) == 0
    assert main(["conditions"], TINY, tmp_path / "none.json") == 0
    baseline.write_text(json.dumps({"conditions": 1e-9}))
    assert main(["conditions"], TINY, baseline) == 1
    assert "conditions is" in capsys.readouterr().err
    assert is_worse(Row("a", 1.21, 1), 1.0)
    assert not is_worse(Row("a", 1.2, 1), 1.0)
    assert not is_worse(Row("a", None, 1), 1.0)
    assert not is_worse(Row("a", 9.0, 1), None)


def test_the_median_of_the_ratios_counts() -> None:
    ours, theirs = iter([9.0, 1.0, 4.0, 3.0]), iter([9.0, 1.0, 2.0, 1.0])
    assert compare(lambda: next(ours), lambda: next(theirs), 3).ratio == 2.0


def test_counting_finds_events_and_messages(tmp_path: Path) -> None:
    counts = count(tmp_path / "counts.json", weeks=1, contacts=20, grown_for=TINY.weeks)
    assert counts.event.invocations > 1 and counts.event.writes > 2
    assert counts.message.requests > 4 and counts.message.reads > 3


def test_capacity_follows_the_rules_of_dynamodb() -> None:
    item = {"pk": {"S": "ü"}, "n": {"N": "-12.5"}, "m": {"M": {"a": {"L": [{"BOOL": True}, {"NULL": True}]}}}}
    # pk 2 + 2; n 1 + (3 digits: 2, and 1, and 1 for the sign); m 1 + 3 + (1 + 1 + (3 + 2 * 2))
    assert item_size(item) == 4 + 5 + 13
    assert [write_units(0, 1), write_units(0, 1024), write_units(0, 1025), write_units(2049, 10)] == [1, 1, 2, 3]
    assert [read_units(0), read_units(4097), read_units(4096, consistent=False)] == [1, 2, 0.5]
    here, there = ("b", "1"), ("b", "2")
    assert [index_units(*pair) for pair in ((None, here), (here, here), (here, there), (here, None))] == [1, 0, 2, 1]


def test_explanations_are_about_rows_there_are() -> None:
    names = ["event CPU", "requests", "capacity", "conditions", "cold start, manage", "render", "waits, 1", "broadcast"]
    assert [name for name, _ in explanations(names)] == list(MISSES)
