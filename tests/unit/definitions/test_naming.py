"""Names that nobody knows: refused where they look like another one, doubted where they do not, wherever they stand."""

from typing import Any

import pytest
import yaml

from leadwell.definitions.event_names import near
from leadwell.definitions.library import Library
from leadwell.definitions.publishing import Publisher
from leadwell.errors import Refused
from tests.fakes.memory_table import MemoryTable
from tests.unit.journeys.house import NOW, TITLE, document

OTHERS: list[dict[str, Any]] = [
    {"kind": "list", "name": "customers", "title": TITLE, "description": TITLE},
    {"kind": "scoring", "name": "shop", "title": TITLE, "rules": [{"id": "a", "event": "Page Viewed", "points": 1}]},
    document({"id": "first-call", "wait": "P1D"}, name="welcome-track", trigger={"event": "Signed Up"}),
]


@pytest.fixture(scope="module")
def publisher() -> Publisher:
    by = Publisher(Library(MemoryTable()), NOW, "ann")
    for one in OTHERS:
        by.publish(yaml.safe_dump(one))
    by.library.publish("email", "welcome-hello", {}, now=NOW, by="ann")
    return by


def journey(*steps: dict[str, Any], **more: Any) -> dict[str, Any]:
    return document(*(steps or ({"wait": "P1D"},)), **{"trigger": {"event": "Signed Up"}, **more})


def segment(when: dict[str, Any]) -> dict[str, Any]:
    return {"kind": "segment", "name": "s", "title": TITLE, "when": when}


def scoring(rule: dict[str, Any]) -> dict[str, Any]:
    return {"kind": "scoring", "name": "s", "title": TITLE, "rules": [{"id": "a", "points": 1, **rule}]}


def lifecycle(when: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"kind": "lifecycle", "name": "l", "title": TITLE, "stages": [{"stage": "lead", "when": when}], **more}


def conditions(when: dict[str, Any]) -> list[tuple[dict[str, Any], str]]:
    """Every place of a condition, and where it is."""
    return [
        (segment(when), "when"),
        (segment({"all": [{"trait": "x", "exists": True}, {"not": when}]}), "when.all[1].not"),
        (journey(trigger={"becomes": when}), "trigger.becomes"),
        (journey(trigger={"event": "Signed Up", "who": when}), "trigger.who"),
        (journey(goal={"when": when}), "goal.when"),
        (journey(exits=[{"event": "Ordered"}, {"when": when}]), "exits[1].when"),
        (journey({"branch": [{"when": when, "steps": []}]}, {"wait": "P1D"}), "steps[0].branch[0].when"),
        (journey({"wait_for": {"when": when, "timeout": "P1D"}}), "steps[0].wait_for.when"),
        (
            journey({"wait_for": {"first_of": [{"when": when}], "timeout": "P1D"}}),
            "steps[0].wait_for.first_of[0].when",
        ),
        (journey({"repeat": {"times": 2, "until": when, "steps": [{"wait": "P1D"}]}}), "steps[0].repeat.until"),
        (scoring({"when": when}), "rules[0].when"),
        (lifecycle(when), "stages[0].when"),
    ]


def refused(by: Publisher, written: dict[str, Any]) -> Refused:
    with pytest.raises(Refused) as caught:
        by.check(yaml.safe_dump(written))
    return caught.value


@pytest.mark.parametrize(("written", "field"), conditions({"event": "Order Complete", "within": "P7D"}))
def test_a_misspelled_event_in_a_condition(publisher: Publisher, written: dict[str, Any], field: str) -> None:
    error = refused(publisher, written)
    assert "nobody has sent 'Order Complete' yet: did you mean 'Order Completed'?" in error.message
    assert error.field == f"{field}.event"


@pytest.mark.parametrize(("written", "field"), conditions({"event": "Demo Booked", "within": "P7D"}))
def test_an_own_event_in_a_condition_is_doubted(publisher: Publisher, written: dict[str, Any], field: str) -> None:
    doubt = "nobody has sent 'Demo Booked' yet, and no other definition knows it"
    assert doubt in publisher.doubts(yaml.safe_dump(written))


@pytest.mark.parametrize(
    ("written", "field"),
    [
        (journey(trigger={"last": "Order Complete", "ago": "P90D"}), "trigger"),
        (segment({"event": "Signed Up", "since": "Order Complete"}), "when.since.event"),
        (segment({"sequence": ["Signed Up", "Order Complete"]}), "when.sequence[1].event"),
        (scoring({"event": "Order Complete"}), "rules[0].event"),
        (
            lifecycle({"everyone": True}, returns=[{"from": ["sql"], "to": "lead", "event": "Lead Reject"}]),
            "returns[0].event",
        ),
    ],
)
def test_a_misspelled_event_elsewhere(publisher: Publisher, written: dict[str, Any], field: str) -> None:
    error = refused(publisher, written)
    assert "did you mean" in error.message
    assert error.field == field


def asks(when: dict[str, Any]) -> dict[str, Any]:
    return journey({"branch": [{"when": when, "steps": []}]}, {"wait": "P1D"})


NAMES: list[tuple[dict[str, Any], str, str, str]] = [
    (journey({"stop": "welcom-track"}), "journey", "welcom-track", "welcome-track"),
    (asks({"journey": "welcometrack"}), "journey", "welcometrack", "welcome-track"),
    (segment({"journey": "welcome-trak", "state": "never"}), "journey", "welcome-trak", "welcome-track"),
    (asks({"engaged": {"did": "delivered", "journey": "welcome_track"}}), "journey", "welcome_track", "welcome-track"),
    (
        asks({"engaged": {"did": "delivered", "message": "welcome-helo"}}),
        "email template",
        "welcome-helo",
        "welcome-hello",
    ),
    (journey({"update": {"lists": {"add": ["custmers"]}}}), "list", "custmers", "customers"),
    (journey({"update": {"lists": {"remove": ["customer"]}}}), "list", "customer", "customers"),
    (journey({"update": {"score": {"points": 1, "model": "shopp"}}}), "scoring model", "shopp", "shop"),
]


@pytest.mark.parametrize(("written", "kind", "name", "meant"), NAMES)
def test_names_of_other_definitions(
    publisher: Publisher, written: dict[str, Any], kind: str, name: str, meant: str
) -> None:
    error = refused(publisher, written)
    assert error.message == f"there is no {kind} {name!r}: did you mean {meant!r}? If not, publish it first"
    text = yaml.safe_dump(written)
    assert publisher.doubts(text.replace(name, meant)) == ()
    later = text.replace(name, "something-else")
    publisher.check(later)
    assert publisher.doubts(later) == (f"there is no {kind} 'something-else' yet",)


def test_steps_of_journeys(publisher: Publisher) -> None:
    error = refused(publisher, asks({"journey": "welcome-track", "at_step": "first-cal"}))
    assert "there is no step 'first-cal' in the journey 'welcome-track': did you mean 'first-call'?" in error.message
    unknown = yaml.safe_dump(asks({"journey": "welcome-track", "at_step": "thanks"}))
    assert publisher.doubts(unknown) == ("there is no step 'thanks' in the journey 'welcome-track' yet",)
    later = yaml.safe_dump(asks({"journey": "farewell", "at_step": "thanks"}))
    assert publisher.doubts(later) == ("there is no journey 'farewell' yet",)
    assert publisher.doubts(yaml.safe_dump(asks({"journey": "welcome-track", "at_step": "first-call"}))) == ()


def test_a_journey_knows_itself(publisher: Publisher) -> None:
    itself = journey({"id": "rest", "wait": "P1D"}, exits=[{"when": {"journey": "j", "at_step": "rest"}}])
    assert publisher.doubts(yaml.safe_dump(itself)) == ()


def test_a_goal_names_segments_that_are_there(publisher: Publisher) -> None:
    assert "there is no segment nobody" in refused(publisher, journey(goal={"when": {"segment": "nobody"}})).message


def test_numbers_are_no_slips() -> None:
    assert near("sale-2027", ["sale-2026"]) == ""
    assert near("offer1", ["offer2"]) == ""
    assert near("offers-2026", ["offer-2026"]) == "offer-2026"
