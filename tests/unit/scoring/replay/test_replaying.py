"""A replayed contact stands where the product would have put it, to the millisecond."""

import random

import pytest

from leadwell.clock import DAY, to_iso
from leadwell.contacts.folding import facts_of, recount
from leadwell.definitions.catalog import Judgments, compile_catalog
from leadwell.definitions.documents import parse
from leadwell.scoring.replay.moments import History, Question, prospect
from leadwell.scoring.replay.replaying import HANDED_OVER, HandOver, in_place_of, replay
from leadwell.tracking.events import Event, Name
from tests.unit.scoring.replay.made_up import (
    CONVERTED,
    END,
    QUESTION,
    START,
    ZONE,
    crowd,
    event,
    history,
    model,
    scoring,
)

TITLE = {"en": "x", "de": "x"}
FADING = scoring(
    {
        "half_life": "P10D",
        "rules": [
            {"id": "visit", "event": "Visit", "points": 3, "max_times": 3},
            {"id": "demo", "event": "Demo", "points": 20, "decays": False},
            {"id": "download", "event": "Download", "points": 8, "expires": "P5D"},
            {"id": "regular", "when": {"event": "Visit", "at_least": 2, "within": "P7D"}, "points": 5},
        ],
    }
)


def judgments(*documents: dict) -> Judgments:
    return Judgments.among([FADING, *(parse({"title": TITLE, **one}) for one in documents)])


LIFECYCLE = {
    "kind": "lifecycle",
    "stages": [
        {"stage": "mql", "when": {"all": [{"score": {"at_least": 20}}, {"event": "Visit"}]}},
        {"stage": "customer", "when": {"event": CONVERTED}},
    ],
    "returns": [{"from": ["mql"], "to": "lead", "event": "Lead Rejected"}],
}


def handed_over(one: History, hand_over: HandOver, question: Question = QUESTION, *documents: dict) -> int | None:
    player = replay(judgments(*documents), ["shop"], ZONE, hand_over.condition("shop"))
    return player.course(prospect(one, question), question.since).handed_over


def test_the_score_is_the_one_of_a_recount_at_that_moment():
    catalog = compile_catalog(judgments())
    player = replay(judgments(), ["shop"], ZONE)
    different = set()
    for one in crowd(150, seed=3):
        found = prospect(one, QUESTION)
        before = [event for event in one.events if event.at <= (found.judged_at or 0)]
        folding = recount(one.contact, before, catalog, ZONE, found.judged_at or 0)
        expected = facts_of(folding.contact, catalog, ZONE).ratings.score("shop", found.judged_at or 0)
        assert player.course(found, 0).scores == {"shop": expected}
        different.add(round(expected, 3))
    assert len(different) > 50


def test_who_is_left_out_has_no_score():
    found = prospect(history("a", ("Visit", END)), QUESTION)
    assert replay(judgments(), ["shop"], ZONE).course(found, 0).scores == {}


def test_the_hand_over_is_the_first_moment_at_the_score():
    one = history("a", ("Visit", START), ("Demo", START + DAY), ("Demo", START + 2 * DAY))
    assert handed_over(one, HandOver(score=20)) == START + DAY
    assert handed_over(one, HandOver(score=40)) == START + 2 * DAY
    assert handed_over(one, HandOver(score=100)) is None


def test_the_hand_over_may_come_with_time():
    """Minus ten points that end after five days."""
    changed = scoring(
        {
            "rules": [
                {"id": "demo", "event": "Demo", "points": 20},
                {"id": "complaint", "event": "Complaint", "points": -10, "expires": "P5D"},
            ]
        }
    )
    player = replay(Judgments(scoring=[changed]), ["shop"], ZONE, HandOver(score=20).condition("shop"))
    one = history("a", ("Complaint", START), ("Demo", START + 1))
    assert player.course(prospect(one, QUESTION), 0).handed_over == START + 5 * DAY


def test_the_hand_over_by_stage_is_the_lifecycles():
    late = history("a", ("Demo", START), ("Visit", START + DAY))
    assert handed_over(late, HandOver(stage="mql"), QUESTION, LIFECYCLE) == START + DAY


@pytest.mark.parametrize("hand_over", [HandOver(score=20), HandOver(stage="mql")])
def test_the_conversion_hands_nobody_over(hand_over: HandOver):
    """Neither its points, nor the stage it leads to, nor what happens in the same millisecond or later."""
    at = START + DAY
    one = history("a", ("Visit", START), ("Demo", at), (CONVERTED, at), ("Demo", at + 1))
    assert handed_over(one, hand_over, QUESTION, LIFECYCLE) is None


def test_nothing_that_time_brings_after_the_conversion_counts():
    changed = scoring({"rules": [{"id": "old", "when": {"not": {"event": "Visit", "within": "P3D"}}, "points": 50}]})
    player = replay(Judgments(scoring=[changed]), ["shop"], ZONE, HandOver(score=50).condition("shop"))
    waits = prospect(history("a", ("Visit", START)), QUESTION)
    converts = prospect(history("a", ("Visit", START), (CONVERTED, START + 3 * DAY)), QUESTION)
    assert player.course(waits, 0).handed_over == START + 3 * DAY
    assert player.course(converts, 0).handed_over is None


def test_from_the_beginning_asked_for():
    """Who stands there at the beginning is handed over then; who stood there before must come again."""
    since = START + 10 * DAY
    question = Question(converted=CONVERTED, horizon=90 * DAY, since=since, until=END)
    stays = history("a", ("Demo", START), ("Visit", since + DAY))
    assert handed_over(stays, HandOver(score=20), question) == since
    fallen = history("a", ("Download", START), ("Visit", since + DAY))
    assert handed_over(fallen, HandOver(score=8), question) is None
    again = history("a", ("Download", START), ("Download", since + DAY))
    assert handed_over(again, HandOver(score=8), question) == since + DAY
    later = history("a", ("Demo", since + 2 * DAY))
    assert handed_over(later, HandOver(score=20), question) == since + 2 * DAY


def test_a_rejected_lead_is_handed_over_again():
    since = START + 10 * DAY
    question = Question(converted=CONVERTED, horizon=90 * DAY, since=since, until=END)
    lifecycle = {**LIFECYCLE, "stages": [{"stage": "mql", "when": {"event": "Demo", "since": "Lead Rejected"}}]}
    one = history("a", ("Demo", START), ("Lead Rejected", START + DAY), ("Demo", since + DAY))
    assert handed_over(one, HandOver(stage="mql"), question, lifecycle) == since + DAY


def test_another_model_takes_the_place_of_the_one_asked_for():
    other = model({"Download": 20}, name="attempt", main=True)
    taken = in_place_of(FADING, other)
    assert (taken.name, taken.main, taken.rules) == ("shop", False, other.rules)
    lifecycle = parse({"title": TITLE, **LIFECYCLE})
    player = replay(Judgments.among([taken, lifecycle]), ["shop"], ZONE, HandOver(stage="mql").condition("shop"))
    one = history("a", ("Visit", START), ("Download", START + DAY))
    assert player.course(prospect(one, QUESTION), 0).handed_over == START + DAY


def test_the_threshold_is_found_in_the_rule_of_the_stage():
    assert HandOver(score=33).threshold(judgments(), "shop") == 33
    assert HandOver(stage="mql").threshold(judgments(LIFECYCLE), "shop") == 20
    assert HandOver(stage="mql").threshold(judgments(LIFECYCLE), "fit") is None
    assert HandOver(stage="sql").threshold(judgments(LIFECYCLE), "shop") is None
    assert HandOver(stage="mql").threshold(judgments(), "shop") is None
    named = {**LIFECYCLE, "stages": [{"stage": "mql", "when": {"score": {"model": "fit", "at_least": 7}}}]}
    assert HandOver(stage="mql").threshold(judgments(named), "fit") == 7
    assert HandOver(stage="mql").threshold(judgments(named), "shop") is None
    below = {**LIFECYCLE, "stages": [{"stage": "mql", "when": {"not": {"score": {"at_least": 7}}}}]}
    assert HandOver(stage="mql").threshold(judgments(below), "shop") is None


def test_only_segments_that_something_rests_on_are_evaluated():
    segments = [
        {"kind": "segment", "name": "idle", "when": {"event": "Visit"}},
        {"kind": "segment", "name": "deep", "when": {"event": "Demo"}},
        {"kind": "segment", "name": "near", "when": {"segment": "deep"}},
    ]
    lifecycle = {"kind": "lifecycle", "stages": [{"stage": "mql", "when": {"segment": "near"}}]}
    player = replay(judgments(*segments, lifecycle), ["shop"], ZONE, HandOver(stage="mql").condition("shop"))
    assert set(player.catalog.segments) == {"deep", "near", HANDED_OVER}
    one = prospect(history("a", ("Visit", START), ("Demo", START + DAY)), QUESTION)
    assert player.course(one, 0).handed_over == START + DAY


def test_traits_count_from_when_they_were_known():
    changed = scoring({"rules": [{"id": "boss", "when": {"trait": "role", "equals": "boss"}, "points": 30}]})
    player = replay(Judgments(scoring=[changed]), ["shop"], ZONE, HandOver(score=30).condition("shop"))
    told: Event = event("a", Name.IDENTIFIED, START + DAY, type="identify", traits={"role": "boss"})
    one = History.of("a", [event("a", "Visit", START), told])
    course = player.course(prospect(one, QUESTION), 0)
    assert course.scores == {"shop": 0}
    assert course.handed_over == START + DAY, to_iso(START + DAY)


def test_a_replay_changes_nothing_it_is_given():
    chance = random.Random(1)
    one = crowd(1, seed=chance.randrange(100))[0]
    found, player = prospect(one, QUESTION), replay(judgments(), ["shop"], ZONE)
    assert player.course(found, 0) == player.course(found, 0)
