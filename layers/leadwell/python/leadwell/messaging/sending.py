"""Sends what was requested, at most once each.

The order of things is the promise: look at the "no" of the person → write the message out → claim it, on condition
that no "no" arrived meanwhile → call the provider once → mark. Whatever happens between claim and mark, nobody sends
again.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from leadwell.calendar import local_date, zone_or
from leadwell.clock import DAY, MINUTE, Moment
from leadwell.consent.permission import (
    CONFIRMATION,
    INTERNAL,
    MARKETING,
    Verdict,
    address_for,
    internal_permission,
    permission,
)
from leadwell.consent.suppressions import Suppression, suppression_key
from leadwell.consent.withdrawals import Withdrawals
from leadwell.contacts.contact import Contact
from leadwell.definitions.library import Library
from leadwell.due.buckets import Armory
from leadwell.errors import Broken, Conflict
from leadwell.ids import fingerprint
from leadwell.messaging.ledger import Ledger
from leadwell.messaging.message import Message, Status, claim, expired, parked, released, sent, skipped
from leadwell.messaging.outgoing import CannotSend, Channel, NotTaken, Outgoing
from leadwell.messaging.reputation import Breaker, ask_again
from leadwell.messaging.writing import Sender, write_out
from leadwell.store import keys
from leadwell.store.table import ABSENT, Change, Check, Item, Key, Put, Table, key_of
from leadwell.tracking.events import Event, Name, Standing

if TYPE_CHECKING:
    from leadwell.messaging.pacing import Policy

LEASE = 10 * MINUTE
BACK_OFF = 2 * MINUTE
_GRID = 5 * MINUTE
_ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class Post:
    """Sends messages. ``channels`` maps a channel's name to the way out."""

    table: Table
    armory: Armory
    library: Library
    channels: Mapping[str, Channel]
    sender: Callable[[], Sender]
    default_zone: str
    breaker: Breaker | None = None

    def send_all(self, due: Iterable[Key], now: Moment) -> dict[Key, Exception]:
        """Sends each message that may be sent now. Answers the keys that failed; the others need no further thought."""
        self.library.look()
        policy = self.library.policy()
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
                claimed = self._claim(key, policy, now, may_be_suppressed=attempt > 0)
                break
            except Conflict:
                if attempt == _ATTEMPTS - 1:
                    raise
        if claimed is not None:
            self._hand_over(*claimed, now)

    def _claim(
        self, key: Key, policy: "Policy | None", now: Moment, may_be_suppressed: bool
    ) -> tuple[Message, Outgoing] | None:
        """Decides and claims; None when there is nothing to send. Raises Conflict when what was read does not hold.

        Few addresses are suppressed: that this one is not is a condition of the claim, and looked up if it fails.
        """
        contact_id = keys.contact_of(key.pk)
        contact_key, no_key = keys.contact(contact_id), keys.withdrawals(contact_id)
        ledger_key = keys.ledger(contact_id)
        found = self.table.get_many([key, contact_key, no_key, *([ledger_key] if policy else [])])
        if key not in found:
            return None
        message = Message.from_item(found[key])
        if message.status is Status.CLAIMED:
            self._give_up(message, now)
        if message.status is not Status.REQUESTED:
            return None
        if contact_key not in found:
            self._store(skipped(message, "there is no such contact", now))
            return None
        contact = Contact.from_item(found[contact_key])
        withdrawals = Withdrawals.from_item(found.get(no_key))
        internal = message.purpose == INTERNAL
        address = message.recipient if internal else address_for(contact, message.channel, message.purpose)
        address_key = suppression_key(message.channel, address) if address else None
        address_rev = ABSENT
        verdict = _verdict(message, contact, withdrawals, address, "")
        if address_key and (may_be_suppressed or not verdict.allowed):
            suppression = Suppression.from_item(self.table.get(address_key))
            suppressed = suppression.reason.value if suppression and suppression.holds(now) else ""
            address_rev = suppression.rev if suppression else ABSENT
            verdict = _verdict(message, contact, withdrawals, address, suppressed)
        if not verdict.allowed or address_key is None:
            self._store(skipped(message, verdict.reason, now))
            return None
        if held := self._held(message, now):
            self._put_off(message, ask_again(message.id, now), held, now)
            return None
        paced: list[Change] = []
        if policy is not None and message.purpose == MARKETING:
            ledger = Ledger.from_item(contact_id, found.get(ledger_key))
            zone = contact.zone(self.default_zone)
            pace = policy.verdict(contact, message.channel, zone, ledger.others(message.id), now)
            if pace.at is None:
                self._store(skipped(message, pace.reason, now))
                return None
            if pace.at > now:
                self._put_off(message, pace.at, pace.reason, now)
                return None
            if policy.definition.caps:
                paced.append(Put(ledger.noted(now, message.channel, message.id).to_item(), ledger.rev))
        try:
            outgoing = self._write(message, contact, verdict, now)
        except Broken as error:
            self._store(parked(message, str(error)))
            return None
        claimed = claim(message, verdict.to, now, _grid(now + LEASE) - now)
        conditions: list[Change] = [Check(no_key, withdrawals.rev), Check(address_key, address_rev), *paced]
        if message.purpose == CONFIRMATION:
            guard = self._once_a_day(message, verdict.to, now)
            asked = self.table.get(key_of(guard))
            if asked is None:
                conditions.append(Put(guard, ABSENT))
            elif asked["message"] != message.id:
                self._store(skipped(message, "this address was asked for confirmation today already", now))
                return None
        self.armory.arm([claimed.due_at], now)
        self.table.write(Put(claimed.to_item(), message.rev), *conditions)
        return replace(claimed, rev=message.rev + 1), outgoing

    def _hand_over(self, message: Message, outgoing: Outgoing, now: Moment) -> None:
        try:
            provider_id = self.channels[message.channel].send(outgoing)
        except NotTaken as error:
            later, busy = _grid(now + BACK_OFF), str(error)
            self.armory.arm([later], now)
            self._mark(message, lambda present: released(present, later, busy))
        except CannotSend as error:
            reason = str(error)
            self._mark(message, lambda present: parked(present, reason))
        else:
            # SES reports a send by itself; SNS does not.
            report = [Put(_sms_sent(message, now).to_item())] if message.channel == "sms" else []
            self._mark(message, lambda present: sent(present, provider_id, now), *report)

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

    def _give_up(self, message: Message, now: Moment) -> None:
        unknown = expired(message, now)
        if unknown is not message:
            self._store(unknown)

    def _store(self, message: Message) -> None:
        self.table.write(Put(message.to_item(), message.rev))

    def _held(self, message: Message, now: Moment) -> str:
        """Why marketing by mail waits now; empty for everything else, and while the reputation is good."""
        is_concerned = self.breaker and message.purpose == MARKETING and message.channel == "email"
        return self.breaker.holds(now) if self.breaker and is_concerned else ""

    def _write(self, message: Message, contact: Contact, verdict: Verdict, now: Moment) -> Outgoing:
        template = self.library.live(message.channel, message.template)
        if template is None:
            raise Broken(
                f"there is no {message.channel} template {message.template}; publish it and release the message"
            )
        learned = self.library.interests() if contact.interests else None
        about = {"interest": learned.top(contact.interests)} if learned else {}
        return write_out(
            message,
            template.document,
            contact,
            verdict.to,
            self.sender(),
            now,
            about,
            self._shown(message, template.document, contact, now),
        )

    def _shown(
        self, message: Message, template: Mapping[str, Any], contact: Contact, now: Moment
    ) -> Mapping[str, bool]:
        """Which parts the contact gets; only templates that ask need the definitions."""
        if not template.get("show"):
            return {}
        from leadwell.contacts.folding import facts_of
        from leadwell.messaging.rendering.showing import shown

        facts = facts_of(contact, self.library.catalog().for_(contact.id), self.default_zone)
        return shown(template["show"], replace(facts, trigger=message.data.get("event", {})), now)

    def _once_a_day(self, message: Message, to: str, now: Moment) -> Item:
        """Nobody can have an address flooded with confirmation mails by typing it into forms."""
        day = local_date(now, zone_or("", self.default_zone)).isoformat()
        key = keys.guard(f"confirmation#{fingerprint('address', message.channel, to)}#{day}")
        expires: Any = (now + 3 * DAY) // 1000
        return {"pk": key.pk, "sk": key.sk, "kind": "GUARD", "rev": 1, "message": message.id, "expires_at": expires}


def _verdict(message: Message, contact: Contact, withdrawals: Withdrawals, address: str, suppressed: str) -> Verdict:
    if message.purpose == INTERNAL:
        return internal_permission(contact, address, suppressed)
    return permission(contact, withdrawals, channel=message.channel, purpose=message.purpose, suppressed=suppressed)


def _grid(moment: Moment) -> Moment:
    """Leases and pauses end on a grid of five minutes, so that few minutes need waking."""
    return moment - moment % _GRID + _GRID


def _sms_sent(message: Message, now: Moment) -> Event:
    return Event(
        contact=message.contact,
        id="s" + fingerprint("sms sent", message.id),
        at=now,
        type="track",
        name=Name.SMS_SENT,
        standing=Standing.PROVEN,
        properties={
            "message": message.id,
            "template": message.template,
            "journey": message.journey,
            "step": message.step,
        },
        source="sns",
    )
