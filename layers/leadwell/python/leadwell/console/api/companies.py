"""Companies: finding and reading them, who belongs to them, and saying what is known about them."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path, Query
from pydantic import Field

from leadwell import ids
from leadwell.clock import to_iso
from leadwell.companies.reading import read_companies
from leadwell.console import cursors
from leadwell.console.api.access import LONGEST_ID, Asked, Cursor, IdempotencyKey, Work, least, routes
from leadwell.console.api.segments import MemberList, MemberShape, find_segment_of_companies, read_place
from leadwell.console.api.shapes.basics import Given, JsonObject, Shape
from leadwell.console.api.shapes.companies import CompanyList, CompanyShape, company_shape
from leadwell.console.api.shapes.explanations import CompanyExplanation
from leadwell.console.explanation import company_explanation
from leadwell.console.problems import NotThere
from leadwell.console.reporting import described
from leadwell.contacts.contact import Contact
from leadwell.contacts.folding import facts_of
from leadwell.contacts.membership import EVERY_COMPANY
from leadwell.errors import Refused
from leadwell.segments.listing import list_members
from leadwell.tracking.calls import NAME_LENGTH
from leadwell.tracking.once import record_all_once
from leadwell.tracking.values import mended

router = routes()

TAG = "Companies"
CompanyId = Annotated[str, Path(max_length=LONGEST_ID, description="The id of the company, as `/api/companies` says.")]


class CompanyGiven(Given):
    """What is known about a company; it is made if nobody has named it yet."""

    group_id: Annotated[str, Field(min_length=1, max_length=NAME_LENGTH, examples=["acme"])]
    attributes: JsonObject = Field(
        default_factory=dict,
        description="An attribute that is null is removed.",
        examples=[{"industry": "retail", "employees": 120}],
    )


class CompanyAccepted(Shape):
    """Stored for good; the company and its members follow within seconds."""

    company: str
    event: str


@router.get(
    "/api/companies",
    **least("viewer", TAG, "list_companies", "Find a company, or list those of a segment"),
)
def find(
    work: Asked,
    group_id: Annotated[str | None, Query(description="What `group` calls name it.")] = None,
    segment: Annotated[str | None, Query(description="The name of a segment of companies: lists its members.")] = None,
    cursor: Cursor = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 25,
) -> CompanyList:
    if group_id is not None and segment is not None:
        raise Refused("cannot be combined with a group id; ask for one of the two", "segment")
    if segment is not None:
        find_segment_of_companies(work, segment)
    if group_id is not None:
        found = read_companies(work.given.table, [ids.company_id(mended(group_id))])
        return CompanyList(companies=[_shape(work, one) for one in found])
    page = list_members(work.given.table, segment or EVERY_COMPANY, limit=limit, cursor=read_place(cursor))
    found = read_companies(work.given.table, [member.contact for member in page.members])
    return CompanyList(
        companies=[_shape(work, one) for one in found],
        cursor=cursors.written(*page.cursor) if page.cursor else None,
    )


@router.get("/api/companies/<company_id>", **least("viewer", TAG, "read_company", "One company"))
def read(work: Asked, company_id: CompanyId) -> CompanyShape:
    return _shape(work, find_company(work, company_id))


@router.get(
    "/api/companies/<company_id>/members",
    **least("viewer", TAG, "list_company_members", "Who belongs to a company, by page"),
)
def members(
    work: Asked, company_id: CompanyId, cursor: Cursor = None, limit: Annotated[int, Query(ge=1, le=1000)] = 100
) -> MemberList:
    page = list_members(work.given.table, find_company(work, company_id).id, limit=limit, cursor=read_place(cursor))
    return MemberList(
        members=[MemberShape(contact=one.contact, since=to_iso(one.since)) for one in page.members],
        cursor=cursors.written(*page.cursor) if page.cursor else None,
    )


@router.get(
    "/api/companies/<company_id>/explain",
    **least("viewer", TAG, "explain_company", "Why a company has its score, stage and segments"),
)
def explain(
    work: Asked,
    company_id: CompanyId,
    limit: Annotated[int, Query(ge=0, le=1000, description="How many score entries to list one by one.")] = 100,
) -> CompanyExplanation:
    return company_explanation(work.given, find_company(work, company_id), work.now, limit)


@router.put(
    "/api/companies", **least("sales", TAG, "describe_company", "Say what is known about a company", status=202)
)
def describe(work: Asked, company: CompanyGiven, idempotency_key: IdempotencyKey = None) -> CompanyAccepted:
    event_id = work.derived_id(f"company {company.group_id}", idempotency_key)
    event = described(company.group_id, event_id, company.attributes, work.now)
    work.note("company.changed", event.contact, attributes=sorted(company.attributes))
    record_all_once(work.given.table, [event], work.now)
    return CompanyAccepted(company=event.contact, event=event.id)


def find_company(work: Work, company: str) -> Contact:
    """Raises ``NotThere``."""
    found = read_companies(work.given.table, [company])
    if not found:
        raise NotThere("there is no such company: find it by its group id, with /api/companies?group_id=…")
    return found[0]


def _shape(work: Work, company: Contact) -> CompanyShape:
    catalog = work.given.library.catalog().for_(company.id)
    facts = facts_of(company, catalog, work.given.settings.default_timezone)
    return company_shape(company, facts, catalog, work.now)
