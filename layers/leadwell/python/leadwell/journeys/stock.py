"""The stock that steps take from, in the table.

A code is handed out by one transaction: it stops being free, it becomes used, and it is noted with the contact under
the name of who asked. Whoever asks again, after a crash or in a conflict, finds that note.
"""

import hmac
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from string import ascii_uppercase, digits

from leadwell.clock import Moment
from leadwell.errors import Conflict
from leadwell.ids import fingerprint
from leadwell.journeys.steps.running import LONGEST_HISTORY, LONGEST_RANKING, Asker, Handed
from leadwell.products.catalog import read_products, read_ranking
from leadwell.products.product import Product
from leadwell.store import keys
from leadwell.store.table import ABSENT, Change, Check, Delete, Item, Key, Put, Table
from leadwell.tracking.events import Event
from leadwell.vouchers.codes import MADE_UP, ContactVoucher, UsedCode

_ALIKE = "0O1IL2Z5S8BU"
"""What is mistaken for something else when it is read out or typed in."""
ALPHABET = "".join(letter for letter in digits + ascii_uppercase if letter not in _ALIKE)

_ATTEMPTS = 10


@dataclass(frozen=True, slots=True)
class TableStock:
    """``secret`` is what nobody else knows; it is only asked for when a code is made up."""

    table: Table
    secret: Callable[[], bytes]

    def voucher(self, pool: str, asker: Asker, now: Moment, *, wait: bool) -> Handed | None:
        for attempt in range(_ATTEMPTS):
            noted = self._noted(asker)
            if noted is not None and noted.code:
                return Handed(noted.code, noted.at)
            free = self._free(pool, asker, attempt)
            if free is None:
                if noted is not None or not wait:
                    return None
                # Whoever fills the pool either finds the note, or has filled it before the next look.
                self._wait(pool, asker, now)
                continue
            given = _note(asker, pool, free["code"], now, noted)
            taken = [Delete(keys.free_code(pool, free["code"]), free["rev"])]
            if noted is not None:
                taken.append(Delete(noted.mark))
            if self._hand_out(given, asker, *taken):
                return Handed(given.code, given.at)
        raise Conflict(f"many take from the pool {pool} at once")

    def made_up(self, prefix: str, length: int, asker: Asker, now: Moment) -> Handed:
        for attempt in range(_ATTEMPTS):
            noted = self._noted(asker)
            if noted is not None and noted.code:
                return Handed(noted.code, noted.at)
            code = prefix + made_up(self.secret(), length, asker, attempt)
            given = _note(asker, MADE_UP, code, now, noted)
            if self._hand_out(given, asker):
                return Handed(given.code, given.at)
        raise Conflict("no code could be made up that is not taken")

    def history(self, contact: str) -> Sequence[Event]:
        page = self.table.query(keys.contact(contact).pk, begins=keys.EVENTS, newest_first=True, limit=LONGEST_HISTORY)
        return [Event.from_item(item) for item in page.items]

    def products(self, ids: Sequence[str]) -> Mapping[str, Product]:
        return read_products(self.table, ids)

    def best_sellers(self, category: str) -> Sequence[Product]:
        return read_ranking(self.table, category, LONGEST_RANKING).products

    def _noted(self, asker: Asker) -> ContactVoucher | None:
        item = self.table.get(keys.voucher(asker.contact, asker.claim))
        return ContactVoucher.from_item(item) if item else None

    def _free(self, pool: str, asker: Asker, attempt: int) -> Item | None:
        """One by chance, so that many who ask at once seldom reach for the same."""
        pk, place = keys.free_codes(pool), fingerprint("place", asker.claim, str(attempt))
        page = self.table.query(pk, after=place, limit=1) if attempt < _ATTEMPTS - 1 else None
        found = page.items if page and page.items else self.table.query(pk, limit=1).items
        return found[0] if found else None

    def _wait(self, pool: str, asker: Asker, now: Moment) -> None:
        waits = ContactVoucher(
            contact=asker.contact, claim=asker.claim, pool=pool, at=now, enrollment=asker.enrollment_key
        )
        mark: Item = {"pk": waits.mark.pk, "sk": waits.mark.sk, "kind": "WAITING", "enrollment": asker.enrollment_key}
        try:
            self.table.write(Put(waits.to_item(), ABSENT), Put(mark | {"contact": asker.contact}))
        except Conflict:
            return

    def _hand_out(self, given: ContactVoucher, asker: Asker, *taken: Change) -> bool:
        used = UsedCode(
            pool=given.pool,
            code=given.code,
            at=given.at,
            journey=asker.journey,
            step=asker.step,
            contact=asker.contact,
        )
        if asker.rev:
            # Nobody who was erased or joined meanwhile takes a code along.
            place = Key(keys.contact(asker.contact).pk, asker.enrollment_key)
            taken = (*taken, Check(place, asker.rev))
        try:
            self.table.write(Put(given.to_item(), given.rev), Put(used.to_item(), ABSENT), *taken)
        except Conflict:
            return False
        return True


def made_up(secret: bytes, length: int, asker: Asker, attempt: int) -> str:
    """Follows from who asks and the secret, and from nothing that anybody else knows."""
    said = "\n".join(["voucher", asker.enrollment, asker.step, str(asker.visit), str(attempt)])
    number = int.from_bytes(hmac.digest(secret, said.encode(), "sha256"), "big")
    letters = []
    for _ in range(length):
        number, place = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[place])
    return "".join(letters)


def _note(asker: Asker, pool: str, code: str, now: Moment, noted: ContactVoucher | None) -> ContactVoucher:
    return ContactVoucher(
        contact=asker.contact, claim=asker.claim, pool=pool, at=now, code=code, rev=noted.rev if noted else 0
    )
