"""Whether a code that is said to be used is one of ours, whose it is, and that it counts once.

Anybody can report ``Voucher Redeemed``, with a key that every browser has. So that report starts nothing by itself: the
code is looked up, and what is true of it becomes an event of its own. ``Voucher Used`` says that we handed the code out
and that nobody had used it before; ``Voucher Refused`` says why not. The code remembers the report that used it, in the
same transaction, so the same report again changes nothing, and another one is told apart.
"""

from collections.abc import Mapping
from dataclasses import replace

from leadwell.clock import Moment
from leadwell.contacts.change import Happening
from leadwell.errors import Conflict
from leadwell.ids import fingerprint
from leadwell.store import keys
from leadwell.store.table import Put, Table
from leadwell.tracking.events import Event, Name, Standing
from leadwell.vouchers.codes import MADE_UP, UsedCode

NOT_OURS = "the code is none that was handed out"
USED_BEFORE = "the code was used before"
ANOTHERS = "the code was given to another contact"

_ATTEMPTS = 6
_MOST_POOLS = 100
_MOST_HOPS = 8


def redeem(table: Table, contact: str, report: Happening) -> None:
    """Says of a report that reached a contact what is true. Raises ``Conflict`` when others keep changing the code."""
    for _ in range(_ATTEMPTS - 1):
        try:
            _redeem(table, contact, report)
        except Conflict:
            continue
        return
    _redeem(table, contact, report)


def _redeem(table: Table, contact: str, report: Happening) -> None:
    used = _handed_out(table, report)
    if used is None:
        _refuse(table, contact, report, NOT_OURS)
        return
    if used.redeemed_by:
        if used.redeemed_by != report.id:
            _refuse(table, contact, report, USED_BEFORE)
        return
    own = _is_now(table, used.contact, contact)
    if not own and not _is_proven(table, contact, report):
        # Whoever reads codes off a list must not use them up with a key that every browser has.
        _refuse(table, contact, report, ANOTHERS)
        return
    said = {"pool": used.pool, "code": used.code, "own": own, "journey": used.journey, "step": used.step}
    redeemed = replace(used, redeemed_at=report.at, redeemed_by=report.id)
    event = _verdict(contact, report, Name.VOUCHER_USED, said)
    table.write(Put(redeemed.to_item(), used.rev), Put(event.to_item()))


def _handed_out(table: Table, report: Happening) -> UsedCode | None:
    """The code as it was handed out: of the pool that the report names, otherwise of any."""
    code, named = _text(report.properties.get("code")), _text(report.properties.get("pool"))
    if not code:
        return None
    pools = [named] if named else [MADE_UP, *_pools(table)]
    places = {keys.used_code(pool, code): pool for pool in pools}
    found = table.get_many(places)
    return next((UsedCode.from_item(pool, found[key]) for key, pool in places.items() if key in found), None)


def _pools(table: Table) -> list[str]:
    return [item["sk"] for item in table.query(keys.POOLS, limit=_MOST_POOLS - 1).items]


def _text(given: object) -> str:
    return str(given).strip()[:200] if isinstance(given, str | int) else ""


def _is_now(table: Table, given_to: str, contact: str) -> bool:
    """Whether it was given to this contact, or to one that turned out to be this one."""
    for _ in range(_MOST_HOPS):
        if not given_to or given_to == contact:
            break
        item = table.get(keys.contact(given_to)) or {}
        given_to = str(item.get("merged_into") or "")
    return given_to == contact


def _is_proven(table: Table, contact: str, report: Happening) -> bool:
    item = table.get(keys.event(contact, report.at, report.id))
    return item is not None and Event.from_item(item).is_proven


def _refuse(table: Table, contact: str, report: Happening, reason: str) -> None:
    said = {name: shown for name in ("pool", "code") if (shown := _text(report.properties.get(name)))}
    table.write(Put(_verdict(contact, report, Name.VOUCHER_REFUSED, said | {"reason": reason}).to_item()))


def _verdict(contact: str, report: Happening, name: str, said: Mapping[str, object]) -> Event:
    """Right behind the report, wherever that stands in the history."""
    at: Moment = report.at + 1
    return Event(
        contact=contact,
        id="v" + fingerprint("voucher", name, report.id),
        at=at,
        type="track",
        name=name,
        standing=Standing.PROVEN,
        properties=said,
        source="vouchers",
    )
