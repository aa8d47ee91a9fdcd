"""A company is what its members said and did, and they know what became of it."""

from collections.abc import Iterator

from leadwell.clock import MINUTE
from tests.simulation.evidence import Evidence
from tests.simulation.promises.contacts import due_in_time
from tests.simulation.promises.journeys import enrollments_of

WARM = "warm-companies"


def companies_equal_their_members(evidence: Evidence) -> Iterator[str]:
    counted, stored = evidence.counted_companies, evidence.companies
    for group in counted.keys() - {evidence.group_of(pk) for pk in stored}:
        yield f"there is no company {group}"
    for pk, company in stored.items():
        picture = counted.get(evidence.group_of(pk))
        if picture is None:
            yield f"{pk} is a company that nobody spoke of"
        elif not picture.ambiguous:
            pairs = {
                "traits": (company.get("traits", {}), picture.traits),
                "members": (company.get("members", {}), dict(picture.members)),
                "stage": (company["stage"], picture.stage),
                "segments": (set(company.get("segments", ())), picture.segments(evidence.now)),
                "score": (round(company["score"] - picture.score(company["clock"]), 3), 0),
            }
            for what, (is_stored, is_counted) in pairs.items():
                if is_stored != is_counted:
                    yield f"{what} of {pk}: stored {is_stored}, counted {is_counted}"
            # That members' scores pass a bound may be told by members: the slow way does not know who is due first.
            untils = {key: until for key, until in company.get("untils", {}).items() if key != f"segment:{WARM}"}
            due = {"due": min(untils.values(), default=None)}
            yield from due_in_time(evidence, pk, {**company, **due}, picture.without(WARM))


def members_know_their_company(evidence: Evidence) -> Iterator[str]:
    """What members know is what the company is, as it is stored."""
    companies = {evidence.group_of(pk): company for pk, company in evidence.companies.items()}
    for pk, contact in evidence.live.items():
        group = contact.get("company", {}).get("id", "")
        if group != evidence.place_of(pk):
            yield f"{pk} belongs to {group or 'no company'}, not to {evidence.place_of(pk)}"
        elif group:
            company, belonging = companies[group], contact["belonging"]
            pairs = {
                "attributes": (contact["company"], {"id": group, **company.get("traits", {})}),
                "segments": (set(belonging.get("segments", ())), set(company.get("segments", ()))),
                "stage": (belonging.get("stage", "visitor"), company["stage"]),
            }
            for what, (known, is_so) in pairs.items():
                if known != is_so:
                    yield f"{pk} takes the {what} of {group} for {known}, not {is_so}"


def members_start_with_their_company(evidence: Evidence) -> Iterator[str]:
    """Whoever was known to be there when the company came into the segment starts the journey, unless it came there
    only because somebody changed the segment, or is said to have come when it was there already: by the history that
    is left after somebody was erased."""
    if any("busy-companies" in text for _, text in evidence.world.publications):
        return
    entered = {
        evidence.group_of(pk): one.get("segments", {})
        for pk, one in evidence.companies.items()
        if not any(event["name"] == "Company Member Withdrawn" for event in evidence.events.get(pk, ()))
    }
    for pk, contact in evidence.live.items():
        since = entered.get(evidence.place_of(pk), {}).get("busy-companies")
        late = any(
            event["name"] == "Grouped" and evidence.stored_at[pk, event["sk"]] > event["at"] + MINUTE
            for event in evidence.events.get(pk, ())
        )
        in_time = not late and since is not None and contact.get("belonging", {}).get("since", since + 1) <= since
        if in_time and not enrollments_of(evidence, pk, "company-news"):
            yield f"the company of {pk} entered busy-companies, and company-news did not start"
