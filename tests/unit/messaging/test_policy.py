"""Quiet hours, closed days and caps: when marketing may leave, and that two messages never take one place."""

from dataclasses import replace
from typing import Any

import pytest
from pydantic import ValidationError

from leadwell.clock import DAY, HOUR, MINUTE, from_iso, to_iso
from leadwell.contacts.contact import Consent, Contact
from leadwell.definitions.library import Library
from leadwell.definitions.publishing import Publisher
from leadwell.definitions.schema import schema
from leadwell.errors import Refused
from leadwell.messaging.ledger import MOST, Ledger, ledgers_joined
from leadwell.messaging.message import Status
from leadwell.messaging.pacing import Policy
from leadwell.messaging.policy import PolicyDefinition
from leadwell.store import keys
from leadwell.store.table import Put
from tests.fakes.memory_table import MemoryTable
from tests.unit.messaging.sending_house import EMAIL, NOW, REQUESTED, TEXT, House

TITLE = {"en": "How we write", "de": "Wie wir schreiben"}
SUNDAYS = {"closed_days": [{"weekdays": ["sun"]}]}
NIGHT = {"quiet_hours": [{"from": "21:00", "to": "08:00"}]}


def policy(**more: Any) -> Policy:
    return Policy(PolicyDefinition.model_validate({"title": TITLE, **more}))


def opens(rules: dict[str, Any], at: str, zone: str = "Europe/Berlin", channel: str = "email", **traits: Any) -> str:
    contact = Contact(id="c1", traits=traits)
    return to_iso(policy(**rules).opens(channel, contact, zone, from_iso(at))[0])[:16]


@pytest.mark.parametrize(
    ("rules", "at", "zone", "expected"),
    [
        (NIGHT, "2026-03-02T12:00", "Europe/Berlin", "2026-03-02T12:00"),
        (NIGHT, "2026-03-02T20:00", "Europe/Berlin", "2026-03-03T07:00"),
        (NIGHT, "2026-03-02T19:59", "Europe/Berlin", "2026-03-02T19:59"),
        (NIGHT, "2026-03-02T06:59", "Europe/Berlin", "2026-03-02T07:00"),
        (NIGHT, "2026-03-28T23:00", "Europe/Berlin", "2026-03-29T06:00"),  # a night that is an hour shorter
        (NIGHT, "2026-10-25T00:30", "Europe/Berlin", "2026-10-25T07:00"),
        (NIGHT, "2026-11-01T05:30", "America/New_York", "2026-11-01T13:00"),
        (NIGHT, "2026-03-02T12:00", "Pacific/Auckland", "2026-03-02T19:00"),
        ({"quiet_hours": [{"from": "12:00", "to": "14:00", "weekdays": ["mon"]}]}, "2026-03-02T11:30", "Europe/Berlin",
         "2026-03-02T13:00"),
        ({"quiet_hours": [{"from": "12:00", "to": "14:00", "weekdays": ["mon"]}]}, "2026-03-03T11:30", "Europe/Berlin",
         "2026-03-03T11:30"),
        ({"quiet_hours": [{"from": "21:00", "to": "08:00", "weekdays": ["fri"]}]}, "2026-03-07T05:00", "Europe/Berlin",
         "2026-03-07T07:00"),
        (SUNDAYS, "2026-03-29T12:00", "Europe/Berlin", "2026-03-29T22:00"),
        ({**SUNDAYS, **NIGHT}, "2026-03-28T21:00", "Europe/Berlin", "2026-03-30T06:00"),
        (SUNDAYS, "2026-03-28T20:00", "Pacific/Kiritimati", "2026-03-29T10:00"),
        ({"closed_days": [{"dates": ["2026-12-24", "2026-12-25"]}]}, "2026-12-24T05:00", "Europe/Berlin",
         "2026-12-25T23:00"),
        ({"closed_days": [{"country": "DE"}]}, "2026-04-03T08:00", "Europe/Berlin", "2026-04-03T22:00"),  # Good Friday
        ({"closed_days": [{"country": "DE"}]}, "2026-01-06T08:00", "Europe/Berlin", "2026-01-06T08:00"),
        ({"closed_days": [{"country": "DE", "region": "BY"}]}, "2026-01-06T08:00", "Europe/Berlin", "2026-01-06T23:00"),
    ],
)  # fmt: skip
def test_when_it_opens(rules: dict[str, Any], at: str, zone: str, expected: str) -> None:
    assert opens(rules, at, zone) == expected


def test_channels_are_closed_apart() -> None:
    only_sms = {"quiet_hours": [{"from": "21:00", "to": "08:00", "channels": ["sms"]}]}
    assert opens(only_sms, "2026-03-02T22:00", channel="sms") == "2026-03-03T07:00"
    assert opens(only_sms, "2026-03-02T22:00", channel="email") == "2026-03-02T22:00"


@pytest.mark.parametrize(
    ("country", "closed"),
    [("US", True), ("us", True), ("DE", False), ("", False), (None, False), (7, False),
     ("PUBLIC", False), ("SUN", False), ("ZZ", False), ("Germany", False), ("__class__", False)],
)  # fmt: skip
def test_the_holidays_of_the_contacts_own_country_whatever_it_says(country: Any, closed: bool) -> None:
    traits = {} if country is None else {"country": country}
    at = "2026-11-26T16:00"  # Thanksgiving
    found = opens({"closed_days": [{"country": "contact"}]}, at, "America/New_York", **traits)
    assert (found != at) == closed


CAPPED = {"caps": [{"channel": "email", "at_most": 2, "within": "P7D"}]}


def verdict(rules: dict[str, Any], *ages: int, channel: str = "email", now: int = NOW) -> tuple[int | None, str]:
    sent = [(now - age, "email", f"m{age}") for age in ages]
    found = policy(**rules).verdict(Contact(id="c1"), channel, "Europe/Berlin", sent, now)
    return (found.at - now if found.at is not None else None), found.reason


def later(at_most: int, within: str, channel: str = "email") -> dict[str, Any]:
    return {"channel": channel, "at_most": at_most, "within": within, "then": "later"}


def test_caps() -> None:
    full = "capped: 2 by email within P7D"
    assert verdict(CAPPED, DAY) == (0, "")
    assert verdict(CAPPED, DAY, 2 * DAY) == (None, full)
    assert verdict(CAPPED, DAY, 7 * DAY) == (0, ""), "a week later there is room"
    assert verdict(CAPPED, DAY, 7 * DAY - 1) == (None, full)
    assert verdict(CAPPED, DAY, 2 * DAY, channel="sms") == (0, "")
    assert verdict({"caps": [later(2, "P7D")]}, DAY, 2 * DAY, 3 * DAY) == (5 * DAY, full)
    both = {"caps": [{"channel": "any", "at_most": 2, "within": "P7D"}]}
    assert verdict(both, DAY, 2 * DAY, channel="sms") == (None, "capped: 2 by any within P7D")


def test_of_several_caps_one_that_leaves_out_decides() -> None:
    caps = {"caps": [later(1, "P30D"), *CAPPED["caps"]]}
    assert verdict(caps, DAY) == (29 * DAY, "capped: 1 by email within P30D")
    assert verdict(caps, DAY, 2 * DAY)[0] is None


def test_whether_there_is_room_is_decided_when_it_may_leave() -> None:
    night = from_iso("2026-03-02T22:00:00Z")
    at, why = verdict({**NIGHT, **CAPPED}, DAY, 7 * DAY - HOUR, now=night)
    assert (at, why) == (9 * HOUR, "quiet hours until 08:00"), "an hour from now there is room again"
    at, _ = verdict({**NIGHT, "caps": [later(1, "P1D")]}, DAY - 13 * HOUR, now=from_iso("2026-03-02T12:00:00Z"))
    assert at == 19 * HOUR, "and it does not leave at night then"


@pytest.mark.parametrize(
    ("rules", "what"),
    [
        ({"quiet_hours": [{"from": "21:00", "to": "21:00"}]}, "the same"),
        ({"closed_days": [{}]}, "says no day"),
        ({"closed_days": [{"region": "BY"}]}, "says no day"),
        ({"closed_days": [{"country": "contact", "region": "BY"}]}, "needs its country"),
        ({"closed_days": [{"country": "DE", "region": "XX"}]}, "regions are"),
        ({"closed_days": [{"country": "XX"}]}, "no holidays are known"),
        ({"closed_days": [{"dates": ["2026-02-30"]}]}, "dates"),
        ({"closed_days": [{"weekdays": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]}]}, "no minute of the week"),
        ({"quiet_hours": [{"from": "08:00", "to": "20:00"}, {"from": "20:00", "to": "08:00"}]}, "no minute"),
        ({"quiet_hours": [{"from": "08:00", "to": "06:00"}, {"from": "05:59", "to": "08:00"}]}, "no minute"),
        ({"caps": [{"channel": "email", "at_most": 0, "within": "P7D"}]}, "at_most"),
        ({"holdout": 60}, "holdout"),
    ],
)
def test_what_cannot_be_meant_is_refused(rules: dict[str, Any], what: str) -> None:
    with pytest.raises(ValidationError, match=what):
        policy(**rules)


def test_the_ledger_keeps_what_a_cap_may_count_of_each_channel() -> None:
    ledger = Ledger("c1")
    for number in range(MOST + 20):
        ledger = ledger.noted(number, "email", f"m{number}")
    for number in range(MOST + 20):
        ledger = ledger.noted(number, "sms", f"s{number}")
    assert [sum(one[1] == channel for one in ledger.entries) for channel in ("email", "sms")] == [MOST, MOST]
    again = ledger.noted(999, "sms", "s50")
    assert sum(one[2] == "s50" for one in again.entries) == 1
    assert Ledger.from_item("c1", {**again.to_item(), "rev": 1}).entries == again.entries


def test_whoever_becomes_part_of_another_was_sent_what_they_were_sent() -> None:
    table = MemoryTable()
    for contact, message in (("c1", "m1"), ("c2", "m2")):
        table.write(Put(Ledger(contact).noted(NOW, "email", message).to_item(), 0))
    table.write(*ledgers_joined(table, ["c2", "c3"], "c1"))
    item = table.get(keys.ledger("c1"))
    assert {entry[2] for entry in Ledger.from_item("c1", item).entries} == {"m1", "m2"}
    assert table.get(keys.ledger("c2")) is None
    assert ledgers_joined(table, ["c2"], "c1") == []


def governed(**rules: Any) -> House:
    house = House(REQUESTED, replace(REQUESTED, id="m4", journey="other"), TEXT)
    _publish(house.table, rules)
    return house


def _publish(table: MemoryTable, rules: dict[str, Any]) -> None:
    document = {"kind": "policy", "name": "policy", "title": TITLE, **rules}
    Library(table).publish("policy", "policy", document, now=NOW, by="ann")


OTHER = replace(REQUESTED, id="m4")
ONE = {"channel": "email", "at_most": 1, "within": "P7D"}


def test_a_message_is_left_out_or_put_off() -> None:
    house = governed(caps=[ONE])
    assert not house.send(REQUESTED) and not house.send(OTHER)
    assert len(house.provider.taken) == 1
    left_out = house.message(OTHER)
    assert (left_out.status, left_out.reason) == (Status.SKIPPED, "capped: 1 by email within P7D")
    house = governed(caps=[{**ONE, "then": "later"}])
    assert not house.send(REQUESTED, OTHER)
    waiting = house.message(OTHER)
    assert (waiting.status, len(house.provider.taken)) == (Status.REQUESTED, 1)
    assert waiting.due_at is not None and NOW + 7 * DAY <= waiting.due_at < NOW + 7 * DAY + 5 * MINUTE + 1
    assert not house.send(OTHER, now=waiting.due_at)
    assert len(house.provider.taken) == 2


def test_two_journeys_at_the_same_moment_do_not_both_take_the_last_place() -> None:
    house = governed(caps=[ONE])
    calls = 0

    def meddle(operation: str) -> None:
        nonlocal calls
        if operation == "before write" and not calls:
            calls += 1
            house.table.on_request = lambda operation: None
            house.send(OTHER)

    house.table.on_request = meddle
    assert not house.send(REQUESTED)
    assert calls == 1
    assert [mail.tags["leadwell_message"] for mail in house.provider.taken] == ["m4"]
    assert house.message(REQUESTED).status is Status.SKIPPED


def test_at_night_a_message_waits_where_it_leaves_and_a_receipt_does_not() -> None:
    house = governed(**NIGHT)
    night = from_iso("2026-03-02T22:00:00Z")
    house.send(REQUESTED, now=night)
    waiting = house.message(REQUESTED)
    assert (waiting.status, waiting.reason) == (Status.REQUESTED, "quiet hours until 08:00")
    assert waiting.due_at == from_iso("2026-03-03T07:00:00Z")
    receipt = replace(REQUESTED, id="m9", purpose="transactional")
    house.table.write(Put(receipt.to_item(), 0))
    Library(house.table).publish("email", "hello", {**EMAIL, "purpose": "transactional"}, now=NOW, by="ann")
    house.send(receipt, now=night)
    assert house.message(receipt).status is Status.SENT


def test_transactional_mail_takes_no_place() -> None:
    house = governed(caps=[ONE])
    receipt = replace(REQUESTED, id="m9", purpose="transactional")
    house.table.write(Put(receipt.to_item(), 0))
    house.send(receipt)
    assert house.table.get(keys.ledger("c1")) is None
    house.send(REQUESTED)
    assert house.message(REQUESTED).status is Status.SENT
    house.become(consents={"marketing/email": Consent("withdrawn", NOW)}, traits={"email": "ann@example.com"})
    house.send(OTHER)
    assert "capped" not in house.message(OTHER).reason, "a no counts first"


def test_there_is_one_policy_and_everybody_knows_its_shape() -> None:
    table = MemoryTable()
    publisher = Publisher(Library(table), NOW, "ann")
    text = "kind: policy\ntitle: {en: P, de: P}\ncaps: [{channel: email, at_most: 3, within: P7D}]\n"
    assert publisher.publish(text).name == "policy"
    catalog = Library(table).catalog()
    assert catalog.policy is not None and catalog.policy.definition.caps[0].within == 7 * DAY
    with pytest.raises(Refused, match="give this one its name"):
        publisher.check(text.replace("title", "name: summer\ntitle"))
    with pytest.raises(Refused) as caught:
        publisher.check(text.replace("email", "post"))
    assert (caught.value.field, caught.value.line) == ("caps[0].channel", 3)
    assert "PolicyDefinition" in schema()["$defs"]
