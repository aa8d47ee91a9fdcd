"""What of a company journeys may start by: it comes into a segment, or rises to a stage.

What is news about it is a mark, such as ``company_entered:hot-companies``, with the moment from which on members are
told. Marks travel with whatever else they are told, so a member who misses one version finds it in the next; and what a
company is by a changed definition alone bears none.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from leadwell.clock import Moment
from leadwell.conditions.kinds.person import STAGES
from leadwell.contacts.change import Happening
from leadwell.tracking.events import Event

if TYPE_CHECKING:
    from leadwell.contacts.contact import Contact

ENTERED = "company_entered"
REACHED = "company_reached"
OF_COMPANIES = frozenset({ENTERED, REACHED})
"""Kinds of happenings of a contact that come from its company."""


def heralded(
    known: Mapping[str, Moment], company: "Contact", happened: Iterable[Happening], at: Moment
) -> dict[str, Moment]:
    """The marks that a company bears after something ``happened`` to it. What it has left or fallen behind is gone."""
    fresh = dict.fromkeys((f"{ENTERED}:{one.name}" for one in happened if one.kind == "entered"), at)
    fresh |= dict.fromkeys((f"{REACHED}:{one.name}" for one in happened if one.kind == "stage" and _rises(one)), at)
    present = {f"{ENTERED}:{segment}" for segment in company.segments}
    present |= {f"{REACHED}:{stage}" for stage in STAGES[: STAGES.index(company.stage) + 1]}
    return {mark: since for mark, since in {**known, **fresh}.items() if mark in present}


def heard(before: Mapping[str, Any], contact: "Contact", event: Event) -> Iterator[Happening]:
    """What a member, who has just been told, did not know ``before``, and belonged to the company in time for."""
    known, since = before.get("heard", ()), contact.belonging["since"]
    for mark, at in sorted(event.properties.get("news", {}).items()):
        if mark not in known and at >= since:
            kind, _, name = mark.partition(":")
            yield Happening(kind, f"{event.id}/{mark}", name, event.at, {"group_id": contact.company["id"]})


def told_by(happening: Happening) -> str:
    """The id of the event that a member heard it by."""
    return happening.id.partition("/")[0]


def _rises(happening: Happening) -> bool:
    return STAGES.index(happening.name) > STAGES.index(happening.properties["from"])
