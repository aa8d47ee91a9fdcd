"""Points as a function of time: the sum, the caps, and the exact millisecond at which a threshold is passed."""

from itertools import product
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from leadwell.clock import DAY, FOREVER, HOUR, from_iso
from leadwell.conditions.facts import Facts
from leadwell.definitions.documents import parse
from leadwell.errors import Refused
from leadwell.scoring.earned import Points
from leadwell.scoring.models import ScoringDefinition
from leadwell.scoring.points import ScoringModel, compile_scoring
from leadwell.store.attributes import to_attribute
from leadwell.tracking.events import Event, Standing

NOW = from_iso("2026-03-02T08:00:00Z")
TITLE = {"en": "Shop", "de": "Shop"}
many = settings(derandomize=True, deadline=None, max_examples=300)


def definition(*rules: dict[str, Any], half_life: Any = "P30D") -> ScoringDefinition:
    document: dict[str, Any] = {"kind": "scoring", "name": "shop", "title": TITLE, "rules": list(rules)}
    parsed = parse(document | ({"half_life": half_life} if half_life else {}))
    assert isinstance(parsed, ScoringDefinition)
    return parsed


def model(*rules: dict[str, Any], half_life: Any = "P30D") -> ScoringModel:
    return compile_scoring(definition(*rules, half_life=half_life))


def happened(name: str, at: int, properties: dict[str, Any] | None = None) -> Event:
    return Event(
        contact="c1",
        id=f"{name}{at}",
        at=at,
        type="track",
        name=name,
        standing=Standing.PROVEN,
        properties=properties or {},
    )


def score(scoring: ScoringModel, points: Points, at: int, facts: Facts | None = None) -> float:
    return scoring.steady(points, facts or Facts(), at)[0] + scoring.fading(points, at)


@many
@given(
    st.lists(st.tuples(st.integers(0, 400 * DAY), st.sampled_from(["A", "B", "C"])), max_size=30),
    st.integers(HOUR, 90 * DAY),
    st.integers(0, 400 * DAY),
)
def test_decay_is_the_sum_over_all_events(moments: list[tuple[int, str]], half_life: int, later: int) -> None:
    worth = {"A": 2.0, "B": -7.5, "C": 20.0}
    scoring = model(
        {"id": "a", "event": "A", "points": 2},
        {"id": "b", "event": "B", "points": -7.5},
        {"id": "c", "event": "C", "points": 20, "decays": False},
        half_life=half_life,
    )
    points = Points()
    for after, name in sorted(moments):
        points = scoring.earn(points, happened(name, NOW + after))
    at = NOW + max([after for after, _ in moments], default=0) + later
    naive = sum(worth[name] * (1 if name == "C" else 2 ** -((at - NOW - after) / half_life)) for after, name in moments)
    assert score(scoring, points, at) == pytest.approx(naive, abs=1e-9)


@many
@given(
    st.integers(-500, 500).map(lambda tenths: tenths / 10),
    st.integers(-1000, 1000).filter(bool).map(lambda tenths: tenths / 10),
    st.integers(-500, 500).map(lambda tenths: tenths / 10),
    st.integers(0, 200 * DAY),
    st.integers(HOUR, 365 * DAY),
)
@example(0.0, 100.0, 50.0, 0, DAY)
@example(0.0, 50.0, 50.0, 0, DAY)
@example(60.0, -20.0, 50.0, 0, DAY)
@example(60.0, -10.0, 50.0, 0, DAY)
def test_crossing_is_exact_to_the_millisecond(
    fixed: float, fading: float, threshold: float, age: int, half_life: int
) -> None:
    """One millisecond before it the score is where it was, at it it is on the other side."""
    scoring, points = model(half_life=half_life), Points(fixed, fading, NOW)
    now = NOW + age
    reached = score(scoring, points, now) >= threshold
    crossing = scoring.crossing(points, fixed, threshold, now, Facts())
    if crossing == FOREVER:
        later = now + 40 * half_life
        assert (score(scoring, points, later) >= threshold) == reached
        return
    assert crossing > now
    assert (score(scoring, points, crossing - 1) >= threshold) == reached
    if reached != (fading < 0 and fixed + scoring.fading(points, now) == threshold):
        assert (score(scoring, points, crossing) >= threshold) != reached


def test_decimal_points_never_hide_a_crossing() -> None:
    """0.1 + 0.7 is not 0.8: what decides is the sum that is compared, not the gap that is computed."""
    scoring = model(half_life=DAY)
    tenths = [number / 10 for number in range(1, 30)]
    for fixed, fading in product(tenths, tenths):
        for threshold in (fixed + fading, round(fixed + fading, 1)):
            points = Points(fixed, fading, NOW)
            reached = score(scoring, points, NOW) >= threshold
            crossing = scoring.crossing(points, fixed, threshold, NOW, Facts())
            assert reached == (crossing != FOREVER), (fixed, fading, threshold)


@pytest.mark.parametrize(
    ("fixed", "fading", "threshold", "after"),
    [
        (0.0, 100.0, 50.0, DAY + 1),
        (0.0, 100.0, 25.0, 2 * DAY + 1),
        (10.0, 80.0, 50.0, DAY + 1),
        (60.0, -40.0, 40.0, DAY),
        (0.0, 100.0, 101.0, None),
        (0.0, 100.0, 0.0, None),
        (50.0, 10.0, 50.0, None),
        (0.0, -10.0, 5.0, None),
        (20.0, -5.0, 10.0, None),
        (20.0, 0.0, 10.0, None),
    ],
)
def test_crossing(fixed: float, fading: float, threshold: float, after: int | None) -> None:
    """``at_least`` still holds at the exact moment, so going down takes one millisecond more."""
    scoring, points = model(half_life=DAY), Points(fixed, fading, NOW)
    expected = FOREVER if after is None else NOW + after
    assert scoring.crossing(points, fixed, threshold, NOW, Facts()) == expected


def test_what_is_too_small_to_count_lets_the_score_arrive() -> None:
    """50 - 10·2^-t never is 50, but the sum that is compared is, when the rest is less than half a last digit of it."""
    scoring, points = model(half_life=DAY), Points(50.0, -10.0, NOW)
    crossing = scoring.crossing(points, 50.0, 50.0, NOW, Facts())
    assert 51 * DAY < crossing - NOW < 52 * DAY
    assert score(scoring, points, crossing - 1) < 50.0 == score(scoring, points, crossing)


def test_without_a_half_life_nothing_fades() -> None:
    scoring = model({"id": "a", "event": "A", "points": 3}, half_life=None)
    points = scoring.earn(Points(), happened("A", NOW))
    assert score(scoring, points, NOW + 1000 * DAY) == 3
    assert scoring.crossing(points, 3, 2, NOW, Facts()) == FOREVER


def test_a_capped_rule_gives_points_so_often_and_no_more() -> None:
    scoring = model(
        {"id": "a", "event": "A", "points": 3, "max_times": 2, "decays": False},
        {"id": "b", "event": "A", "points": 1, "decays": False},
    )
    points = Points()
    for _ in range(5):
        points = scoring.earn(points, happened("A", NOW))
    assert points.fixed == 2 * 3 + 5
    assert points.counts == {"a": 2}, "only what is capped is counted"


def test_what_earns_nothing_changes_nothing() -> None:
    """An exhausted rule must not restate the fading sum: after years it would be too small a number to store."""
    scoring = model({"id": "a", "event": "A", "points": 3, "max_times": 1}, half_life="P1D")
    points = scoring.earn(Points(), happened("A", NOW))
    later = scoring.earn(points, happened("A", NOW + 800 * DAY))
    assert later is points
    assert scoring.earn(points, happened("B", NOW)) is points
    assert abs(float(to_attribute(later.fading)["N"])) > 1e-130


def test_a_look_back_finds_no_more_than_there_was() -> None:
    scoring = model({"id": "a", "event": "A", "points": 3}, half_life="PT1H")
    points = scoring.earn(Points(), happened("A", NOW))
    assert score(scoring, points, NOW - 100 * DAY) == 3


def test_a_rule_for_some_events_only() -> None:
    scoring = model({"id": "a", "event": "A", "where": {"price": {"at_least": 100}}, "points": 3, "decays": False})
    assert scoring.earn(Points(), happened("A", NOW, {"price": 100})).fixed == 3
    assert scoring.earn(Points(), happened("A", NOW, {"price": 99})).fixed == 0
    assert scoring.earn(Points(), happened("A", NOW)).fixed == 0


def test_a_rule_by_condition_counts_while_it_holds() -> None:
    scoring = model(
        {"id": "a", "when": {"trait": "company", "exists": True}, "points": 10},
        {"id": "b", "when": {"event": "A", "within": "P1D"}, "points": -4},
    )
    (behavior,) = scoring.needs.behaviors
    facts = Facts(traits={"company": "Example"}, memory={behavior: [NOW]})
    assert scoring.steady(Points(fixed=1.0), facts, NOW) == (7.0, NOW + DAY)
    assert scoring.steady(Points(fixed=1.0), facts, NOW + DAY) == (11.0, FOREVER)
    assert scoring.steady(Points(fixed=1.0), Facts(), NOW) == (1.0, FOREVER)


def test_points_for_phases_reached() -> None:
    """Each stage gives its own, and takes it back where the way leads back."""
    phases = [{"id": f"to-{stage}", "when": {"stage": {"at_least": stage}}, "points": 10} for stage in ("lead", "mql")]
    scoring = model(*phases, {"id": "lost", "when": {"stage": {"reached": "sql", "within": "P7D"}}, "points": -3})
    assert scoring.steady(Points(), Facts(stage="visitor"), NOW) == (0.0, FOREVER)
    assert scoring.steady(Points(), Facts(stage="lead"), NOW) == (10.0, FOREVER)
    back = Facts(stage="mql", stages={"lead": NOW - DAY, "sql": NOW - DAY, "mql": NOW})
    assert scoring.steady(Points(), back, NOW) == (17.0, NOW + 6 * DAY)
    assert scoring.steady(Points(), back, NOW + 6 * DAY) == (20.0, FOREVER)


@pytest.mark.parametrize(
    ("rule", "field"),
    [
        ({"id": "a", "points": 1}, "rules[0]"),
        ({"id": "a", "points": 1, "event": "A", "when": {"event": "A"}}, "rules[0]"),
        ({"id": "a", "points": "many", "event": "A"}, "rules[0].points"),
        ({"id": "a", "points": float("inf"), "event": "A"}, "rules[0].points"),
        ({"id": "a", "points": float("nan"), "event": "A"}, "rules[0].points"),
        ({"id": "Big Rule", "points": 1, "event": "A"}, "rules[0].id"),
        ({"id": "a", "points": 1, "event": "A", "max_times": 0}, "rules[0].max_times"),
        ({"id": "a", "points": 1, "event": "A", "where": {"x": {"like": 1}}}, "rules[0].where.x"),
        ({"id": "a", "points": 1, "when": {"trait": "x", "like": 1}}, "rules[0].when"),
        ({"id": "a", "points": 1, "evnt": "A", "event": "A"}, "rules[0].evnt"),
    ],
)
def test_errors_name_the_rule(rule: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as caught:
        definition(rule)
    assert caught.value.field.startswith(field)


def test_rule_ids_are_distinct() -> None:
    with pytest.raises(Refused, match="'a' is used twice"):
        definition({"id": "a", "points": 1, "event": "A"}, {"id": "a", "points": 2, "event": "B"})
