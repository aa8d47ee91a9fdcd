"""Who is in a segment, page by page over all shards of its member list."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from leadwell.clock import Moment
from leadwell.store import keys
from leadwell.store.table import Key, Table

_COUNT_PAGE = 1000


class Place(NamedTuple):
    """Where a page ended: the shard, and the last contact of it that was listed (empty: none yet)."""

    shard: int
    contact: str


@dataclass(frozen=True, slots=True)
class Member:
    contact: str
    since: Moment


@dataclass(frozen=True, slots=True)
class MemberPage:
    members: Sequence[Member]
    cursor: Place | None


@dataclass(frozen=True, slots=True)
class Count:
    """``exact`` is False where counting was stopped: there are at least so many."""

    count: int
    exact: bool


def list_members(table: Table, segment: str, *, limit: int, cursor: Place | None = None) -> MemberPage:
    """In a steady order that means nothing; costs one read per shard that the page touches."""
    place = cursor or Place(0, "")
    members: list[Member] = []
    while True:
        pk = keys.members(segment, place.shard)
        here = Key(pk, place.contact) if place.contact else None
        page = table.query(pk, limit=limit - len(members), cursor=here)
        members += [Member(item["sk"], item["since"]) for item in page.items]
        if page.cursor is not None:
            place = Place(place.shard, page.cursor.sk)
        elif place.shard + 1 < keys.SEGMENT_SHARDS:
            place = Place(place.shard + 1, "")
        else:
            return MemberPage(members, None)
        if len(members) >= limit:
            return MemberPage(members, place)


def count_members(table: Table, segment: str, *, most: int) -> Count:
    """Counts by paging through the list: one read per 1,000 members, at least one per shard."""
    total, place = 0, Place(0, "")
    while total < most:
        page = list_members(table, segment, limit=min(_COUNT_PAGE, most - total), cursor=place)
        total += len(page.members)
        if page.cursor is None:
            return Count(total, True)
        place = page.cursor
    return Count(total, False)
