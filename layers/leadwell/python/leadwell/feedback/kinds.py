"""Our own words for what providers report. A kind is one class: what it proves, and what has to follow from it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from leadwell.clock import Moment
from leadwell.consent.permission import CONFIRMATION, INTERNAL, MARKETING
from leadwell.consent.suppressions import Reason
from leadwell.feedback.machine_networks import NO_MORE, Machines
from leadwell.feedback.machines import own_sign
from leadwell.ids import fingerprint
from leadwell.messaging.message import Status
from leadwell.tracking.events import Name

_LONGEST_WORDING = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback:
    """One report about one message.

    ``message`` and ``contact`` are our ids, which traveled with the message as tags; ``provider_id`` is the
    provider's. ``recipient`` is the address we sent to, ``at`` when it happened. ``original`` keeps the provider's own
    words, cut down to what helps a person to understand them.
    """

    event_name: ClassVar[str]
    opened: ClassVar[bool] = False
    clicked: ClassVar[bool] = False
    withdrawal: ClassVar[str] = ""
    """How the recipient took back the consent to marketing, if so."""

    message: str
    contact: str
    provider_id: str
    recipient: str
    at: Moment
    channel: str = "email"
    source: str = "ses"
    original: Mapping[str, Any] = field(default_factory=dict)

    @property
    def proves(self) -> Status:
        """How far the message has come at least."""
        return Status.SENT

    @property
    def suppresses(self) -> Reason | None:
        """Why nothing may be sent to the recipient any more."""
        return None

    @property
    def withdraws(self) -> bool:
        """Whether the recipient took back the consent to marketing."""
        return bool(self.withdrawal)

    def taken_back(self, purpose: str) -> str:
        """Which purpose's consent that was; ``purpose`` is the message's own, empty where nobody knows it any more."""
        return MARKETING

    @property
    def wording(self) -> str:
        """In which words they said so, if in any."""
        return ""

    @property
    def tires(self) -> bool:
        """Whether it says of the address that it cannot be reached for now: after some of these it is left to rest."""
        return False

    @property
    def properties(self) -> dict[str, Any]:
        """What the event says beside which message it is about."""
        return {}

    @property
    def sign(self) -> str:
        """By what this report alone shows that a machine did it; empty for a person."""
        return ""

    @property
    def event_id(self) -> str:
        """The same report has the same id, however often and in whatever order it arrives."""
        details = [f"{name}={value}" for name, value in sorted(self.properties.items())]
        if self.sign:
            details.append(f"sign={self.sign}")  # beside what a person did at the same moment
        return "f" + fingerprint(type(self).__name__, self.provider_id, self.recipient, str(self.at), *details)


class Sent(Feedback):
    """The provider accepted the message."""

    event_name = Name.EMAIL_SENT


class Delivered(Feedback):
    """The recipient's server took it."""

    event_name = Name.EMAIL_DELIVERED

    @property
    def proves(self) -> Status:
        return Status.DELIVERED


class Delayed(Feedback):
    """Not delivered yet; the provider goes on trying."""

    event_name = Name.EMAIL_DELAYED


_ABOUT_THE_MAIL = frozenset({"AttachmentRejected", "ContentRejected", "MessageTooLarge"})
"""Subtypes of temporary bounces that say nothing about the address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounced(Feedback):
    """Not delivered. Permanent: the address is no good. Otherwise the provider gave up for now.

    A permanent bounce whose ``subtype`` says that the provider's own list stopped it is as much a "no" as the first
    bounce or complaint that put it there.
    """

    event_name = Name.EMAIL_BOUNCED

    permanent: bool
    subtype: str
    answered: bool = False
    """A temporary one without any status: that is how SES reports an absence note. The mail was delivered."""

    @property
    def proves(self) -> Status:
        if self.answered:
            return Status.DELIVERED
        return Status.BOUNCED if self.permanent else Status.UNDELIVERED

    @property
    def suppresses(self) -> Reason | None:
        return Reason.BOUNCE if self.permanent else None

    @property
    def tires(self) -> bool:
        return not self.permanent and not self.answered and self.subtype not in _ABOUT_THE_MAIL

    @property
    def properties(self) -> dict[str, Any]:
        return {"permanent": self.permanent, "subtype": self.subtype}


class Complained(Feedback):
    """The recipient called it spam."""

    event_name = Name.EMAIL_MARKED_AS_SPAM
    withdrawal = "complaint"

    @property
    def proves(self) -> Status:
        return Status.COMPLAINED

    @property
    def suppresses(self) -> Reason | None:
        return Reason.COMPLAINT


class Wanted(Feedback):
    """A report through the same loop that is no complaint: ``not-spam``, or about signatures (``auth-failure``)."""

    event_name = Name.EMAIL_MARKED_AS_WANTED


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionChanged(Feedback):
    """Somebody changed what they get, in a contact list that SES keeps. Leaving counts, coming back does not: that
    would be no proof of consent."""

    event_name = Name.EMAIL_SUBSCRIPTION_CHANGED
    withdrawal = "ses"

    left: bool
    """All of it, or any topic."""

    @property
    def withdraws(self) -> bool:
        return self.left

    @property
    def properties(self) -> dict[str, Any]:
        return {"left": self.left}


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened(Feedback):
    """The picture that counts openings was loaded, by a person or by a machine on their behalf. ``agent`` and
    ``network`` are the program and the address that loaded it, if known; the address is looked at and not kept."""

    event_name = Name.EMAIL_OPENED
    opened = True

    agent: str = ""
    network: str = ""
    machines: Machines = NO_MORE
    """Those that the installation knows beside the usual ones."""

    @property
    def sign(self) -> str:
        return own_sign(self.event_name, agent=self.agent, address=self.network, machines=self.machines)

    @property
    def proves(self) -> Status:
        return Status.DELIVERED


@dataclass(frozen=True, slots=True, kw_only=True)
class Clicked(Feedback):
    """A link was followed, by a person or by a machine that checks links; ``agent`` and ``network`` as above."""

    event_name = Name.EMAIL_LINK_CLICKED
    clicked = True

    link: str
    agent: str = ""
    network: str = ""
    machines: Machines = NO_MORE

    @property
    def sign(self) -> str:
        return own_sign(self.event_name, agent=self.agent, address=self.network, link=self.link, machines=self.machines)

    @property
    def proves(self) -> Status:
        return Status.DELIVERED

    @property
    def properties(self) -> dict[str, Any]:
        return {"link": self.link}


@dataclass(frozen=True, slots=True, kw_only=True)
class SmsClicked(Clicked):
    """A short link of an SMS was followed, as above; ``code`` is the short one's."""

    event_name = Name.SMS_LINK_CLICKED

    code: str
    channel: str = "sms"
    source: str = "link"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected(Feedback):
    """Accepted, then not delivered by somebody's own decision, for example because of a virus."""

    event_name = Name.EMAIL_REJECTED

    reason: str

    @property
    def proves(self) -> Status:
        return Status.REJECTED

    @property
    def properties(self) -> dict[str, Any]:
        return {"reason": self.reason}


class RenderingFailed(Rejected):
    """The provider could not fill in its template."""

    @property
    def proves(self) -> Status:
        return Status.FAILED


@dataclass(frozen=True, slots=True, kw_only=True)
class Replied(Feedback):
    """A person answered by mail. ``stop`` when it asks for silence: that takes back what the mail was allowed by.
    ``reply_id`` is the answer's own Message-ID."""

    event_name = Name.EMAIL_REPLIED
    withdrawal = "reply"

    reply_id: str
    source: str = "reply"
    subject: str = ""
    text: str = ""
    stop: bool = False
    other_address: bool = False

    @property
    def proves(self) -> Status:
        return Status.DELIVERED

    @property
    def withdraws(self) -> bool:
        return self.stop

    def taken_back(self, purpose: str) -> str:
        return MARKETING if purpose in ("", CONFIRMATION, INTERNAL) else purpose

    @property
    def wording(self) -> str:
        return (self.text or self.subject).partition("\n")[0][:_LONGEST_WORDING]

    @property
    def properties(self) -> dict[str, Any]:
        said = {"subject": self.subject, "text": self.text, "other_address": self.other_address}
        return {"stop": self.stop, **{name: value for name, value in said.items() if value}}

    @property
    def event_id(self) -> str:
        return "r" + fingerprint("reply", self.reply_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class AutoReplied(Feedback):
    """A program answered: an absence note, a bounce. It asks for nothing and ends nothing."""

    event_name = Name.EMAIL_AUTO_REPLIED

    reply_id: str
    source: str = "reply"
    subject: str = ""

    @property
    def properties(self) -> dict[str, Any]:
        return {"subject": self.subject} if self.subject else {}

    @property
    def event_id(self) -> str:
        return "r" + fingerprint("reply", self.reply_id)


class SmsOnItsWay(Feedback):
    """The provider has the SMS. That it left is an event already: ``send_messages`` wrote it."""

    event_name = ""


class SmsDelivered(Feedback):
    """The phone, or in some countries its network, took it."""

    event_name = Name.SMS_DELIVERED

    @property
    def proves(self) -> Status:
        return Status.DELIVERED


@dataclass(frozen=True, slots=True, kw_only=True)
class SmsUndelivered(Feedback):
    """The phone was not reached. Permanent: there is no such number."""

    event_name = Name.SMS_UNDELIVERED

    permanent: bool
    reason: str

    @property
    def proves(self) -> Status:
        return Status.BOUNCED if self.permanent else Status.UNDELIVERED

    @property
    def suppresses(self) -> Reason | None:
        return Reason.BOUNCE if self.permanent else None

    @property
    def properties(self) -> dict[str, Any]:
        return {"reason": self.reason, "permanent": self.permanent}


class SmsRejected(Rejected):
    """A network, a rule of the account or the phone itself did not let it through."""

    event_name = Name.SMS_REJECTED


@dataclass(frozen=True, slots=True, kw_only=True)
class SmsReceived:
    """Somebody answered by SMS. ``stops`` when the text asks for silence."""

    provider_id: str
    sender: str
    recipient: str
    text: str
    at: Moment
    stops: bool
