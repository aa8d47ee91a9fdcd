"""Every kind of condition, every comparison word and every option of ``event``: what a contact remembers is enough, and
until when an answer holds is known to the millisecond. Checked against an evaluator that recomputes everything."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from zlib import crc32

import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from leadwell.clock import DAY, FOREVER, HOUR
from leadwell.conditions.dates import TIMED
from leadwell.conditions.kinds.behavior import EventCondition
from leadwell.conditions.matchers import MATCHERS
from leadwell.conditions.models import HEADS
from leadwell.contacts.contact import Contact
from leadwell.contacts.folding import Folding, facts_of
from leadwell.tracking.events import Event
from tests.unit.conditions import naive, naive_words, operators
from tests.unit.conditions.foundations import definitions_for, groups_of, timeless, timely
from tests.unit.conditions.happenings import ZONES, event, histories, moments
from tests.unit.conditions.naive import Naive
from tests.unit.conditions.naive_ratings import TooClose
from tests.unit.conditions.naive_words import milliseconds
from tests.unit.conditions.operators import (
    EXPECTED,
    IN_WHERE,
    LEAVES,
    LENGTHS,
    OPTIONS,
    WORDS,
    combined,
    nested,
    trait_with,
    where_with,
)
from tests.unit.conditions.strategies import catalog_of

OF_COMPANIES = {"company_segment", "company_stage", "members"}
"""What companies tell, and what only they are asked: counted in ``contacts/test_company_counts.py``."""
PAIRS = 10_000
"""(history, moment)."""
ROUNDS, EXAMPLES, MOMENTS = 2, 9, 8
_parts = st.lists(st.integers(0, 7), min_size=1, max_size=2)

_others = st.one_of(*(strategy for head, strategy in LEAVES.items() if head not in ("everyone", "bucket")))
CASES: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    **{f"kind {head}": strategy for head, strategy in {**LEAVES, **combined(nested(_others))}.items()},
    **{f"option {option}": operators.events(option) for option in OPTIONS},
    **{f"word {word}": trait_with(word) for word in WORDS},
    **{
        f"where {word}": st.builds(lambda shape, where: {**shape, "where": where}, operators.events(), where_with(word))
        for word in IN_WHERE
    },
}


def test_every_kind_word_and_option_has_its_naive_counterpart() -> None:
    """Whoever adds one to the language adds it to these tables."""
    assert naive.HEADS.keys() == HEADS.keys() - OF_COMPANIES
    assert naive_words.WORDS.keys() == {*MATCHERS, *TIMED}


def test_every_kind_word_and_option_is_drawn() -> None:
    assert {*LEAVES, *combined(st.nothing())} == set(HEADS) - OF_COMPANIES
    assert (EXPECTED.keys(), operators.RELATIVE.keys()) == (MATCHERS.keys(), TIMED.keys())
    assert set(OPTIONS) == {field.alias or name for name, field in EventCondition.model_fields.items()}
    assert len(CASES) * ROUNDS * EXAMPLES * MOMENTS >= PAIRS


def _agrees(truth: bool, past: Naive, condition: dict[str, Any], at: int) -> bool:
    """Where rounding decides, nobody is wrong."""
    try:
        return past.truth(condition, at) == truth
    except TooClose:
        return True


def _looks(history: Sequence[Event]) -> st.SearchStrategy[int]:
    """Any moment; those soon after something, and those at which it is so long ago."""
    ends = [milliseconds(length) - early for length in LENGTHS for early in (0, 1)]
    soon = st.sampled_from([0, 0, 1, HOUR, HOUR, 2 * HOUR, 5 * HOUR])
    after = st.one_of(soon, soon, st.sampled_from(ends))
    return st.one_of(moments, st.builds(lambda one, length: one.at + length, st.sampled_from(history), after))


def _among_others(condition: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    """Mostly as it is, also turned around and beside another."""
    return st.one_of(
        *[condition] * 6,
        condition.map(lambda one: {"not": one}),
        st.builds(lambda word, one, other: {word: [one, other]}, st.sampled_from(["all", "any"]), condition, _others),
        st.builds(lambda one, other, third: {"at_least": 2, "of": [one, other, third]}, condition, _others, _others),
    )


@pytest.mark.parametrize("case", CASES)
def test_truth_and_until(case: str) -> None:
    """At any moment the truth is the naive one, it stays until ``until`` if nothing happens, and what is said then is
    true again."""
    pairs: Counter[bool] = Counter()
    conditions = _among_others(CASES[case])

    @settings(database=None, deadline=None, max_examples=EXAMPLES, suppress_health_check=list(HealthCheck))
    @given(
        conditions,
        st.sampled_from(ZONES),
        st.sampled_from([{}, {"key": "v", "n": 1}, {"key": "x", "n": "2"}]),
        st.data(),
    )
    def check(condition: dict[str, Any], zone: str, trigger: dict[str, Any], data: st.DataObject) -> None:
        known = data.draw(definitions_for([condition], leaves=st.one_of(timely, operators.stages), base=timeless))
        history = data.draw(histories(groups_of(known, [condition])))
        looks = data.draw(st.lists(_looks(history), min_size=MOMENTS, max_size=MOMENTS, unique=True))
        first = event("c1", 999, min(min(looks), *(one.at for one in history)), {"name": "C"})
        known = replace(known, segments={**known.segments, "probe": condition})
        catalog = catalog_of(known)
        evaluate = catalog.segments["probe"].evaluate
        folding, coming = Folding(Contact(id="c1"), catalog, zone), sorted([first, *history], key=lambda one: one.order)
        for now in sorted(looks):
            while coming and coming[0].at <= now:
                folding.apply(coming.pop(0))
            folding.walk_to(now)
            facts = replace(facts_of(folding.contact, catalog, zone), trigger=trigger)
            past = Naive([one for one in (first, *history) if one.at <= now], zone, trigger, known)
            truth, until = evaluate(facts, now)
            pairs[until < FOREVER] += 1
            assert _agrees(truth, past, condition, now)
            assert until > now
            last = min(until, now + 400 * DAY)
            for moment in {last - 1, *(now + (last - now) * part // 8 for part in data.draw(_parts))}:
                assert _agrees(truth, past, condition, moment), f"{moment - now} ms later"
            for moment in (last, last + 1):
                assert _agrees(evaluate(facts, moment)[0], past, condition, moment), f"{moment - now} ms later"

    # Many short runs: from the eleventh example on Hypothesis mostly varies those it had.
    for number in range(ROUNDS):
        seed(crc32(f"{case} {number}".encode()))(check)()
    assert pairs.total() >= ROUNDS * EXAMPLES * MOMENTS
