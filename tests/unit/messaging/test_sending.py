"""At most once, never after a "no", nothing lost: whatever the provider answers and wherever the sender dies."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from leadwell.clock import DAY, HOUR, MINUTE, Moment, from_iso
from leadwell.consent.suppressions import Reason, suppress, suppression_key
from leadwell.contacts.contact import ERASED, MERGED, Consent, Contact
from leadwell.definitions.library import Library
from leadwell.due.buckets import Armory, bucket_minute, due_attributes
from leadwell.errors import Conflict, Throttled
from leadwell.journeys.enrollment import EXITED, FINISHED, GOAL, PARKED, Cause, Enrollment
from leadwell.messaging.message import Message, Status, with_feedback
from leadwell.messaging.outgoing import CannotSend, NotTaken, Outgoing
from leadwell.messaging.sending import BACK_OFF, LEASE, Post
from leadwell.messaging.writing import Sender
from leadwell.store import keys
from leadwell.store.table import Delete, Key, Put
from leadwell.tracking.events import Event, Name, Standing
from leadwell.tracking.recording import record
from tests.fakes.memory_table import MemoryTable
from tests.fakes.world import MemoryStarter

NOW = from_iso("2026-03-02T08:00:00Z")
ANN = "ann@example.com"
PHONE = "+493023125143"
HELLO = {
    "subject": "Hello {{ contact.firstName | default('you') }}",
    "preheader": "",
    "html": "<p>{{ contact.email }} <a href='{{ links.unsubscribe }}'>no</a></p>",
    "text": "Hello",
}
EMAIL = {"name": "hello", "purpose": "marketing", "requires": [], "locales": {"en": HELLO}}
CONFIRM = {**EMAIL, "name": "confirm", "purpose": "confirmation"}
SMS = {"name": "hello", "purpose": "marketing", "requires": [], "locales": {"en": "Hello {{ contact.phone }}"}}
SENDER = Sender("Example Shop", "Example Street 1", "https://go.example.com", b"s" * 32, "en")
REQUESTED = Message(
    id="m1",
    contact="c1",
    channel="email",
    template="hello",
    template_version=1,
    purpose="marketing",
    requested_at=NOW,
    due_at=NOW + 5 * MINUTE,
    journey="welcome",
    step="hello",
    visit=1,
)
TEXT = replace(REQUESTED, id="m2", channel="sms")
ASKING = replace(REQUESTED, id="m3", template="confirm", purpose="confirmation")


def ignored(operation: str) -> None:
    pass


class Crash(BaseException):
    """The process dies: nothing catches it."""


class Provider:
    """Takes messages; ``answers`` are raised, one per call, before or after it took the message."""

    def __init__(self) -> None:
        self.taken: list[Outgoing] = []
        self.refusals: list[BaseException] = []
        self.silences: list[BaseException] = []
        self.meanwhile: Callable[[], None] = lambda: None

    def send(self, message: Outgoing) -> str:
        if self.refusals:
            raise self.refusals.pop(0)
        self.taken.append(message)
        self.meanwhile()
        if self.silences:
            raise self.silences.pop(0)
        return f"provider-{len(self.taken)}"


class House:
    def __init__(self, *messages: Message) -> None:
        self.table = MemoryTable()
        self.requests = 0
        self.provider = Provider()
        library = Library(self.table)
        library.publish("email", "hello", EMAIL, now=NOW, by="ann")
        library.publish("email", "confirm", CONFIRM, now=NOW, by="ann")
        library.publish("sms", "hello", SMS, now=NOW, by="ann")
        self.become(
            traits={"email": ANN, "phone": PHONE},
            consents={"marketing/email": Consent("granted", NOW - DAY), "marketing/sms": Consent("granted", NOW - DAY)},
        )
        for message in messages or (REQUESTED,):
            self.table.write(Put(message.to_item(), 0))

    def become(self, **changes: Any) -> None:
        self.table.write(Put(Contact(id="c1", last=(NOW, "e"), **changes).to_item()))

    def post(self) -> Post:
        """As a process that knows nothing."""
        armory = Armory(self.table, MemoryStarter(ignored))
        channels = dict.fromkeys(("email", "sms", "webhook"), self.provider)
        return Post(self.table, armory, Library(self.table), channels, lambda: SENDER, "Europe/Berlin")

    def send(self, *messages: Message, now: Moment = NOW) -> dict[Key, Exception]:
        return self.post().send_all([one.key for one in messages or (REQUESTED,)], now)

    def message(self, wanted: Message = REQUESTED) -> Message:
        item = self.table.get(wanted.key)
        assert item is not None
        return Message.from_item(item)

    def withdraw(self, channel: str = "email", at: Moment = NOW) -> None:
        record(self.table, [_event(Name.CONSENT_WITHDRAWN, at, purpose="marketing", channel=channel)])

    def events(self) -> list[Event]:
        return [Event.from_item(item) for item in self.table.items("EVENT")]

    def dying_at(self, number: int, work: Callable[[], Any]) -> int:
        """Lets the process die at that request; answers how many it made."""
        count = 0

        def on_request(operation: str) -> None:
            nonlocal count
            count += 1
            if count == number:
                raise Crash

        self.table.on_request = on_request
        try:
            work()
        except Crash:
            pass
        finally:
            self.table.on_request = ignored
        return count


def _event(name: str, at: Moment, **properties: Any) -> Event:
    return Event(
        contact="c1",
        id=f"{name}{at}",
        at=at,
        type="track",
        name=name,
        standing=Standing.PROVEN,
        properties=properties,
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


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"consents": {}}, "no consent to marketing/email"),
        ({"consents": {"marketing/email": Consent("requested", NOW)}}, "no consent to marketing/email"),
        ({"consents": {"marketing/email": Consent("withdrawn", NOW)}}, "consent to marketing/email was withdrawn"),
        ({"consents": {"news/email": Consent("granted", NOW)}}, "no consent to marketing/email"),
        ({"traits": {}}, "no e-mail address"),
        ({"traits": {"email": ""}}, "no e-mail address"),
        ({"traits": {}, "claims": {"email": ANN}}, "no e-mail address"),
        ({"status": MERGED}, "the contact is merged"),
        ({"status": ERASED}, "the contact is erased"),
    ],
)
def test_without_permission_it_is_skipped_with_the_reason(changes: dict[str, Any], reason: str) -> None:
    house = House()
    usual = {"traits": {"email": ANN}, "consents": {"marketing/email": Consent("granted", NOW)}}
    house.become(**{**usual, **changes})
    assert house.send() == {}
    message = house.message()
    assert (message.status, message.reason, message.due_at) == (Status.SKIPPED, reason, None)
    assert house.provider.taken == []


def test_after_a_withdrawal_nothing_leaves_although_the_contact_does_not_know_yet() -> None:
    house = House()
    house.withdraw(at=NOW - 1)
    house.send()
    assert house.message().status is Status.SKIPPED
    assert "withdrawn" in house.message().reason


def test_a_no_to_one_channel_is_none_to_another() -> None:
    house = House(REQUESTED, TEXT)
    house.withdraw("email")
    house.send(REQUESTED, TEXT)
    assert [one.to for one in house.provider.taken] == [PHONE]


def test_a_consent_given_after_the_no_counts() -> None:
    house = House()
    house.withdraw(at=NOW - HOUR)
    house.become(traits={"email": ANN}, consents={"marketing/email": Consent("granted", NOW - 1)})
    house.send()
    assert house.message().status is Status.SENT


def _no(house: House) -> None:
    house.withdraw()


def _complaint(house: House) -> None:
    suppress(house.table, "email", ANN, Reason.COMPLAINT, NOW, "ses")


@pytest.mark.parametrize("refusal", [_no, _complaint])
def test_a_no_between_reading_and_claiming_stops_it(refusal: Callable[[House], None]) -> None:
    """Whichever request it comes before: as long as the claim is not written, nothing leaves."""
    counting = House()
    requests: list[str] = []
    counting.table.on_request = requests.append
    counting.send()
    claim = [n for n, one in enumerate(requests) if one == "before write"][-2]
    for number in range(claim + 1):
        house = House()
        seen = 0

        def meddle(operation: str, house: House = house, number: int = number) -> None:
            nonlocal seen
            if seen == number:
                house.table.on_request = ignored
                refusal(house)
            seen += 1

        house.table.on_request = meddle
        assert house.send() == {}
        house.table.on_request = ignored
        assert house.provider.taken == [], f"request {number}: {requests[number]}"
        assert house.message().status is Status.SKIPPED


@pytest.mark.parametrize("reason", list(Reason))
def test_a_suppressed_address_gets_nothing_however_it_is_spelled(reason: Reason) -> None:
    house = House()
    house.become(traits={"email": "Ann@Example.com"}, consents={"marketing/email": Consent("granted", NOW)})
    suppress(house.table, "email", ANN, reason, NOW, "test")
    house.send()
    assert house.message().reason == f"the address is suppressed: {reason.value}"


def test_an_address_at_rest_gets_mail_again_when_the_rest_is_over() -> None:
    for until, status in ((NOW + 1, Status.SKIPPED), (NOW, Status.SENT)):
        house = House()
        suppress(house.table, "email", ANN, Reason.REST, NOW - DAY, "ses: temporary bounces", until)
        house.send()
        assert house.message().status is status


def test_a_no_that_comes_when_a_rest_is_over_stops_it() -> None:
    house = House()
    suppress(house.table, "email", ANN, Reason.REST, NOW - DAY, "ses: temporary bounces", NOW)

    def complain(operation: str) -> None:
        if operation == "before write":
            house.table.on_request = ignored
            suppress(house.table, "email", ANN, Reason.COMPLAINT, NOW, "ses")

    house.table.on_request = complain
    house.send()
    assert (house.provider.taken, house.message().status) == ([], Status.SKIPPED)


def test_a_suppressed_number_may_still_get_mail() -> None:
    house = House(REQUESTED, TEXT)
    suppress(house.table, "sms", PHONE, Reason.STOP, NOW, "sms")
    house.send(REQUESTED, TEXT)
    assert [one.to for one in house.provider.taken] == [ANN]


def test_a_transactional_mail_needs_no_consent_but_respects_a_no() -> None:
    receipt = replace(REQUESTED, purpose="transactional")
    house = House(receipt)
    house.become(traits={"email": ANN})
    house.send()
    assert house.provider.taken[0].transactional
    house = House(receipt)
    record(house.table, [_event(Name.CONSENT_WITHDRAWN, NOW)])
    house.send()
    assert house.message().reason == "email was refused by the contact"


def asking_house(*messages: Message) -> House:
    house = House(*(messages or (ASKING,)))
    house.become(claims={"email": ANN}, consents={"marketing/email": Consent("requested", NOW)})
    return house


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


def test_a_missing_template_parks_it() -> None:
    lost = replace(REQUESTED, template="lost")
    house = House(lost)
    assert house.send() == {}
    message = house.message()
    assert (message.status, message.due_at) == (Status.PARKED, None)
    assert "no email template lost" in message.reason


def test_a_template_that_fails_on_this_contact_parks_it() -> None:
    house = House()
    broken = {**EMAIL, "locales": {"en": {**EMAIL["locales"]["en"], "html": "{{ 1 / 0 }}"}}}  # type: ignore[index]
    Library(house.table).publish("email", "hello", broken, now=NOW, by="ann")
    assert house.send() == {}
    assert house.message().status is Status.PARKED
    assert house.provider.taken == []


def test_a_message_of_a_contact_that_is_gone_does_not_stay_due_for_ever() -> None:
    house = House()
    house.table.write(Delete(keys.contact("c1")))
    assert house.send() == {}
    assert (house.message().status, house.message().due_at) == (Status.SKIPPED, None)
    claimed = House()
    claimed.provider.silences = [TimeoutError()]
    claimed.send()
    claimed.table.write(Delete(keys.contact("c1")))
    claimed.send(now=NOW + DAY)
    assert claimed.message().status is Status.UNKNOWN


def test_a_message_that_is_gone_is_nothing() -> None:
    house = House()
    house.table.write(Delete(REQUESTED.key))
    assert house.send() == {}
    assert house.provider.taken == []


def test_one_failure_does_not_hold_up_the_others() -> None:
    second = replace(REQUESTED, id="m9")
    house = House(REQUESTED, second)
    house.provider.refusals = [ValueError("boom")]
    failed = house.send(REQUESTED, second)
    assert set(failed) == {REQUESTED.key}
    assert house.message(second).status is Status.SENT


def test_a_throttled_table_means_again_later_and_nothing_left() -> None:
    house = House()

    def throttle(operation: str) -> None:
        if operation == "before write":
            raise Throttled

    house.table.on_request = throttle
    failed = house.send()
    house.table.on_request = ignored
    assert isinstance(failed[REQUESTED.key], Throttled)
    assert house.provider.taken == []
    assert house.message().status is Status.REQUESTED
    house.send()
    assert len(house.provider.taken) == 1


def test_endless_conflicts_are_tried_again_later() -> None:
    house = House()

    def conflict(operation: str) -> None:
        if operation == "before write":
            raise Conflict(failed=(0,))

    for minute in range(30):
        Armory(house.table, MemoryStarter(ignored)).arm([NOW + minute * MINUTE], NOW)
    house.table.on_request = conflict
    failed = house.send()
    house.table.on_request = ignored
    assert isinstance(failed[REQUESTED.key], Conflict)
    assert house.provider.taken == []


def test_the_present_version_of_a_template_is_sent() -> None:
    house = House()
    newer = {**EMAIL, "locales": {"en": {**EMAIL["locales"]["en"], "subject": "Newer"}}}  # type: ignore[index]
    Library(house.table).publish("email", "hello", newer, now=NOW, by="ann")
    house.send()
    assert house.provider.taken[0].subject == "Newer"
    assert suppression_key(House().table, "email", ANN) == suppression_key(House().table, "email", ANN.upper())


def put_off(enrollment: Enrollment, **changes: Any) -> House:
    """A message that a cap or the night kept, of an enrollment that stands there by now."""
    asked = replace(REQUESTED, enrollment=enrollment.item_key.sk, **({"reason": "closed today"} | changes))
    house = House(asked)
    house.table.write(Put(enrollment.to_item(), 0))
    house.requests = house.dying_at(0, house.send) // 2
    return house


INSIDE = Enrollment(
    contact="c1",
    journey="welcome",
    version=1,
    key="",
    number=1,
    cause=Cause("e1", "Started", NOW),
    entered_at=NOW,
    step="later",
    since=NOW,
)


@pytest.mark.parametrize(
    ("ended", "reason"),
    [
        ({"status": FINISHED, "reason": GOAL}, "the journey ended: goal"),
        ({"status": EXITED, "reason": "Ordered came"}, "the journey ended: Ordered came"),
        ({"status": EXITED}, "the journey ended: exited"),
        ({"status": FINISHED}, ""),
        ({"status": PARKED, "reason": "the voucher pool is empty"}, ""),
        ({}, ""),
    ],
)
def test_what_was_put_off_stays_here_where_its_journey_was_cut_short(ended: dict[str, Any], reason: str) -> None:
    house = put_off(replace(INSIDE, **ended))
    assert len(house.provider.taken) == (not reason)
    assert house.message().status is (Status.SKIPPED if reason else Status.SENT)
    assert house.message().reason == reason


@pytest.mark.parametrize("changes", [{"purpose": "transactional"}, {"last": True}, {"reason": ""}])
def test_what_an_end_says_nothing_against(changes: dict[str, Any]) -> None:
    """A receipt; the message right before the step that ends the journey; one that is looked at for the first time."""
    house = put_off(replace(INSIDE, status=EXITED, reason="done"), **changes)
    assert house.message().status is Status.SENT


def test_the_first_look_at_a_message_reads_no_enrollment() -> None:
    requests = [put_off(INSIDE, reason=why).requests for why in ("", "closed today")]
    assert requests[1] == requests[0] + 1


def test_what_was_put_off_and_belongs_to_nobodys_journey_any_more_leaves() -> None:
    asked = replace(REQUESTED, enrollment=INSIDE.item_key.sk, reason="closed today")
    house = House(asked)
    house.send()
    assert house.message().status is Status.SENT
