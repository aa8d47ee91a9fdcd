"""The step ``voucher``."""

from dataclasses import replace
from typing import Any

import pytest

from leadwell.clock import DAY
from leadwell.errors import Refused
from leadwell.journeys.engine import enter, redriven, wake
from leadwell.journeys.enrollment import ACTIVE, EXITED, FINISHED, PARKED
from leadwell.journeys.steps.running import Asker, Handed, Situation
from tests.unit.journeys.house import NOW, happening, program, situation, stored

TWO_WEEKS = {"valid_for": "P14D"}


class Shelf:
    def __init__(self, *codes: str) -> None:
        self.codes = list(codes)
        self.asked: list[tuple[str, Asker, bool]] = []

    def voucher(self, pool: str, asker: Asker, now: int, *, wait: bool) -> Handed | None:
        self.asked.append((pool, asker, wait))
        return Handed(self.codes.pop(0), now) if self.codes else None

    def made_up(self, prefix: str, length: int, asker: Asker, now: int) -> Handed:
        return Handed(prefix + "X" * length, now)


def with_stock(shelf: Shelf, now: int = NOW) -> Situation:
    return replace(situation(now), stock=shelf)  # type: ignore[arg-type]


def run(shelf: Shelf, **voucher: Any) -> Any:
    one = program({"id": "code", "voucher": voucher}, {"id": "hello", "email": "hello"})
    return enter(one, "", 1, happening(), with_stock(shelf))


def test_the_code_is_found_for_templates() -> None:
    shelf = Shelf("A")
    move = run(shelf, pool="birthday", **TWO_WEEKS)
    assert move.enrollment.status == FINISHED
    assert move.enrollment.found["voucher"] == {"code": "A", "pool": "birthday", "valid_until": "2026-03-16"}
    pool, asker, wait = shelf.asked[0]
    assert (pool, wait, asker.step, asker.visit, asker.enrollment) == ("birthday", True, "code", 1, "c1/j//1")


def test_a_code_is_made_up() -> None:
    move = run(Shelf(), generate={"prefix": "BDAY-", "length": 10})
    assert move.enrollment.found["voucher"] == {"code": "BDAY-XXXXXXXXXX"}


@pytest.mark.parametrize(
    ("when_empty", "status", "messages"), [("skip", FINISHED, 1), ("exit", EXITED, 0), ("park", PARKED, 0)]
)
def test_an_empty_pool(when_empty: str, status: str, messages: int) -> None:
    shelf = Shelf()
    move = run(shelf, pool="birthday", when_empty=when_empty)
    assert (move.enrollment.status, len(move.effects)) == (status, messages)
    assert shelf.asked[0][2] == (when_empty == "park")
    assert "the voucher pool birthday is empty" in move.enrollment.path[0][2]


def test_who_is_parked_is_run_again_at_its_step() -> None:
    one = program({"id": "code", "voucher": {"pool": "birthday"}}, {"id": "hello", "email": "hello"})
    parked = enter(one, "", 1, happening(), with_stock(Shelf())).enrollment
    again = redriven(parked, NOW + 5, NOW + 5)
    assert (again.status, again.step, again.ended_at, again.reason) == (ACTIVE, "code", None, "")
    move = wake(one, again, with_stock(Shelf("A"), NOW + 5))
    assert move.enrollment.found["voucher"]["code"] == "A"
    assert move.enrollment.status == FINISHED


def test_another_round_does_not_show_the_code_of_the_last_one() -> None:
    steps = [{"id": "code", "voucher": {"pool": "p", "when_empty": "skip"}}, {"id": "hello", "email": "hello"}]
    one = program({"repeat": {"times": 2, "steps": [*steps, {"wait": "P1D"}]}})
    shelf = Shelf("A")
    move = enter(one, "", 1, happening(), with_stock(shelf))
    move = wake(one, stored(move), with_stock(shelf, NOW + DAY))
    assert [asker.visit for _, asker, _ in shelf.asked] == [1, 2]
    assert move.enrollment.found["voucher"] == {}


@pytest.mark.parametrize(
    "voucher",
    [
        {},
        {"pool": "p", "generate": {}},
        {"pool": "Über"},
        {"generate": {"length": 7}},
        {"generate": {"prefix": "A B"}},
        {"generate": {}, "when_empty": "skip"},
    ],
)
def test_what_is_refused(voucher: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        program({"voucher": voucher})
