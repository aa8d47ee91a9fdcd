"""Makes a report durable: the "no" first, then the event, then the message.

Every write is idempotent and its key comes from the report alone, so a crash between two of them and a retry end where
no crash would have.
"""

import logging
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from leadwell.consent.permission import INTERNAL, TRACKING
from leadwell.consent.suppressions import Reason, normalized, suppress
from leadwell.consent.withdrawals import ANY, Withdrawals
from leadwell.contacts.whereabouts import Whereabouts, find
from leadwell.errors import Conflict
from leadwell.feedback.judging import judge, marked, put_once
from leadwell.feedback.kinds import Clicked, Feedback, Opened, SmsReceived
from leadwell.feedback.machine_networks import Machines
from leadwell.feedback.machines import DELIVERIES
from leadwell.feedback.tiring import SoftBounces, note_soft_bounce
from leadwell.ids import fingerprint
from leadwell.messaging.message import Message, with_feedback
from leadwell.messaging.reputation import Tally
from leadwell.store import keys
from leadwell.store.table import Put, Table
from leadwell.tracking.events import Event, Name, Standing
from leadwell.tracking.recording import record_withdrawal

_log = logging.getLogger(__name__)

_ATTEMPTS = 5
_LONGEST_TEXT = 1600
"""Characters of an SMS; what carriers join from parts is shorter."""


def record_feedback(
    table: Table,
    feedback: Feedback,
    soft: Callable[[], SoftBounces] = SoftBounces,
    tally: Tally | None = None,
    machines: Callable[[], Machines] = Machines,
) -> None:
    """Durable on return; doing it again changes nothing. Raises Retryable when the table asks for patience.

    ``soft`` says how many temporary bounces an address may have; it is asked only when there is one. ``tally`` notes
    what becomes of mails. ``machines`` are those that the installation knows; asked for openings and clicks.
    """
    if isinstance(feedback, Opened | Clicked):
        feedback = replace(feedback, machines=machines())
    if feedback.tires:
        note_soft_bounce(table, feedback, soft())
    if feedback.suppresses:
        subtype = feedback.properties.get("subtype", "")
        source = f"{feedback.source}: {subtype}" if subtype else feedback.source
        suppress(table, feedback.channel, feedback.recipient, feedback.suppresses, feedback.at, source)
    found = find(table, feedback.contact, feedback.message)
    if found.erased:
        return
    if found.message and found.message.purpose == INTERNAL:
        # It went to a colleague: nothing of it is anything that the contact did.
        _advance(table, found.message, feedback, tally)
        return
    if feedback.withdraws:
        record_withdrawal(table, _withdrawal(feedback, found))
    engaged = feedback.opened or feedback.clicked
    if engaged and found.message and not _may_be_counted(table, found.contact, found.message):
        _log.info("an opening or click was reported that nobody may count: nothing is kept of it")
        return
    event = _event(feedback, found)
    if engaged:
        put_once(table, marked(event, feedback.sign) if feedback.sign else event)
    elif feedback.event_name:
        table.write(Put(event.to_item()))
    message = _advance(table, found.message, feedback, tally) if found.message else None
    # When a mail was delivered says something about what was done to it. Who writes the message later sees the other.
    done = message is None or message.first_opened_at is not None or message.first_clicked_at is not None
    if engaged or (done and feedback.event_name in DELIVERIES):
        judge(table, found.contact, message, feedback.message, feedback.at)


def record_sms(table: Table, sms: SmsReceived) -> None:
    """An answer by SMS. STOP silences the number, whoever it belongs to, and its contact's consent to SMS.

    START and its like do not bring consent back: the event is there for a person to read.
    """
    if sms.stops:
        suppress(table, "sms", sms.sender, Reason.STOP, sms.at, "sms")
    owner = table.get(keys.identity("phone", sms.sender))
    if owner is None:
        return
    found = find(table, owner["contact"])
    if found.erased:
        return
    received = "s" + fingerprint("sms", sms.provider_id)
    if sms.stops:
        no = {"purpose": ANY, "channel": "sms", "source": "sms"}
        record_withdrawal(
            table, _proven(found.contact, received + "-no", sms.at, Name.CONSENT_WITHDRAWN, no, source="sms")
        )
    properties = {"text": sms.text[:_LONGEST_TEXT], "to": sms.recipient, "stop": sms.stops}
    event = _proven(found.contact, received, sms.at, Name.SMS_RECEIVED, properties, source="sms")
    table.write(Put(event.to_item()))


def about_message(message_id: str, message: Message | None) -> dict[str, Any]:
    """The properties by which an event tells which message it is about."""
    if message is None:
        return {"message": message_id}
    known = {
        "message": message_id,
        "journey": message.journey,
        "step": message.step,
        "template": message.template,
        "purpose": message.purpose,
        "topic": message.topic,
    }
    return {name: value for name, value in known.items() if value}


def _may_be_counted(table: Table, contact: str, message: Message) -> bool:
    """Not if the mail left without consent to that, nor after the contact has taken the consent back."""
    if message.uncounted:
        return False
    withdrawn = Withdrawals.from_item(table.get(keys.withdrawals(contact))).last(TRACKING, message.channel)
    return withdrawn is None or (message.claimed_at is not None and withdrawn < message.claimed_at)


def _event(feedback: Feedback, found: Whereabouts) -> Event:
    return _proven(
        found.contact,
        feedback.event_id,
        feedback.at,
        feedback.event_name,
        about_message(feedback.message, found.message) | feedback.properties | _address(feedback),
        source=feedback.source,
        context={"original": dict(feedback.original)} if feedback.original else {},
    )


def _address(feedback: Feedback) -> dict[str, Any]:
    """Which address it is that does not work: the contact may have another one by now."""
    return {"address": normalized(feedback.channel, feedback.recipient)} if feedback.suppresses else {}


def _withdrawal(feedback: Feedback, found: Whereabouts) -> Event:
    purpose = feedback.taken_back(found.message.purpose if found.message else "")
    topic = {"purpose": purpose, "channel": feedback.channel, "source": feedback.withdrawal}
    if feedback.wording:
        topic["wording"] = feedback.wording
    return _proven(
        found.contact,
        feedback.event_id + "-no",
        feedback.at,
        Name.CONSENT_WITHDRAWN,
        about_message(feedback.message, found.message) | topic,
        source=feedback.source,
    )


def _proven(
    contact: str,
    event_id: str,
    at: int,
    name: str,
    properties: dict[str, Any],
    *,
    source: str,
    context: dict[str, Any] | None = None,
) -> Event:
    return Event(
        contact=contact,
        id=event_id,
        at=at,
        type="track",
        name=name,
        standing=Standing.PROVEN,
        properties=properties,
        context=context or {},
        source=source,
    )


def _advance(table: Table, message: Message, feedback: Feedback, tally: Tally | None) -> Message | None:
    """The message as it is stored then; None when it is gone. What a machine did is no opening and no click."""
    counts = message.purpose != INTERNAL and not feedback.sign
    for _ in range(_ATTEMPTS):
        after = with_feedback(
            message,
            feedback.proves,
            feedback.at,
            provider_id=feedback.provider_id,
            opened=feedback.opened and counts,
            clicked=feedback.clicked and counts,
        )
        if after == message:
            return message
        try:
            table.write(Put(after.to_item(), after.rev))
            if tally is not None:
                tally.note(message, after, feedback.at)
            return replace(after, rev=after.rev + 1)
        except Conflict:
            stored = table.get(message.key)
            if stored is None:
                return None
            message = Message.from_item(stored)
    raise Conflict(f"message {message.id} is being written by many at once")
