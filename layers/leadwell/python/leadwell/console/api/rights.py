"""What a person may ask of us: a copy of everything, restriction, and the receipt of an erasure."""

from typing import Annotated, Any, Literal

from aws_lambda_powertools.event_handler import Response
from pydantic import Field

from leadwell.clock import to_iso
from leadwell.consent.proving import read_changes
from leadwell.consent.withdrawals import Withdrawals
from leadwell.console import cursors
from leadwell.console.api.access import Asked, Cursor, IdempotencyKey, Work, least, routes
from leadwell.console.api.changing_contacts import Accepted
from leadwell.console.api.consents import Locale
from leadwell.console.api.contacts import ContactId
from leadwell.console.api.shapes.basics import Given, Instant, Shape
from leadwell.console.problems import Already, NotThere
from leadwell.console.reporting import happened, report
from leadwell.contacts.export_sheet import export_page
from leadwell.contacts.exporting import FORMAT, beside, former_ids, portion
from leadwell.contacts.receipts import read_receipt
from leadwell.errors import Refused
from leadwell.store import keys
from leadwell.tracking.events import Name
from leadwell.tracking.values import mended

router = routes()

TAG = "Rights of the person"

_Why = Annotated[
    str, Field(min_length=5, max_length=1000, description="What was asked for, by whom; kept in the history.")
]


class ExportShape(Shape):
    """Everything that is stored about a person, by kind of item. The first page has what is kept elsewhere as well."""

    format: Literal["leadwell-export-1"]
    contact: str
    exported_at: Instant
    items: dict[str, list[dict[str, Any]]]
    cursor: str | None = Field(description="Ask again with it until it is null.")


class ReasonGiven(Given):
    reason: _Why


class KeptReceipt(Shape):
    """That somebody was erased, and how much of them. Of whom, it knows only salted hashes."""

    contact: str
    erased_at: Instant
    complete: bool
    removed: dict[str, int]
    addresses: list[str] = Field(
        description="SHA-256 of `contact/erased_at/kind/value`, the moment in milliseconds since 1970: tells whether "
        "an address that somebody presents was this person's."
    )


@router.get(
    "/api/contacts/<contact_id>/export",
    **least("admin", TAG, "export_contact", "Everything about a person, to hand over (Article 15 and 20 GDPR)"),
)
def export(work: Asked, contact_id: ContactId, cursor: Cursor = None) -> ExportShape:
    contact = work.contact(contact_id)
    place = _place(work, contact_id, cursor)
    if place is None:
        work.note("contact.exported", contact.id)
    part = portion(work.given.table, contact, place)
    items = dict(part.items) | (beside(work.given.table, contact) if place is None else {})
    return ExportShape(
        format=FORMAT,
        contact=contact.id,
        exported_at=to_iso(work.now),
        items=items,
        cursor=cursors.written(*part.cursor) if part.cursor else None,
    )


@router.get(
    "/api/contacts/<contact_id>/export/page",
    **least("admin", TAG, "print_export", "The same as a page that the person can read"),
    responses={200: {"description": "The page.", "content": {"text/html": {"schema": {"type": "string"}}}}},
)
def page(work: Asked, contact_id: ContactId, locale: Locale = "en") -> Response[str]:
    contact = work.contact(contact_id)
    work.note("contact.exported", contact.id)
    table, settings = work.given.table, work.given.settings
    part = portion(table, contact)
    html = export_page(
        contact,
        {**part.items, **beside(table, contact)},
        read_changes(table, contact.id),
        sender=settings.from_name or settings.from_address,
        imprint=settings.imprint,
        locale=locale,
        now=work.now,
        is_whole=part.cursor is None,
    )
    return Response(200, "text/html; charset=utf-8", html)


@router.post(
    "/api/contacts/<contact_id>/restrict",
    **least("admin", TAG, "restrict_contact", "Keep the contact, and do nothing with it (Article 18 GDPR)", status=202),
)
def restrict(
    work: Asked, contact_id: ContactId, given: ReasonGiven, idempotency_key: IdempotencyKey = None
) -> Accepted:
    if _is_restricted(work, contact_id):
        raise Already("processing is restricted already")
    return _record(work, contact_id, Name.PROCESSING_RESTRICTED, "contact.restricted", given.reason, idempotency_key)


@router.post(
    "/api/contacts/<contact_id>/lift-restriction",
    **least("admin", TAG, "lift_restriction", "Go on as before; the person has been told (Article 18(3))", status=202),
)
def lift(work: Asked, contact_id: ContactId, given: ReasonGiven, idempotency_key: IdempotencyKey = None) -> Accepted:
    return _record(work, contact_id, Name.RESTRICTION_LIFTED, "restriction.lifted", given.reason, idempotency_key)


@router.get(
    "/api/erasures/<contact_id>",
    **least("viewer", TAG, "read_erasure", "The receipt of an erasure, and whether an address was the person's"),
)
def read_erasure(
    work: Asked,
    contact_id: ContactId,
) -> KeptReceipt:
    kept = read_receipt(work.given.table, mended(contact_id))
    if kept is None:
        raise NotThere("nobody was erased under this id")
    return KeptReceipt(
        contact=kept.contact,
        erased_at=to_iso(kept.erased_at),
        complete=kept.complete,
        removed=kept.removed,
        addresses=sorted(kept.addresses),
    )


def _record(work: Work, contact_id: str, name: str, noted: str, reason: str, idempotency_key: str | None) -> Accepted:
    contact = work.contact(contact_id)
    event_id = work.derived_id(f"{name} {contact.id}", idempotency_key)
    made = happened(contact.id, event_id, name, {"reason": reason}, work.now, work.now)
    work.note(noted, contact.id)
    return Accepted(contact=report(work.given.table, made, work.now), event=made.id)


def _is_restricted(work: Work, contact_id: str) -> bool:
    stored = work.given.table.get(keys.withdrawals(work.contact(contact_id).id))
    return Withdrawals.from_item(stored).is_restricted


def _place(work: Work, contact_id: str, cursor: str | None) -> tuple[str, str] | None:
    place = cursors.read(cursor, str, str)
    if place is None:
        return None
    contact = work.contact(contact_id)
    if place[0] not in (contact.id, *former_ids(work.given.table, contact)):
        raise Refused("is none that was handed out here; leave it away to begin at the beginning", "cursor")
    return str(place[0]), str(place[1])
