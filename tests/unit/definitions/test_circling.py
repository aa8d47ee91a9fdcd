"""Journeys that lead back to their own start: refused where nothing ends it."""

from dataclasses import replace
from typing import Any

import pytest
import yaml

from leadwell.clock import DAY
from leadwell.definitions.circling import check_circles
from leadwell.definitions.library import Library
from leadwell.definitions.publishing import Publisher
from leadwell.errors import Refused
from leadwell.journeys.models import Reentry
from leadwell.journeys.program import Program
from tests.fakes.memory_table import MemoryTable
from tests.unit.journeys.house import NOW, document, program

Step = dict[str, Any]
WAIT: Step = {"wait": "P1D"}
WAIT_FIRST: Step = {"wait_for": {"event": "Ordered", "timeout": "P1D"}}
TASK = {"title": {"en": "Call", "de": "Anrufen"}, "due": "P1D"}

FOLLOWING: list[tuple[str, Step]] = [
    ("Points Given", {"id": "it", "update": {"score": 1}}),
    ("Stage Set", {"id": "it", "update": {"stage": "customer"}}),
    ("Identified", {"id": "it", "update": {"traits": {"a": 1}}}),
    ("Tagged", {"id": "it", "update": {"tags": {"add": ["a"]}}}),
    ("Added to List", {"id": "it", "update": {"lists": {"add": ["a"]}}}),
    ("Removed from List", {"id": "it", "update": {"lists": {"remove": ["a"]}}}),
    ("Interest Shown", {"id": "it", "update": {"interests": {"sofas": 1}}}),
    ("Consent Withdrawn", {"id": "it", "update": {"withdraw": "marketing/email"}}),
    ("Email Sent", {"id": "it", "email": "hello"}),
    ("Email Delivered", {"id": "it", "email": "hello"}),
    ("SMS Sent", {"id": "it", "sms": "hello"}),
    ("Webhook Sent", {"id": "it", "webhook": "https://crm.example.com/"}),
    ("Webhook Failed", {"id": "it", "webhook": "https://crm.example.com/"}),
    ("Task Created", {"id": "it", "task": TASK}),
    ("Handed Over to Sales", {"id": "it", "hand_over": {"task": TASK}}),
    ("Journey Stop Requested", {"id": "it", "stop": "other"}),
]


def refused(one: Program, *others: Program) -> str:
    with pytest.raises(Refused) as caught:
        check_circles(one, {other.name: other for other in others})
    assert caught.value.field == "steps"
    return caught.value.message


def accepted(one: Program, *others: Program) -> None:
    check_circles(one, {other.name: other for other in others})


@pytest.mark.parametrize(("name", "step"), FOLLOWING)
def test_what_a_step_makes_happen_starts_the_journey_again(name: str, step: Step) -> None:
    trigger = {"event": name}
    at_once = refused(program(step, trigger=trigger))
    assert at_once.startswith(f"{name!r}, which the step 'it' makes happen, starts this journey again at once")
    assert "`where`" in at_once
    assert "wait first" in at_once
    accepted(program(WAIT, step, trigger=trigger))
    accepted(program(WAIT, step, trigger=trigger, reentry={"after": "PT1H"}))
    endless = refused(program(WAIT, step, trigger=trigger, reentry="always"))
    assert endless.startswith(f"{name!r}, which the step 'it' makes happen, starts this journey again, without end")
    assert "`reentry: never`" in endless


@pytest.mark.parametrize("name", ["Journey Entered", "Journey Ended", "Journey Step Reached"])
def test_a_journey_happens_itself(name: str) -> None:
    text = refused(program({"update": {"score": 1}}, trigger={"event": name}))
    assert text.startswith(f"{name!r}, which the journey itself makes happen, starts this journey again at once")
    accepted(program({"update": {"score": 1}}, trigger={"event": name, "where": {"journey": "another"}}))
    refused(program({"update": {"score": 1}}, trigger={"event": name, "where": {"journey": "j"}}))
    refused(program(WAIT, trigger={"event": name}, reentry="always"))


def test_its_end_comes_at_once_only_where_nobody_waits() -> None:
    accepted(program(WAIT, trigger={"event": "Journey Ended"}))
    branch = {"branch": [{"when": {"trait": "x", "exists": True}, "steps": [WAIT]}]}
    refused(program(branch, trigger={"event": "Journey Ended"}))


@pytest.mark.parametrize(
    ("event", "where", "step"),
    [
        ("Added to List", {"list": "newsletter"}, {"update": {"lists": {"add": ["customers"]}}}),
        ("Points Given", {"points": {"at_least": 10}}, {"update": {"score": 1}}),
        ("Points Given", {"reason": "trade fair"}, {"update": {"score": 1}}),
        ("Email Sent", {"template": "welcome"}, {"email": "hello"}),
        ("Email Sent", {"journey": "welcome"}, {"email": "hello"}),
        ("Task Created", {"journey": "welcome"}, {"task": TASK}),
        ("Email Opened", {}, {"email": "hello"}),
        ("Email Link Clicked", {}, {"email": "hello"}),
        ("Email Sent", {}, {"notify": {"template": "hot", "to": "sales@example.com"}}),
        ("Task Done", {}, {"task": TASK}),
        ("Consent Granted", {}, {"update": {"withdraw": "marketing/email"}}),
    ],
)
def test_another_event_or_a_persons_doing_is_no_circle(event: str, where: dict[str, Any], step: Step) -> None:
    accepted(program(step, trigger={"event": event, "where": where}, reentry="always"))


def test_what_cannot_be_known_beforehand_may_be_it() -> None:
    refused(program({"email": "hello"}, trigger={"event": "Email Delivered", "where": {"smtp": "250"}}))


def test_a_key_that_changes_lets_everybody_in_again() -> None:
    trigger = {"event": "Email Sent", "key": "message"}
    assert "without a key" in refused(program(WAIT, {"email": "hello"}, trigger=trigger))
    accepted(program(WAIT, {"email": "hello"}, trigger={"event": "Email Sent", "key": "template"}))
    accepted(program(WAIT, {"email": "hello"}, trigger=trigger, reentry={"after": "P1D"}))


def test_waiting_for_something_is_waiting() -> None:
    accepted(program(WAIT_FIRST, {"update": {"score": 1}}, trigger={"event": "Points Given"}))
    way_past = {"wait_for": {"first_of": [{"event": "A", "steps": [{"update": {"score": 1}}]}], "timeout": "P1D"}}
    accepted(program(way_past, trigger={"event": "Points Given"}))
    repeat = {"repeat": {"times": 3, "steps": [{"update": {"score": 1}}, WAIT]}}
    refused(program(repeat, trigger={"event": "Points Given"}))


def first(name: str, event: str, *steps: Step, **more: Any) -> Program:
    return program(*steps, name=name, trigger={"event": event}, **more)


def test_several_journeys_without_a_bound() -> None:
    a = first("a", "Points Given", WAIT, {"id": "tag", "update": {"tags": {"add": ["x"]}}}, reentry="always")
    b = first("b", "Tagged", WAIT, {"id": "go", "start": "c"}, reentry="always")
    c = first("c", "Ordered", {"id": "give", "update": {"score": 1}}, reentry="always")
    assert refused(c, a, b) == (
        "'Points Given', which the step 'give' makes happen, starts 'a', and so on until 'Journey Requested', which "
        "the step 'go' makes happen, of 'b' starts this journey again, without end, by way of a and b: narrow the "
        "trigger by `where`, or say `reentry: never` or `{after: P30D}`, without a key that is another one each time "
        "in one of them"
    )
    refused(a, b, c)
    refused(b, a, c)
    for place in range(3):
        found = [a, b, c]
        once = found.pop(place)
        rule = once.definition.model_copy(update={"reentry": Reentry(after=DAY)})
        bounded = replace(once, definition=rule)
        accepted(bounded, *found)
        accepted(found[0], found[1], bounded)
    accepted(c, a)


def test_a_circle_of_others_is_theirs() -> None:
    a = first("a", "Points Given", {"update": {"tags": {"add": ["x"]}}}, reentry="always")
    b = first("b", "Tagged", {"update": {"score": 1}}, reentry="always")
    accepted(first("c", "Ordered", {"start": "a"}, reentry="always"), a, b)


def test_starting_one_another_with_a_wait() -> None:
    there = program(WAIT, {"start": "b"}, name="a", reentry="always")
    back = program(WAIT, {"start": "a"}, name="b", reentry="always")
    assert "without end, by way of a" in refused(back, there)
    accepted(program(WAIT, {"start": "a"}, name="b"), there)


def test_publishing_refuses_it() -> None:
    publisher = Publisher(Library(MemoryTable()), NOW, "ann")
    with pytest.raises(Refused, match="'Points Given', which the step '1' makes happen"):
        publisher.publish(yaml.safe_dump(document({"update": {"score": 1}}, trigger={"event": "Points Given"})))
    assert publisher.library.entries() == []
    one = document(
        WAIT, {"update": {"tags": {"add": ["x"]}}}, name="a", trigger={"event": "Points Given"}, reentry="always"
    )
    publisher.publish(yaml.safe_dump(one))
    other = document(WAIT, {"update": {"score": 1}}, name="b", trigger={"event": "Tagged"}, reentry="always")
    with pytest.raises(Refused, match="by way of a"):
        publisher.check(yaml.safe_dump(other))
