"""What an event in a company's own history says about it."""

from typing import TYPE_CHECKING

from leadwell.companies.worth import heard_from
from leadwell.contacts.profile import Touched, differ
from leadwell.tracking.events import Event, Identity, Name, Standing

if TYPE_CHECKING:
    from leadwell.contacts.contact import Contact

KIND = "company"
"""The kind of identity that a company's group id is kept as."""

_STATING = frozenset({Name.GROUPED, Name.IDENTIFIED})
"""What a member says about its company, and what a journey about it does."""
_COMING_AND_GOING = frozenset({Name.MEMBER_JOINED, Name.MEMBER_LEFT, Name.MEMBER_STAGE_CHANGED})


def apply_to_company(company: "Contact", event: Event) -> Touched:
    """Changes the company in place (``contacts.folding`` owns it)."""
    group = event.properties.get("group_id")
    if isinstance(group, str) and not company.identities:
        company.identities = (Identity(KIND, group),)
    if event.name in _STATING and event.standing is Standing.PROVEN:
        before = company.traits
        stated = {name: value for name, value in event.traits.items() if name != "id"}
        company.traits = {name: value for name, value in {**before, **stated}.items() if value is not None}
        return Touched(frozenset(name for name in stated if differ(before.get(name), company.traits.get(name))))
    if event.name in _COMING_AND_GOING:
        counts = dict(company.members)
        for stage, step in _steps(event):
            counts[stage] = counts.get(stage, 0) + step
        company.members = {stage: count for stage, count in counts.items() if count}
        return Touched(members=True)
    if event.name == Name.MEMBER_SCORED:
        return Touched(scores=heard_from(company, event))
    return Touched()


def _steps(event: Event) -> list[tuple[str, int]]:
    """Of which stage there is one more, or one less."""
    said = event.properties
    if event.name == Name.MEMBER_STAGE_CHANGED:
        return [(str(said["from"]), -1), (str(said["to"]), 1)]
    return [(str(said["stage"]), 1 if event.name == Name.MEMBER_JOINED else -1)]
