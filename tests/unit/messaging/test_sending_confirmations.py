"""The mail that asks for consent: where it goes, and how often."""

from dataclasses import replace

import pytest

from leadwell.clock import DAY, HOUR, MINUTE, from_iso
from leadwell.contacts.contact import Consent, Contact
from leadwell.messaging.message import Status
from leadwell.messaging.outgoing import NotTaken
from leadwell.store.table import Put
from tests.unit.messaging.sending_house import ANN, ASKING, NOW, asking_house


def test_a_confirmation_goes_to_a_claimed_address_once_a_day() -> None:
    again = replace(ASKING, id="m4")
    house = asking_house(ASKING, again)
    house.send(ASKING, again)
    assert [mail.to for mail in house.provider.taken] == [ANN]
    assert house.message(again).status is Status.SKIPPED
    assert "today already" in house.message(again).reason
    tomorrow = replace(ASKING, id="m5")
    house.table.write(Put(tomorrow.to_item(), 0))
    house.send(tomorrow, now=NOW + DAY)
    assert len(house.provider.taken) == 2


def test_the_day_is_the_installation_s() -> None:
    """23:30 and 00:30 in Berlin are two days, 22:30 and 23:30 UTC are one."""
    late = from_iso("2026-03-02T22:30Z")
    again = replace(ASKING, id="m4")
    house = asking_house(ASKING, again)
    house.send(ASKING, now=late)
    house.send(again, now=late + HOUR)
    assert len(house.provider.taken) == 2


def test_a_confirmation_for_another_contact_with_the_same_address_waits_too() -> None:
    other = replace(ASKING, contact="c2", id="m4")
    house = asking_house(ASKING, other)
    contact = Contact(id="c2", last=(NOW, "e"), claims={"email": ANN})
    contact.consents = {"marketing/email": Consent("requested", NOW)}
    house.table.write(Put(contact.to_item()))
    house.send(ASKING, other)
    assert len(house.provider.taken) == 1
    assert house.message(other).status is Status.SKIPPED


def test_a_confirmation_that_the_provider_did_not_take_is_not_forgotten() -> None:
    """The guard of the day is its own."""
    house = asking_house()
    house.provider.refusals = [NotTaken("busy")]
    house.send(ASKING)
    house.send(ASKING, now=NOW + 10 * MINUTE)
    assert house.message(ASKING).status is Status.SENT


@pytest.mark.parametrize("state", ["granted", "withdrawn"])
def test_who_has_answered_is_not_asked(state: str) -> None:
    house = asking_house()
    house.become(claims={"email": ANN}, consents={"marketing/email": Consent(state, NOW)})
    house.send(ASKING)
    assert house.message(ASKING).status is Status.SKIPPED
