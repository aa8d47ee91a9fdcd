"""Pools of codes: filling them, and saying how full they are."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from leadwell.clock import Moment
from leadwell.errors import Conflict, Refused
from leadwell.store import keys
from leadwell.store.table import ABSENT, Change, Check, Item, Put, Table, query_all
from leadwell.vouchers.codes import MADE_UP, free_item

POOL_NAME = "^[a-z0-9-]{1,60}$"
LONGEST_CODE = 64
MOST_COUNTED = 1_000_000
_AT_ONCE = 50
"""Two changes each: a transaction has at most 100."""
_ATTEMPTS = 6


@dataclass(frozen=True, slots=True)
class Pool:
    """``free``, ``used`` and ``waiting`` (enrollments that are parked for want of a code) are counted when asked."""

    name: str
    filled_at: Moment
    free: int
    used: int
    waiting: int


@dataclass(slots=True)
class Upload:
    """``refused`` are the codes that were in the pool already (free or used), or that came twice."""

    added: int = 0
    refused: list[str] = field(default_factory=list)


def check_codes(codes: Iterable[str], field: str = "codes") -> list[str]:
    """The codes without white space around them. Raises ``Refused`` naming the first that cannot be one."""
    found = []
    for place, code in enumerate(codes):
        code = code.strip()
        if not 0 < len(code) <= LONGEST_CODE or not code.isprintable() or any(map(str.isspace, code)):
            raise Refused(f"a code has 1 to {LONGEST_CODE} characters and no spaces", f"{field}[{place}]")
        found.append(code)
    return found


def fill(table: Table, pool: str, codes: Sequence[str], now: Moment) -> Upload:
    """Adds codes; what is there already is refused by name and the others are stored, so that an upload that broke off
    can be repeated."""
    if pool == MADE_UP:
        raise Refused(f"{MADE_UP} lists the codes that journeys make up; choose another name", "pool")
    key = keys.pool(pool)
    table.write(Put({"pk": key.pk, "sk": key.sk, "kind": "POOL", "filled_at": now}))
    upload = Upload()
    seen: set[str] = set()
    fresh = []
    for code in codes:
        if code in seen:
            upload.refused.append(code)
        else:
            seen.add(code)
            fresh.append(code)
    for start in range(0, len(fresh), _AT_ONCE):
        _add(table, pool, fresh[start : start + _AT_ONCE], upload)
    return upload


def _add(table: Table, pool: str, codes: Sequence[str], upload: Upload) -> None:
    pending = list(codes)
    for _ in range(_ATTEMPTS):
        if not pending:
            return
        changes: list[Change] = []
        for code in pending:
            changes += [Put(free_item(pool, code), ABSENT), Check(keys.used_code(pool, code), ABSENT)]
        try:
            table.write(*changes)
        except Conflict as conflict:
            there = {pending[place // 2] for place in conflict.failed}
            upload.refused += [code for code in pending if code in there]
            pending = [code for code in pending if code not in there]
        else:
            upload.added += len(pending)
            return
    raise Conflict("the pool is being changed by many at once; repeat the upload")


def list_pools(table: Table) -> list[Pool]:
    """All that were ever filled, by name. Reads their codes' partitions, nothing else."""
    return [read_pool(table, item) for item in query_all(table, keys.POOLS)]


def read_pool(table: Table, item: Item) -> Pool:
    name = item["sk"]
    return Pool(
        name=name,
        filled_at=item["filled_at"],
        free=table.count(keys.free_codes(name), most=MOST_COUNTED),
        used=table.count(keys.used_codes(name), most=MOST_COUNTED),
        waiting=table.count(keys.waiting_for_codes(name), most=MOST_COUNTED),
    )
