"""Lets go on who is parked for want of a voucher."""

from dataclasses import dataclass

from leadwell.clock import MINUTE, Moment
from leadwell.due.buckets import bucket_minute, marker
from leadwell.errors import Conflict
from leadwell.journeys.engine import redriven
from leadwell.journeys.enrollment import PARKED, Enrollment
from leadwell.store import keys
from leadwell.store.table import ABSENT, Delete, Item, Key, Put, Table

_PAGE = 100
_OVERDUE = 2 * MINUTE
"""In a minute that is over nobody else is woken, so it needs no execution of its own: the sweep finds it."""


@dataclass(frozen=True, slots=True)
class Redriven:
    """``after`` is where the next page goes on; empty at the end."""

    count: int
    after: str = ""


def redrive(table: Table, pool: str, now: Moment, after: str = "") -> Redriven:
    """One page of those who wait for a code of this pool: whoever is still parked goes on with the next sweep.

    Who waits is forgotten when the code is taken, not here; so it may be done again. Raises ``Conflict`` when an
    enrollment is changed meanwhile.
    """
    pk = keys.waiting_for_codes(pool)
    page = table.query(pk, limit=_PAGE, cursor=Key(pk, after) if after else None)
    count = 0
    for mark in page.items:
        count += _redrive(table, mark, now)
    return Redriven(count, page.cursor.sk if page.cursor else "")


def _redrive(table: Table, mark: Item, now: Moment) -> bool:
    item = table.get(Key(keys.contact(mark["contact"]).pk, mark["enrollment"]))
    enrollment = Enrollment.from_item(item) if item else None
    if enrollment is None or not (enrollment.is_active or enrollment.status == PARKED):
        table.write(Delete(Key(mark["pk"], mark["sk"])))
        return False
    if enrollment.is_active:
        return False  # about to park, or on its way already
    due = now - _OVERDUE
    try:
        table.write(Put(marker(bucket_minute(due)), ABSENT))
    except Conflict as conflict:
        if not conflict.failed:
            raise
    table.write(Put(redriven(enrollment, due, now).to_item(), enrollment.rev))
    return True
