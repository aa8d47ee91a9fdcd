"""Sends what was requested, at most once each.

The order of things is the promise: look at the "no" of the person → write the message out → claim it, on condition
that no "no" arrived meanwhile → call the provider once → mark. Whatever happens between claim and mark, nobody sends
again; but for a channel whose receivers know each message by its id (``manners``), where it is sent until it arrived.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from leadwell.calendar import local_date, zone_or
from leadwell.clock import DAY, MINUTE, Moment
from leadwell.consent.owners import owner_of
from leadwell.consent.permission import CONFIRMATION, MARKETING, TRANSACTIONAL
from leadwell.consent.proving import content_hash
from leadwell.consent.suppressions import Unsalted, find_suppression, suppression_key
from leadwell.consent.withdrawals import Withdrawals, is_topic
from leadwell.contacts.contact import MERGED, Contact
from leadwell.definitions.library import Library
from leadwell.due.buckets import Armory
from leadwell.errors import Broken, Conflict
from leadwell.ids import fingerprint
from leadwell.journeys.enrollment import Enrollment
from leadwell.messaging.deciding import Case, Send, Skip, Wait, decide, permitted
from leadwell.messaging.finishing import finished
from leadwell.messaging.ledger import Ledger
from leadwell.messaging.manners import manners
from leadwell.messaging.message import REPLY, WEBHOOK, Message, Status, claim, expired, parked, released, sent, skipped
from leadwell.messaging.outgoing import CannotSend, Channel, NotTaken, Outgoing
from leadwell.messaging.overdue import shifted, too_late
from leadwell.messaging.reputation import Breaker, ask_again
from leadwell.messaging.requesting import addressed
from leadwell.messaging.short_links import pointers
from leadwell.messaging.webhook import write_webhook
from leadwell.messaging.wording import passed_on, topic_title, worded
from leadwell.messaging.writing import Sender
from leadwell.store import keys
from leadwell.store.queues import TRANSACTIONAL as TRANSACTIONAL_QUEUE
from leadwell.store.table import ABSENT, Change, Check, Item, Key, Put, Table, key_of
from leadwell.tracking.events import Event, Standing

if TYPE_CHECKING:
    from leadwell.messaging.meter import Meter
    from leadwell.messaging.pacing import Policy
    from leadwell.store.mails import Mails

LEASE = 10 * MINUTE
BACK_OFF = 2 * MINUTE
_GRID = 5 * MINUTE
_ATTEMPTS = 5
_PRESSING = 4


@dataclass(frozen=True)
class Post:
    """Sends messages. ``channels`` maps a channel's name to the way out."""

    table: Table
    armory: Armory
    library: Library
    channels: Mapping[str, Channel]
    sender: Callable[[], Sender]
    default_zone: str
    meter: "Meter | None" = None
    breaker: Breaker | None = None
    mails: "Callable[[], Mails] | None" = None

    @cached_property
    def unsalted(self) -> Unsalted:
        return Unsalted(self.table)

    def send_all(self, due: Iterable[Key], now: Moment) -> dict[Key, Exception]:
        """Sends each message that may be sent now. Answers the keys that failed; the others need no further thought."""
        self.library.look()
        policy = self.library.policy()
        if self.meter is not None:
            self.meter.begin()
        failed: dict[Key, Exception] = {}
        for key in dict.fromkeys(due):
            try:
                self._send(key, policy, now)
            except Exception as error:
                failed[key] = error
        return failed

    def _send(self, key: Key, policy: "Policy | None", now: Moment) -> None:
        for attempt in range(_ATTEMPTS):
            try:
                claimed = self._claim(key, policy, now, look_up=attempt > 0)
                break
            except Conflict:
                if attempt == _ATTEMPTS - 1:
                    raise
        if claimed is not None:
            self._hand_over(*claimed, now)

    def _claim(self, key: Key, policy: "Policy | None", now: Moment, look_up: bool) -> tuple[Message, Outgoing] | None:
        """Decides and claims; None when there is nothing to send. Raises Conflict when what was read does not hold.

        Few addresses are suppressed: that this one is not is a condition of the claim, and looked up if it fails.
        """
        case = self._read(key, policy, now)
        if case is None:
            return None
        if ending := self._journey_ended(case.message):
            self._store(skipped(case.message, f"the journey ended: {ending}", now))
            return None
        if case.may_be_suppressed and (
            look_up
            or not permitted(case, policy, now).allowed
            or self.unsalted.holds(case.message.channel, case.address, now)
        ):
            case = self._looked_up(case, now)
        decision = decide(case, policy, now)
        if isinstance(decision, Skip):
            self._store(skipped(case.message, decision.reason, now))
            return None
        wait = decision if isinstance(decision, Wait) else self._held_up(case.message, policy, now)
        late = too_late(case.message, wait, case.zone, now)
        if isinstance(late, Skip):
            self._store(skipped(case.message, late.reason, now))
            return None
        if late is not None:
            self._put_off(shifted(case.message, _grid(late.until - 1)), late.until, late.reason, now)
            return None
        if wait is not None:
            self._put_off(case.message, wait.until, wait.reason, now)
            return None
        assert isinstance(decision, Send)
        try:
            outgoing = self._write(case.message, case.contact, decision.to, now)
        except Broken as error:
            self._store(parked(case.message, str(error)))
            return None
        rules = policy.definition if policy is not None else None
        outgoing = finished(outgoing, case.message, case.contact, case.withdrawals, rules)
        return self._claimed(case, decision, outgoing, now)

    def _held_up(self, message: Message, policy: "Policy | None", now: Moment) -> Wait | None:
        """What keeps a marketing mail that may leave from leaving: the account's quota, or a domain that is new."""
        if message.channel != "email" or message.purpose != MARKETING:
            return None
        if self.breaker is not None and (held := self.breaker.holds(now)):
            return Wait(ask_again(message.id, now), held)
        if (plan := policy.definition.warm_up if policy is not None else None) is not None:
            from leadwell.messaging.warming import Warming

            if (turn := Warming(self.table, plan).turn(message.id, now)) > now:
                return Wait(turn, "the domain is being warmed up")
        # Last: whoever has taken a place leaves now.
        later = self.meter.place(message.id) if self.meter is not None else None
        return Wait(later.until, later.reason) if later else None

    def _read(self, key: Key, policy: "Policy | None", now: Moment) -> Case | None:
        """The case as it stands; None when there is nothing to be decided any more."""
        contact_id = keys.contact_of(key.pk)
        contact_key, no_key, ledger_key = (
            keys.contact(contact_id),
            keys.withdrawals(contact_id),
            keys.ledger(contact_id),
        )
        found = self.table.get_many([key, contact_key, no_key, *([ledger_key] if policy else [])])
        message = self._requested(found.get(key), now)
        if message is None:
            return None
        message = self._with_topic(message)
        if message.purpose == CONFIRMATION and message.topic and topic_title(self.library, message.topic) is None:
            self._store(skipped(message, f"the policy names no topic {message.topic}, so nobody can be asked", now))
            return None
        if contact_key in found:
            contact = Contact.from_item(found[contact_key])
        elif message.recipient and (message.purpose == TRANSACTIONAL or REPLY in message.data):
            contact = Contact(id=contact_id)  # on its way: whoever asked for the message told of the person, too
        else:
            self._store(skipped(message, "there is no such contact", now))
            return None
        if contact.status == MERGED and message.channel == WEBHOOK:
            contact = self._of_today(contact)
        contact = addressed(contact, message)
        withdrawals = Withdrawals.from_item(found.get(no_key))
        ledger = Ledger.from_item(contact_id, found.get(ledger_key))
        case = Case(message, contact, withdrawals, ledger, contact.zone(self.default_zone))
        if message.purpose != CONFIRMATION or not case.address:
            return case
        return replace(case, owner=owner_of(self.table, message.channel, case.address, contact.id))

    def _requested(self, item: Item | None, now: Moment) -> Message | None:
        """The message, if it is to be sent. A claim whose lease is over is given up, or taken over."""
        if item is None:
            return None
        message = Message.from_item(item)
        if message.status is Status.CLAIMED and expired(message, now) is not message:
            if not manners(message.channel).repeats:
                self._store(expired(message, now))
                return None
            message = released(message, now, message.reason)
        return message if message.status is Status.REQUESTED else None

    def _with_topic(self, message: Message) -> Message:
        """What a template says of its own topic holds as it is when the message leaves, like its text. A confirmation
        that says none asks about the topic that was wished for."""
        if message.purpose not in (MARKETING, CONFIRMATION):
            return message
        template = self.library.live(message.channel, message.template)
        said = str(template.document.get("topic") or "") if template else ""
        if not said and not message.topic and message.purpose == CONFIRMATION:
            wished = str(message.data.get("event", {}).get("purpose") or "")
            said = wished if is_topic(wished) else ""
        return replace(message, topic=said) if said else message

    def _journey_ended(self, message: Message) -> str:
        """Why the journey that asked for a campaign's message came to an end while the message was put off; empty where
        it goes on, or came to the end of its steps. Whoever is looked at for the first time was just asked for."""
        if not message.was_put_off or message.purpose != MARKETING or not message.enrollment or message.last:
            return ""
        item = self.table.get(Key(message.key.pk, message.enrollment))
        return Enrollment.from_item(item).cut_short if item is not None else ""

    def _of_today(self, contact: Contact) -> Contact:
        """Who a contact turned out to be: what is told of somebody to a machine is not lost because of that."""
        while contact.merged_into:
            item = self.table.get(keys.contact(contact.merged_into))
            if item is None:
                break
            contact = Contact.from_item(item)
        return contact

    def _looked_up(self, case: Case, now: Moment) -> Case:
        """With what the suppression list says of the address; a rest that is over says nothing."""
        suppression = find_suppression(self.table, case.message.channel, case.address)
        if suppression is None:
            return case
        reason = suppression.reason.value if suppression.holds(now) else ""
        return replace(case, suppressed=reason, address_rev=suppression.rev)

    def _claimed(self, case: Case, decision: Send, outgoing: Outgoing, now: Moment) -> tuple[Message, Outgoing] | None:
        message = case.message
        conditions: list[Change] = [Check(keys.withdrawals(message.contact), case.withdrawals.rev)]
        if case.may_be_suppressed:
            conditions.append(Check(suppression_key(self.table, message.channel, decision.to), case.address_rev))
        if decision.ledger is not None:
            conditions.append(Put(decision.ledger.to_item(), decision.ledger.rev))
        if case.owner is not None:
            conditions.append(case.owner.unchanged)
        if message.purpose == CONFIRMATION:
            guard = self._once_a_day(message, decision.to, now)
            asked = self.table.get(key_of(guard))
            if asked is None:
                conditions.append(Put(guard, ABSENT))
            elif asked["message"] != message.id:
                self._store(skipped(message, "this address was asked for confirmation today already", now))
                return None
        claimed = self._as_written(claim(message, decision.to, now, _grid(now + LEASE) - now), outgoing)
        if claimed.short:
            conditions += [Put(item) for item in pointers(claimed, now)]
        self.armory.arm([claimed.due_at], now)
        self.table.write(Put(claimed.to_item(), message.rev), *conditions)
        return replace(claimed, rev=message.rev + 1), outgoing

    def _hand_over(self, message: Message, outgoing: Outgoing, now: Moment) -> None:
        manner = manners(message.channel)
        try:
            provider_id = self._call(message, outgoing)
        except NotTaken as error:
            self._try_again(message, str(error), now, error.wait)
        except CannotSend as error:
            self._park(message, str(error), now)
        except Exception as error:
            if not manner.repeats:
                raise
            self._try_again(message, f"nobody knows whether it arrived: {type(error).__name__}", now)
        else:
            report = [Put(_told(message, manner.told, now).to_item())] if manner.told else []
            self._mark(message, lambda present: sent(present, provider_id, now), *report)

    def _call(self, message: Message, outgoing: Outgoing) -> str:
        """Once; what certainly was not taken because a campaign uses up the provider's rate is offered again at once if
        it is no campaign itself."""
        channel = self.channels[message.channel]
        for _ in range(_PRESSING if message.queue == TRANSACTIONAL_QUEUE else 0):
            try:
                return channel.send(outgoing)
            except NotTaken as error:
                if not error.busy:
                    raise
        return channel.send(outgoing)

    def _try_again(self, message: Message, reason: str, now: Moment, wait: int = 0) -> None:
        repeats = manners(message.channel).repeats
        if repeats and message.attempts > len(repeats):
            self._park(message, f"given up after {message.attempts} attempts: {reason}", now)
            return
        pause = repeats[message.attempts - 1] if repeats else BACK_OFF
        later = _grid(now + max(pause, min(wait, DAY)))
        self.armory.arm([later], now)
        self._mark(message, lambda present: released(present, later, reason))

    def _park(self, message: Message, reason: str, now: Moment) -> None:
        given_up = manners(message.channel).given_up
        report = [Put(_told(message, given_up, now, reason=reason).to_item())] if given_up else []
        self._mark(message, lambda present: parked(present, reason), *report)

    def _mark(self, message: Message, change: Callable[[Message], Message], *report: Put) -> None:
        """Writes how it went, and the event that reports it; a provider's report may have been quicker and is kept."""
        for attempt in range(_ATTEMPTS):
            try:
                self.table.write(Put(change(message).to_item(), message.rev), *report)
                return
            except Conflict:
                item = self.table.get(message.key)
                if item is None or attempt == _ATTEMPTS - 1:
                    return
                message = Message.from_item(item)
            except Broken:
                return

    def _put_off(self, message: Message, until: Moment, reason: str, now: Moment) -> None:
        later = _grid(until - 1)
        self.armory.arm([later], now)
        self._store(released(message, later, reason))

    def _store(self, message: Message) -> None:
        self.table.write(Put(message.to_item(), message.rev))

    def _write(self, message: Message, contact: Contact, to: str, now: Moment) -> Outgoing:
        if message.channel == WEBHOOK:
            return write_webhook(message, contact)
        if REPLY in message.data:
            return passed_on(message, self.sender(), self.mails)
        return worded(message, contact, to, now, self.library, self.sender(), self.default_zone)

    def _as_written(self, message: Message, outgoing: Outgoing) -> Message:
        """With what a court wants to know of the words that leave."""
        template = self.library.live(message.channel, message.template)
        version = template.version if template else message.template_version
        proof = content_hash(outgoing) if message.purpose == CONFIRMATION else ""
        uncounted, short = not outgoing.is_counted, dict(outgoing.short)
        return replace(message, template_version=version, content_hash=proof, uncounted=uncounted, short=short)

    def _once_a_day(self, message: Message, to: str, now: Moment) -> Item:
        """Nobody can have an address flooded with confirmation mails by typing it into forms."""
        day = local_date(now, zone_or("", self.default_zone)).isoformat()
        key = keys.guard(f"confirmation#{keys.sealed(self.table.pepper, 'address', message.channel, to)}#{day}")
        expires: Any = (now + 3 * DAY) // 1000
        return {"pk": key.pk, "sk": key.sk, "kind": "GUARD", "rev": 1, "message": message.id, "expires_at": expires}


def _grid(moment: Moment) -> Moment:
    """Leases and pauses end on a grid of five minutes, so that few minutes need waking."""
    return moment - moment % _GRID + _GRID


def _told(message: Message, name: str, now: Moment, **more: Any) -> Event:
    """The event of a message whose provider reports nothing by itself; its id follows from the name, so that what is
    released and given up twice is told once each."""
    again = [str(message.attempts)] if more else []
    return Event(
        contact=message.contact,
        id="s" + fingerprint(name.lower(), message.id, *again),
        # After it was asked for, also where no time passes: who waits for it looks at what comes from then on.
        at=max(now, message.requested_at + 1),
        type="track",
        name=name,
        standing=Standing.PROVEN,
        properties={
            "message": message.id,
            "template": message.template,
            "journey": message.journey,
            "step": message.step,
            **more,
        },
        source=manners(message.channel).source,
    )
