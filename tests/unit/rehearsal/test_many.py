"""Scenarios with more than one journey and one contact's own events: broadcasts, schedules, caps, priority."""

from typing import Any

import pytest
from pydantic import ValidationError

from leadwell.errors import Refused
from leadwell.journeys.scenarios import Scenario, read_scenarios
from tests.unit.rehearsal.house import ANN, HELLO, STARTED, TEXT, differing, journey, run, script

NEWS = {"trigger": {"manual": True}, "reentry": {"after": "P30D"}, "steps": [{"email": "welcome-hello"}]}
TO_NEWSLETTER = {"at": "day 2 10:00", "broadcast": {"segment": "newsletter"}}
HELLO_THEN = {"at": "day 2 10:00", "email": "welcome-hello"}
NOBODY = {"traits": ANN["traits"]}
"""Has agreed to nothing."""


def news(scenario: dict[str, Any], **changes: Any) -> list[tuple[str, str, str]]:
    return differing(scenario, **{**NEWS, **changes})


def test_a_broadcast_reaches_those_in_the_segment() -> None:
    assert news({"events": [TO_NEWSLETTER], "expect": [HELLO_THEN], "outcome": "finished"}) == []
    assert news({"given": NOBODY, "events": [TO_NEWSLETTER], "outcome": "not entered"}) == []


def test_a_broadcast_to_a_list_or_to_everybody() -> None:
    to_list = {"at": "day 2 10:00", "broadcast": {"list": "customers"}}
    on_list = {"given": {**ANN, "lists": ["customers"]}, "events": [to_list], "expect": [HELLO_THEN]}
    assert news(on_list) == []
    assert news({"events": [to_list], "outcome": "not entered"}) == []
    assert news({"events": [{**to_list, "broadcast": {"everyone": True}}], "expect": [HELLO_THEN]}) == []


def test_who_was_called_lately_is_not_called_again() -> None:
    again = [TO_NEWSLETTER, {**TO_NEWSLETTER, "at": "day 20 10:00"}, {**TO_NEWSLETTER, "at": "day 33 10:00"}]
    expect = [HELLO_THEN, {**HELLO_THEN, "at": "day 33 10:00"}]
    assert news({"events": again, "expect": expect, "outcome": ["finished", "finished"]}) == []


def test_a_broadcast_to_a_segment_that_is_not_there() -> None:
    events = [{**TO_NEWSLETTER, "broadcast": {"segment": "nowhere"}}]
    assert ("impossible", "", "there is no segment nowhere") in news({"events": events})


@pytest.mark.parametrize("audience", [{}, {"segment": "a", "list": "b"}, {"everyone": False}, {"tag": "a"}])
def test_a_broadcast_says_for_whom(audience: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Scenario.model_validate({"name": "s", "expect": [], "events": [{**TO_NEWSLETTER, "broadcast": audience}]})


def test_a_schedule_comes_due_on_its_days_alone() -> None:
    tuesdays = {"schedule": {"at": "2026-03-03T09:00", "every": "week"}, "segment": "newsletter"}
    expect = [{"at": f"day {day} 09:00", "email": "welcome-hello"} for day in (2, 9)]
    weekly = {"expect": expect, "outcome": ["finished", "finished"]}
    assert news(weekly, trigger=tuesdays, reentry="always") == []
    assert news({"given": NOBODY, "outcome": "not entered"}, trigger=tuesdays) == []
    wrong = {"expect": [{**HELLO_THEN, "at": "day 3 09:00"}]}
    assert [one[0] for one in news(wrong, trigger=tuesdays)] == ["message"]


def test_a_schedule_that_lies_before_the_first_day_calls_nobody() -> None:
    once = {"schedule": {"at": "2026-03-01T09:00"}, "everyone": True}
    assert news({"until": "day 9 00:00", "outcome": "not entered"}, trigger=once) == []
    assert news({"starts": "2026-02-20", "until": "day 12 00:00", "expect": [
        {"at": "2026-03-01 09:00", "email": "welcome-hello"}]}, trigger=once) == []  # fmt: skip


CAP = {"caps": [{"channel": "email", "at_most": 1, "within": "P7D"}]}


def test_what_came_from_elsewhere_counts_against_caps() -> None:
    received = {"at": "day -2 18:00", "received": "email"}
    assert run({"policy": CAP, "events": [STARTED], "expect": [HELLO, TEXT]}).passed
    assert run({"policy": CAP, "events": [received, STARTED], "expect": [TEXT]}).passed
    assert run({"events": [received, STARTED], "expect": [HELLO, TEXT]}).passed, "there is no cap"
    meanwhile = {"at": "day 1 11:00", "received": "email"}
    assert run({"policy": CAP, "events": [meanwhile, STARTED], "expect": [TEXT]}).passed
    long_ago = {"at": "day -7 11:00", "received": "email"}
    assert run({"policy": CAP, "events": [long_ago, STARTED], "expect": [HELLO, TEXT]}).passed
    by_sms = {"at": "day -2 18:00", "received": "sms"}
    assert run({"policy": CAP, "events": [by_sms, STARTED], "expect": [HELLO, TEXT]}).passed


def test_a_cap_that_waits_lets_the_message_out_when_there_is_room() -> None:
    later = {"caps": [{**CAP["caps"][0], "then": "later"}]}
    received = {"at": "day -2 18:00", "received": "email"}
    expect = [TEXT, {**HELLO, "at": "day 5 18:00"}]
    assert run({"policy": later, "events": [received, STARTED], "expect": expect, "until": "day 6 00:00"}).passed


SIGNED_UP = {"at": "day 1 08:00", "event": "Signed Up"}
WELCOMED = {"at": "day 1 08:00", "email": "welcome-hello", "journey": "welcome"}
UNTIL = {"until": "day 1 23:00"}


def test_messages_of_journeys_that_run_together_are_compared() -> None:
    together = {"events": [SIGNED_UP, STARTED], "together": ["welcome"], **UNTIL}
    assert run({**together, "expect": [WELCOMED, HELLO, TEXT]}).passed
    assert differing({**together, "expect": [HELLO, TEXT]}) == [("message", "", "email welcome-hello of welcome")]
    assert differing({**together, "expect": [HELLO, HELLO | {"at": "day 1 08:00"}, TEXT]}) != []


def test_a_cap_counts_over_all_journeys() -> None:
    """The first mail of the welcome takes the place of this journey's."""
    together = {"policy": CAP, "events": [SIGNED_UP, STARTED], "together": ["welcome"], **UNTIL}
    assert run({**together, "expect": [WELCOMED, TEXT]}).passed
    first = [{**STARTED, "at": "day 1 04:00"}, SIGNED_UP]
    expect = [{**HELLO, "at": "day 1 07:00"}, {**TEXT, "at": "day 1 07:00"}]
    assert run({**together, "events": first, "expect": expect}).passed


@pytest.mark.parametrize(("priority", "outcome"), [(0, {"kept out": "kept away by welcome-track"}), (90, "finished")])
def test_exclusivity_gives_way_to_a_higher_priority(priority: int, outcome: Any) -> None:
    scenario = {"events": [SIGNED_UP, STARTED], "beside": ["welcome-track"], "outcome": outcome, **UNTIL}
    expect = [HELLO, TEXT] if priority else []
    assert run({**scenario, "expect": expect}, priority=priority).passed
    assert run({**scenario, "expect": expect, "outcome": "kept out"}, priority=priority).passed is (not priority)


def test_a_journey_that_does_not_run_cannot_be_expected() -> None:
    for wrong in ({"expect": [WELCOMED]}, {"events": [{**TO_NEWSLETTER, "journey": "welcome"}]}):
        with pytest.raises(Refused, match="which does not run"):
            read_scenarios([{"name": "s", "expect": [], **wrong}])
    one = script({"together": ["nowhere"]})
    with pytest.raises(Refused, match=r"there is no journey nowhere"):
        one.run(one.scenarios[0])


def test_a_broadcast_into_a_journey_that_runs_together() -> None:
    into = {**TO_NEWSLETTER, "journey": "event-invitation"}
    expect = [{"at": "day 2 10:00", "email": "event-invitation", "journey": "event-invitation"}]
    assert run({"events": [into], "together": ["event-invitation"], "expect": expect, "until": "day 3 00:00"}).passed


def test_a_policy_of_a_scenario_is_checked() -> None:
    with pytest.raises(Refused) as caught:
        journey_scenarios = journey({"policy": {"caps": [{"channel": "fax", "at_most": 1, "within": "P1D"}]}})
        read_scenarios(journey_scenarios["scenarios"])
    assert caught.value.field is not None and "policy" in caught.value.field
