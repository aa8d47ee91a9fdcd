"""How long and/or hold: as long as can be known, so that nobody is looked at sooner than needed."""

import pytest

from leadwell.clock import FOREVER
from leadwell.conditions.answer import ALWAYS, NEVER, all_of, any_of, negated
from leadwell.conditions.facts import Facts

T, F = True, False


@pytest.mark.parametrize(
    ("parts", "all_holds", "any_holds"),
    [
        ([(T, 5), (T, 9)], (T, 5), (T, 9)),
        ([(T, 9), (T, 5)], (T, 5), (T, 9)),
        ([(F, 5), (F, 9)], (F, 9), (F, 5)),
        ([(F, 9), (F, 5)], (F, 9), (F, 5)),
        ([(T, 5), (F, 9)], (F, 9), (T, 5)),
        ([(F, 9), (T, 5)], (F, 9), (T, 5)),
        ([(F, 3), (T, 5), (F, 9), (T, 7)], (F, 9), (T, 7)),
        ([(T, FOREVER), (F, 9)], (F, 9), (T, FOREVER)),
        ([(T, 5), (F, FOREVER)], (F, FOREVER), (T, 5)),
        ([(T, FOREVER)], (T, FOREVER), (T, FOREVER)),
        ([(F, 7)], (F, 7), (F, 7)),
    ],
)
def test_and_and_or(parts: list[tuple[bool, int]], all_holds: tuple[bool, int], any_holds: tuple[bool, int]) -> None:
    evaluations = [lambda facts, now, part=part: part for part in parts]
    assert all_of(evaluations)(Facts(), 1) == all_holds
    assert any_of(evaluations)(Facts(), 1) == any_holds


def test_not() -> None:
    assert negated((True, 5)) == (False, 5)
    assert (negated(ALWAYS), negated(NEVER)) == (NEVER, ALWAYS)
