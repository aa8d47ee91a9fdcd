"""A reply: what is noted of it, who hears of it, and that nothing happens twice."""

import logging
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadwell.clock import DAY, SECOND, Moment, from_iso
from leadwell.consent.withdrawals import Withdrawals
from leadwell.contacts.contact import ERASED, Contact
from leadwell.due.buckets import Armory
from leadwell.errors import Broken, Throttled
from leadwell.feedback.from_mail import LOOP_HEADER, arrived
from leadwell.feedback.replying import Inbox
from leadwell.ids import contact_id, fingerprint
from leadwell.messaging.forwarding import MAILBOX
from leadwell.messaging.message import Message, Status, claim, sent
from leadwell.messaging.reply_address import MAX_AGE, reply_address
from leadwell.store import keys
from leadwell.store.queues import TRANSACTIONAL
from leadwell.store.table import Item, Put
from leadwell.tracking.events import Event, Name, Standing
from tests.fakes.memory_table import MemoryTable
from tests.fakes.world import MemoryQueues, MemoryStarter
from tests.functions.arriving_mail import DOMAIN, Bucket, key_of, mail, told_of

NOW = from_iso("2026-11-22T12:00:00Z")
SECRET = b"s" * 32
ROBIN, MESSAGE = contact_id("user_id", "robin"), "m" + fingerprint("message")
OFFICE, OWNER = "office@example.com", "sam@example.com"
ADDRESS = reply_address(SECRET, DOMAIN, ROBIN, MESSAGE, NOW - DAY)
SENT = Message(
    id=MESSAGE,
    contact=ROBIN,
    channel="email",
    template="cart-reminder",
    template_version=1,
    purpose="marketing",
    requested_at=NOW - DAY,
    journey="abandoned-cart",
    step="remind",
)


class House:
    def __init__(self, message: Message = SENT, **contact: Any) -> None:
        self.table = MemoryTable()
        self.queues = MemoryQueues(lambda operation: None)
        self.bucket = Bucket()
        given = {"traits": {"email": "robin@example.com"}, **contact}
        self.table.write(Put(Contact(id=ROBIN, last=(NOW - DAY, "e"), **given).to_item()))
        left = sent(claim(message, "robin@example.com", NOW - DAY, 1), "ses-1", NOW - DAY)
        self.table.write(Put(left.to_item(), 0))
        self.inbox = Inbox(
            self.table,
            Armory(self.table, MemoryStarter(lambda operation: None)),
            self.queues,
            self.bucket,
            lambda: SECRET,
            DOMAIN,
            OFFICE,
        )

    def take(self, name: str, to: str = ADDRESS, at: Moment = NOW, content: bytes = b"", **more: str) -> str:
        return self.take_told(told_of(to, content or mail(name), at, **more), content or mail(name))

    def take_told(self, said: dict[str, Any], content: bytes) -> str:
        self.bucket.kept[key_of(said)] = content
        return self.inbox.take(arrived(said))

    def events(self, name: str = "") -> list[Event]:
        found = [Event.from_item(item) for item in self.table.items("EVENT")]
        return [one for one in found if one.name == name or not name]

    def passed_on(self) -> list[Message]:
        return [one for one in map(Message.from_item, self.table.items("MESSAGE")) if "reply" in one.data]

    def no(self, purpose: str = "marketing") -> Moment | None:
        return Withdrawals.from_item(self.table.get(keys.withdrawals(ROBIN))).last(purpose, "email")

    def state(self) -> list[Item]:
        kinds = ("EVENT", "MESSAGE", "NO", "GUARD")
        return [{**item, "rev": 0} for kind in kinds for item in self.table.items(kind)]


def test_a_reply_is_an_event_of_the_contact() -> None:
    house = House()
    assert house.take("person") == "Replied"
    (event,) = house.events()
    assert (event.name, event.contact, event.standing, event.source) == (
        Name.EMAIL_REPLIED,
        ROBIN,
        Standing.PROVEN,
        "reply",
    )
    assert (event.properties["journey"], event.properties["step"]) == ("abandoned-cart", "remind")
    assert (event.properties["message"], event.properties["stop"]) == (MESSAGE, False)
    assert event.properties["text"].startswith("Guten Tag,") and "Abmelden" not in event.properties["text"]
    assert "other_address" not in event.properties
    stored = Message.from_item(house.table.get(SENT.key) or {})
    assert (stored.status, stored.provider_id) == (Status.DELIVERED, "ses-1"), "whoever answers got the mail"


def test_it_goes_on_to_whoever_is_in_charge() -> None:
    for traits, to in (({"owner": OWNER}, OWNER), ({}, OFFICE), ({"owner": "Sam"}, OFFICE)):
        house = House(traits={"email": "robin@example.com", **traits})
        house.take("person")
        (message,) = house.passed_on()
        assert (message.recipient, message.purpose, message.contact) == (to, "internal", ROBIN)
        assert house.queues.waiting[TRANSACTIONAL] == [message.key]


def test_an_owner_whose_address_leads_back_to_us_gets_nothing() -> None:
    house = House(traits={"owner": f"sales@{DOMAIN}"})
    house.take("person")
    assert [one.recipient for one in house.passed_on()] == [OFFICE]


def test_a_reply_from_another_address_says_so() -> None:
    house = House()
    house.take("", content=mail("person").replace(b"<Robin@Example.com>", b"<office@example.net>"))
    assert house.events()[0].properties["other_address"] is True


def test_a_no_takes_back_what_the_mail_was_allowed_by_with_its_words() -> None:
    for purpose, taken_back in (
        ("marketing", "marketing"),
        ("transactional", "transactional"),
        ("confirmation", "marketing"),
    ):
        house = House(replace(SENT, purpose=purpose))
        house.take("no")
        assert house.no(taken_back) == NOW
        (withdrawal,) = house.events(Name.CONSENT_WITHDRAWN)
        said = withdrawal.properties
        assert (said["purpose"], said["channel"], said["source"]) == (taken_back, "email", "reply")
        assert (said["wording"], said["message"]) == ("Bitte abmelden", MESSAGE)
        assert house.events(Name.EMAIL_REPLIED)[0].properties["stop"] is True
        assert house.passed_on()[0].data["reply"]["stop"] is True


def test_a_no_stands_before_anything_else_is_done() -> None:
    """Whatever fails afterwards: it counts, and the rest is made good."""
    house = House()
    writes = 0

    def failing(operation: str) -> None:
        nonlocal writes
        writes += operation == "before write"
        if writes == 3:
            raise Throttled

    house.table.on_request = failing
    with pytest.raises(Throttled):
        house.take("no")
    house.table.on_request = lambda operation: None
    assert house.no() == NOW
    house.take("no")
    assert len(house.events(Name.EMAIL_REPLIED)) == len(house.passed_on()) == 1


@pytest.mark.parametrize(
    ("subject", "stops"),
    [
        (b"STOP", True),
        (b"Abmelden bitte", True),
        (b"Re: STOP", True),
        (b"Re: Stop all the noise", False),
        (b"AW: Stop mit dem Chaos im Kleiderschrank", False),
        (b"Re: Hello", False),
    ],
)
def test_a_subject_of_their_own_counts_and_ours_does_not(subject: bytes, stops: bool) -> None:
    house = House()
    content = b"From: robin@example.com\r\nMessage-ID: <1@example.com>\r\nSubject: " + subject + b"\r\n\r\nHello\r\n"
    house.take("", content=content)
    assert (house.no() is not None) == stops


@pytest.mark.parametrize("name", ["absence", "bounce"])
def test_a_program_s_answer_ends_nothing_and_goes_to_nobody(name: str) -> None:
    house = House()
    assert house.take(name) == "AutoReplied"
    assert [event.name for event in house.events()] == [Name.EMAIL_AUTO_REPLIED]
    assert not house.events()[0].is_activity
    assert (house.no(), house.passed_on()) == (None, [])


def test_what_we_passed_on_and_comes_back_is_left_alone() -> None:
    house = House()
    assert house.take("", content=LOOP_HEADER.encode() + b": 1\r\n" + mail("person")) == "ReplyLooped"
    assert (house.events(), house.passed_on()) == ([], [])


FORGED = ADDRESS[:30] + ("0" if ADDRESS[30] != "0" else "1") + ADDRESS[31:]


@pytest.mark.parametrize("to", [FORGED, f"sales@{DOMAIN}", "somebody@example.org"])
@pytest.mark.parametrize("name", ["person", "no", "absence"])
def test_whose_it_is_not_known_goes_to_the_mailbox_and_changes_nothing(
    to: str, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    house = House()
    assert house.take(name, to=to) == "ReplyPassedOn"
    assert (house.events(), house.no()) == ([], None)
    (message,) = house.passed_on()
    assert (message.contact, message.recipient) == (MAILBOX, OFFICE)
    assert "passed on to the mailbox" in caplog.text
    assert "robin" not in caplog.text.lower() and to not in caplog.text


def test_an_old_address_still_says_no_and_nothing_else() -> None:
    house = House()
    late = NOW + MAX_AGE + 2 * DAY
    assert house.take("person", at=late) == "ReplyPassedOn"
    assert (house.events(), house.no()) == ([], None)
    assert house.take("no", at=late) == "Replied"
    assert house.no() == late


def test_of_somebody_erased_nothing_is_noted_but_the_mail_goes_on() -> None:
    house = House(status=ERASED, traits={})
    assert house.take("no") == "ReplyPassedOn"
    assert house.events() == []
    assert [one.contact for one in house.passed_on()] == [MAILBOX]


@given(st.lists(st.sampled_from([0, 1, 2, 3]), min_size=4, max_size=9).filter(lambda one: {*one} == {0, 1, 2, 3}))
def test_however_often_and_in_whatever_order_they_come(order: list[int]) -> None:
    """Two notifications of one mail, which its server delivered twice, beside others."""
    again = told_of(ADDRESS, mail("person"), NOW + SECOND, number="another-number")
    told = [told_of(ADDRESS, mail("person"), NOW), again]
    told += [told_of(ADDRESS, mail(name), NOW, number=name) for name in ("no", "absence")]
    contents = [mail("person"), mail("person"), mail("no"), mail("absence")]
    house = House()
    for place in order:
        house.take_told(told[place], contents[place])
    assert sorted(event.name for event in house.events()) == [
        Name.CONSENT_WITHDRAWN,
        Name.EMAIL_AUTO_REPLIED,
        Name.EMAIL_REPLIED,
        Name.EMAIL_REPLIED,
    ]
    assert len(house.passed_on()) == 2
    assert house.no() == NOW
    before = house.state()
    for place in range(4):
        house.take_told(told[place], contents[place])
    assert house.state() == before


def test_a_mail_that_is_gone_is_broken() -> None:
    class Empty:
        def read(self, key: str, most: int) -> Any:
            raise Broken("the mail is no longer in the bucket")

    house = House()
    with pytest.raises(Broken):
        replace(house.inbox, mails=Empty()).take(arrived(told_of(ADDRESS, b"")))
