"""Changing contacts: everything is reported as an event; only erasure takes away."""

from typing import Annotated, Literal

from pydantic import Field

from leadwell.clock import from_iso, to_iso
from leadwell.console.api.access import Asked, IdempotencyKey, least, routes
from leadwell.console.api.contacts import TAG, ContactId
from leadwell.console.api.shapes.basics import Given, Instant, JsonObject, Shape
from leadwell.console.problems import NotThere
from leadwell.console.reporting import KINDS, happened, identified, identity, report
from leadwell.contacts.erasing import erase
from leadwell.errors import Refused
from leadwell.tracking.events import Name
from leadwell.tracking.resolve import owners

router = routes()

_CONSENT = (Name.CONSENT_GRANTED, Name.CONSENT_REQUESTED, Name.CONSENT_WITHDRAWN)


class Identities(Given):
    user_id: str | None = None
    email: str | None = Field(None, examples=["robin@example.com"])
    phone: str | None = Field(None, description="E.164", examples=["+12025550142"])
    anonymous_id: str | None = None


class ContactGiven(Given):
    """Who it is, by `id` or by identities, and what is known. What is stated here counts as proven."""

    id: str | None = Field(None, description="A contact that exists; without it the identities decide.")
    identities: Identities = Identities()
    traits: JsonObject = Field(
        default_factory=dict,
        description="A trait that is null is removed. `email` and `phone` count as identities.",
        examples=[{"first_name": "Robin", "locale": "de"}],
    )


class EventGiven(Given):
    name: Annotated[str, Field(min_length=1, max_length=200, examples=["Phone Call"])]
    properties: JsonObject = Field(default_factory=dict)
    at: str | None = Field(None, description="When it happened, ISO 8601; without it: now.")


class ConsentGiven(Given):
    """A consent that somebody gave, or took back, outside of a website. A grant needs its proof."""

    purpose: Annotated[str, Field(min_length=1, max_length=100, examples=["marketing"])]
    channel: Literal["email", "sms", "*"]
    state: Literal["granted", "withdrawn"]
    source: Annotated[str, Field(max_length=200, examples=["form at the fair in Berlin"])] = ""
    wording: Annotated[str, Field(max_length=5000, description="What the person agreed to, word for word.")] = ""
    wording_version: Annotated[str, Field(max_length=100)] = ""
    form: Annotated[str, Field(max_length=200, description="Which form, if it was one.")] = ""
    form_version: Annotated[str, Field(max_length=100)] = ""
    basis: Literal["consent", "contract", "legal_obligation", "legitimate_interest"] = Field(
        "consent", description="On what the permission rests; `wording` says why, where it is no consent."
    )


class Accepted(Shape):
    """Stored for good; the contact follows within seconds."""

    contact: str
    event: str


class ErasureReceipt(Shape):
    """What this call removed."""

    contact: str
    status: Literal["erased"] = "erased"
    erased_at: Instant
    complete: bool = Field(description="False: the history is long; the same request goes on where this one ended.")
    contacts: list[str] = Field(description="All ids under which the person was known.")
    removed: dict[str, int]
    silenced: int = Field(description="Addresses that nothing will be sent to any more; only fingerprints are kept.")
    claimants: list[str] = Field(
        description="Other contacts that say, without proof, to have one of the person's identities: look whether they "
        "are the same person, and erase them too."
    )


@router.put("/api/contacts", **least("sales", TAG, "upsert_contact", "Add a contact, or change one", status=202))
def upsert(work: Asked, contact: ContactGiven, idempotency_key: IdempotencyKey = None) -> Accepted:
    traits = dict(contact.traits)
    stated = {kind: value for kind, value in contact.identities.model_dump().items() if value}
    for kind in ("email", "phone"):
        value = traits.pop(kind, None)
        if value is not None:
            stated.setdefault(kind, str(value))
    identities = [identity(kind, stated[kind], f"identities.{kind}") for kind in KINDS if kind in stated]
    if contact.id:
        target = work.contact(contact.id).id
    elif identities:
        (target,) = owners(work.given.table, identities[:1]).values()
    else:
        raise Refused(
            "say who it is: give one of user_id, email, phone, anonymous_id, or the contact's id", "identities"
        )
    event = identified(target, work.derived_id("upsert", idempotency_key), identities, traits, work.now)
    work.note("contact.changed", target, traits=sorted(traits), identities=sorted(stated))
    return Accepted(contact=report(work.given.table, event, work.now), event=event.id)


@router.post(
    "/api/contacts/<contact_id>/events",
    **least("sales", TAG, "report_event", "Report something that happened elsewhere: a call, a visit", status=202),
)
def report_event(
    work: Asked, contact_id: ContactId, event: EventGiven, idempotency_key: IdempotencyKey = None
) -> Accepted:
    if event.name in _CONSENT:
        raise Refused("consent has its own route: post to …/consents", "name")
    contact = work.contact(contact_id)
    try:
        at = from_iso(event.at) if event.at else work.now
    except (ValueError, OverflowError):
        raise Refused("must be an ISO 8601 date-time such as 2026-10-22T03:10:00Z", "at") from None
    event_id = work.derived_id(f"event {contact.id}", idempotency_key)
    made = happened(contact.id, event_id, event.name, event.properties, at, work.now)
    work.note("event.reported", contact.id, name=event.name)
    return Accepted(contact=report(work.given.table, made, work.now), event=made.id)


@router.post(
    "/api/contacts/<contact_id>/consents",
    **least("sales", TAG, "report_consent", "Record that consent was granted or withdrawn", status=202),
)
def report_consent(
    work: Asked, contact_id: ContactId, consent: ConsentGiven, idempotency_key: IdempotencyKey = None
) -> Accepted:
    if consent.state == "granted":
        for name in ("source", "wording"):
            if not getattr(consent, name):
                raise Refused("is the proof of a consent and cannot be left away", name)
    contact = work.contact(contact_id)
    properties = {name: value for name, value in consent.model_dump(exclude={"state"}).items() if value}
    if consent.state == "withdrawn":
        del properties["basis"]
    name = Name.CONSENT_GRANTED if consent.state == "granted" else Name.CONSENT_WITHDRAWN
    event_id = work.derived_id(f"consent {contact.id}", idempotency_key)
    made = happened(contact.id, event_id, name, {"source": "api", **properties}, work.now, work.now)
    work.note(f"consent.{consent.state}", contact.id, purpose=consent.purpose, channel=consent.channel)
    return Accepted(contact=report(work.given.table, made, work.now), event=made.id)


@router.delete(
    "/api/contacts/<contact_id>",
    **least("admin", TAG, "erase_contact", "Erase a person: everything but what keeps them from being written to"),
)
def erase_contact(work: Asked, contact_id: ContactId) -> ErasureReceipt:
    work.note("contact.erased", contact_id)
    receipt = erase(work.given.table, contact_id, work.now)
    if receipt is None:
        raise NotThere("there is no such contact; nothing was erased")
    return ErasureReceipt(
        contact=receipt.contact,
        erased_at=to_iso(receipt.erased_at),
        complete=receipt.complete,
        contacts=sorted(receipt.contacts),
        removed=receipt.removed,
        silenced=receipt.silenced,
        claimants=receipt.claimants,
    )
