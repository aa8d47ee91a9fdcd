"""What can happen in a scenario, and what becomes of it."""

from typing import Any

import pytest

from leadwell.errors import Refused
from leadwell.rehearsal.comparing import outcome_of
from tests.unit.rehearsal.house import ANN, HELLO, STARTED, TEXT, differing, run, script

ALL = [HELLO, TEXT]


def test_what_is_expected_happens() -> None:
    result = run({"events": [STARTED], "expect": ALL, "outcome": "finished"})
    assert result.passed
    assert [(left.message.step, left.outgoing.to) for left in result.played.sent] == [
        ("hello", "ann@example.com"),
        ("text", "+4915112345678"),
    ]


def test_times_are_the_contacts_own() -> None:
    at_home = {"traits": {**ANN["traits"], "timezone": "America/New_York"}, "consents": ANN["consents"]}
    assert run({"given": at_home, "events": [STARTED], "expect": ALL}).passed
    left = run({"given": at_home, "events": [STARTED]}).played.sent[0]
    assert left.at == run({"events": [STARTED]}).played.sent[0].at + 6 * 3_600_000


def test_parameters_may_be_others_and_are_quoted_as_such() -> None:
    other = {"parameters": {"pause": "PT5M"}, "events": [STARTED], "expect": [{**HELLO, "at": "day 1 09:05"}]}
    quoting = {**other, "expect": [{**HELLO, "at": "day 1 09:05", "contains": ["${pause}"]}]}
    assert ("message", "email welcome-hello", "") not in differing(other)
    assert ("text", "email welcome-hello contains 'PT5M'", "it does not") in differing(quoting)


@pytest.mark.parametrize(
    ("event", "outcome", "sent"),
    [
        ({"event": "Bought"}, "goal", []),
        ({"event": "Bought", "key": "public"}, "goal", []),
        ({"withdrawn": "marketing/email"}, "finished", ["sms"]),
        ({"withdrawn": "*/*"}, "finished", []),
        ({"traits": {"phone": None}}, "finished", ["email"]),
        ({"traits": {"email": "mallory@example.com"}, "key": "public"}, "finished", ["email", "sms"]),
    ],
    ids=lambda one: str(one),
)
def test_what_happens_meanwhile(event: dict[str, Any], outcome: str, sent: list[str]) -> None:
    """What a browser reports is the contact's whose browser it is, and proves nothing."""
    played = run({"events": [STARTED, {"at": "day 1 10:00", **event}]}).played
    assert [outcome_of(one) for one in played.enrollments] == [outcome]
    assert [left.message.channel for left in played.sent] == sent


@pytest.mark.parametrize(
    ("event", "condition"),
    [
        ({"traits": {"plan": "pro"}}, {"trait": "plan", "equals": "pro"}),
        ({"consent": "surveys/email"}, {"consent": "surveys/email"}),
        ({"company": "acme", "traits": {"size": 7}}, {"company": "size", "at_least": 7}),
        ({"opened": "hello"}, {"event": "Email Opened", "where": {"template": "welcome-hello"}, "within": "P7D"}),
        ({"clicked": "welcome-hello"}, {"event": "Email Link Clicked", "where": {"step": "hello"}, "within": "P7D"}),
        ({"bounced": "hello"}, {"event": "Email Bounced", "within": "P7D"}),
        ({"complained": "hello"}, {"not": {"consent": "marketing/email"}}),
        ({"unsubscribed": "hello"}, {"not": {"consent": "marketing/email"}}),
        (
            {"event": "Product Viewed", "properties": {"category": "sofas"}},
            {"event": "Product Viewed", "within": "P7D"},
        ),
    ],
    ids=lambda one: next(iter(one)),
)
def test_what_is_true_in_the_end(event: dict[str, Any], condition: dict[str, Any]) -> None:
    """The condition is remembered because an arm of the journey asks for it as well."""
    steps = [
        {"id": "hello", "email": "welcome-hello"},
        {"wait": "P1D"},
        {"branch": [{"when": condition, "steps": [{"exit": "so it is"}]}]},
    ]
    hello = {**HELLO, "at": "day 1 09:00"}
    happens = {"events": [STARTED, {"at": "day 1 10:00", **event}], "expect": [hello], "holds": condition}
    assert run({**happens, "outcome": {"exited": "so it is"}}, steps=steps).passed
    without = {**happens, "events": [STARTED]}
    assert ("holds", "the condition under `holds` is true in the end", "it is not") in differing(without, steps=steps)


def test_what_cannot_happen_is_a_difference() -> None:
    event = {"at": "day 1 11:00", "opened": "hello"}
    expected = ("impossible", "", "nothing called hello had been sent by then")
    assert differing({"events": [STARTED, event], "expect": ALL}) == [expected]
    late = {"at": "day 1 13:00", "confirmed": "text"}
    assert [about for about, _, _ in differing({"events": [STARTED, late], "expect": ALL})] == ["impossible"]


def test_history_starts_nothing_and_is_remembered() -> None:
    bought = {"event": "Bought", "within": "P60D"}
    steps = [{"branch": [{"when": bought, "steps": [{"exit": "bought before"}]}]}, {"email": "welcome-hello"}]
    before = [{"at": "2026-02-01 09:00", "event": "Started"}, {"at": "day -10 09:00", "event": "Bought"}]
    assert run({"events": before, "outcome": "not entered"}, steps=steps).passed
    assert run({"events": [*before, STARTED], "outcome": {"exited": "bought before"}}, steps=steps).passed


def test_it_is_watched_until_the_journey_is_over_or_as_long_as_it_says() -> None:
    steps = [{"id": "long", "wait": "P90D"}, {"email": "welcome-hello"}]
    assert run({"events": [STARTED], "expect": [{**HELLO, "at": "day 91 09:00"}]}, steps=steps).passed is True
    waiting = {"events": [STARTED], "until": "day 90 00:00", "outcome": {"waits": "long"}}
    assert run(waiting, steps=steps).passed


def test_other_journeys_run_only_where_that_is_said() -> None:
    steps = [{"wait": "P1D"}, {"branch": [{"when": {"journey": "welcome"}, "steps": [{"exit": "is in the other"}]}]}]
    events = [{"at": "day 1 08:00", "event": "Signed Up"}, STARTED]
    assert run({"events": events, "outcome": "finished"}, steps=steps).passed
    beside = {"events": events, "outcome": {"exited": "is in the other"}, "beside": ["welcome"]}
    assert run(beside, steps=steps).passed


def test_a_journey_beside_has_to_exist() -> None:
    one = script({"beside": ["nowhere"]})
    with pytest.raises(Refused, match="there is no journey nowhere"):
        one.run(one.scenarios[0])


def test_each_entry_has_its_outcome() -> None:
    second = {**STARTED, "at": "day 1 10:00", "properties": {"run": "two"}}
    bought = {"at": "day 1 12:30", "event": "Bought"}
    outcomes = {"events": [STARTED, second, bought], "expect": ALL, "outcome": ["finished", "goal"]}
    assert run(outcomes).passed
    assert ("outcome", "goal; finished", "finished; goal") in differing({**outcomes, "outcome": ["goal", "finished"]})
    assert ("outcome", "not entered", "finished; goal") in differing({**outcomes, "outcome": "not entered"})


SPLIT = {
    "id": "which",
    "split": {
        "arms": [
            {"name": "mail", "share": 1, "steps": [{"id": "hello", "email": "welcome-hello"}]},
            {"name": "both", "share": 1, "steps": [{"email": "welcome-hello"}, {"sms": "abandoned-cart"}]},
            {"name": "none", "share": 1},
        ],
        "winner": {"event": "Bought", "within": "P3D"},
    },
}


@pytest.mark.parametrize(("arm", "expect"), [("mail", [HELLO]), ("both", ALL), ("none", [])])
def test_a_scenario_says_which_arm_chance_chooses(arm: str, expect: list[dict[str, str]]) -> None:
    steps = [{"id": "pause", "wait": "${pause}"}, SPLIT]
    assert run({"events": [STARTED], "arms": {"which": arm}, "expect": expect}, steps=steps).passed


@pytest.mark.parametrize("arms", [{"which": "neither"}, {"pause": "mail"}, {"nothing": "mail"}])
def test_an_arm_that_does_not_exist_is_refused(arms: dict[str, str]) -> None:
    with pytest.raises(Refused):
        run({"events": [STARTED], "arms": arms}, steps=[{"id": "pause", "wait": "${pause}"}, SPLIT])


LEADS = [
    {"id": "tell", "notify": {"template": "hot-lead-alert", "to": "owner", "otherwise": "sales@example.com"}},
    {"id": "call", "task": {"title": {"en": "Call", "de": "Anrufen"}, "due": "P1D", "otherwise": "sales@example.com"}},
]
TOLD = {"at": "day 1 09:00", "email": "hot-lead-alert", "to": "sales@example.com"}
TASK = {"at": "day 1 09:00", "task": "call", "to": "sales@example.com", "contains": ["Anrufen"]}


def test_tasks_and_who_gets_them_are_compared() -> None:
    assert run({"events": [STARTED], "expect": [TOLD, TASK]}, steps=LEADS).passed
    differ = differing(
        {"events": [STARTED], "expect": [{**TOLD, "to": "kim@example.com"}, {**TASK, "contains": ["Write"]}]},
        steps=LEADS,
    )
    assert differ == [
        ("to", "email hot-lead-alert for kim@example.com", "sales@example.com"),
        ("text", "task call contains 'Write'", "it does not"),
    ]
    assert ("message", "", "task call") in differing({"events": [STARTED], "expect": [TOLD]}, steps=LEADS)


def test_who_is_left_alone_is_held_out() -> None:
    nobody = {"events": [STARTED], "outcome": "held out"}
    assert run(nobody, holdout=90).passed
    assert ("outcome", "held out", "finished") in differing(nobody)


def test_a_journey_may_end_a_consent_and_nothing_else_leaves_for_it() -> None:
    """What is no advertising still does, and the record says which journey it was."""
    steps = [
        {"update": {"withdraw": ["marketing/email", "surveys/*"]}},
        {"wait": "PT1H"},
        {"email": "welcome-hello"},
        {"email": {"template": "payment-failed", "purpose": "transactional"}},
        {"sms": "abandoned-cart"},
    ]
    result = run({"events": [STARTED]}, steps=steps)
    assert [left.message.template for left in result.played.sent] == ["payment-failed", "abandoned-cart"]
    refused = next(one for one in result.played.messages if one.template == "welcome-hello")
    assert refused.reason == "consent to marketing/email was withdrawn"
    contact = result.played.stage.contact("somebody")
    assert contact is not None
    assert {name: (one.state, one.source) for name, one in contact.consents.items()} == {
        "marketing/email": ("withdrawn", "journey j"),
        "marketing/sms": ("granted", "scenario"),
        "surveys/email": ("withdrawn", "journey j"),
        "surveys/sms": ("withdrawn", "journey j"),
        "tracking/email": ("granted", "scenario"),
    }


def test_a_consent_given_later_counts_again() -> None:
    steps = [{"update": {"withdraw": "marketing/email"}}, {"wait": "P1D"}, {"email": "welcome-hello"}]
    again = {"at": "day 1 20:00", "consent": "marketing/email"}
    assert run({"events": [STARTED, again], "expect": [{**HELLO, "at": "day 2 09:00"}]}, steps=steps).passed
