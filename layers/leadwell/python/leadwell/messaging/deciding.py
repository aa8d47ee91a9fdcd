"""May this message leave now? Pure: from what was read of the person to a decision, made when it is sent and not
before, because a "no" can come at any moment."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from leadwell.clock import DAY, Moment
from leadwell.consent.opt_in import DOUBLE
from leadwell.consent.owners import Owner
from leadwell.consent.permission import (
    INTERNAL,
    MARKETING,
    Verdict,
    address_for,
    internal_permission,
    permission,
)
from leadwell.consent.withdrawals import Withdrawals
from leadwell.contacts.contact import Contact
from leadwell.messaging.country_rules import sms_opens
from leadwell.messaging.ledger import Ledger
from leadwell.messaging.message import REPLY, WEBHOOK, Message
from leadwell.store.table import ABSENT

if TYPE_CHECKING:
    from leadwell.messaging.pacing import Policy


@dataclass(frozen=True, slots=True)
class Case:
    """A message and what is known of whom it is for. ``zone`` is where the contact's clock hangs, ``suppressed`` why
    the address is on the suppression list (empty: it is not, or nobody has looked), ``address_rev`` the revision of its
    entry there, ``owner`` whose the address is
    that the contact merely claims."""

    message: Message
    contact: Contact
    withdrawals: Withdrawals
    ledger: Ledger
    zone: str
    suppressed: str = ""
    address_rev: int = ABSENT
    owner: Owner | None = None

    @property
    def address(self) -> str:
        """Empty where there is none."""
        message = self.message
        if message.purpose == INTERNAL:
            return message.recipient
        return address_for(self.contact, message.channel, message.purpose)

    @property
    def said(self) -> Withdrawals:
        """Every "no" that counts: also that of the address's owner."""
        return self.withdrawals.joined(self.owner.withdrawals) if self.owner else self.withdrawals

    @property
    def may_be_suppressed(self) -> bool:
        """Nobody writes to a machine against its will."""
        return bool(self.address) and self.message.channel != WEBHOOK


@dataclass(frozen=True, slots=True)
class Skip:
    """Not at all."""

    reason: str


@dataclass(frozen=True, slots=True)
class Wait:
    """Not before ``until``."""

    until: Moment
    reason: str


@dataclass(frozen=True, slots=True)
class Send:
    """Now, to this address. ``ledger`` is to be written with the claim, if there is one."""

    to: str
    ledger: Ledger | None = None


Decision = Skip | Wait | Send


def decide(case: Case, policy: "Policy | None", now: Moment) -> Decision:
    """Permission first, then the installation's pace, which holds for marketing alone."""
    verdict = permitted(case, policy, now)
    if not verdict.allowed:
        if verdict.until is not None and policy is not None and policy.definition.during_pause == "later":
            # Whoever ends the pause sooner does not wait for its end.
            return Wait(min(verdict.until, now + DAY), verdict.reason)
        return Skip(verdict.reason)
    if case.message.purpose != MARKETING:
        return Send(verdict.to)
    if (at := _lawful(case, policy, verdict.to, now)) > now:
        return Wait(at, "marketing SMS are forbidden there at this hour")
    return _paced(case, policy, verdict.to, now) if policy is not None else Send(verdict.to)


def permitted(case: Case, policy: "Policy | None", now: Moment) -> Verdict:
    message, contact = case.message, case.contact
    if REPLY in message.data:  # they wrote to us: whatever stands against writing to them says nothing about that
        blocked = f"the recipient's address is suppressed: {case.suppressed}" if case.suppressed else ""
        return Verdict(to=case.address, reason=blocked)
    if message.purpose == INTERNAL:
        return internal_permission(contact, case.address, case.suppressed, case.withdrawals)
    return permission(
        contact,
        case.said,
        channel=message.channel,
        purpose=message.purpose,
        suppressed=case.suppressed,
        opt_in=policy.definition.opt_in(message.asked_for, message.channel) if policy else DOUBLE,
        now=now,
        of_topic=message.topic,
    )


def _lawful(case: Case, policy: "Policy | None", to: str, now: Moment) -> Moment:
    """When the recipient's country lets it through; only a policy that says so explicitly does without."""
    if case.message.channel != "sms" or (policy is not None and not policy.definition.country_rules):
        return now
    return sms_opens(to, case.zone if case.contact.timezone else "", now)


def _paced(case: Case, policy: "Policy", to: str, now: Moment) -> Decision:
    message = case.message
    pace = policy.verdict(case.contact, message.channel, case.zone, case.ledger.others(message.id), now)
    if pace.at is None:
        return Skip(pace.reason)
    if pace.at > now:
        return Wait(pace.at, pace.reason)
    if not policy.definition.caps:
        return Send(to)
    return Send(to, case.ledger.noted(now, message.channel, message.id))
