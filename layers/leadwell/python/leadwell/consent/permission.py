"""May this be sent to this person now? Asked at send time, because a "no" can come at any moment before.

A marketing message needs a granted consent for its topic; a transactional one needs none but respects a "no"; the
confirmation mail of double opt-in asks for consent and goes only where one was requested.
"""

from dataclasses import dataclass

from leadwell.consent.withdrawals import Withdrawals, topic
from leadwell.contacts.contact import LIVE, Contact

MARKETING = "marketing"
TRANSACTIONAL = "transactional"
CONFIRMATION = "confirmation"
INTERNAL = "internal"
"""To a colleague, about a contact."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """``reason`` says, in words for a marketer, why not; ``to`` is the address if it may be sent."""

    to: str = ""
    reason: str = ""

    @property
    def allowed(self) -> bool:
        return not self.reason


def address_for(contact: Contact, channel: str, purpose: str) -> str:
    """Only a confirmation mail goes to an address that is merely claimed."""
    claimed = contact.claims.get({"email": "email", "sms": "phone"}[channel], "")
    if purpose == CONFIRMATION and claimed:
        return claimed
    return contact.address(channel)


def permission(contact: Contact, withdrawals: Withdrawals, *, channel: str, purpose: str, suppressed: str) -> Verdict:
    """``suppressed`` is the reason why the address is on the suppression list, empty if it is not."""
    to = address_for(contact, channel, purpose)
    if contact.status != LIVE:
        return Verdict(reason=f"the contact is {contact.status}")
    if not to:
        return Verdict(reason="no e-mail address" if channel == "email" else "no phone number")
    if suppressed:
        return Verdict(reason=f"the address is suppressed: {suppressed}")
    return _by_purpose(contact, withdrawals, channel, purpose, to)


def internal_permission(contact: Contact, to: str, suppressed: str) -> Verdict:
    """For a message about the contact to somebody else, whose address is ``to``."""
    if contact.status != LIVE:
        return Verdict(reason=f"the contact is {contact.status}")
    if not to:
        return Verdict(reason="nobody is in charge: the contact has no owner, and the step names nobody otherwise")
    if suppressed:
        return Verdict(reason=f"the recipient's address is suppressed: {suppressed}")
    return Verdict(to)


def _by_purpose(contact: Contact, withdrawals: Withdrawals, channel: str, purpose: str, to: str) -> Verdict:
    asked_for = MARKETING if purpose == CONFIRMATION else purpose
    consent = contact.consents.get(topic(asked_for, channel))
    withdrawn = withdrawals.last(asked_for, channel)
    if purpose == TRANSACTIONAL:
        return Verdict(to) if withdrawn is None else Verdict(reason=f"{channel} was refused by the contact")
    since = consent.at if consent else -1
    if withdrawn is not None and withdrawn >= since:
        return Verdict(reason=f"consent to {asked_for}/{channel} was withdrawn")
    wanted = "requested" if purpose == CONFIRMATION else "granted"
    if consent is not None and consent.state == "withdrawn":
        return Verdict(reason=f"consent to {asked_for}/{channel} was withdrawn")
    if consent is None or consent.state != wanted:
        return Verdict(reason=f"no consent to {asked_for}/{channel}")
    return Verdict(to)
