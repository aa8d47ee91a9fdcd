"""At most once, whatever the provider answers and wherever the sender dies."""

import pytest

from leadwell.clock import DAY, HOUR, MINUTE
from leadwell.contacts.contact import Consent
from leadwell.definitions.library import Library
from leadwell.due.buckets import bucket_minute, due_attributes
from leadwell.messaging.message import Message, Status, with_feedback
from leadwell.messaging.outgoing import CannotSend, NotTaken, Outgoing
from leadwell.messaging.sending import BACK_OFF, LEASE
from leadwell.store import keys
from leadwell.store.table import Key, Put
from leadwell.tracking.events import Name
from tests.unit.messaging.sending_house import (
    ANN,
    ASKING,
    EMAIL,
    HELLO,
    NOW,
    PHONE,
    REQUESTED,
    TEXT,
    House,
    Provider,
    asking_house,
    ignored,
)


def test_a_mail_is_sent_and_marked() -> None:
    house = House()
    assert house.send() == {}
    (mail,) = house.provider.taken
    assert (mail.to, mail.subject) == (ANN, "Hello you")
    message = house.message()
    assert (message.status, message.provider_id, message.to, message.attempts) == (Status.SENT, "provider-1", ANN, 1)
    assert (message.sent_at, message.due_at) == (NOW, None)
    assert house.events() == [], "SES reports the send by itself"


def test_a_mail_knows_what_interests_the_contact_most() -> None:
    house = House()
    learn = [{"event": "Product Viewed", "category": "category"}]
    document = {"kind": "interests", "name": "interests", "title": {"en": "Interests", "de": "Interessen"}}
    library = Library(house.table)
    library.publish("interests", "interests", {**document, "half_life": "P30D", "learn": learn}, now=NOW, by="ann")
    changed = EMAIL | {"locales": {"en": HELLO | {"subject": "More {{ contact.interest }}"}}}
    library.publish("email", "hello", changed, now=NOW, by="ann")
    present = {"traits": {"email": ANN}, "consents": {"marketing/email": Consent("granted", NOW - DAY)}}
    house.become(**present, interests={"rugs": [2.0, NOW], "sofas": [1.0, NOW]})
    assert house.send() == {}
    assert house.provider.taken[0].subject == "More rugs"


def test_an_sms_is_sent_and_reported() -> None:
    house = House(TEXT)
    assert house.send(TEXT) == {}
    assert (house.provider.taken[0].to, house.provider.taken[0].text) == (PHONE, f"Hello {PHONE}")
    (event,) = house.events()
    assert (event.name, event.at, event.properties["message"]) == (Name.SMS_SENT, NOW + 1, "m2")


def test_the_same_again_sends_nothing() -> None:
    house = House()
    house.send(REQUESTED, REQUESTED)
    house.send()
    house.send(now=NOW + DAY)
    assert len(house.provider.taken) == 1


def test_the_claim_stands_before_the_provider_is_called() -> None:
    house = House()
    seen: list[Message] = []
    house.provider.meanwhile = lambda: seen.append(house.message())
    house.send()
    (claimed,) = seen
    assert claimed.status is Status.CLAIMED
    assert claimed.due_at is not None
    assert NOW + LEASE <= claimed.due_at <= NOW + LEASE + 5 * MINUTE
    assert house.table.get(keys.due_minute(bucket_minute(claimed.due_at)))


def test_who_comes_while_it_is_being_sent_sends_nothing() -> None:
    house = House()
    house.provider.meanwhile = lambda: assert_nothing(house.send())
    house.send()
    assert len(house.provider.taken) == 1


def assert_nothing(failed: dict[Key, Exception]) -> None:
    assert failed == {}


@pytest.mark.parametrize("message", [REQUESTED, TEXT, ASKING])
def test_two_who_read_it_at_once_send_it_once(message: Message) -> None:
    """The other one comes before each of our requests in turn; the claim decides."""
    for number in range(1, 12):
        house = asking_house(ASKING) if message is ASKING else House(message)
        seen = 0

        def meddle(operation: str, house: House = house, number: int = number) -> None:
            nonlocal seen
            seen += 1
            if seen == number:
                house.table.on_request = ignored
                assert house.send(message) == {}

        house.table.on_request = meddle
        assert house.send(message) == {}
        house.table.on_request = ignored
        assert len(house.provider.taken) == 1, f"request {number}"
        assert house.message(message).status is Status.SENT


def test_a_provider_that_is_busy_is_asked_again_later() -> None:
    house = House()
    house.provider.refusals = [NotTaken("SES asks to slow down")]
    assert house.send() == {}
    message = house.message()
    assert (message.status, message.reason, message.attempts) == (Status.REQUESTED, "SES asks to slow down", 1)
    assert message.due_at is not None
    assert NOW + BACK_OFF <= message.due_at <= NOW + BACK_OFF + 5 * MINUTE
    assert house.table.get(keys.due_minute(bucket_minute(message.due_at)))
    item = house.table.get(REQUESTED.key) or {}
    assert item["due_bucket"] == due_attributes(REQUESTED.key.pk, message.due_at)["due_bucket"]
    house.send(now=message.due_at)
    assert (house.message().status, house.message().attempts) == (Status.SENT, 2)


def test_what_the_provider_will_never_take_is_parked() -> None:
    house = House()
    house.provider.refusals = [CannotSend("SES refused the message: MessageRejected")]
    assert house.send() == {}
    message = house.message()
    assert (message.status, message.due_at) == (Status.PARKED, None)
    assert message.reason == "SES refused the message: MessageRejected"
    house.send(now=NOW + DAY)
    assert house.provider.taken == []


@pytest.mark.parametrize("took_it", [True, False])
def test_when_nobody_knows_it_is_never_sent_again(took_it: bool) -> None:
    house = House()
    if took_it:
        house.provider.silences = [TimeoutError()]
    else:
        house.provider.refusals = [TimeoutError()]
    assert list(house.send()) == [REQUESTED.key], "the failure is seen"
    claimed = house.message()
    assert claimed.status is Status.CLAIMED
    assert claimed.due_at is not None
    assert house.send(now=claimed.due_at - 1) == {}
    assert house.message().status is Status.CLAIMED
    assert house.send(now=claimed.due_at) == {}
    assert (house.message().status, house.message().due_at) == (Status.UNKNOWN, None)
    house.send(now=NOW + DAY)
    assert len(house.provider.taken) == took_it


def test_a_report_that_is_quicker_than_the_mark_is_kept() -> None:
    house = House()

    def delivered() -> None:
        present = house.message()
        reported = with_feedback(present, Status.DELIVERED, NOW + 1, provider_id="from-report")
        house.table.write(Put(reported.to_item(), present.rev))

    house.provider.meanwhile = delivered
    assert house.send() == {}
    message = house.message()
    assert (message.status, message.provider_id, message.delivered_at) == (Status.DELIVERED, "from-report", NOW + 1)


def test_a_report_that_contradicts_a_refusal_wins() -> None:
    """Whatever we were answered: a delivered mail is not sent again."""
    house = House()

    class Lying(Provider):
        def send(self, message: Outgoing) -> str:
            present = house.message()
            reported = with_feedback(present, Status.DELIVERED, NOW, provider_id="p")
            house.table.write(Put(reported.to_item(), present.rev))
            raise NotTaken("busy")

    house.provider = Lying()
    assert house.send() == {}
    assert house.message().status is Status.DELIVERED


@pytest.mark.parametrize("message", [REQUESTED, TEXT, ASKING])
def test_wherever_the_sender_dies_it_is_sent_once_or_known_to_be_unknown(message: Message) -> None:
    """Before and after every request to the table; the queue then delivers again, later the due index wakes."""

    def house() -> House:
        made = House(message)
        made.become(
            traits={"email": ANN, "phone": PHONE},
            consents={
                "marketing/email": Consent("requested" if message is ASKING else "granted", NOW),
                "marketing/sms": Consent("granted", NOW),
            },
        )
        return made

    requests = house().dying_at(0, lambda: None)
    whole = house()
    requests = whole.dying_at(0, lambda: whole.send(message))
    assert whole.message(message).status is Status.SENT
    for number in range(1, requests + 1):
        trial = house()
        trial.dying_at(number, lambda trial=trial: trial.send(message))
        for later in (0, MINUTE, HOUR, DAY):
            assert trial.send(message, now=NOW + later) == {}
        taken, after = len(trial.provider.taken), trial.message(message)
        assert taken <= 1
        assert after.status in (Status.SENT, Status.UNKNOWN)
        assert after.status is Status.UNKNOWN or taken == 1, "what is called sent was sent"
        assert after.due_at is None
        told = [event.name for event in trial.events()]
        assert told == ([Name.SMS_SENT] if message is TEXT and after.status is Status.SENT else [])
