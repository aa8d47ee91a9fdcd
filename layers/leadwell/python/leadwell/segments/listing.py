"""Who is in a segment, page by page over all shards of its member list."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from leadwell.clock import Moment
from leadwell.store import keys
from leadwell.store.table import Key, Table


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
    """Counts shard by shard: one request per 1 MB of the list (some 8,000 members), at least one per shard."""
    total = 0
    for shard in range(keys.SEGMENT_SHARDS):
        total += table.count(keys.members(segment, shard), most=most - total)
        if total >= most:
            return Count(total, shard == keys.SEGMENT_SHARDS - 1 and total < most)
    return Count(total, True)
