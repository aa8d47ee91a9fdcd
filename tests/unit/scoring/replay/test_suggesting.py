"""Proposals recover a truth that is known, and say how sure they are."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from leadwell.definitions.catalog import Judgments
from leadwell.scoring.models import ScoringDefinition
from leadwell.scoring.replay.comparing import Side, play
from leadwell.scoring.replay.enough import NotEnoughHistory
from leadwell.scoring.replay.moments import LeftOut
from leadwell.scoring.replay.replaying import replay
from leadwell.scoring.replay.suggesting import Counted, Doubt, Suggestion, rounded, rule_counts, suggest
from tests.unit.scoring.replay.made_up import (
    CONVERTED,
    END,
    QUESTION,
    TRUTH,
    ZONE,
    crowd,
    history,
    model,
    scoring,
)

PRESENT = model(dict.fromkeys(TRUTH, 10.0))


def counted(definition: ScoringDefinition, number: int, seed: int = 1) -> Counted:
    return rule_counts(crowd(number, seed), QUESTION, definition, Judgments(scoring=[definition]), ZONE)


def suggested(definition: ScoringDefinition = PRESENT, number: int = 2000, **more: Any) -> Suggestion:
    return suggest(counted(definition, number), definition, more.pop("threshold", 40.0), draws=100, **more)


@pytest.fixture(scope="module")
def found() -> Suggestion:
    return suggested()


def by_rule(one: Suggestion) -> Mapping[str, Any]:
    return {proposal.rule: proposal for proposal in one.proposals}


def test_the_order_and_the_signs_are_the_true_ones(found: Suggestion):
    rules = by_rule(found)
    assert sorted(rules, key=lambda one: -rules[one].points) == ["demo", "download", "visit", "noise", "complaint"]
    assert rules["demo"].points > rules["download"].points > 0 > rules["complaint"].points
    for name in ("demo", "download", "complaint"):
        assert rules[name].doubt is Doubt.NONE
        assert rules[name].interval.low * rules[name].interval.high > 0


def test_a_proposal_lies_in_its_interval(found: Suggestion):
    for one in found.proposals:
        assert one.interval and one.interval.low <= one.interval.value <= one.interval.high
        assert abs(one.points - one.interval.value) <= max(0.5, abs(one.interval.value) / 8)


def test_what_means_nothing_is_marked_as_doubtful(found: Suggestion):
    assert by_rule(found)["noise"].doubt is Doubt.UNCERTAIN
    assert by_rule(found)["noise"].interval.low < 0 < by_rule(found)["noise"].interval.high


def test_the_proposal_separates_better_than_what_is_wrong_and_not_better_than_what_is_right(found: Suggestion):
    assert found.difference.low > 0
    right = model({name: 10 * worth for name, worth in TRUTH.items()})
    assert suggested(right).difference.low < 0.005


def test_less_history_widens_the_intervals(found: Suggestion):
    less = by_rule(suggested(number=400))
    for rule, proposal in by_rule(found).items():
        assert width(less[rule].weight) > 1.5 * width(proposal.weight)


def width(estimate: Any) -> float:
    return float(estimate.high - estimate.low)


def test_intervals_hold_the_truth_about_as_often_as_they_say():
    """Counts and outcomes drawn from a known regression; of a hundred intervals, some five miss."""
    chance, truth, held = np.random.default_rng(4), np.array(list(TRUTH.values())) / 2, []
    for _ in range(12):
        counts = chance.poisson([0.4, 1, 4, 1, 0.4], (500, len(truth)))
        converted = chance.random(500) < 1 / (1 + np.exp(0.4 - counts @ truth))
        rows = Counted([tuple(map(float, row)) for row in counts], converted.tolist(), {})
        found = suggest(rows, PRESENT, None, draws=60)
        weights = [one.weight for one in found.proposals if one.weight]
        held += [one.low <= true <= one.high for one, true in zip(weights, truth, strict=True)]
    assert np.mean(held) >= 0.83


def test_the_threshold_goes_on_meaning_the_same(found: Suggestion):
    assert found.by_threshold and found.threshold == 40
    before, after = found.above or (0, 0)
    assert before > 100
    assert abs(after - before) <= 0.04 * before


@pytest.mark.parametrize("threshold", [None, 1_000_000.0, -1.0])
def test_without_a_threshold_that_some_reach_the_sum_stays(threshold: float | None):
    one = suggested(number=500, threshold=threshold)
    assert not one.by_threshold
    assert sum(abs(proposal.interval.value) for proposal in one.proposals if proposal.interval) == pytest.approx(50)


def test_what_happens_only_after_the_conversion_gets_no_weight():
    leaky = model({**dict.fromkeys(TRUTH, 10.0), "Thanks Written": 7, CONVERTED: 30})
    rules = by_rule(suggested(leaky, number=600))
    for name, points in (("thanks-written", 7), ("order-completed", 30)):
        assert (rules[name].doubt, rules[name].points, rules[name].contacts) == (Doubt.NOBODY, points, 0)
        assert rules[name].weight is rules[name].interval is None


def test_what_all_have_alike_is_kept():
    definition = scoring(
        {
            "rules": [
                {"id": "everyone", "when": {"everyone": True}, "points": 9},
                *({"id": name.lower(), "event": name, "points": 10} for name in TRUTH),
            ]
        }
    )
    rule = by_rule(suggested(definition, number=500))["everyone"]
    assert (rule.doubt, rule.points, rule.contacts) == (Doubt.EVERYBODY, 9, 500)


def test_counts_times_points_are_the_score():
    """Whatever a rule does: cap, fade, expire, or hold as a condition."""
    definition = scoring(
        {
            "half_life": "P6D",
            "rules": [
                {"id": "visit", "event": "Visit", "points": 3, "max_times": 2},
                {"id": "demo", "event": "Demo", "points": 20, "decays": False},
                {"id": "download", "event": "Download", "points": 8, "expires": "P5D", "max_times": 2},
                {"id": "noise", "event": "Noise", "points": -2.5},
                {"id": "busy", "when": {"event": "*", "at_least": 3, "within": "P7D"}, "points": 11},
                {"id": "keen", "when": {"score": {"at_least": 20, "model": "other"}}, "points": 4},
            ],
        }
    )
    other = model({"Demo": 15, "Complaint": 9}, name="other")
    people = crowd(120)
    found = rule_counts(people, QUESTION, definition, Judgments(scoring=[other, definition]), ZONE)
    points = [rule.points for rule in definition.rules]
    both = replay(Judgments(scoring=[other, definition]), ["shop"], ZONE)
    rows = play(people, QUESTION, [Side(both, "shop", None)])
    assert np.array(found.counts) @ points == pytest.approx(np.array([row.scores[0] for row in rows]))
    assert found.converted == [row.converted for row in rows]
    assert all(np.ptp(found.counts, axis=0) > 0)


def test_every_rule_needs_its_share_of_history():
    rows = counted(PRESENT, 2000)
    cut = Counted(
        [*(one for one, won in zip(rows.counts, rows.converted, strict=True) if won)][:55]
        + [*(one for one, won in zip(rows.counts, rows.converted, strict=True) if not won)][:300],
        [True] * 55 + [False] * 300,
        {},
    )
    suggest(cut, PRESENT, None, draws=2)
    six = scoring({"rules": [{"id": f"r{n}", "event": "Visit", "points": n} for n in range(1, 7)]})
    wider = Counted([(*one, one[0]) for one in cut.counts], cut.converted, {})
    with pytest.raises(NotEnoughHistory, match="at least 60 of each to weigh 6 rules"):
        suggest(wider, six, None)
    with pytest.raises(NotEnoughHistory, match="at least 50 of each\\."):
        suggest(Counted([], [], {}), PRESENT, None)


def test_who_is_left_out_is_counted():
    people = [history("a", ("Visit", END)), history("b", (CONVERTED, END)), history("c", ("Visit", END - 1))]
    found = rule_counts(people, QUESTION, PRESENT, Judgments(scoring=[PRESENT]), ZONE)
    assert (found.counts, found.left_out) == ([], {LeftOut.UNFINISHED: 2, LeftOut.AT_ONCE: 1})


def test_the_same_history_gives_the_same_proposal():
    rows = counted(PRESENT, 300)
    assert suggest(rows, PRESENT, 40.0, draws=20) == suggest(rows, PRESENT, 40.0, draws=20)


@pytest.mark.parametrize(
    ("points", "written"),
    [
        (0.04, 0),
        (0.07, 0.1),
        (0.33, 0.3),
        (-0.97, -1),
        (1.3, 1.5),
        (1.74, 1.5),
        (2.4, 2),
        (-7.5, -8),
        (13.6, 14),
        (22.4, 20),
        (-38, -40),
        (99, 100),
        (123, 120),
        (0, 0),
    ],
)
def test_points_are_written_as_somebody_would(points: float, written: float):
    assert rounded(points) == written
