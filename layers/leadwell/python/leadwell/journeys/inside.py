"""Who is in a journey at present, and where: a list per journey, written with the moves that enter and leave it.

Where somebody stands is not in the list: that would be a write for every step. It is read from the enrollments
themselves, of so many that a picture needs; the list's order is chance, so some of them are a fair sample.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from leadwell.journeys.enrollment import Enrollment
from leadwell.segments.listing import count_members, list_members
from leadwell.store import keys
from leadwell.store.table import Change, Delete, Key, Put, Table

MOST_COUNTED = 100_000
MOST_LOOKED_AT = 1_000


def comings_and_goings(before: Enrollment | None, after: Enrollment | None) -> list[Change]:
    """What a move changes in the list; None: there is no enrollment."""
    was, is_now = before is not None and before.is_active, after is not None and after.is_active
    if is_now and not was and after is not None:
        key = _key(after)
        return [Put({"pk": key.pk, "sk": key.sk, "kind": "INSIDE", "since": after.entered_at})]
    if was and not is_now and before is not None:
        return [Delete(_key(before))]
    return []


@dataclass(frozen=True, slots=True)
class Standing:
    """How many stand at which step (by id), of the ``looked_at`` of ``all``. ``exact`` is False where ``all`` is only
    at least so many."""

    at: Mapping[str, int]
    all: int
    looked_at: int
    exact: bool = True


def read_standing(table: Table, journey: str) -> Standing:
    counted = count_members(table, _list(journey), most=MOST_COUNTED)
    page = list_members(table, _list(journey), limit=MOST_LOOKED_AT)
    found = table.get_many(_enrollment(member.contact) for member in page.members)
    inside = [one for one in map(Enrollment.from_item, found.values()) if one.is_active]
    return Standing(
        at=Counter(one.step for one in inside),
        all=max(counted.count, len(inside)) if len(inside) == MOST_LOOKED_AT or page.cursor else len(inside),
        looked_at=len(inside),
        exact=counted.exact,
    )


def _list(journey: str) -> str:
    return f"journey:{journey}"


def _key(enrollment: Enrollment) -> Key:
    return keys.member(_list(enrollment.journey), f"{enrollment.contact}/{enrollment.item_key.sk}")


def _enrollment(member: str) -> Key:
    contact, _, sk = member.partition("/")
    return Key(keys.contact(contact).pk, sk)
