"""Bugs put into the package on purpose, to show that the simulator can fail: each is one patch with a name.

They are the mistakes that are easy to make with these services; three were real until a story found them.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import Any
from unittest.mock import patch

from leadwell import wiring
from leadwell.clock import to_iso
from leadwell.companies import worth
from leadwell.consent.permission import Verdict, address_for
from leadwell.contacts import membership
from leadwell.contacts import updating as contact_updating
from leadwell.contacts.folding import Folding
from leadwell.contacts.updating import Updater
from leadwell.due import buckets, waking
from leadwell.due.buckets import Armory
from leadwell.errors import Conflict
from leadwell.feedback import judging
from leadwell.feedback import recording as feedback_recording
from leadwell.journeys import hindsight
from leadwell.journeys import leaving as journey_leaving
from leadwell.journeys import running as journey_running
from leadwell.journeys.hindsight import Hindsight
from leadwell.journeys.running import Runner
from leadwell.journeys.steps.send import SendEmail, SendSms
from leadwell.messaging import deciding, sending
from leadwell.messaging.manners import manners
from leadwell.messaging.pacing import Policy
from leadwell.store import keys
from leadwell.store.attributes import to_attributes
from leadwell.store.dynamo import DynamoTable
from leadwell.store.table import ABSENT, Check, Put
from leadwell.tracking import once, recording
from leadwell.tracking.events import Event

Plant = Callable[[Callable[[Any, str, Any], None]], None]
"""Gets ``put(object, attribute, replacement)``."""


def _send_then_mark(put: Any) -> None:
    """The message stays requested while the provider is called."""
    put(sending, "claim", lambda message, to, now, lease: replace(message, to=to, claimed_at=now))


def _provider_retries(put: Any) -> None:
    """boto3's default for SES, too."""
    put(wiring, "_sending_client", wiring._client)


def _resend_after_lease(put: Any) -> None:
    """Whoever finds an old claim sends again, instead of saying that nobody knows."""

    put(sending, "manners", lambda channel: replace(manners(channel), repeats=(60_000,) * 9))


def _arm_after_write(put: Any) -> None:
    """First the item that is due, then the marker of its minute."""
    arm, write = Armory.arm, DynamoTable.write

    def later(self: Armory, moments: Any, now: int) -> None:
        vars(self._table).setdefault("later", []).append((self, list(moments), now))

    def write_then_arm(self: DynamoTable, *changes: Any) -> None:
        write(self, *changes)
        for armory, moments, now in vars(self).pop("later", ()):
            arm(armory, moments, now)

    put(Armory, "arm", later)
    put(DynamoTable, "write", write_then_arm)


def _no_arming(put: Any) -> None:
    """What is due has no marker: the minute comes and nobody looks."""
    put(Armory, "arm", lambda self, moments, now: None)


def _counter_by_add(put: Any) -> None:
    """An event that is delivered again is counted again."""
    _fold_with(put, lambda stored, events: events)


def _late_as_new(put: Any) -> None:
    """An event that comes late is applied to today's state, not in its place in time."""
    _fold_with(put, lambda stored, events: [event for event in events if event.order != stored.last])


def _fold_with(put: Any, chosen: Callable[[Any, list[Event]], list[Event]]) -> None:
    fold = Updater._fold

    def without_order(self: Updater, stored: Any, events: list[Event], catalog: Any, now: int) -> Any:
        right = fold(self, stored, events, catalog, now)
        if stored.plan != catalog.plan and stored.rev:
            return right
        folding = Folding(stored, catalog, self.default_zone)
        for event in chosen(stored, events):
            folding.apply(event)
        folding.walk_to(now)
        return replace(right, folding=folding, happened=folding.happened)

    put(Updater, "_fold", without_order)


def _message_beside_transaction(put: Any) -> None:
    """The enrollment moves first, its message is written by a second request."""
    write = DynamoTable.write

    def apart(self: DynamoTable, *changes: Any) -> None:
        messages = [
            one for one in changes if isinstance(one, Put) and one.item.get("kind") == "MESSAGE" and not one.expect
        ]
        others = [one for one in changes if one not in messages]
        if others:
            write(self, *others)
        for message in messages:
            write(self, message)

    put(DynamoTable, "write", apart)


def _no_by_stream(put: Any) -> None:
    """A "no" is acknowledged as an event and counts when the stream has brought it."""
    write, apply = DynamoTable.write, Updater.apply
    is_on_time: list[bool] = []

    def event_only(self: DynamoTable, *changes: Any) -> None:
        write(self, *(changes if is_on_time else (one for one in changes if not _is(one, "NO"))))

    def by_stream(self: Updater, events: Any, catalog: Any, now: int) -> None:
        is_on_time.append(True)
        try:
            events = list(events)
            recording.record(self.table, [event for event in events if recording.is_withdrawal(event)])
            apply(self, events, catalog, now)
        finally:
            is_on_time.pop()

    put(DynamoTable, "write", event_only)
    put(Updater, "apply", by_stream)


def _permission_at_request(put: Any) -> None:
    """Asked when the journey asks for the message, not when it leaves."""

    answers: dict[tuple[str, str], bool] = {}
    ask = SendEmail.run

    def run(step: Any, run: Any) -> Any:
        channel, message = step.message()
        agreed = f"marketing/{channel}" in run.facts.consents
        answers[run.situation.contact.id, channel] = agreed or message.purpose != "marketing"
        return ask(step, run)

    def allowed(contact: Any, withdrawals: Any, *, channel: str, purpose: str, suppressed: str) -> Verdict:
        to = address_for(contact, channel, purpose)
        return Verdict(to) if to and answers.get((contact.id, channel)) else Verdict(reason="no")

    put(SendEmail, "run", run)
    put(SendSms, "run", run)
    put(deciding, "permission", allowed)
    _without_checks(put)


def _no_check_at_claim(put: Any) -> None:
    """The "no" is read before the claim, and the claim does not look whether another came."""
    _without_checks(put)


def _without_checks(put: Any) -> None:
    write = DynamoTable.write
    put(
        DynamoTable,
        "write",
        lambda self, *changes: write(self, *(one for one in changes if not isinstance(one, Check))),
    )


def _tombstone_not_followed(put: Any) -> None:
    """An event for a contact that was joined with another stays where nobody looks."""
    send_on = Updater._send_on

    def stays(self: Updater, signpost: Any, events: Any) -> None:
        if signpost.due_at is not None:
            send_on(self, signpost, events)

    put(Updater, "_send_on", stays)


def _unconditional_enrollment(put: Any) -> None:
    """Who writes an enrollment last is right."""
    write = DynamoTable.write

    def blindly(self: DynamoTable, *changes: Any) -> None:
        write(self, *(Put(one.item) if _is(one, "ENROLLMENT") else one for one in changes))

    put(DynamoTable, "write", blindly)


def _unconditional_contact(put: Any) -> None:
    """Who writes a contact last is right."""
    write = DynamoTable.write

    def blindly(self: DynamoTable, *changes: Any) -> None:
        write(self, *(Put(one.item) if _is(one, "CONTACT") else one for one in changes))

    put(DynamoTable, "write", blindly)


def _is(change: Any, kind: str) -> bool:
    return isinstance(change, Put) and change.item.get("kind") == kind


def _delete_before_enqueue(put: Any) -> None:
    """The drain takes items out of the index, then puts them into the queue."""
    wake = waking._wake

    def drain(table: Any, queues: Any, progress: Any, now: int, pages: int = 50) -> Any:
        woken = 0
        for shard in range(buckets.SHARDS):
            entries = table.query_due(buckets.bucket(progress.minute, shard), limit=100).entries
            due = [entry.key for entry in entries if entry.due_at <= to_iso(now)]
            for key, item in table.get_many(due).items():
                bare = {name: item[name] for name in item if not name.startswith("due_")}
                table.write(Put({**bare, "rev": item["rev"] + 1}, item["rev"]))
                woken += wake(queues, [key])
        return waking.Progress(progress.minute, buckets.SHARDS, None, False, woken)

    put(waking, "drain", drain)


def _goal_not_looked_at(put: Any) -> None:
    """Only the stream's news ends a journey; the history is not read before a message is asked for."""
    put(hindsight, "may_end", lambda program: False)


def _wait_hears_only_news(put: Any) -> None:
    """An event that is stored before its wait begins here is not found (once real)."""
    put(Hindsight, "caught_up", lambda self, program, move, situation: move)
    put(hindsight, "awaits", lambda program, enrollment: None)


def _status_backwards(put: Any) -> None:
    """The report that comes last counts."""
    with_feedback = feedback_recording.with_feedback

    def newest(message: Any, status: Any, at: int, **more: Any) -> Any:
        return replace(with_feedback(message, status, at, **more), status=status)

    put(feedback_recording, "with_feedback", newest)


def _part_of_a_batch(put: Any) -> None:
    """What a batch write left over is not written."""

    def one_request(self: DynamoTable, items: Any) -> None:
        for start in range(0, len(items), 25):
            puts = [{"PutRequest": {"Item": to_attributes(item)}} for item in items[start : start + 25]]
            self._call("batch_write_item", table=False, RequestItems={self._name: puts})

    put(DynamoTable, "put_many", one_request)


def _guard_of_contact(put: Any) -> None:
    """A retry is recognized by whose event it is, which a merge changes (once real)."""
    put(once, "_guard_of", lambda event: keys.guard(f"event#{event.contact}#{event.id}"))


def _any_conflict_is_a_marker(put: Any) -> None:
    """A transaction in the way is taken for a marker that is there (once real)."""

    def arm(self: Armory, minutes: Sequence[str], now: int) -> None:
        for minute in minutes:
            self._remember([minute])
            try:
                self._table.write(Put(buckets.marker(minute), ABSENT))
            except Conflict:
                continue
            self._starter.start_delay(minute, buckets.execution_name(minute))

    put(Armory, "_arm", arm)


def _late_word_moves_nothing(put: Any) -> None:
    """Companies keep what was done elsewhere, as it turns out."""
    put(contact_updating, "rearranged", lambda *given, anew: [])


def _joined_person_counts_twice(put: Any) -> None:
    """Who turns out to be somebody else leaves their copies behind."""
    put(contact_updating, "taken_back", lambda table, contact, history, now: [])


def _newcomers_know_nothing(put: Any) -> None:
    """Who joins a company waits for its next news."""
    put(contact_updating, "welcome", lambda table, newcomers: None)


def _cap_by_reading(put: Any) -> None:
    """Whoever was quicker with another message is not noticed."""
    put(sending, "Put", lambda item, expect=None: Put(item, None if item["kind"] == "LEDGER" else expect))


def _cap_forgotten(put: Any) -> None:
    """Nobody counts what other journeys have sent."""
    put(Policy, "room", lambda self, channel, sent, now: (now, None))


def _machine_found_in_silence(put: Any) -> None:
    """Who counted a machine's click as a person's is not told that it was none."""

    def mark(table: Any, event: Any, sign: str) -> None:
        table.write(Put(judging.marked(event, sign).to_item()))

    put(judging, "_mark", mark)


def _held_and_moved(put: Any) -> None:
    """Who comes due in a held journey goes on."""
    put(Runner, "_kept_until", lambda self, program, enrollment, catalog, now: now)


def _policy_forgotten(put: Any) -> None:
    """Those inside stay in the version they entered with, whatever its successor was published with."""

    def as_ever(enrollment: Any, programs: Any, turnovers: Any) -> Any:
        return enrollment

    put(journey_running, "as_of_today", as_ever)
    put(journey_leaving, "as_of_today", as_ever)


def _who_leaves_stays_warm(put: Any) -> None:
    """Who leaves a company tells it nothing of their score."""
    tell = worth.scores_told

    def forgetful(before: Any, after: Any) -> Any:
        stays = after is not None and after.company.get("id") == before.company.get("id")
        return tell(before, after) if stays or not before.belonging else []

    put(membership, "scores_told", forgetful)


BUGS: dict[str, Plant] = {
    "send then mark": _send_then_mark,
    "provider client retries": _provider_retries,
    "resend after lease": _resend_after_lease,
    "arm after write": _arm_after_write,
    "no arming": _no_arming,
    "counter by add": _counter_by_add,
    "late as new": _late_as_new,
    "message beside transaction": _message_beside_transaction,
    "no by stream": _no_by_stream,
    "permission at request": _permission_at_request,
    "no check at claim": _no_check_at_claim,
    "tombstone not followed": _tombstone_not_followed,
    "unconditional enrollment": _unconditional_enrollment,
    "unconditional contact": _unconditional_contact,
    "delete before enqueue": _delete_before_enqueue,
    "goal not looked at": _goal_not_looked_at,
    "wait hears only news": _wait_hears_only_news,
    "status backwards": _status_backwards,
    "part of a batch": _part_of_a_batch,
    "guard of contact": _guard_of_contact,
    "any conflict is a marker": _any_conflict_is_a_marker,
    "cap by reading": _cap_by_reading,
    "cap forgotten": _cap_forgotten,
    "late word moves nothing": _late_word_moves_nothing,
    "joined person counts twice": _joined_person_counts_twice,
    "newcomers know nothing": _newcomers_know_nothing,
    "machine found in silence": _machine_found_in_silence,
    "held and moved": _held_and_moved,
    "policy forgotten": _policy_forgotten,
    "who leaves stays warm": _who_leaves_stays_warm,
}


@contextmanager
def planted(name: str) -> Iterator[None]:
    """The package with this bug."""
    with ExitStack() as stack:

        def put(owner: Any, attribute: str, replacement: Any) -> None:
            stack.enter_context(patch.object(owner, attribute, replacement))

        BUGS[name](put)
        yield
