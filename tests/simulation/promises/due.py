"""Nothing lost, nothing stuck silently."""

from collections.abc import Iterator

from leadwell.clock import MINUTE, to_minute
from tests.simulation.evidence import Evidence, moment_of

_PATIENCE = 11 * MINUTE
"""A wake-up that was lost costs at most two sweeps."""


def nothing_is_overdue(evidence: Evidence) -> Iterator[str]:
    """Whatever is due has a marker in a minute that comes soon enough."""
    for at, item in evidence.items.items():
        if "due_at" not in item:
            continue
        due = moment_of(item["due_at"])
        if due + _PATIENCE < evidence.now:
            yield f"{at} was due {(evidence.now - due) // MINUTE} minutes ago ({item.get('status')})"
        minute = to_minute(due - due % MINUTE + MINUTE)
        if not item["due_bucket"].startswith(minute + "#"):
            yield f"{at} is due at {item['due_at']} and stands in {item['due_bucket']}"
        elif ("DUE", minute) not in evidence.world.table.items:
            yield f"{at} is due at {minute}, which nobody wakes"


def everything_has_ended(evidence: Evidence) -> Iterator[str]:
    """No journey waits longer than the story goes on after its last mishap."""
    for item in evidence.enrollments:
        where = f"{item['sk']} of {item['pk']}"
        if item["status"] == "active":
            yield f"{where} still stands at {item['step']}"
        elif item["status"] not in ("finished", "exited"):
            yield f"{where} is {item['status']}: {item.get('reason')}"
    for item in evidence.of_kind("MESSAGE"):
        reason = item.get("reason", "")
        if item["status"] in ("requested", "claimed"):
            yield f"message {item['id']} is still {item['status']}"
        if item["status"] == "parked" and "refused the message" not in reason:
            yield f"message {item['id']} is parked: {reason}"
        if item["status"] in ("parked", "skipped", "unknown") and not reason:
            yield f"message {item['id']} is {item['status']} for no stated reason"


def dead_letters_are_poison(evidence: Evidence) -> Iterator[str]:
    for queue in evidence.world.queues.values():
        for message in queue.dead:
            if not message.poison:
                yield f"{message.id} is dead: {message.body[:200]}"
    for arn, state in evidence.world.machines.failed:
        yield f"an execution of {arn} failed: {state}"


def nothing_is_overwritten(evidence: Evidence) -> Iterator[str]:
    """Every write of a contact, enrollment or message rests on the one before; what has ended stays ended."""
    revisions: dict[tuple[str, str], int] = {}
    ended: set[tuple[str, str]] = set()
    for _, at, item, _ in evidence.world.table.journal:
        if "rev" not in item:
            continue
        rev = int(item["rev"]["N"])
        if rev == 1 and at[0] in evidence.erased:
            ended.discard(at)  # news that was on its way; it is deleted again, which the journal does not show
        elif rev != revisions.get(at, 0) + 1:
            yield f"{at} went from revision {revisions.get(at, 0)} to {rev}"
        revisions[at] = rev
        if at[1].startswith("J#"):
            if at in ended and item["status"]["S"] == "active":
                yield f"{at} had ended and goes on"
            if item["status"]["S"] in ("finished", "exited"):
                ended.add(at)
