"""Filling pools."""

import pytest

from leadwell.clock import from_iso
from leadwell.errors import Conflict, Refused
from leadwell.store.table import Change
from leadwell.vouchers.codes import MADE_UP, UsedCode, look_up
from leadwell.vouchers.forgetting import forget_vouchers
from leadwell.vouchers.pools import check_codes, fill, list_pools
from tests.fakes.memory_table import MemoryTable
from tests.unit.journeys.test_stock import asker, stock

NOW = from_iso("2026-03-02T08:00:00Z")


def test_codes_that_are_there_or_come_twice_are_refused_by_name() -> None:
    table = MemoryTable()
    assert fill(table, "p", ["A", "B", "A"], NOW).refused == ["A"]
    taken = stock(table).voucher("p", asker(), NOW, wait=False)
    assert taken
    again = fill(table, "p", ["A", "B", "C"], NOW + 1)
    assert (again.added, sorted(again.refused)) == (1, ["A", "B"])
    assert [(one.name, one.free, one.used, one.filled_at) for one in list_pools(table)] == [("p", 2, 1, NOW + 1)]


def test_many_codes_and_an_upload_that_broke_off() -> None:
    class Breaking(MemoryTable):
        left = 3

        def write(self, *changes: Change) -> None:
            self.left -= 1
            if self.left == 0:
                raise Conflict("a transaction is writing the same item")
            if self.left < -2:
                raise KeyboardInterrupt
            super().write(*changes)

    table, codes = Breaking(), [f"CODE{number}" for number in range(333)]
    with pytest.raises(KeyboardInterrupt):
        fill(table, "p", codes, NOW)
    table.left = 10_000
    before = list_pools(table)[0].free
    upload = fill(table, "p", codes, NOW)
    assert 0 < before < 333
    assert (upload.added, len(upload.refused)) == (333 - before, before)
    assert list_pools(table)[0].free == 333


def test_pools_do_not_share_codes() -> None:
    table = MemoryTable()
    fill(table, "p", ["A"], NOW)
    assert fill(table, "q", ["A"], NOW).added == 1
    assert [one.name for one in list_pools(table)] == ["p", "q"]


@pytest.mark.parametrize("code", ["", " ", "a b", "x" * 65, "a\tb", "a\x00"])
def test_what_no_code_can_be(code: str) -> None:
    with pytest.raises(Refused) as refused:
        check_codes(["A", code])
    assert refused.value.field == "codes[1]"


def test_the_name_of_made_up_codes_is_taken() -> None:
    with pytest.raises(Refused):
        fill(MemoryTable(), MADE_UP, ["A"], NOW)


def test_who_got_a_code_can_be_looked_up_until_the_person_is_forgotten() -> None:
    table = MemoryTable()
    fill(table, "p", ["A"], NOW)
    assert look_up(table, "p", "A") is True
    assert look_up(table, "p", "B") is False
    stock(table).voucher("p", asker(), NOW, wait=False)
    stock(table).voucher("p", asker(2), NOW, wait=True)
    told = UsedCode(pool="p", code="A", at=NOW, journey="j", step="code", contact="c1", rev=1)
    assert look_up(table, "p", "A") == told
    for _ in range(2):
        forget_vouchers(table, table.items("VOUCHER"))
    found = look_up(table, "p", "A")
    assert isinstance(found, UsedCode)
    assert (found.contact, found.journey) == ("", "j")
    assert [one.waiting for one in list_pools(table)] == [0]
    assert "c1" not in str(table.items("USED_CODE"))
