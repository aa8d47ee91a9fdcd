"""Marketing SMS by the law of the recipient's country."""

import pytest

from leadwell.clock import from_iso, to_iso
from leadwell.contacts.contact import Consent
from leadwell.definitions.library import Library
from leadwell.messaging.country_rules import sms_opens
from leadwell.messaging.message import Status
from leadwell.messaging.policy import PolicyDefinition
from tests.unit.messaging.test_sending import NOW, TEXT, House

PHONE = "+12025550143"


@pytest.mark.parametrize(
    ("number", "zone", "at", "opens"),
    [
        ("+493023125000", "", "2026-03-02T03:00", "2026-03-02T03:00"),
        (PHONE, "America/New_York", "2026-03-02T12:59", "2026-03-02T13:00"),
        (PHONE, "America/New_York", "2026-03-02T13:00", "2026-03-02T13:00"),
        (PHONE, "America/New_York", "2026-03-03T01:59", "2026-03-03T01:59"),
        (PHONE, "America/New_York", "2026-03-03T02:00", "2026-03-03T13:00"),
        (PHONE, "", "2026-03-02T15:59", "2026-03-02T16:00"),  # eight o'clock in Los Angeles
        (PHONE, "", "2026-03-02T16:00", "2026-03-02T16:00"),
        (PHONE, "", "2026-03-03T02:00", "2026-03-03T16:00"),  # nine o'clock in New York
        (PHONE, "America/New_York", "2026-03-08T12:30", "2026-03-08T12:30"),  # the clocks went forward
        (PHONE, "Europe/Berlin", "2026-03-02T12:00", "2026-03-02T12:00"),
    ],
)
def test_hours(number: str, zone: str, at: str, opens: str) -> None:
    assert to_iso(sms_opens(number, zone, from_iso(at + ":00Z")))[:16] == opens


@pytest.mark.parametrize("rules", [None, {}, {"country_rules": True}, {"country_rules": False}])
def test_it_waits_for_the_morning_there(rules: dict[str, bool] | None) -> None:
    """Also where there is no policy at all, or one that says nothing of it."""
    house = House(TEXT)
    house.become(traits={"phone": PHONE}, consents={"marketing/sms": Consent("granted", NOW - 1)})
    if rules is not None:
        policy = PolicyDefinition.model_validate({"title": {"en": "P", "de": "P"}, **rules})
        Library(house.table).publish("policy", "policy", policy.model_dump(mode="json"), now=NOW, by="ann")
    holds = rules != {"country_rules": False}
    house.send(TEXT)
    message = house.message(TEXT)
    assert message.status is (Status.REQUESTED if holds else Status.SENT)
    if holds:
        assert message.due_at == from_iso("2026-03-02T16:00:00Z")
        house.send(TEXT, now=message.due_at)
        assert house.message(TEXT).status is Status.SENT
