"""Who is in a segment, page by page and counted: what it costs follows from the page, and contacts are never read."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadwell.segments.listing import Count, Place, count_members, list_members
from leadwell.store import keys
from leadwell.store.table import Delete, Item, Put
from tests.fakes.memory_table import MemoryTable


def member(contact: str, segment: str = "keen", since: int = 7) -> Item:
    key = keys.member(segment, contact)
    return {"pk": key.pk, "sk": key.sk, "kind": "MEMBER", "since": since}


def filled(people: int, *, segment: str = "keen") -> MemoryTable:
    """Only the lists: without one contact, nothing that reads contacts would find anybody."""
    table = MemoryTable()
    for number in range(people):
        table.write(Put(member(f"c{number}", segment, number)))
        if number % 3 == 0:
            table.write(Put(member(f"c{number}", "another")))
    return table


def asked(table: MemoryTable) -> Counter[str]:
    """What is asked of the table from now on."""
    requests = Counter[str]()

    def on_request(operation: str) -> None:
        when, _, what = operation.partition(" ")
        requests[what] += when == "before"

    table.on_request = on_request
    return requests


def pages(table: MemoryTable, limit: int, cursor: Place | None = None) -> list[list[str]]:
    found = []
    while True:
        page = list_members(table, "keen", limit=limit, cursor=cursor)
        found.append([one.contact for one in page.members])
        cursor = page.cursor
        if cursor is None:
            return found


@pytest.mark.parametrize("limit", [1, 7, 40, 1_000])
def test_everybody_is_listed_once_whatever_the_page(limit: int) -> None:
    found = pages(filled(60), limit)
    assert sorted(name for page in found for name in page) == sorted(f"c{number}" for number in range(60))
    assert all(len(page) <= limit for page in found)


def test_an_empty_segment_has_an_empty_page() -> None:
    assert pages(MemoryTable(), 10) == [[]]


def test_a_page_says_since_when() -> None:
    page = list_members(filled(30), "keen", limit=100)
    assert {one.contact: one.since for one in page.members} == {f"c{number}": number for number in range(30)}


def test_what_a_page_costs_does_not_depend_on_how_many_there_are() -> None:
    """At most one request for each shard that it touches, and no contact is read."""
    cost = {}
    for people in (40, 400, 1_200):
        table = filled(people)
        requests = asked(table)
        page = list_members(table, "keen", limit=10, cursor=Place(3, ""))
        assert len(page.members) == 10
        cost[people] = requests.copy()
    assert all(set(one) == {"query"} and one.total() <= keys.SEGMENT_SHARDS for one in cost.values()), cost
    assert cost[1_200].total() == 1, "where a shard has enough, one request brings the page"


def test_counting_reads_no_contact_and_stops_where_it_may() -> None:
    table = filled(300)
    requests = asked(table)
    assert count_members(table, "keen", most=1_000) == Count(300, True)
    assert requests.total() == keys.SEGMENT_SHARDS
    assert count_members(table, "another", most=1_000) == Count(100, True)
    requests.clear()
    found = count_members(table, "keen", most=50)
    assert (found.exact, 50 <= found.count < 300) == (False, True)
    assert requests.total() < keys.SEGMENT_SHARDS


@settings(derandomize=True, deadline=None, max_examples=60)
@given(
    st.integers(1, 9),
    st.lists(st.tuples(st.integers(0, 40), st.booleans()), max_size=25),
)
def test_who_stays_is_listed_once_while_others_come_and_go(limit: int, moves: list[tuple[int, bool]]) -> None:
    table = filled(25)
    there = {f"c{number}" for number in range(25)}
    stayed, listed, coming = set(there), Counter[str](), list(moves)
    cursor: Place | None = None
    while True:
        page = list_members(table, "keen", limit=limit, cursor=cursor)
        listed.update(one.contact for one in page.members)
        cursor = page.cursor
        if cursor is None:
            break
        for number, comes in coming[:2]:
            name = f"c{number}"
            if comes:
                table.write(Put(member(name)))
            else:
                table.write(Delete(keys.member("keen", name)))
                stayed.discard(name)
        del coming[:2]
    assert all(listed[name] == 1 for name in stayed)
    assert max(listed.values(), default=0) <= 1
