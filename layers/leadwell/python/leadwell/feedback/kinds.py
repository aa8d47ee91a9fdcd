"""Our own words for what providers report. A kind is one class: what it proves, and what has to follow from it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from leadwell.clock import Moment
from leadwell.consent.suppressions import Reason
from leadwell.ids import fingerprint
from leadwell.messaging.message import Status
from leadwell.tracking.events import Name


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
    withdraws: ClassVar[bool] = False
    """Whether the recipient took back the consent to marketing."""

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
    def properties(self) -> dict[str, Any]:
        """What the event says beside which message it is about."""
        return {}

    @property
    def event_id(self) -> str:
        """The same report has the same id, however often and in whatever order it arrives."""
        details = [f"{name}={value}" for name, value in sorted(self.properties.items())]
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounced(Feedback):
    """Not delivered. Permanent: the address is no good. Otherwise the provider gave up for now.

    A permanent bounce whose ``subtype`` says that the provider's own list stopped it is as much a "no" as the first
    bounce or complaint that put it there.
    """

    event_name = Name.EMAIL_BOUNCED

    permanent: bool
    subtype: str

    @property
    def proves(self) -> Status:
        return Status.BOUNCED if self.permanent else Status.UNDELIVERED

    @property
    def suppresses(self) -> Reason | None:
        return Reason.BOUNCE if self.permanent else None

    @property
    def properties(self) -> dict[str, Any]:
        return {"permanent": self.permanent, "subtype": self.subtype}


class Complained(Feedback):
    """The recipient called it spam."""

    event_name = Name.EMAIL_MARKED_AS_SPAM
    withdraws = True

    @property
    def proves(self) -> Status:
        return Status.COMPLAINED

    @property
    def suppresses(self) -> Reason | None:
        return Reason.COMPLAINT


class Opened(Feedback):
    """The picture that counts openings was loaded, by a person or by a machine on their behalf."""

    event_name = Name.EMAIL_OPENED
    opened = True

    @property
    def proves(self) -> Status:
        return Status.DELIVERED


@dataclass(frozen=True, slots=True, kw_only=True)
class Clicked(Feedback):
    """A link was followed, by a person or by a machine that checks links."""

    event_name = Name.EMAIL_LINK_CLICKED
    clicked = True

    link: str

    @property
    def proves(self) -> Status:
        return Status.DELIVERED

    @property
    def properties(self) -> dict[str, Any]:
        return {"link": self.link}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected(Feedback):
    """Accepted, then not delivered by the provider's own decision, for example because of a virus."""

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
class SmsReceived:
    """Somebody answered by SMS. ``stops`` when the text asks for silence."""

    provider_id: str
    sender: str
    recipient: str
    text: str
    at: Moment
    stops: bool
