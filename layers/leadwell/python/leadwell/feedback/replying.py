"""Replies to our mails: the "no" first, then the event, then the mail goes on to the person in charge.

A reply is known by its Message-ID: whatever delivers it twice, there is one event and one mail to the person. Who may
not be known is passed on all the same, to the mailbox of the installation, so that nothing that somebody wrote is lost.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from leadwell.clock import DAY, MINUTE, Moment
from leadwell.consent.permission import INTERNAL
from leadwell.contacts.whereabouts import Whereabouts, find
from leadwell.due.buckets import Armory
from leadwell.errors import Conflict
from leadwell.feedback.from_mail import Arrived, Written, bare, is_answer, written
from leadwell.feedback.kinds import AutoReplied, Feedback, Replied
from leadwell.feedback.mail_text import asks_by_mail, first_line
from leadwell.feedback.recording import record_feedback
from leadwell.ids import fingerprint
from leadwell.messaging.forwarding import MAILBOX, TEMPLATE
from leadwell.messaging.message import REPLY, Message
from leadwell.messaging.queueing import hand_in
from leadwell.messaging.reply_address import Answered, read_reply_address
from leadwell.store import keys
from leadwell.store.mails import Mails
from leadwell.store.queues import Queues
from leadwell.store.table import ABSENT, Item, Put, Table
from leadwell.tracking.identities import email_address

_READ = 1_000_000
"""Bytes: the text of a mail stands before its attachments."""
_KEPT = 60 * DAY
_SAFETY = 2 * MINUTE
_GRID = 5 * MINUTE
OWNER = "owner"
"""The trait with the address of whoever is in charge of a contact."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Inbox:
    """``domain`` is what replies are addressed to, ``mailbox`` who gets those of contacts whom nobody is in charge of
    and those that cannot be told whose they are."""

    table: Table
    armory: Armory
    queues: Queues
    mails: Mails
    secret: Callable[[], bytes]
    domain: str
    mailbox: str

    def take(self, told: Arrived) -> str:
        """Durable on return, and as often as one likes; answers what it was. Raises Retryable when the world is busy,
        Broken when the mail is gone."""
        mail = written(self.mails.read(told.key, _READ).content, told)
        if mail.ours:
            _log.warning("a mail that we passed on ourselves came back, and was left alone")
            return "ReplyLooped"
        answered, why = self._whose(told)
        if answered is None:
            return self._unknown(told, mail, why)
        found = find(self.table, answered.contact, answered.message)
        at = self._first_seen(answered.contact, mail, told.at)
        stop = not mail.automatic and _asks_for_silence(mail)
        if answered.expired and not stop:
            return self._unknown(told, mail, "too old")
        if found.erased:
            return self._unknown(told, mail, "of somebody who was erased")
        reply = self._reply(answered, found, mail, at, stop)
        record_feedback(self.table, reply)
        if not mail.automatic:
            self._pass_on(answered.contact, self._in_charge(found.contact), told, mail, at, stop=stop)
        return type(reply).__name__

    def _whose(self, told: Arrived) -> tuple[Answered | None, str]:
        ours = [one for one in told.recipients if one.endswith(f"@{self.domain}")]
        for one in ours:
            if answered := read_reply_address(self.secret(), one, told.at):
                return answered, ""
        return None, "not ours" if ours else "to another domain"

    def _reply(self, answered: Answered, found: Whereabouts, mail: Written, at: Moment, stop: bool) -> Feedback:
        to = found.message.to if found.message else ""
        given: dict[str, Any] = {
            "message": answered.message,
            "contact": answered.contact,
            "provider_id": "",
            "recipient": to,
            "at": at,
            "reply_id": mail.id,
            "subject": mail.subject,
        }
        if mail.automatic:
            return AutoReplied(**given)
        elsewhere = bool(to) and mail.sender != email_address(to)
        return Replied(**given, text=mail.text, stop=stop, other_address=elsewhere)

    def _first_seen(self, contact: str, mail: Written, at: Moment) -> Moment:
        """When the first copy of this mail came: it gives all its copies the same event."""
        key = keys.guard(f"reply#{fingerprint('reply', contact, mail.id)}")
        guard: Item = {"pk": key.pk, "sk": key.sk, "kind": "GUARD", "rev": 1, "at": at}
        try:
            self.table.write(Put({**guard, "expires_at": (at + _KEPT) // 1000}, ABSENT))
        except Conflict:
            known = self.table.get(key)
            if known is None:
                raise
            return int(known["at"])
        return at

    def _in_charge(self, contact: str) -> str:
        """The contact's owner, or the mailbox. An address that leads back to us is nobody's."""
        known = self.table.get(keys.contact(contact)) or {}
        owner = email_address(known.get("traits", {}).get(OWNER))
        return owner if owner and not owner.endswith(f"@{self.domain}") else self.mailbox

    def _unknown(self, told: Arrived, mail: Written, why: str) -> str:
        _log.warning("a reply was passed on to the mailbox and noted nowhere: its address is %s", why)
        at = self._first_seen(MAILBOX, mail, told.at)
        self._pass_on(MAILBOX, self.mailbox, told, mail, at, why=why)
        return "ReplyPassedOn"

    def _pass_on(
        self, contact: str, to: str, told: Arrived, mail: Written, at: Moment, *, stop: bool = False, why: str = ""
    ) -> None:
        """As a message to a colleague, with all that is promised of messages: sent once, never lost."""
        due = at + _SAFETY
        due = due - due % _GRID + _GRID
        about = {"key": told.key, "spam": told.spam, "virus": told.virus, "auto": mail.automatic, "stop": stop}
        message = Message(
            id="f" + fingerprint("passed on", contact, mail.id),
            contact=contact,
            channel="email",
            template=TEMPLATE,
            template_version=0,
            purpose=INTERNAL,
            recipient=to,
            requested_at=at,
            due_at=due,
            data={REPLY: {**{name: value for name, value in about.items() if value}, **({"why": why} if why else {})}},
        )
        try:
            self.armory.arm([due], at)
            self.table.write(Put(message.to_item(), ABSENT))
        except Conflict as conflict:
            if not conflict.failed:
                raise
            return  # passed on before
        hand_in(self.queues, [message])


def _asks_for_silence(mail: Written) -> bool:
    """In the first line, or in a subject of their own: behind "Re:" stands ours."""
    subject = bare(mail.subject)
    alone = len(subject.split()) == 1 or not is_answer(mail.subject)
    return asks_by_mail(first_line(mail.text)) or (alone and asks_by_mail(subject))
