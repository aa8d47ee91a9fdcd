"""What all campaigns together bring, by those whom none of them reaches."""

from random import Random

import pytest

from leadwell.contacts.contact import Consent, Contact
from leadwell.contacts.membership import EVERYONE
from leadwell.journeys.admission import is_left_alone
from leadwell.journeys.overall import effect, everybody
from leadwell.store import keys
from leadwell.store.table import Put
from tests.fakes.memory_table import MemoryTable

ALLOWED = {"marketing/email": Consent("granted", 1)}


def buyers(rate_reached: float, rate_alone: float, count: int = 4_000) -> list[Contact]:
    chance = Random(7)
    found = []
    for number in range(count):
        name = f"c{number}"
        rate = rate_alone if is_left_alone(name, 10) else rate_reached
        bought = {"buyers": 1} if chance.random() < rate else {}
        found.append(Contact(id=name, consents=ALLOWED, segments=bought))
    return found


def test_a_difference_is_found_and_its_size() -> None:
    found = effect(buyers(0.20, 0.10), 10, "buyers")
    assert found.left_alone.entered == pytest.approx(400, abs=60)
    assert found.difference.low > 0
    assert found.difference.low < 0.10 < found.difference.high


def test_without_one_nothing_is_claimed() -> None:
    found = effect(buyers(0.15, 0.15), 10, "buyers")
    assert found.difference.low < 0 < found.difference.high


def test_only_who_could_be_written_to_is_compared() -> None:
    asked = Contact(id="c1", consents={"marketing/email": Consent("requested", 1)}, segments={"buyers": 1})
    gone = Contact(id="c2", consents={"marketing/email": Consent("withdrawn", 1)})
    erased = Contact(id="c3", consents=ALLOWED, status="erased")
    found = effect([asked, gone, erased, Contact(id="c4")], 0, "buyers")
    assert (found.reached.entered, found.reached.succeeded, found.left_alone.entered) == (1, 0, 0)


def test_everybody_is_read_page_by_page() -> None:
    table = MemoryTable()
    for number in range(450):
        contact = Contact(id=f"c{number}", consents=ALLOWED, last=(1, "e"))
        member = keys.member(EVERYONE, contact.id)
        table.write(Put(contact.to_item(), 0))
        table.write(Put({"pk": member.pk, "sk": member.sk, "kind": "MEMBER", "rev": 1, "since": 1}, 0))
    assert {one.id for one in everybody(table)} == {f"c{number}" for number in range(450)}
