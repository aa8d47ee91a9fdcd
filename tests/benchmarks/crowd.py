"""Contacts who have come to a shop once a week for two months, and come again."""

from functools import cache
from typing import Any

from leadwell.clock import DAY, SECOND, Moment
from leadwell.ids import contact_id
from leadwell.store import keys
from tests.benchmarks.installation import Installation
from tests.benchmarks.memory_partitions import Stored
from tests.benchmarks.visits import EVENTS_PER_VISIT, arrival, user, visit

PER_BATCH = 20
EVENTS_PER_BATCH = EVENTS_PER_VISIT * PER_BATCH
GROWN = 100

_WEEK = 7 * DAY
WEEKS = 9


class Crowd:
    """A hundred contacts grew up, others are copies of the first of them, who were there a week ago. Everybody comes
    once a week: the more contacts, the closer the batches follow each other."""

    def __init__(self, contacts: int, weeks: int = WEEKS) -> None:
        self.contacts, self.weeks = contacts, weeks
        self._grown = grown_installation(weeks)
        self.installation = Installation()
        self.installation.go_on_from(self._grown)
        copied = {number: _belongings(self._grown, number, "CONTACT", "IDENTITY") for number in range(PER_BATCH)}
        self._copy(range(GROWN, contacts), copied)
        self._came = GROWN if contacts > GROWN else 0

    def batch(self) -> list[dict[str, Any]]:
        """The next twenty visits, a hundred calls; time passes until then."""
        here = self._came % self.contacts
        visitors, turn = range(here, here + PER_BATCH), self.weeks + self._came // self.contacts
        self._came += PER_BATCH
        if turn == self.weeks and here >= GROWN:
            # To have a hundred thousand past lives in memory would take gigabytes.
            past = {number: _belongings(self._grown, number, "ENROLLMENT") for number in range(PER_BATCH)}
            self._copy(visitors, past)
        self.installation.advance(self.installation.clock.moment + _WEEK * PER_BATCH // self.contacts)
        at = self.installation.clock.moment - SECOND
        return [call for number in visitors for call in visit(number, turn, at)]

    def _copy(self, numbers: range, belongings: dict[int, list[Stored]]) -> None:
        for number in numbers:
            for one in belongings[number % PER_BATCH]:
                self.installation.aws.table.put(one.renamed(_names(number % PER_BATCH, number)))


@cache
def grown_installation(weeks: int = WEEKS) -> Installation:
    """A hundred contacts after so many weeks, everything that was due worked off. Not to be changed."""
    installation = Installation()
    installation.switch_on()
    start = installation.clock.moment
    for turn in range(weeks):
        for first in range(0, GROWN, PER_BATCH):
            installation.advance(start + turn * _WEEK + first * _WEEK // GROWN)
            _visits(installation, range(first, first + PER_BATCH), turn, installation.clock.moment - SECOND)
    installation.advance(start + weeks * _WEEK - 1)
    return installation


def _visits(installation: Installation, visitors: range, turn: int, at: Moment) -> None:
    for number in visitors:
        installation.track(arrival(number, at) if turn == 0 else visit(number, turn, at))
    installation.run()


def _belongings(grown: Installation, number: int, *kinds: str) -> list[Stored]:
    """What the copy of a contact needs, of these kinds: its own items, and what points at it."""
    table, contact = grown.aws.table, contact_id("user_id", user(number))
    pointers = [table.get(*keys.identity("user_id", user(number)))]
    pointers.append(table.get(*keys.identity("email", f"{user(number)}@example.com")))
    found = [*table.partition(keys.contact(contact).pk), *(one for one in pointers if one)]
    return [one for one in found if one.kind in kinds]


def _names(number: int, copy: int) -> dict[str, str]:
    return {contact_id("user_id", user(number)): contact_id("user_id", user(copy)), user(number): user(copy)}
