"""May this be sent to this person now? Asked at send time, because a "no" can come at any moment before.

A marketing message needs a granted consent, to marketing or to its topic; a transactional one needs none but respects
a "no"; the confirmation mail of double opt-in asks for consent and goes only where one was requested.
"""

from dataclasses import dataclass

from leadwell.clock import DAY, Moment, to_iso
from leadwell.consent.opt_in import ALWAYS, DOUBLE, SINGLE, OptIn
from leadwell.consent.withdrawals import NO_WITHDRAWALS, Withdrawals, is_advertising, topic
from leadwell.contacts.contact import LIVE, Consent, Contact

MARKETING = "marketing"
TRANSACTIONAL = "transactional"
CONFIRMATION = "confirmation"
INTERNAL = "internal"
"""To a colleague, about a contact."""
TRACKING = "tracking"
"""What a contact may allow beside messages: that opens and clicks of theirs are counted; topics ``tracking/email``
and ``tracking/sms``."""

LAPSES = 30 * DAY
"""After this time a request that nobody confirmed is over: no mail asks for it any more, and its links have expired."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """``reason`` says, in words for a marketer, why not; ``to`` is the address if it may be sent. ``until`` is when
    that reason ends by itself: the contact asked for a pause."""

    to: str = ""
    reason: str = ""
    until: Moment | None = None

    @property
    def allowed(self) -> bool:
        return not self.reason


def address_for(contact: Contact, channel: str, purpose: str) -> str:
    """Only a confirmation mail goes to an address that is merely claimed."""
    claimed = contact.claims.get({"email": "email", "sms": "phone"}[channel], "")
    if purpose == CONFIRMATION and claimed:
        return claimed
    return contact.address(channel)


def permission(
    contact: Contact,
    withdrawals: Withdrawals,
    *,
    channel: str,
    purpose: str,
    suppressed: str,
    opt_in: OptIn = DOUBLE,
    now: Moment,
    of_topic: str = "",
) -> Verdict:
    """``of_topic`` is the topic of a message, empty for marketing as a whole; ``suppressed`` the reason why the address
    is on the suppression list, empty if it is not; ``opt_in`` what the installation's policy asks of this purpose (or
    topic) and channel."""
    to = address_for(contact, channel, purpose)
    if reason := standing_against(contact, withdrawals):
        return Verdict(reason=reason)
    if not to:
        return Verdict(reason="no e-mail address" if channel == "email" else "no phone number")
    if suppressed:
        return Verdict(reason=f"the address is suppressed: {suppressed}")
    return _by_purpose(contact, withdrawals, channel, purpose, consent_for(purpose, of_topic), to, opt_in, now)


def consent_for(purpose: str, of_topic: str = "") -> str:
    """Whose consent a message needs, or asks for: that of its topic, if it has one."""
    if purpose in (MARKETING, CONFIRMATION):
        return of_topic or MARKETING
    return purpose


def standing_against(contact: Contact, withdrawals: Withdrawals) -> str:
    """Why nothing at all may be sent to, or about, the contact; empty where nothing stands against it."""
    if withdrawals.is_restricted:
        return "processing is restricted (Article 18 GDPR)"
    return "" if contact.status == LIVE else f"the contact is {contact.status}"


def internal_permission(
    contact: Contact, to: str, suppressed: str, withdrawals: Withdrawals = NO_WITHDRAWALS
) -> Verdict:
    """For a message about the contact to somebody else, whose address is ``to``."""
    if reason := standing_against(contact, withdrawals):
        return Verdict(reason=reason)
    if not to:
        return Verdict(reason="nobody is in charge: the contact has no owner, and the step names nobody otherwise")
    if suppressed:
        return Verdict(reason=f"the recipient's address is suppressed: {suppressed}")
    return Verdict(to)


def _by_purpose(
    contact: Contact,
    withdrawals: Withdrawals,
    channel: str,
    purpose: str,
    asked_for: str,
    to: str,
    opt_in: OptIn,
    now: Moment,
) -> Verdict:
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
    if purpose == CONFIRMATION:
        return _asking(consent, opt_in, to, now)
    if opt_in == ALWAYS and not consent.confirmed:
        return Verdict(reason=f"the policy wants consent to {asked_for}/{channel} confirmed by a click in our own mail")
    if is_advertising(purpose) and (end := withdrawals.paused_until(now)) is not None:
        return Verdict(reason=f"the contact asked for a pause until {to_iso(end)[:10]}", until=end)
    return Verdict(to)


def _asking(request: Consent, opt_in: OptIn, to: str, now: Moment) -> Verdict:
    if opt_in == SINGLE:
        return Verdict(reason="the policy asks nobody to confirm: the website's server says who agreed")
    if now - request.at >= LAPSES:
        return Verdict(reason="the request has lapsed: nobody confirmed it in time")
    return Verdict(to)
