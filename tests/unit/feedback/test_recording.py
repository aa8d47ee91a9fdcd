from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadwell.clock import from_iso
from leadwell.consent.suppressions import is_suppressed, suppression_key
from leadwell.consent.withdrawals import Withdrawals
from leadwell.errors import Conflict, Throttled
from leadwell.feedback.from_ses import translate
from leadwell.feedback.from_sms import translate as translate_sms
from leadwell.feedback.from_sms_reports import translate as translate_report
from leadwell.feedback.kinds import Feedback
from leadwell.feedback.recording import record_feedback, record_sms
from leadwell.messaging.message import Message, Status, claim, expired
from leadwell.store import keys
from leadwell.store.table import Item, Put
from leadwell.tracking.events import Event, Name, Standing
from tests.fakes.memory_table import MemoryTable
from tests.functions.queue_records import CONTACT, MESSAGE, PAYLOADS, payload

NOW = from_iso("2026-11-22T08:59:59Z")
PHONE = "+12025550143"
BY_SES = tuple(
    sorted(
        path.stem
        for path in (PAYLOADS / "ses").glob("*.json")
        if path.stem not in ("untagged", "identity_notification")
    )
)
BY_SMS = tuple(sorted(path.stem for path in (PAYLOADS / "sms").glob("report_*.json") if path.stem != "report_foreign"))
"""Every kind of notification there is, as captured or as AWS's guides print it."""


def feedback(name: str) -> Feedback:
    translated = translate_report(payload(f"sms/{name}")) if name in BY_SMS else translate(payload(f"ses/{name}"))
    assert translated is not None
    return translated


def contact(contact_id: str = CONTACT, **more: str) -> Item:
    key = keys.contact(contact_id)
    return {"pk": key.pk, "sk": key.sk, "kind": "CONTACT", "rev": 1, "status": "live", **more}


def unknown_message() -> Message:
    requested = Message(
        id=MESSAGE,
        contact=CONTACT,
        channel="email",
        template="cart-reminder",
        template_version=1,
        purpose="marketing",
        requested_at=NOW,
        due_at=NOW,
        journey="abandoned-cart",
        step="remind",
    )
    return expired(claim(requested, "robin@example.com", NOW, 1), NOW + 1)


def table_with(*items: Item) -> MemoryTable:
    table = MemoryTable()
    table.put_many([*items, contact(), unknown_message().to_item()] if not items else list(items))
    return table


def state(table: MemoryTable) -> list[Item]:
    """Everything, except how often it was written."""
    kinds = ("CONTACT", "EVENT", "MESSAGE", "NO", "SUPPRESSION", "SOFT_BOUNCES")
    return [{**item, "rev": 0} for kind in kinds for item in table.items(kind)]


def events(table: MemoryTable, contact_id: str = CONTACT) -> list[Event]:
    found = [Event.from_item(item) for item in table.items("EVENT")]
    return [event for event in found if event.contact == contact_id]


def message(table: MemoryTable) -> Message:
    return Message.from_item(table.get(keys.message(CONTACT, MESSAGE)) or {})


def no_of(table: MemoryTable, contact_id: str = CONTACT) -> Withdrawals:
    return Withdrawals.from_item(table.get(keys.withdrawals(contact_id)))


def suppressed(table: MemoryTable, channel: str = "email", address: str = "robin@example.com") -> bool:
    return is_suppressed(table.get(suppression_key(table, channel, address)))


def test_a_delivery_resolves_the_message_and_becomes_an_event() -> None:
    table = table_with()
    record_feedback(table, feedback("delivery"))
    assert message(table).status is Status.DELIVERED
    (event,) = events(table)
    assert (event.name, event.source, event.standing) == (Name.EMAIL_DELIVERED, "ses", Standing.PROVEN)
    assert event.at == from_iso("2026-11-22T09:00:01.900Z")
    assert event.properties == {
        "message": MESSAGE,
        "journey": "abandoned-cart",
        "step": "remind",
        "template": "cart-reminder",
        "purpose": "marketing",
    }
    assert event.context["original"]["smtpResponse"] == "250 2.6.0 Message received"
    assert not suppressed(table)


def test_a_click_says_where_it_led() -> None:
    table = table_with()
    record_feedback(table, feedback("click"))
    (event,) = events(table)
    assert event.properties["link"] == "https://shop.example.com/cart?utm_campaign=abandoned-cart"
    assert message(table).first_clicked_at == event.at


@pytest.mark.parametrize("name", ["bounce_permanent", "bounce_suppressed"])
def test_after_a_hard_bounce_nothing_goes_to_the_address(name: str) -> None:
    table = table_with()
    record_feedback(table, feedback(name))
    assert suppressed(table)
    assert message(table).status is Status.BOUNCED
    assert no_of(table).latest == {}
    (event,) = events(table)
    assert event.properties["address"] == feedback(name).recipient


def test_a_soft_bounce_leaves_the_address_alone() -> None:
    table = table_with()
    record_feedback(table, feedback("bounce_transient"))
    assert not suppressed(table)
    assert message(table).status is Status.UNDELIVERED


def test_a_complaint_silences_the_address_and_withdraws_consent() -> None:
    table = table_with()
    record_feedback(table, feedback("complaint"))
    assert suppressed(table)
    assert no_of(table).last("marketing", "email") == from_iso("2026-11-22T10:30:00Z")
    assert {event.name for event in events(table)} == {Name.EMAIL_MARKED_AS_SPAM, Name.CONSENT_WITHDRAWN}
    (withdrawal,) = [event for event in events(table) if event.name == Name.CONSENT_WITHDRAWN]
    assert (withdrawal.properties["source"], withdrawal.properties["message"]) == ("complaint", MESSAGE)
    assert message(table).status is Status.COMPLAINED


def test_who_leaves_a_list_of_ses_withdraws_and_may_be_written_to_otherwise() -> None:
    table = table_with()
    record_feedback(table, feedback("subscription"))
    assert not suppressed(table)
    assert no_of(table).last("marketing", "email") == from_iso("2026-11-22T09:30:00Z")
    record_feedback(table, feedback("subscription_back"))
    assert no_of(table).last("marketing", "email") == from_iso("2026-11-22T09:30:00Z")


def test_what_is_no_complaint_silences_nobody() -> None:
    table = table_with()
    record_feedback(table, feedback("complaint_not_spam"))
    assert (suppressed(table), no_of(table).latest) == (False, {})
    assert [event.name for event in events(table)] == [Name.EMAIL_MARKED_AS_WANTED]


def test_an_absence_note_proves_delivery() -> None:
    table = table_with()
    record_feedback(table, feedback("bounce_out_of_office"))
    assert message(table).status is Status.DELIVERED
    assert table.items("SOFT_BOUNCES") == []


def test_an_sms_that_arrived_and_one_that_found_no_number() -> None:
    table = table_with()
    for name in ("report_queued", "report_sent", "report_successful_so_far", "report_delivered"):
        record_feedback(table, feedback(name))
    assert message(table).status is Status.DELIVERED
    assert [event.name for event in events(table)] == [Name.SMS_DELIVERED]
    record_feedback(table, feedback("report_invalid"))
    assert suppressed(table, "sms", PHONE)
    assert message(table).status is Status.BOUNCED


def test_feedback_about_a_message_that_is_gone_is_still_an_event() -> None:
    table = table_with(contact())
    record_feedback(table, feedback("open"))
    assert [event.properties for event in events(table)] == [{"message": MESSAGE}]


def test_feedback_follows_the_contact_through_a_merge() -> None:
    table = table_with(contact() | {"merged_into": "c2"}, contact("c2"), unknown_message().to_item())
    record_feedback(table, feedback("complaint"))
    assert len(events(table, "c2")) == 2
    assert events(table) == []
    assert no_of(table, "c2").last("marketing", "email")
    assert message(table).status is Status.COMPLAINED


def test_of_an_erased_contact_only_the_suppression_is_kept() -> None:
    table = table_with(contact(status="erased"))
    for name in BY_SES:
        record_feedback(table, feedback(name))
    assert suppressed(table)
    assert (table.items("EVENT"), table.items("NO"), table.items("MESSAGE")) == ([], [], [])


def test_a_writer_that_loses_the_race_for_the_message_reads_again() -> None:
    table = table_with()
    rival = feedback("open")

    def interfere(operation: str) -> None:
        if operation == "before write":
            table.on_request = lambda _: None
            record_feedback(table, rival)

    table.on_request = interfere
    record_feedback(table, feedback("delivery"))
    end = message(table)
    assert (end.status, end.first_opened_at, end.delivered_at) == (
        Status.DELIVERED,
        rival.at,
        from_iso("2026-11-22T09:00:01.900Z"),
    )


def test_endless_conflicts_are_left_to_a_retry() -> None:
    table = table_with()

    def refuse(operation: str) -> None:
        if operation == "before write":
            raise Conflict

    table.on_request = refuse
    with pytest.raises(Conflict):
        record_feedback(table, feedback("delivery"))


_ORDERS = {names: st.permutations(names) for names in (BY_SES, BY_SMS)}
_AGAIN = {names: st.lists(st.sampled_from(names), max_size=5) for names in (BY_SES, BY_SMS)}
_HOW_MANY = st.integers(1, len(BY_SES))


@pytest.mark.parametrize("names", [BY_SES, BY_SMS], ids=["ses", "sms"])
@given(st.data())
def test_duplicates_and_disorder_end_in_the_same_state(names: tuple[str, ...], data: st.DataObject) -> None:
    chosen = data.draw(_ORDERS[names])[: data.draw(_HOW_MANY)]
    again = [name for name in data.draw(_AGAIN[names]) if name in chosen]
    wanted, shuffled = table_with(), table_with()
    for name in sorted(chosen):
        record_feedback(wanted, feedback(name))
    for name in [*chosen, *again]:
        record_feedback(shuffled, feedback(name))
    assert state(shuffled) == state(wanted)


@pytest.mark.parametrize("name", ["delivery", "bounce_permanent", "complaint", "click"])
def test_a_crash_at_any_request_and_a_retry_end_in_the_same_state(name: str) -> None:
    _crash_everywhere(table_with, lambda table: record_feedback(table, feedback(name)))


def owner(number: str = PHONE, contact_id: str = CONTACT) -> Item:
    key = keys.identity("phone", number)
    return {"pk": key.pk, "sk": key.sk, "kind": "IDENTITY", "rev": 1, "contact": contact_id}


def stop(table: MemoryTable) -> None:
    record_sms(table, translate_sms(payload("sms/stop"), NOW))


def test_stop_silences_the_number_and_the_contact() -> None:
    table = table_with(contact(), owner())
    stop(table)
    assert suppressed(table, "sms", PHONE)
    assert no_of(table).latest == {"*/sms": NOW}
    assert [event.name for event in events(table)] == [Name.SMS_RECEIVED, Name.CONSENT_WITHDRAWN]


def test_stop_silences_a_number_that_nobody_is_known_by() -> None:
    table = MemoryTable()
    stop(table)
    assert suppressed(table, "sms", PHONE)
    assert table.items("EVENT") == []


def test_stop_of_an_erased_contact_leaves_only_the_suppression() -> None:
    table = table_with(contact(status="erased"), owner())
    stop(table)
    assert suppressed(table, "sms", PHONE)
    assert (table.items("EVENT"), table.items("NO")) == ([], [])


def test_stop_reaches_the_contact_behind_a_merge() -> None:
    table = table_with(contact() | {"merged_into": "c2"}, contact("c2"), owner())
    stop(table)
    assert no_of(table, "c2").last("marketing", "sms") == NOW


def test_an_answer_is_an_event_and_no_more() -> None:
    table = table_with(contact(), owner())
    record_sms(table, translate_sms(payload("sms/answer"), NOW))
    (event,) = events(table)
    assert event.properties == {"text": "Do you have it in blue?", "to": "+12025550100", "stop": False}
    assert not suppressed(table, "sms", PHONE)


def test_start_does_not_bring_consent_back() -> None:
    table = table_with(contact(), owner())
    stop(table)
    again = payload("sms/answer") | {"messageBody": "START"}
    record_sms(table, translate_sms(again, NOW + 1))
    assert suppressed(table, "sms", PHONE)
    assert no_of(table).last("marketing", "sms") == NOW


def test_a_crash_while_recording_stop_and_a_retry_end_in_the_same_state() -> None:
    _crash_everywhere(lambda: table_with(contact(), owner()), stop)


def _crash_everywhere(fresh: Callable[[], MemoryTable], work: Callable[[MemoryTable], Any]) -> None:
    wanted = fresh()
    moments: list[str] = []
    wanted.on_request = moments.append
    work(wanted)
    assert len(moments) > 3
    for crash in range(len(moments)):
        table = fresh()
        passed = iter(range(len(moments)))

        def die(operation: str, passed: Any = passed, crash: int = crash) -> None:
            if next(passed, -1) == crash:
                raise Throttled

        table.on_request = die
        with pytest.raises(Throttled):
            work(table)
        table.on_request = lambda _: None
        work(table)
        assert state(table) == state(wanted)


def test_the_no_is_the_first_thing_that_becomes_durable() -> None:
    for work, channel, address in (
        (lambda table: record_feedback(table, feedback("complaint")), "email", "robin@example.com"),
        (lambda table: record_feedback(table, feedback("bounce_permanent")), "email", "robin@example.com"),
        (stop, "sms", PHONE),
    ):
        table = MemoryTable()
        table.write(Put(contact()))
        table.write(Put(owner()))
        before = len(table.stream)
        work(table)
        first = table.stream[before]["dynamodb"]["Keys"]
        assert first["pk"]["S"] == suppression_key(table, channel, address).pk
