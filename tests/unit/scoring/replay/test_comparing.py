"""Of two models the better one is told, by numbers that can be counted by hand."""

import pytest

from leadwell.clock import DAY
from leadwell.definitions.documents import parse
from leadwell.scoring.replay.comparing import Row, compare, hand_overs, play
from leadwell.scoring.replay.enough import EACH, NotEnoughHistory
from leadwell.scoring.replay.moments import LeftOut, Question
from leadwell.scoring.replay.replaying import HandOver
from tests.unit.scoring.replay.made_up import CONVERTED, END, QUESTION, START, TRUTH, crowd, history, model, side

RIGHT = model({name: 10 * worth for name, worth in TRUTH.items()})
SHUFFLED = model(dict(zip(TRUTH, [3, -15, 20, 10, 0], strict=True)))


def test_the_right_weights_beat_shuffled_ones_beyond_chance():
    sides = [side(SHUFFLED), side(RIGHT)]
    found = compare(play(crowd(1500), QUESTION, sides), QUESTION, sides)
    assert found.old.separation.auc.high < found.new.separation.auc.low
    assert found.difference.low > 0.1
    assert found.new.separation.lift[0] > 1.5 > found.old.separation.lift[0]
    assert found.new.hand_overs.precision.estimate.low > found.old.hand_overs.precision.estimate.high  # type: ignore[union-attr]
    assert not found.hands_over_alike


def test_a_model_does_not_beat_itself():
    sides = [side(RIGHT), side(RIGHT)]
    found = compare(play(crowd(400), QUESTION, sides), QUESTION, sides)
    assert found.difference.value == found.difference.low == found.difference.high == 0
    assert found.old == found.new
    assert found.hands_over_alike


def test_points_that_mean_nothing_separate_nothing():
    noise = model({"Noise": 10})
    sides = [side(noise), side(RIGHT)]
    found = compare(play(crowd(1500, truth={**dict.fromkeys(TRUTH, 0.0)}), QUESTION, sides), QUESTION, sides)
    for one in (found.old, found.new):
        assert one.separation.auc.low < 0.5 < one.separation.auc.high


def row(at: int | None, converted_at: int | None, left_out: LeftOut | None = None) -> Row:
    return Row(False, converted_at, left_out, (), (at,))


def test_hand_overs_by_hand():
    day, question = START, Question(converted=CONVERTED, horizon=10 * DAY, since=START, until=START + 100 * DAY)
    rows = [
        row(day, day + 2 * DAY),  # handed over, converted two days later
        row(day, day + 10 * DAY),  # on the last day
        row(day, day + 11 * DAY),  # too late for either
        row(day, None),  # never
        row(None, day + DAY),  # not found
        row(None, None),
        row(day + 90 * DAY, None),  # the last hand-over whose horizon is over
        row(day + 91 * DAY, None),  # not over
        row(day + 92 * DAY, day + 93 * DAY),  # not over, but found
        row(None, day + DAY, LeftOut.AT_ONCE),
        row(None, day - DAY, LeftOut.BEFORE),
    ]
    found = hand_overs(rows, question, 0)
    assert (found.precision.part, found.precision.whole) == (2, 5)
    assert (found.recall.part, found.recall.whole) == (3, 5)
    assert found.recent == 2
    assert found.days == 2


def test_nobody_handed_over():
    found = hand_overs([row(None, START)], QUESTION, 0)
    assert (found.precision.whole, found.precision.estimate, found.days) == (0, None, None)


def test_everybody_is_judged_or_counted_as_left_out():
    since = START + 50 * DAY
    question = Question(converted=CONVERTED, horizon=60 * DAY, since=since, until=START + 150 * DAY)
    people = [*crowd(1500), history("at once", (CONVERTED, since + DAY))]
    sides = [side(SHUFFLED), side(RIGHT)]
    found = compare(play(people, question, sides), question, sides)
    assert found.contacts + sum(found.left_out.values()) == len(people)
    assert all(found.left_out[why] > 0 for why in LeftOut)


def test_who_is_censored_changes_nothing():
    """Conversions known early would make those who came late look better than they are."""
    sides = [side(SHUFFLED), side(RIGHT)]
    people = crowd(500)
    recent = END - 30 * DAY
    late = [history(f"l{n}", ("Demo", recent + n), (CONVERTED, recent + DAY)) for n in range(200)]
    with_late, without = (compare(play(one, QUESTION, sides), QUESTION, sides) for one in (people + late, people))
    assert with_late.left_out[LeftOut.UNFINISHED] == 200
    assert with_late.new.separation == without.new.separation
    assert with_late.new.hand_overs.precision == without.new.hand_overs.precision


def test_the_points_of_the_conversion_itself_are_worth_nothing():
    """A model that only pays for converting separates nobody."""
    cheat = model({CONVERTED: 100, "Thanks Written": 100})
    sides = [side(cheat), side(RIGHT)]
    found = compare(play(crowd(500), QUESTION, sides), QUESTION, sides)
    assert (found.old.separation.auc.value, found.old.hand_overs.recall.part) == (0.5, 0)


def test_a_stage_that_does_not_ask_for_the_score_hands_over_alike():
    title = {"en": "x", "de": "x"}
    stages = [{"stage": "mql", "when": {"event": "Demo"}}]
    lifecycle = parse({"kind": "lifecycle", "title": title, "stages": stages})
    sides = [side(one, HandOver(stage="mql"), lifecycle=lifecycle) for one in (SHUFFLED, RIGHT)]
    found = compare(play(crowd(400), QUESTION, sides), QUESTION, sides)
    assert found.hands_over_alike
    assert found.difference.value > 0


@pytest.mark.parametrize("wanting", ["converted", "others"])
def test_too_little_history_is_said_so(wanting: str):
    wins = wanting == "converted"
    few = [Row(wins, None, None, (n, n), (None, None)) for n in range(EACH - 1)]
    many = [Row(not wins, None, None, (n, n), (None, None)) for n in range(EACH)]
    sides = [side(SHUFFLED), side(RIGHT)]
    with pytest.raises(NotEnoughHistory, match="at least 50 of each") as caught:
        compare(few[1:] + many, QUESTION, sides)
    assert (getattr(caught.value, wanting), caught.value.needed) == (EACH - 2, EACH)
    compare([*few, Row(wins, None, None, (1, 2), (None, None)), *many], QUESTION, sides)
    with pytest.raises(NotEnoughHistory, match="0 contacts converted and 0 did not"):
        compare([], QUESTION, sides)
