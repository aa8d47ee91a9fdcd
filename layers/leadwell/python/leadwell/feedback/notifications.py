"""What lies in the feedback queue: SNS notifications, each with one report of SES or one SMS inside; or events of
EventBridge, which carry the same report as their ``detail``.

The envelopes' shapes: https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html,
https://docs.aws.amazon.com/eventbridge/latest/ref/events-structure.html
"""

import json
import logging
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from leadwell.clock import Moment
from leadwell.errors import Broken, Retryable
from leadwell.feedback import from_ses, from_sms, from_sms_reports
from leadwell.feedback.machine_networks import Machines
from leadwell.feedback.reading import moment
from leadwell.feedback.recording import record_feedback, record_sms
from leadwell.feedback.tiring import SoftBounces
from leadwell.ids import fingerprint
from leadwell.messaging.reputation import Tally
from leadwell.store.table import Table

if TYPE_CHECKING:
    from leadwell.feedback.replying import Inbox

_GREETING = "Successfully validated SNS topic for Amazon SES"
"""SES publishes this plain sentence when a topic becomes an event destination."""

_Soft = Callable[[], SoftBounces]
"""What the installation says about temporary bounces."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What recording needs beside the table; ``inbox`` takes replies, where the installation has a reply domain."""

    soft: _Soft = SoftBounces
    machines: Callable[[], Machines] = Machines
    inbox: "Callable[[], Inbox] | None" = None


_NO_MORE = Means()

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """``failed`` are the SQS ids to be delivered again, after some times to the dead-letter queue, where an alarm shows
    them. ``counts`` says how many were what."""

    failed: list[str]
    counts: Mapping[str, int]


def record_all(table: Table, records: Sequence[Mapping[str, Any]], means: Means = _NO_MORE) -> Outcome:
    """Records SQS records one by one; a bad one fails alone. Nothing personal is logged."""
    failed: list[str] = []
    counts: Counter[str] = Counter()
    tally = Tally()
    for entry in records:
        try:
            counts[record_notification(table, entry["body"], means, tally)] += 1
        except Retryable as error:
            failed.append(entry["messageId"])
            counts["retried"] += 1
            _log.warning("feedback %s will be tried again: %s", entry["messageId"], error)
        except Broken as error:
            failed.append(entry["messageId"])
            counts["broken"] += 1
            _log.error("feedback %s cannot be recorded: %s", entry["messageId"], error)
        except Exception as error:  # one record must not keep the others of its batch from being acknowledged
            failed.append(entry["messageId"])
            counts["broken"] += 1
            # The text of an unforeseen error may quote what it choked on.
            _log.error("feedback %s cannot be recorded: %s", entry["messageId"], type(error).__name__)
    _count(table, tally, records)
    _log.info("feedback recorded: %s", json.dumps(counts, sort_keys=True))
    return Outcome(failed=failed, counts=counts)


def _count(table: Table, tally: Tally, records: Sequence[Mapping[str, Any]]) -> None:
    """The reports are durable: a count that fails must not bring them again, and a few less do no harm."""
    try:
        tally.store(table, fingerprint("feedback", *(entry["messageId"] for entry in records)))
    except Retryable as error:
        _log.warning("what became of mails was not counted: %s", error)


def record_notification(table: Table, body: str, means: Means = _NO_MORE, tally: Tally | None = None) -> str:
    """Records one notification and says what it was: the kind of report, or ``ignored``.

    Raises Broken for what we cannot read, Retryable when the table asks for patience.
    """
    try:
        envelope = json.loads(body)
        if "detail" in envelope and "detail-type" in envelope:
            payload, published = envelope["detail"], moment(envelope["time"])
        else:
            text, published = str(envelope["Message"]), moment(envelope["Timestamp"])
            if text.startswith(_GREETING):
                return "ignored"
            payload = json.loads(text)
        recorders = [recorder for field, recorder in _RECORDERS.items() if field in payload]
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError) as error:
        raise Broken(f"a notification in a shape we do not know ({type(error).__name__})") from None
    if not recorders:
        raise Broken("a notification that is neither a report of SES nor an SMS")
    return recorders[0](table, payload, published, means, tally)


def _record_report(
    table: Table, payload: Mapping[str, Any], published: Moment, means: Means, tally: Tally | None
) -> str:
    kind = payload["eventType"]
    of_sms = isinstance(kind, str) and kind.startswith(from_sms_reports.PREFIX)
    feedback = from_sms_reports.translate(payload) if of_sms else from_ses.translate(payload)
    if feedback is None:
        return "ignored"
    record_feedback(table, feedback, means.soft, tally, means.machines)
    return type(feedback).__name__


def _record_sms(table: Table, payload: Mapping[str, Any], published: Moment, means: Means, tally: Tally | None) -> str:
    record_sms(table, from_sms.translate(payload, published))
    return "SmsReceived"


def _of_an_identity(
    table: Table, payload: Mapping[str, Any], published: Moment, means: Means, tally: Tally | None
) -> str:
    """A mail that arrived. What SES else tells an identity's own topic carries no tags; the configuration set reports
    the same with them."""
    if payload["notificationType"] != "Received":
        return "ignored"
    if means.inbox is None:
        raise Broken("a mail arrived, but this installation has no reply domain: redeploy it with one")
    from leadwell.feedback.from_mail import arrived

    return means.inbox().take(arrived(payload))


_RECORDERS: dict[str, Callable[[Table, Mapping[str, Any], Moment, Means, Tally | None], str]] = {
    "eventType": _record_report,
    "originationNumber": _record_sms,
    "notificationType": _of_an_identity,
}
"""Who understands a payload, by a field that only this sort of payload has."""
