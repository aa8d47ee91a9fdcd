"""Counts what an event, a message and a minute need, for ``leadwell cost``: a crowd lives through four weeks.

Nothing comes in batches here: every event is a request of its own, and the stream brings it alone, as it is with a
small shop. That is the expensive case; where more happens at once, it costs less.
"""

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import process_time
from typing import Any

from leadwell.clock import DAY, SECOND, to_iso
from leadwell.reporting.counts import Counts, Spent
from tests.benchmarks.crowd import GROWN, WEEKS, grown_installation
from tests.benchmarks.harness import settled_memory
from tests.benchmarks.installation import Installation
from tests.benchmarks.visits import visit
from tests.functions.queue_records import notification, queue_event

PLATFORM_LOG = 350
"""Bytes: START, END and REPORT of an invocation."""
OWN_LOG = 250
"""Bytes: our line about a request to the API."""
ACCESS_LOG = 400
"""Bytes: API Gateway's line about a request."""
OVERHEAD = 100
"""Bytes: what DynamoDB adds to an item when it bills storage."""

_REPORTS = ("Send", "Delivery", "Open")


@dataclass(slots=True)
class Meter:
    """What invocations of one kind have used up."""

    invocations: int = 0
    requests: int = 0
    seconds: float = 0.0
    writes: float = 0.0
    reads: float = 0.0
    sqs: float = 0.0


class Metered(Installation):
    """Notes what every invocation costs, by what it is done for."""

    def __init__(self) -> None:
        self.meters: dict[str, Meter] = defaultdict(Meter)
        self.about = ""
        super().__init__()

    def call(self, function: str, payload: str) -> Any:
        aws, queued = self.aws, '"aws:sqs"' in payload[:300]
        meter = self.meters[self.about or _purpose(function, queued)]
        before = aws.total_requests, aws.write_units, aws.read_units, aws.seconds, aws.requests["SendMessageBatch"]
        began = process_time()
        answer = super().call(function, payload)
        meter.seconds += process_time() - began - (aws.seconds - before[3])
        meter.invocations += 1
        meter.requests += aws.total_requests - before[0]
        meter.writes += aws.write_units - before[1]
        meter.reads += aws.read_units - before[2]
        # A batch from a queue was received and is deleted.
        meter.sqs += aws.requests["SendMessageBatch"] - before[4] + 2 * queued
        return answer


def _purpose(function: str, queued: bool) -> str:
    if function == "wake_due":
        return "minute"
    return "message" if queued and function != "score_and_segment" else "event"


def count(path: Path, weeks: int = 4, contacts: int = GROWN, grown_for: int = WEEKS) -> Counts:
    """Writes the counts to a file and answers them."""
    installation = Metered()
    installation.go_on_from(grown_installation(grown_for))
    installation.switch_on()
    aws, mails, started = installation.aws, 0, len(installation.aws.started)
    sizes = _stored(installation)
    events = 0
    with settled_memory():
        for week in range(weeks):
            start = installation.clock.moment
            for number in range(contacts):
                installation.advance(start + number * 7 * DAY // contacts)
                for call in visit(number, 100 + week, installation.clock.moment - SECOND):
                    installation.track([call])
                    installation.run()
                    events += 1
                mails = _report_on(installation, mails)
            installation.advance(start + 7 * DAY)
    grown = {kind: size - sizes.get(kind, 0) for kind, size in _stored(installation).items()}
    ours, theirs = installation.meters["event"], installation.meters["message"]
    made = grown["EVENT"] / (events + len(_REPORTS) * aws.mails)
    counts = Counts(
        date=datetime.now(UTC).date().isoformat(),
        event=_average(ours, events, made, PLATFORM_LOG * ours.invocations + events * (OWN_LOG + ACCESS_LOG)),
        message=_average(
            theirs,
            aws.mails,
            (grown["MESSAGE"] + grown["ENROLLMENT"]) / aws.mails + len(_REPORTS) * made,
            PLATFORM_LOG * theirs.invocations,
        ),
        minutes=round((len(aws.started) - started) / contacts * 4 / weeks, 3),
        contact_bytes=round((sizes["CONTACT"] + sizes["IDENTITY"] + sizes["MEMBER"]) / GROWN),
    )
    path.write_text(json.dumps(asdict(counts), indent=1) + "\n")
    return counts


def _report_on(installation: Installation, mails: int) -> int:
    """SES reports what became of the mails since; answers how many there were until now."""
    assert isinstance(installation, Metered)
    installation.about = "message"
    sent = installation.aws.sent[mails:]
    for number, tags in enumerate(sent, mails + 1):
        at = to_iso(installation.clock.moment)
        mail = {"timestamp": at, "messageId": f"mail-{number}", "destination": ["a@example.com"], "tags": tags}
        for kind in _REPORTS:
            report = {"eventType": kind, "mail": mail, kind.lower(): {"timestamp": at}}
            installation.call("record_feedback", json.dumps(queue_event(notification(report))))
            installation.run()
    installation.about = ""
    return mails + len(sent)


def _average(meter: Meter, number: int, stored: float, logged: float) -> Spent:
    number = max(number, 1)
    return Spent(
        invocations=round(meter.invocations / number, 3),
        requests=round(meter.requests / number, 3),
        cpu_ms=round(meter.seconds / number * 1000, 3),
        writes=round(meter.writes / number, 3),
        reads=round(meter.reads / number, 3),
        sqs=round(meter.sqs / number, 3),
        stored_bytes=round(stored, 1),
        log_bytes=round(logged / number, 1),
    )


def _stored(installation: Installation) -> Mapping[str, int]:
    sizes: dict[str, int] = defaultdict(int)
    for one in installation.aws.table:
        sizes[one.kind] += one.size + OVERHEAD
    return sizes
