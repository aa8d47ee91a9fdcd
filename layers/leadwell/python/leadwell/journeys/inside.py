"""Who is inside a journey: a list of its active enrollments beside those of segments, as ``journey:<name>``.

A row is written by the move that enters somebody who stays, and deleted by the one that ends it: two writes for each
enrollment, and none on the way: where somebody stands is read from the enrollments. What entered before there were
such lists is listed when it next moves.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from leadwell.journeys.enrollment import KIND, Enrollment
from leadwell.segments.listing import Count, Place, count_members
from leadwell.store import keys
from leadwell.store.table import Change, Delete, Item, Key, Put, Table

_PAGE = 100
MOST_COUNTED = 100_000
MOST_LOOKED_AT = 1_000


def list_name(journey: str) -> str:
    """Under which name those inside are kept."""
    return f"journey:{journey}"


@dataclass(frozen=True, slots=True)
class InsidePage:
    """Active enrollments as they are stored, which may be before a policy moved them (``in_flight.as_of_today``)."""

    enrollments: Sequence[Enrollment]
    cursor: Place | None


def members_inside(table: Table, journey: str, *, limit: int, cursor: Place | None = None) -> InsidePage:
    """Up to ``limit`` of those inside, in a steady order that means nothing: contacts are spread by chance."""
    name, place = list_name(journey), cursor or Place(0, "")
    rows: list[Item] = []
    end: Place | None = None
    while True:
        pk = keys.members(name, place.shard)
        page = table.query(pk, limit=limit - len(rows), cursor=Key(pk, place.contact) if place.contact else None)
        rows += page.items
        if page.cursor is not None:
            place = Place(place.shard, page.cursor.sk)
        elif place.shard + 1 < keys.SEGMENT_SHARDS:
            place = Place(place.shard + 1, "")
        else:
            break
        if len(rows) >= limit:
            end = place
            break
    found: list[Enrollment] = []
    for start in range(0, len(rows), _PAGE):
        wanted = [keys.enrollment(row["contact"], journey, row["key"], row["number"]) for row in rows[start:][:_PAGE]]
        items = table.get_many(wanted)
        found += [Enrollment.from_item(items[key]) for key in wanted if key in items]
    return InsidePage([one for one in found if one.is_active], end)


def all_inside(table: Table, journey: str, *, most: int) -> tuple[list[Enrollment], bool]:
    """Those inside, at most so many, and whether that is all of them."""
    found: list[Enrollment] = []
    cursor: Place | None = None
    while True:
        page = members_inside(table, journey, limit=min(_PAGE, most - len(found)), cursor=cursor)
        found += page.enrollments
        cursor = page.cursor
        if cursor is None or len(found) >= most:
            return found, cursor is None


def count_inside(table: Table, journey: str, *, most: int) -> Count:
    return count_members(table, list_name(journey), most=most)


@dataclass(frozen=True, slots=True)
class Standing:
    """How many stand at which step (by id), of the ``looked_at`` of ``all``. ``exact`` is False where ``all`` is only
    at least so many."""

    at: Mapping[str, int]
    all: int
    looked_at: int
    exact: bool = True


def read_standing(table: Table, journey: str) -> Standing:
    """Where those inside stand, by so many as a picture needs: the list's order is chance, so they are a fair
    sample."""
    inside, complete = all_inside(table, journey, most=MOST_LOOKED_AT)
    counted = count_inside(table, journey, most=MOST_COUNTED)
    return Standing(
        at=Counter(one.step for one in inside),
        all=len(inside) if complete else max(counted.count, len(inside)),
        looked_at=len(inside),
        exact=counted.exact,
    )


def listed(before: Enrollment | None, after: Enrollment) -> tuple[Enrollment, list[Change]]:
    """The enrollment as it is to be stored, and what changes in the list; ``before`` is what is stored of it."""
    was = before is not None and before.listed
    if after.is_active == was:
        return replace(after, listed=was), []
    return replace(after, listed=after.is_active), [Put(_row(after)) if after.is_active else Delete(_row_key(after))]


def leaving(items: Sequence[Item]) -> Iterator[Delete]:
    """What goes from the lists with these items."""
    for item in items:
        if item.get("kind") == KIND and item.get("listed"):
            yield Delete(_row_key(Enrollment.from_item(item)))


def _row(enrollment: Enrollment) -> Item:
    key = _row_key(enrollment)
    return {
        "pk": key.pk,
        "sk": key.sk,
        "kind": "INSIDE",
        "contact": enrollment.contact,
        "key": enrollment.key,
        "number": enrollment.number,
        "since": enrollment.entered_at,
    }


def _row_key(enrollment: Enrollment) -> Key:
    """Somebody may be inside more than once, under different keys."""
    shard = keys.member(list_name(enrollment.journey), enrollment.contact).pk
    return Key(shard, f"{enrollment.contact}#{enrollment.key}#{enrollment.number}")
