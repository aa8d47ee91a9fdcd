"""Companies."""

from pydantic import Field

from leadwell.clock import Moment, to_iso
from leadwell.conditions.facts import Facts
from leadwell.console.api.shapes.basics import Instant, JsonObject, Shape, instant
from leadwell.console.api.shapes.contacts import MembershipShape
from leadwell.contacts.contact import Contact
from leadwell.definitions.catalog import Catalog


class CompanyShape(Shape):
    id: str
    group_id: str = Field(description="What `group` calls name it.")
    attributes: JsonObject
    members: dict[str, int] = Field(description="How many contacts belong to it, by their stage.")
    score: float = Field(description="Of the main scoring model about companies, as of now.")
    scores: dict[str, float] = Field(description="Of every scoring model about companies.")
    stage: str
    stages: dict[str, Instant] = Field(description="When each stage was reached last.")
    segments: list[MembershipShape] = Field(description="Segments of companies.")
    first_seen: Instant
    updated: Instant = Field(description="Up to when its state is worked out.")
    members_know: bool = Field(description="False: members are still being told what became of it last.")


class CompanyList(Shape):
    companies: list[CompanyShape]
    cursor: str | None = None


def company_shape(company: Contact, facts: Facts, catalog: Catalog, now: Moment) -> CompanyShape:
    """``catalog`` is the one of companies."""
    return CompanyShape(
        id=company.id,
        group_id=company.identities[0].value if company.identities else "",
        attributes=company.traits,
        members={stage: count for stage, count in sorted(company.members.items()) if count > 0},
        score=round(facts.ratings.score("", now), 2),
        scores={model: round(facts.ratings.score(model, now), 2) for model in catalog.scoring},
        stage=company.stage,
        stages={stage: to_iso(at) for stage, at in company.stages.items()},
        segments=[
            MembershipShape(name=name, since=to_iso(at), until=instant(company.untils.get(f"segment:{name}")))
            for name, at in sorted(company.segments.items())
        ],
        first_seen=to_iso(company.first_seen),
        updated=to_iso(company.clock),
        members_know="place" not in company.told,
    )
