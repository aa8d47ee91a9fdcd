"""The event: everything that happens to a contact, whoever reports it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, NamedTuple

from leadwell.clock import Moment
from leadwell.store import keys
from leadwell.store.table import Item

KIND = "EVENT"
NOTE = "NOTE"
"""The kind of what is only there to be read: no stream brings it to anybody, and nobody applies it."""

LINK = "link"
"""The source of what somebody did by a link of a message of ours: who reads the address it went to did it."""

ITSELF = "contact:itself"
"""The source of notes: what became of a contact by what happened. Names of keys have no colon."""


class Standing(StrEnum):
    """How far we believe who an event says it is about (DESIGN: who may claim to be whom)."""

    ANONYMOUS = "anonymous"
    CLAIMED = "claimed"
    """An unsigned identify: kept as a claim of the visitor, joins nothing and changes no consent."""
    PROVEN = "proven"
    """Server key, signed user hash, or a link from our own mail."""


class Identity(NamedTuple):
    """``kind`` is user_id, anonymous_id, email (lower case) or phone (E.164)."""

    kind: str
    value: str


class Name:
    """Names that mean something to Leadwell itself; Segment's specs name the others."""

    IDENTIFIED = "Identified"
    PAGE_VIEWED = "Page Viewed"
    SCREEN_VIEWED = "Screen Viewed"
    GROUPED = "Grouped"
    ALIASED = "Aliased"
    CONSENT_GRANTED = "Consent Granted"
    CONSENT_REQUESTED = "Consent Requested"
    """A grant that nobody proved yet: it only starts double opt-in."""
    CONSENT_WITHDRAWN = "Consent Withdrawn"
    SUPPRESSION_LIFTED = "Suppression Lifted"
    """A colleague found that an address works after all. Properties ``channel``, ``address`` and ``was``: why nothing
    went there."""
    PROCESSING_RESTRICTED = "Processing Restricted"
    """The person is to be kept as they are, and nothing to be done with it (Article 18 GDPR). Property ``reason``; so
    for the next. Both count only when proven."""
    RESTRICTION_LIFTED = "Restriction Lifted"
    MESSAGES_PAUSED = "Messages Paused"
    """The person wants no marketing ``until`` a moment (ISO 8601), and keeps their consents. Counts only when
    proven; so does the next."""
    MESSAGES_RESUMED = "Messages Resumed"
    EMAIL_SENT = "Email Sent"
    EMAIL_DELIVERED = "Email Delivered"
    EMAIL_OPENED = "Email Opened"
    EMAIL_LINK_CLICKED = "Email Link Clicked"
    EMAIL_OPENED_BY_MACHINE = "Email Opened by Machine"
    """Properties ``machine: true`` and ``machine_sign``; so for the next (``feedback.machines``)."""
    EMAIL_LINK_CLICKED_BY_MACHINE = "Email Link Clicked by Machine"
    EMAIL_MACHINE_FOUND = "Email Machine Found"
    """An event that counted as a person's is a machine's: the contact is to be counted again. Property ``event``."""
    EMAIL_BOUNCED = "Email Bounced"
    EMAIL_DELAYED = "Email Delayed"
    EMAIL_REJECTED = "Email Rejected"
    EMAIL_MARKED_AS_SPAM = "Email Marked as Spam"
    EMAIL_MARKED_AS_WANTED = "Email Marked as Wanted"
    """Somebody took it out of the spam folder, or a server reported on something else than the recipient's will."""
    EMAIL_SUBSCRIPTION_CHANGED = "Email Subscription Changed"
    """In a contact list that SES itself keeps."""
    EMAIL_REPLIED = "Email Replied"
    """A person answered a mail of ours. Properties ``subject``, ``text`` (without what it answers to), ``stop`` (it
    asks for silence) and ``other_address`` (it came from another address than the mail went to)."""
    EMAIL_AUTO_REPLIED = "Email Auto-Replied"
    """A program answered: an absence note, a bounce. Property ``subject``."""
    SMS_SENT = "SMS Sent"
    SMS_DELIVERED = "SMS Delivered"
    SMS_UNDELIVERED = "SMS Undelivered"
    """Properties ``reason`` and ``permanent``."""
    SMS_REJECTED = "SMS Rejected"
    SMS_LINK_CLICKED = "SMS Link Clicked"
    """Property ``link``; so for the next, which is as that of mails."""
    SMS_LINK_CLICKED_BY_MACHINE = "SMS Link Clicked by Machine"
    SMS_RECEIVED = "SMS Received"
    WEBHOOK_SENT = "Webhook Sent"
    """The receiver took it. Properties ``message``, ``journey`` and ``step``; so for the next, and ``reason``."""
    WEBHOOK_FAILED = "Webhook Failed"
    """Given up: the message is parked."""
    ADDED_TO_LIST = "Added to List"
    """Property ``list``; counts only when proven, as does the next."""
    REMOVED_FROM_LIST = "Removed from List"
    JOURNEY_ENTERED = "Journey Entered"
    """Properties ``journey`` and ``run`` (which entry); so for the next two."""
    JOURNEY_STEP_REACHED = "Journey Step Reached"
    """Property ``step``."""
    JOURNEY_ENDED = "Journey Ended"
    """Property ``outcome``: finished, goal or exited."""
    JOURNEY_HELD_OUT = "Journey Held Out"
    """The contact was chosen by chance to be left alone."""
    JOURNEY_REQUESTED = "Journey Requested"
    """Somebody is to enter the ``journey``; counts only when proven, as does the next. Property ``key`` tells entries
    apart where the journey's trigger has one."""
    JOURNEY_STOP_REQUESTED = "Journey Stop Requested"
    TAGGED = "Tagged"
    """Properties ``add`` and ``remove``: lists of tags; counts only when proven, as do the next three."""
    POINTS_GIVEN = "Points Given"
    """Properties ``points``, and ``model`` where it is not the main one."""
    INTEREST_SHOWN = "Interest Shown"
    """Properties ``category`` and ``weight``."""
    STAGE_SET = "Stage Set"
    """Property ``stage``."""
    FORM_SUBMITTED = "Form Submitted"
    """Property ``form``."""
    ASSET_DOWNLOADED = "Asset Downloaded"
    """Property ``asset``: the name of the download."""
    UNSUBSCRIBE_REASON = "Unsubscribe Reason Given"
    """Properties ``reason`` and ``comment``."""
    REFERRAL_VISITED = "Referral Visited"
    """Somebody opened the link that this contact shared; property ``page``. The next: they signed up there."""
    REFERRAL_SIGNED_UP = "Referral Signed Up"
    VOUCHER_REDEEMED = "Voucher Redeemed"
    """Somebody says that a ``code`` was used (property ``pool`` where it is known): a report, and no more."""
    VOUCHER_USED = "Voucher Used"
    """The code was handed out by us and not used before. Properties ``pool``, ``code``, ``own`` (false: it was given to
    another contact), and the ``journey`` and ``step`` that gave it."""
    VOUCHER_REFUSED = "Voucher Refused"
    """Properties ``code``, ``pool`` and ``reason``."""
    TASK_CREATED = "Task Created"
    """Properties ``task``, ``title`` (by language), ``due``, ``owner``, ``journey`` and ``step``; so for the next, and
    all but ``due`` and ``owner`` for those behind it. They start and move journeys only when proven."""
    HANDED_OVER = "Handed Over to Sales"
    TASK_DONE = "Task Done"
    LEAD_ACCEPTED = "Lead Accepted"
    LEAD_REJECTED = "Lead Rejected"
    COMPANY_UPDATED = "Company Updated"
    """Traits of the company, as another member's event stated them; properties ``segments`` and ``stage``."""
    MEMBER_JOINED = "Company Member Joined"
    """In a company's own history, as are the next four. Property ``stage``: the member's."""
    MEMBER_LEFT = "Company Member Left"
    MEMBER_STAGE_CHANGED = "Company Member Stage Changed"
    """Properties ``from`` and ``to``."""
    MEMBER_SCORED = "Company Member Scored"
    """Properties ``member``, by a name that only tells members apart, and ``scores``: their courses by model."""
    MEMBER_WITHDRAWN = "Company Member Withdrawn"
    """Some of what a member did does not belong here: the company is to be counted again."""


class Noted:
    """Names of notes. A recount makes them anew; conditions ask the contact, which knows it itself."""

    SEGMENT_ENTERED = "Segment Entered"
    """Property ``segment``; so for the next. ``redefined: true`` where a changed definition did it."""
    SEGMENT_LEFT = "Segment Left"
    STAGE_CHANGED = "Stage Changed"
    """Properties ``from`` and ``to``."""


NOTED = frozenset({Noted.SEGMENT_ENTERED, Noted.SEGMENT_LEFT, Noted.STAGE_CHANGED})

PASSIVE = frozenset(
    {
        Name.IDENTIFIED,
        Name.GROUPED,
        Name.ALIASED,
        Name.EMAIL_SENT,
        Name.EMAIL_DELIVERED,
        Name.EMAIL_OPENED_BY_MACHINE,
        Name.EMAIL_LINK_CLICKED_BY_MACHINE,
        Name.EMAIL_MACHINE_FOUND,
        Name.EMAIL_BOUNCED,
        Name.EMAIL_DELAYED,
        Name.EMAIL_REJECTED,
        Name.EMAIL_AUTO_REPLIED,
        Name.SMS_SENT,
        Name.SMS_LINK_CLICKED_BY_MACHINE,
        Name.WEBHOOK_SENT,
        Name.WEBHOOK_FAILED,
        Name.SMS_DELIVERED,
        Name.SMS_UNDELIVERED,
        Name.SMS_REJECTED,
        Name.ADDED_TO_LIST,
        Name.REMOVED_FROM_LIST,
        Name.JOURNEY_ENTERED,
        Name.JOURNEY_STEP_REACHED,
        Name.JOURNEY_ENDED,
        Name.JOURNEY_HELD_OUT,
        Name.JOURNEY_REQUESTED,
        Name.JOURNEY_STOP_REQUESTED,
        Name.TAGGED,
        Name.POINTS_GIVEN,
        Name.STAGE_SET,
        Name.TASK_CREATED,
        Name.HANDED_OVER,
        Name.TASK_DONE,
        Name.LEAD_ACCEPTED,
        Name.LEAD_REJECTED,
        Name.REFERRAL_VISITED,
        Name.REFERRAL_SIGNED_UP,
        Name.COMPANY_UPDATED,
        Name.MEMBER_JOINED,
        Name.MEMBER_LEFT,
        Name.MEMBER_STAGE_CHANGED,
        Name.MEMBER_SCORED,
        Name.MEMBER_WITHDRAWN,
        Name.SUPPRESSION_LIFTED,
        Name.PROCESSING_RESTRICTED,
        Name.RESTRICTION_LIFTED,
        Name.MESSAGES_PAUSED,
        Name.MESSAGES_RESUMED,
        Name.VOUCHER_USED,
        Name.VOUCHER_REFUSED,
    }
)
"""Events that are told about a person; all others are things a person does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened.

    ``id`` is unique per contact (a client's messageId, or derived from the cause), ``at`` is when it happened.
    ``identities`` are what a proven event states about the person, or what a claimed one merely says.
    ``source`` names the reporter: a write key's name, ``link``, ``ses``, ``journey:welcome`` … ``origin`` is the
    contact under whom it was stored first, where that one turned out to be somebody else.
    """

    contact: str
    id: str
    at: Moment
    type: str
    name: str
    standing: Standing
    properties: Mapping[str, Any] = field(default_factory=dict)
    traits: Mapping[str, Any] = field(default_factory=dict)
    context: Mapping[str, Any] = field(default_factory=dict)
    identities: tuple[Identity, ...] = ()
    source: str = ""
    origin: str = ""

    @property
    def is_proven(self) -> bool:
        """Whether it counts where nobody may say it of somebody else."""
        return self.standing is Standing.PROVEN

    @property
    def is_activity(self) -> bool:
        """Whether the person did something."""
        return self.name not in PASSIVE and not self.is_note

    @property
    def is_note(self) -> bool:
        """Whether it only says what became of the contact."""
        return self.source == ITSELF

    @property
    def order(self) -> tuple[Moment, str]:
        """Events are applied in this order."""
        return (self.at, self.id)

    def moved_to(self, contact: str) -> "Event":
        """The same event in another contact's history (two contacts turned out to be one)."""
        return replace(self, contact=contact, origin=self.origin or self.contact)

    def to_item(self) -> Item:
        key = keys.event(self.contact, self.at, self.id)
        item: Item = {
            "pk": key.pk,
            "sk": key.sk,
            "kind": NOTE if self.is_note else KIND,
            "id": self.id,
            "at": self.at,
            "type": self.type,
            "name": self.name,
            "standing": self.standing.value,
        }
        if self.properties:
            item["properties"] = dict(self.properties)
        if self.traits:
            item["traits"] = dict(self.traits)
        if self.context:
            item["context"] = dict(self.context)
        if self.identities:
            item["identities"] = [list(identity) for identity in self.identities]
        if self.source:
            item["source"] = self.source
        if self.origin:
            item["origin"] = self.origin
        return item

    @classmethod
    def from_item(cls, item: Item) -> "Event":
        return cls(
            contact=keys.contact_of(item["pk"]),
            id=item["id"],
            at=item["at"],
            type=item["type"],
            name=item["name"],
            standing=Standing(item["standing"]),
            properties=item.get("properties", {}),
            traits=item.get("traits", {}),
            context=item.get("context", {}),
            identities=tuple(Identity(kind, value) for kind, value in item.get("identities", ())),
            source=item.get("source", ""),
            origin=item.get("origin", ""),
        )
