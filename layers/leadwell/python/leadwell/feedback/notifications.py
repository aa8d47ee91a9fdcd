"""What lies in the feedback queue: SNS notifications, each with one report of SES or one SMS inside.

The envelope's shape: https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html
"""

import json
import logging
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from leadwell.clock import Moment
from leadwell.errors import Broken, Retryable
from leadwell.feedback import from_ses, from_sms
from leadwell.feedback.reading import moment
from leadwell.feedback.recording import record_feedback, record_sms
from leadwell.store.table import Table

_GREETING = "Successfully validated SNS topic for Amazon SES"
"""SES publishes this plain sentence when a topic becomes an event destination."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """``failed`` are the SQS ids to be delivered again, after some times to the dead-letter queue, where an alarm shows
    them. ``counts`` says how many were what."""

    failed: list[str]
    counts: Mapping[str, int]


def record_all(table: Table, records: Sequence[Mapping[str, Any]]) -> Outcome:
    """Records SQS records one by one; a bad one fails alone. Nothing personal is logged."""
    failed: list[str] = []
    counts: Counter[str] = Counter()
    for entry in records:
        try:
            counts[record_notification(table, entry["body"])] += 1
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
    _log.info("feedback recorded: %s", json.dumps(counts, sort_keys=True))
    return Outcome(failed=failed, counts=counts)


def record_notification(table: Table, body: str) -> str:
    """Records one notification and says what it was: the kind of report, or ``ignored``.

    Raises Broken for what we cannot read, Retryable when the table asks for patience.
    """
    try:
        envelope = json.loads(body)
        text, published = str(envelope["Message"]), moment(envelope["Timestamp"])
        if text.startswith(_GREETING):
            return "ignored"
        payload = json.loads(text)
        recorders = [recorder for field, recorder in _RECORDERS.items() if field in payload]
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError) as error:
        raise Broken(f"a notification in a shape we do not know ({type(error).__name__})") from None
    if not recorders:
        raise Broken("a notification that is neither a report of SES nor an SMS")
    return recorders[0](table, payload, published)


def _record_ses(table: Table, payload: Mapping[str, Any], published: Moment) -> str:
    feedback = from_ses.translate(payload)
    if feedback is None:
        return "ignored"
    record_feedback(table, feedback)
    return type(feedback).__name__


def _record_sms(table: Table, payload: Mapping[str, Any], published: Moment) -> str:
    record_sms(table, from_sms.translate(payload, published))
    return "SmsReceived"


_RECORDERS: dict[str, Callable[[Table, Mapping[str, Any], Moment], str]] = {
    "eventType": _record_ses,
    "originationNumber": _record_sms,
}
"""Who understands a payload, by a field that only this sort of payload has."""
