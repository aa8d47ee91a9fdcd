"""What a contact remembers is enough: compiled conditions agree with a recount of everything that ever happened."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from leadwell.clock import DAY, FOREVER, HOUR
from leadwell.conditions.compiling import compile_condition
from leadwell.conditions.models import Condition
from leadwell.contacts.folding import facts_of, recount
from leadwell.tracking.events import Event, Standing
from tests.unit.conditions.naive import Definitions, Naive
from tests.unit.conditions.naive_ratings import score
from tests.unit.conditions.strategies import (
    START,
    behaviors,
    catalog_of,
    definitions,
    histories,
    moments,
    nested,
    scores,
    segments,
    stages,
    traits,
)

ZONE = "Europe/Berlin"
CONDITION: TypeAdapter[Any] = TypeAdapter(Condition)
many = settings(
    derandomize=True,
    deadline=None,
    max_examples=200,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


@many
@given(
    histories(),
    definitions,
    nested(behaviors, traits, scores, scores, scores, segments, stages),
    st.lists(moments, max_size=4),
)
def test_membership_follows_the_truth_through_time(
    history: list[Event], known: Definitions, condition: dict[str, Any], looks: list[int]
) -> None:
    """Also where a segment rests on another, on the stage, or on a score that rests on a segment."""
    known = replace(known, segments={**known.segments, "probe": condition})
    catalog = catalog_of(known)
    for now in (*looks, START + 6 * DAY):
        so_far = [event for event in history if event.at <= now]
        if not so_far:
            continue
        naive = Naive(so_far, definitions=known)
        folding = recount("c1", so_far, catalog, ZONE, now)
        contact = folding.settle(now)
        assert contact.stage == naive.stage(now)
        assert set(contact.segments) == {name for name, when in known.segments.items() if naive.truth(when, now)}
        assert contact.due_at is None or now < contact.due_at < FOREVER
        if contact.due_at is not None:
            # Nothing changes by itself before the contact is due.
            for moment in (contact.due_at - 1, (now + contact.due_at) // 2):
                still = {name for name, when in known.segments.items() if naive.truth(when, moment)}
                assert still == set(contact.segments)


@many
@given(histories(), definitions, moments)
def test_the_score_is_the_sum_of_all_points(history: list[Event], known: Definitions, now: int) -> None:
    so_far = [event for event in history if event.at <= now]
    assume(so_far)
    catalog = catalog_of(known)
    contact = recount("c1", so_far, catalog, ZONE, now).settle(now)
    recounted = score(Naive(so_far, definitions=known), known.scoring(), now)
    assert facts_of(contact, catalog, ZONE).ratings.score("", now) == pytest.approx(
        recounted.stays + recounted.fades, abs=1e-9
    )


def test_three_views_within_a_week_end_with_the_first_of_the_three() -> None:
    condition = {"event": "A", "where": {"k": "x"}, "at_least": 3, "within": 7 * DAY}
    known = Definitions(segments={"probe": condition})
    catalog = catalog_of(known)
    views = [
        Event(
            contact="c1",
            id=str(n),
            at=START + n * HOUR,
            type="track",
            name="A",
            standing=Standing.PROVEN,
            properties={"k": "x"},
        )
        for n in range(4)
    ]
    two = recount("c1", views[:2], catalog, ZONE, START + DAY).settle(START + DAY)
    assert (two.segments, two.due_at) == ({}, None)
    three = recount("c1", views[:3], catalog, ZONE, START + DAY).settle(START + DAY)
    assert three.segments == {"probe": START + 2 * HOUR}
    assert three.due_at == START + 7 * DAY
    four = recount("c1", views, catalog, ZONE, START + DAY).settle(START + DAY)
    assert four.due_at == START + HOUR + 7 * DAY
    assert recount("c1", views, catalog, ZONE, START + HOUR + 7 * DAY - 1).contact.segments
    over = recount("c1", views, catalog, ZONE, START + HOUR + 7 * DAY).settle(START + HOUR + 7 * DAY)
    assert (over.segments, over.due_at) == ({}, None)


def _did(hours: int, name: str = "A") -> Event:
    at = START + hours * HOUR
    return Event(contact="c1", id=f"{name}{hours}", at=at, type="track", name=name, standing=Standing.PROVEN)


@pytest.mark.parametrize(
    ("length", "history", "periods"),
    [
        (12, [_did(0)], [(12, 24)]),
        (12, [_did(0), _did(20)], [(12, 44)]),
        # It left for a moment: the time begins anew.
        (12, [_did(0), _did(24)], [(12, 24), (36, 48)]),
        (23, [_did(0), _did(30)], [(23, 24), (53, 54)]),
        # The segment is left at the very moment at which it would have been long enough.
        (24, [_did(0)], []),
        (24, [_did(0), _did(23)], [(24, 47)]),
    ],
)
def test_how_long_a_contact_has_been_in_a_segment(
    length: int, history: list[Event], periods: list[tuple[int, int]]
) -> None:
    """Of one that time ends by itself."""
    recently = {"event": "A", "within": DAY}
    known = Definitions(segments={"base": recently, "probe": {"segment": "base", "for": length * HOUR}})
    folding = recount("c1", history, catalog_of(known), ZONE, START + 5 * DAY)
    moves = [(one.kind, (one.at - START) / HOUR) for one in folding.happened if one.name == "probe"]
    assert moves == [move for start, end in periods for move in (("entered", start), ("left", end))]


def test_needs_name_what_a_change_of_calls_for_a_new_look() -> None:
    given_condition = {
        "all": [
            {"trait": "address.city", "equals": "Köln"},
            {"not": {"event": "A", "at_most": 2}},
            {"any": [{"event": "A"}, {"score": {"at_least": 1}}, {"segment": "s"}]},
            {"stage": {"is": "lead"}},
            {"consent": "marketing/sms"},
        ]
    }
    needs = compile_condition(CONDITION.validate_python(given_condition)).needs
    assert needs.traits == {"address"}
    assert [(one.events, one.size) for one in needs.behaviors.values()] == [(("A",), 3)]
    assert (needs.scores, needs.stage, needs.consent, needs.segments) == ({""}, True, True, {"s"})
