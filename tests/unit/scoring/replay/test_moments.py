"""Who is judged when, who cannot be, and that nothing from after the conversion is looked at."""

from collections import Counter

import pytest

from leadwell.clock import DAY
from leadwell.scoring.replay.moments import History, LeftOut, Question, prospect
from tests.unit.scoring.replay.made_up import CONVERTED, END, QUESTION, START, event, history


def ask(since: int = 0, until: int = END, horizon: int = 90 * DAY) -> Question:
    return Question(converted=CONVERTED, horizon=horizon, since=since, until=until)


def test_a_history_is_in_order_and_has_nothing_twice():
    twice = [event("a", "B", 2), event("a", "A", 1), event("a", "B", 2)]
    assert [one.name for one in History.of("a", twice).events] == ["A", "B"]


def test_what_comes_with_the_conversion_or_after_it_is_not_there():
    one = history("a", ("Visit", START), ("Paid", START + DAY), (CONVERTED, START + DAY), ("Visit", START + 2 * DAY))
    found = prospect(one, QUESTION)
    assert [event.name for event in found.events] == ["Visit"]
    assert (found.converted_at, found.known, found.judged_at) == (START + DAY, START + DAY - 1, START)
    assert found.converted


def test_only_the_first_conversion_counts():
    one = history("a", ("Visit", START), (CONVERTED, START + DAY), ("Visit", START + 2 * DAY), (CONVERTED, START + 3))
    assert prospect(one, QUESTION).converted_at == START + 3


@pytest.mark.parametrize(("days", "converted"), [(89, True), (90, True), (91, False)])
def test_it_must_happen_within_the_horizon(days: int, converted: bool):
    found = prospect(history("a", ("Visit", START), (CONVERTED, START + days * DAY)), QUESTION)
    assert found.left_out is None
    assert found.converted is converted


@pytest.mark.parametrize("converts", [True, False])
def test_a_horizon_that_is_not_over_leaves_out_alike_who_converted_and_who_did_not(converts: bool):
    recent = END - 89 * DAY
    events = [("Visit", recent), *([(CONVERTED, recent + DAY)] if converts else [])]
    found = prospect(history("a", *events), QUESTION)
    assert (found.left_out, found.judged_at, found.converted) == (LeftOut.UNFINISHED, None, False)


def test_only_moments_whose_horizon_is_over_are_drawn():
    early = [("Visit", END - 90 * DAY - n) for n in range(3)]
    late = [("Visit", END - n * DAY) for n in range(80)]
    drawn = {prospect(history(f"c{n}", *early, *late), QUESTION).judged_at for n in range(50)}
    assert drawn == {at for _, at in early}


def test_who_cannot_be_judged():
    at = START + 10 * DAY
    question = ask(since=at)
    found = {
        "before": prospect(history("a", ("Visit", at - DAY), (CONVERTED, at - 1), ("Visit", at + 1)), question),
        "at once": prospect(history("a", (CONVERTED, at + 1), ("Visit", at + 2)), question),
        "quiet": prospect(history("a", ("Visit", at - 1)), question),
        "told about": prospect(history("a", ("Visit", at - 1), ("Email Sent", at + 1)), question),
    }
    assert {name: one.left_out for name, one in found.items()} == {
        "before": LeftOut.BEFORE,
        "at once": LeftOut.AT_ONCE,
        "quiet": LeftOut.QUIET,
        "told about": LeftOut.QUIET,
    }


def test_what_is_not_yet_known_is_not_looked_at():
    question = ask(until=START + 100 * DAY)
    found = prospect(history("a", ("Visit", START), ("Visit", START + 101 * DAY), (CONVERTED, END)), question)
    assert (len(found.events), found.converted_at, found.known) == (1, None, question.until)


def test_the_moment_is_drawn_evenly_and_the_same_again():
    moments = [("Visit", START + n * DAY) for n in range(4)]
    drawn = [prospect(history(f"c{n}", *moments), QUESTION).judged_at for n in range(800)]
    assert drawn == [prospect(history(f"c{n}", *moments), QUESTION).judged_at for n in range(800)]
    counts = Counter(drawn)
    assert set(counts) == {at for _, at in moments}
    assert all(150 < number < 250 for number in counts.values())


def test_the_moment_does_not_depend_on_what_became_of_the_contact():
    moments = [("Visit", START + n * DAY) for n in range(4)]
    for n in range(20):
        left = prospect(history(f"c{n}", *moments), QUESTION)
        converted = prospect(history(f"c{n}", *moments, (CONVERTED, START + 9 * DAY)), QUESTION)
        assert left.judged_at == converted.judged_at
