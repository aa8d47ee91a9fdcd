"""Codes are handed out once each, whoever asks how often, and whatever breaks in between."""

from collections import Counter
from dataclasses import replace

import pytest

from leadwell.errors import Conflict
from leadwell.journeys.steps.running import Asker
from leadwell.journeys.stock import ALPHABET, TableStock, made_up
from leadwell.store import keys
from leadwell.store.table import Change, Put
from leadwell.vouchers.codes import MADE_UP, UsedCode, look_up
from leadwell.vouchers.pools import fill, list_pools
from tests.fakes.memory_table import MemoryTable
from tests.unit.journeys.house import NOW

SECRET = b"0123456789abcdef0123456789abcdef"


def asker(number: int = 1, visit: int = 1, step: str = "code") -> Asker:
    return Asker(f"c{number}", f"c{number}/j//1", "J#j##000001", "j", step, visit)


def stock(table: MemoryTable) -> TableStock:
    return TableStock(table, lambda: SECRET)


def pool(*codes: str) -> MemoryTable:
    table = MemoryTable()
    fill(table, "p", codes, NOW)
    return table


def test_everybody_gets_another_code_until_there_is_none() -> None:
    table = pool(*(f"CODE{number}" for number in range(40)))
    codes = [stock(table).voucher("p", asker(number), NOW, wait=False) for number in range(41)]
    handed = [one.code for one in codes if one]
    assert len(set(handed)) == 40
    assert codes[40] is None
    assert [(one.free, one.used, one.waiting) for one in list_pools(table)] == [(0, 40, 0)]


def test_who_asks_again_gets_the_same_and_another_visit_another() -> None:
    table = pool("A", "B", "C")
    first = stock(table).voucher("p", asker(), NOW, wait=False)
    assert stock(table).voucher("p", asker(), NOW + 9, wait=False) == first
    others = {stock(table).voucher("p", one, NOW, wait=False) for one in (asker(visit=2), asker(step="other"))}
    assert len({first, *others}) == 3


class Rival(MemoryTable):
    """Somebody else takes the code that was just seen, a few times."""

    def __init__(self, times: int) -> None:
        super().__init__()
        self.times = times

    def write(self, *changes: Change) -> None:
        if self.times and len(changes) > 2:
            self.times -= 1
            given = stock(self).voucher("p", asker(100 + self.times), NOW, wait=False)
            assert given
            if look_up(self, "p", changes[1].key.sk) is True:
                super().write(*changes)
                return
            raise Conflict(failed=(1,))
        super().write(*changes)


def test_who_loses_a_code_to_somebody_else_takes_another() -> None:
    table = Rival(0)
    fill(table, "p", [f"CODE{number}" for number in range(20)], NOW)
    table.times = 3
    mine = stock(table).voucher("p", asker(), NOW, wait=False)
    assert mine
    used = [UsedCode.from_item("p", item) for item in table.items("USED_CODE")]
    assert Counter(one.code for one in used).most_common(1)[0][1] == 1
    assert [one.contact for one in used if one.code == mine.code] == ["c1"]


def test_who_waits_is_noted_until_it_gets_a_code() -> None:
    table = pool()
    assert stock(table).voucher("p", asker(), NOW, wait=True) is None
    assert stock(table).voucher("p", asker(), NOW, wait=True) is None
    assert [(one.free, one.waiting) for one in list_pools(table)] == [(0, 1)]
    fill(table, "p", ["A"], NOW)
    handed = stock(table).voucher("p", asker(), NOW, wait=True)
    assert handed
    assert handed.code == "A"
    assert [(one.used, one.waiting) for one in list_pools(table)] == [(1, 0)]


def test_an_enrollment_that_moved_on_meanwhile_takes_no_code() -> None:
    table = pool("A")
    enrollment = keys.contact("c1").pk, "J#j##000001"
    table.write(Put({"pk": enrollment[0], "sk": enrollment[1], "rev": 3}))
    with pytest.raises(Conflict):
        stock(table).voucher("p", replace(asker(), rev=2), NOW, wait=False)
    assert stock(table).voucher("p", replace(asker(), rev=3), NOW, wait=False)


def test_made_up_codes_follow_from_the_secret_and_who_asks() -> None:
    table = MemoryTable()
    first = stock(table).made_up("BDAY-", 8, asker(), NOW)
    assert first.code.startswith("BDAY-")
    assert len(first.code) == 13
    assert set(first.code.removeprefix("BDAY-")) <= set(ALPHABET)
    assert stock(table).made_up("BDAY-", 8, asker(), NOW + 5) == first
    codes = {stock(table).made_up("", 8, asker(number, visit), NOW).code for number in range(50) for visit in (1, 2)}
    assert len(codes) == 100
    other = TableStock(MemoryTable(), lambda: b"another secret").made_up("BDAY-", 8, asker(), NOW)
    assert other.code != first.code


def test_a_made_up_code_that_is_taken_is_made_up_anew() -> None:
    table = MemoryTable()
    code = made_up(SECRET, 8, asker(), 0)
    table.write(Put(UsedCode(pool=MADE_UP, code=code, at=NOW, journey="j", step="s", contact="c9").to_item()))
    assert stock(table).made_up("", 8, asker(), NOW).code == made_up(SECRET, 8, asker(), 1)


def test_no_letter_of_a_code_looks_like_another() -> None:
    assert not set(ALPHABET) & set("0O1IL2Z5S8BU")
    assert len(set(ALPHABET)) == len(ALPHABET) == 24
