"""What became of messages, in words of conditions: addresses that work, and who opened."""

from typing import Any

import pytest

from leadwell.clock import DAY, FOREVER
from leadwell.conditions.answer import Answer
from leadwell.conditions.kinds.messages import reports_of
from leadwell.contacts.folding import facts_of, recount
from leadwell.journeys.steps import split, wait_for
from leadwell.tracking.events import Event, Identity
from tests.unit.contacts.company_events import START, catalog, event

ZONE = "Europe/Berlin"
INTERESTS = {
    "kind": "interests",
    "name": "interests",
    "half_life": "P10D",
    "learn": [{"event": "Viewed", "category": "category"}],
}


def asked(condition: dict[str, Any], history: list[Event], now: int) -> Answer:
    live = catalog({"kind": "segment", "name": "probe", "when": condition}, INTERESTS)
    contact = recount("c1", history, live, ZONE, now).settle(now)
    return live.segments["probe"].evaluate(facts_of(contact, live, ZONE), now)


def holds(condition: dict[str, Any], *history: Event) -> bool:
    return asked(condition, list(history), START + DAY)[0]


def has_address(at: int, address: str) -> Event:
    return event(START + at, "c1", "Identified", f"i{at}", type="identify", identities=(Identity("email", address),))


def allows(at: int) -> Event:
    return event(START + at, "c1", "Consent Granted", properties={"purpose": "marketing", "channel": "email"})


def said(at: int, name: str, **properties: Any) -> Event:
    return event(START + at, "c1", name, properties=properties)


OLD, NEW = "old@example.com", "new@example.com"
REACHABLE = {"reachable": "email"}


def test_a_new_address_is_reachable_and_the_dead_one_stays_dead() -> None:
    before = [has_address(0, OLD), allows(1)]
    bounced = said(2, "Email Bounced", permanent=True, address=OLD)
    assert holds(REACHABLE, *before)
    assert not holds(REACHABLE, *before, bounced)
    assert holds(REACHABLE, *before, bounced, has_address(3, NEW))
    assert not holds(REACHABLE, *before, bounced, has_address(3, NEW), has_address(4, OLD))
    late = said(5, "Email Bounced", permanent=True, address=OLD)
    assert holds(REACHABLE, *before, has_address(3, NEW), late), "a mail to the old one, reported late"


@pytest.mark.parametrize(
    ("report", "reachable"),
    [
        (said(2, "Email Bounced", permanent=False, address=OLD), True),
        (said(2, "Email Marked as Spam", address=OLD), False),
        (said(2, "Email Bounced", permanent=True), False),
        (said(2, "Email Bounced", permanent=True, address=NEW), True),
    ],
)
def test_what_a_report_says_about_an_address(report: Event, reachable: bool) -> None:
    assert holds(REACHABLE, has_address(0, OLD), allows(1), report) is reachable


@pytest.mark.parametrize("bounce", [{"address": OLD}, {}])
def test_an_address_that_somebody_lifted_is_reachable_until_it_bounces_again(bounce: dict[str, str]) -> None:
    dead = [has_address(0, OLD), allows(1), said(2, "Email Bounced", permanent=True, **bounce)]
    lifted = said(3, "Suppression Lifted", channel="email", address=OLD, was="bounce")
    assert not holds(REACHABLE, *dead)
    assert holds(REACHABLE, *dead, lifted)
    assert not holds(REACHABLE, *dead, said(3, "Suppression Lifted", channel="email", address=NEW))
    assert not holds(REACHABLE, *dead, lifted, said(4, "Email Bounced", permanent=True, **bounce))


def test_who_may_only_be_counted_is_not_reachable() -> None:
    counted = event(START + 1, "c1", "Consent Granted", properties={"purpose": "tracking", "channel": "email"})
    assert not holds(REACHABLE, has_address(0, OLD), counted)


def test_a_number_that_does_not_exist_is_not_reachable() -> None:
    number = "+12025550142"
    known = event(START, "c1", "Identified", type="identify", identities=(Identity("phone", number),))
    allowed = event(START, "c1", "Consent Granted", properties={"purpose": "marketing", "channel": "sms"})
    dead = said(2, "SMS Undelivered", permanent=True, address=number)
    assert holds({"reachable": "sms"}, known, allowed)
    assert not holds({"reachable": "sms"}, known, allowed, dead)


SENT, CLICKED = said(0, "Email Sent", template="hello"), said(1, "Email Link Clicked", template="hello")
BY_MACHINE = said(1, "Email Link Clicked by Machine", template="hello")


def test_who_clicks_has_opened_also_with_pictures_off() -> None:
    assert not holds({"engaged": {"did_not": "opened"}}, SENT, CLICKED)
    assert holds({"engaged": {"did": "opened", "message": "hello"}}, SENT, CLICKED)
    assert holds({"engaged": {"did_not": "opened"}}, SENT)
    assert holds({"engaged": {"did_not": "clicked"}}, SENT, said(1, "Email Opened", template="hello"))


def test_a_machine_has_opened_only_where_machines_are_asked_for() -> None:
    assert holds({"engaged": {"did_not": "opened"}}, SENT, BY_MACHINE)
    assert not holds({"engaged": {"did_not": "opened", "machines": True}}, SENT, BY_MACHINE)


def test_who_opens_and_clicks_has_not_opened_twice() -> None:
    twice = {"engaged": {"did": "opened", "at_least": 2}}
    opened = said(1, "Email Opened")
    assert not holds(twice, SENT, opened, CLICKED)
    assert holds(twice, SENT, opened, said(2, "Email Opened"))
    assert holds(twice, SENT, CLICKED, said(2, "Email Link Clicked"))


def test_a_journey_that_waits_takes_the_same_for_an_opening() -> None:
    assert wait_for._ENGAGEMENT["opened"] == split._METRICS["opened"] == reports_of("opened")


def test_an_interest_that_has_faded_away_is_none() -> None:
    viewed = said(0, "Viewed", category="sofas")
    truth, until = asked({"interest": "sofas"}, [viewed], START)
    assert truth and START + 33 * DAY < until < START + 34 * DAY, "half of it is gone every ten days: a tenth is left"
    assert asked({"interest": "sofas"}, [viewed], until - 1) == (True, until)
    assert asked({"interest": "sofas"}, [viewed], until) == (False, FOREVER)
