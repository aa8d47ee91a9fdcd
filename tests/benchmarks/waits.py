"""The row ``waits``: what a delayed step costs, against one Standard execution of Step Functions per wait."""

import json
from dataclasses import dataclass

from leadwell.clock import HOUR, MINUTE, Moment
from leadwell.due.buckets import bucket_minute
from leadwell.journeys.enrollment import Cause, Enrollment
from leadwell.reporting.cost import Prices
from leadwell.store.attributes import to_attributes
from tests.benchmarks.harness import Row, Size
from tests.benchmarks.installation import Installation
from tests.benchmarks.sending import a_contact

TRANSITIONS = 6
"""Start, Wait, Task, Choice, Succeed, End: AWS counts the nodes of the graph with its start and its end."""
ALONE = 4
"""Start, Wait, Task, End: the least that an execution per wait needs."""

_MINUTES = 60
_REGION = "us-east-1"
_PER_CALL = 5_000
"""Entries that one call of ``wake_due`` takes to the queues; more are another round of Task and Choice."""


@dataclass(frozen=True, slots=True)
class Counted:
    """``each``: dollars for every delayed step; ``minute``: for every minute that has one."""

    each: float
    minute: float
    note: str


def waits(size: Size) -> list[Row]:
    """For one, a thousand and a million steps due in one hour."""
    prices = Prices.read(_REGION)
    counted = _counted(size, prices)
    alone = ALONE * prices.amount("step functions transition")
    rows = []
    for steps in (1, 1_000, 1_000_000):
        minutes = min(steps, _MINUTES)
        rounds = max(steps / _MINUTES / _PER_CALL - 1, 0) * 2 * prices.amount("step functions transition")
        total = steps * counted.each + minutes * (counted.minute + rounds)
        transitions = (minutes * TRANSITIONS) / steps
        note = (
            f"${total / steps * 1e6:,.2f} against ${alone * 1e6:,.0f} a million; {transitions:.2g} transitions a step"
        )
        rows.append(Row(f"waits, {steps:,} in an hour", total / steps / alone, 0.03, f"{note}; {counted.note}"))
    return rows


def _counted(size: Size, prices: Prices) -> Counted:
    """Wakes enrollments that are due in the same minute and whose next step is another wait: each is written once, its
    entry leaves the index and another one comes."""
    waiting = size.messages
    installation = Installation()
    installation.switch_on()
    aws, due = installation.aws, installation.clock.moment + 3 * HOUR
    for number in range(waiting):
        contact = a_contact(number)
        aws.put(to_attributes(contact.to_item()))
        aws.put(to_attributes(_enrollment(contact.id, due).to_item()))
    installation.clock.moment = due + MINUTE
    state = {"minute": bucket_minute(due), "more": True}
    while state["more"]:
        state = installation.call("wake_due", json.dumps(state))
    sent = aws.requests["SendMessageBatch"]
    bodies = aws.queued.pop("enrollments")
    assert len(bodies) == waiting
    installation.work("run_journeys", bodies)
    assert not aws.mails and aws.requests["StartExecution"] == 1
    writes, reads = (aws.write_units - 1) / waiting, aws.read_units / waiting  # one marker for all of them
    each = writes * prices.amount("dynamodb write") + reads * prices.amount("dynamodb read")
    # Sent by tens, received and deleted by tens.
    each += (sent + 2 * waiting / 10) / waiting * prices.amount("sqs request")
    minute = TRANSITIONS * prices.amount("step functions transition") + prices.amount("dynamodb write")
    return Counted(each, minute, f"{writes:.2f} write and {reads:.2f} read units a step")


def _enrollment(contact: str, due: Moment) -> Enrollment:
    cause = Cause("e1", "Survey Answered", due - 3 * HOUR, {"question": "how-was-it", "answer": 9})
    return Enrollment(
        contact=contact,
        journey="survey",
        version=1,
        key="",
        number=1,
        cause=cause,
        entered_at=cause.at,
        step="1",
        since=cause.at,
        wake_at=due,
        listed=True,  # since its journey was entered
    )
