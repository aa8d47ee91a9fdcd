"""What somebody agreed to, with its proof, and addresses that nothing is sent to."""

from typing import Annotated, Literal

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query
from pydantic import Field

from leadwell.consent.lists import refusal_of
from leadwell.consent.proof_sheet import proof_page
from leadwell.consent.refusing import Refusal, refuse
from leadwell.consent.standing import read_record
from leadwell.consent.suppressions import Suppression, find_suppression
from leadwell.console.api.access import Asked, least, routes
from leadwell.console.api.contacts import ContactId
from leadwell.console.api.shapes.basics import Given, Instant, Shape, instant
from leadwell.console.api.shapes.consents import ConsentRecord, consent_record
from leadwell.console.lifting import fingerprint_of, lift_address, standing_against
from leadwell.definitions.topic_uses import titles_of_topics
from leadwell.errors import Refused
from leadwell.tracking.values import mended

router = routes()

TAG = "Consent"
_MOST = 500
Locale = Annotated[Literal["de", "en"], Query(description="German or English.")]
_Address = Annotated[
    str, Field(min_length=1, max_length=300, description="E-mail or phone (E.164).", examples=["robin@example.com"])
]


class RefusalGiven(Given):
    address: _Address
    reason: Annotated[str, Field(max_length=40, examples=["stop"])] = Field(
        "manual", description="`bounce`, `manual`, `stop` (unsubscribed) or `complaint`."
    )
    at: Annotated[str, Field(max_length=40)] | None = Field(None, description="When it was said, ISO 8601; or now.")


class SuppressionsGiven(Given):
    """Up to 500 addresses. One that is wrong has all of them refused: nothing is taken in by halves."""

    suppressions: Annotated[list[RefusalGiven], Field(min_length=1, max_length=_MOST)]
    source: Annotated[str, Field(min_length=1, max_length=100, examples=["list of the former system"])]


class SuppressionsTaken(Shape):
    suppressed: int
    contacts: int = Field(description="How many of the addresses belong to contacts, whose consent is withdrawn by it.")


class AddressGiven(Given):
    address: _Address


class LiftGiven(Given):
    address: _Address
    reason: Annotated[
        str, Field(min_length=5, max_length=500, description="Why it may be written to again; kept in the audit log.")
    ]


class SuppressionShape(Shape):
    """Only a fingerprint of the address is stored."""

    suppressed: bool
    reason: str
    source: str
    at: Instant | None
    may_be_lifted: bool


@router.get(
    "/api/contacts/<contact_id>/consents",
    **least("viewer", TAG, "read_consents", "What somebody agreed to, on what basis, and every change with its proof"),
)
def read(work: Asked, contact_id: ContactId) -> ConsentRecord:
    contact = work.contact(contact_id)
    return consent_record(contact.id, read_record(work.given.table, contact, work.now), work.now)


@router.get(
    "/api/contacts/<contact_id>/consents/page",
    **least("viewer", TAG, "print_consents", "The same as a page to print, for an authority or a court"),
    responses={200: {"description": "The page.", "content": {"text/html": {"schema": {"type": "string"}}}}},
)
def page(work: Asked, contact_id: ContactId, locale: Locale = "en") -> Response[str]:
    contact = work.contact(contact_id)
    settings = work.given.settings
    sender = settings.from_name or settings.from_address
    record = read_record(work.given.table, contact, work.now)
    topics = titles_of_topics(work.given.library)
    html = proof_page(contact, record, sender, settings.imprint, locale, work.now, topics)
    return Response(200, "text/html; charset=utf-8", html)


@router.post(
    "/api/suppressions",
    **least("marketer", TAG, "suppress", "Have nothing sent to some addresses from now on", status=202),
)
def suppress_all(work: Asked, given: SuppressionsGiven) -> SuppressionsTaken:
    source = mended(given.source)
    refusals = [_refusal(work, one, source, number) for number, one in enumerate(given.suppressions)]
    work.note("suppressions.added", source, count=len(refusals))
    known = sum(refuse(work.given.table, one) for one in refusals)
    return SuppressionsTaken(suppressed=len(refusals), contacts=known)


@router.post(
    "/api/suppressions/search",
    **least("viewer", TAG, "find_suppression", "Whether, and why, nothing is sent to an address"),
)
def find(work: Asked, given: AddressGiven) -> SuppressionShape:
    wanted = refusal_of(given.address, "", None, "", work.now)
    return _shape(find_suppression(work.given.table, wanted.channel, wanted.address))


@router.post(
    "/api/suppressions/lift",
    **least("admin", TAG, "lift_suppression", "Let messages go to an address again, where that is not the recipient's"),
)
def lift_one(work: Asked, given: LiftGiven) -> SuppressionShape:
    wanted = refusal_of(given.address, "", None, "", work.now)
    if "@" in given.reason:
        raise Refused("goes into the audit log, where nobody's address belongs: say it without one", "reason")
    was = standing_against(work.given, wanted.channel, given.address)
    if not was:
        return _shape(None)
    which = fingerprint_of(work.given, wanted.channel, wanted.address)
    work.note("suppression.lifted", which, was=was, reason=mended(given.reason))
    lift_address(work.given, wanted.channel, given.address, work.now)
    return _shape(None)


def _refusal(work: Asked, one: RefusalGiven, source: str, number: int) -> Refusal:
    return refusal_of(one.address, one.reason, one.at, source, work.now, f"suppressions[{number}].address")


def _shape(known: Suppression | None) -> SuppressionShape:
    return SuppressionShape(
        suppressed=known is not None,
        reason=known.reason.value if known else "",
        source=known.source if known else "",
        at=instant(known.at) if known else None,
        may_be_lifted=known is not None and known.may_be_lifted,
    )
