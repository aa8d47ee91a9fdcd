"""What a contact must keep of its past so that conditions can be answered from the contact alone.

Each behavior is a small state that every matching event moves on, in the order of time. States are plain JSON. They are
bounded; where a bound makes an answer coarser, the class says how.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from leadwell.clock import Moment
from leadwell.conditions.filters import ANY, Occurrence, value_at
from leadwell.conditions.values import as_number

Fits = Callable[[Occurrence], bool]

MOST_AMOUNTS = 100
MOST_VALUES = 50
_LONGEST_TEXT = 256
_LARGEST = 1e30
"""Of numbers that are summed up: beyond that a table cannot store what becomes of them."""


class Remembered(Protocol):
    """``events`` are the names it listens to (``*``: any activity); two with the same ``id`` keep the same."""

    @property
    def id(self) -> str: ...

    @property
    def events(self) -> Sequence[str]: ...

    def moved_on(self, kept: Any, event: Occurrence) -> Any:
        """The state after one more event; the very same object when the event does not concern it."""

    def together_with(self, other: Any) -> "Remembered":
        """One that keeps enough for both; ``other`` has the same id."""

    @property
    def size(self) -> int:
        """How much it keeps at most; another size is another plan."""


@dataclass(frozen=True, slots=True)
class Newest:
    """The newest ``size`` moments, newest first: how often something happened within a time that ends now."""

    id: str
    events: Sequence[str]
    fits: Fits
    size: int

    def moved_on(self, kept: list[Moment] | None, event: Occurrence) -> list[Moment] | None:
        return [event.at, *(kept or ())][: self.size] if self.fits(event) else kept

    def together_with(self, other: "Newest") -> "Newest":
        return self if self.size >= other.size else other


@dataclass(frozen=True, slots=True)
class PerValue:
    """For each value of a property the newest ``size`` moments, the value met last first.

    Keeps ``values`` values: with more, those that were not met for the longest time are forgotten.
    """

    id: str
    events: Sequence[str]
    fits: Fits
    path: str
    size: int
    values: int

    def moved_on(self, kept: list[list[Any]] | None, event: Occurrence) -> list[list[Any]] | None:
        if not self.fits(event):
            return kept
        value = _small(value_at(event, self.path))
        if value is None or isinstance(value, list | dict):
            return kept
        before = kept or []
        moments: list[Moment] = next(
            (moments for known, moments in before if known == value and type(known) is type(value)), []
        )
        others = [one for one in before if not (one[0] == value and type(one[0]) is type(value))]
        return [[value, [event.at, *moments][: self.size]], *others][: self.values]

    def together_with(self, other: "PerValue") -> "PerValue":
        return replace(self, size=max(self.size, other.size), values=max(self.values, other.values))


@dataclass(frozen=True, slots=True)
class Amounts:
    """What numbers came when: ``[moment, count, sum, lowest, highest]``, newest first.

    The newest ``size - 1`` stand alone; what is older is one entry and leaves a window together, with its newest.
    """

    id: str
    events: Sequence[str]
    fits: Fits
    path: str
    size: int = MOST_AMOUNTS

    def moved_on(self, kept: list[list[Any]] | None, event: Occurrence) -> list[list[Any]] | None:
        amount = _amount(value_at(event, self.path)) if self.fits(event) else None
        return kept if amount is None else with_amount(kept, event.at, amount, self.size)

    def together_with(self, other: "Amounts") -> "Amounts":
        return self if self.size >= other.size else other


def with_amount(kept: list[list[Any]] | None, at: Moment, amount: float, size: int = MOST_AMOUNTS) -> list[list[Any]]:
    entries = [[at, 1, amount, amount, amount], *(kept or ())]
    if len(entries) > size:
        (moment, count, total, low, high), (_, more, rest, lower, higher) = entries[-2:]
        entries[-2:] = [[moment, count + more, total + rest, min(low, lower), max(high, higher)]]
    return entries


@dataclass(frozen=True, slots=True)
class Total:
    """``[count, sum, lowest, highest]`` of everything that ever matched."""

    id: str
    events: Sequence[str]
    fits: Fits
    path: str
    size: int = 1

    def moved_on(self, kept: list[float] | None, event: Occurrence) -> list[float] | None:
        amount = _amount(value_at(event, self.path)) if self.fits(event) else None
        if amount is None:
            return kept
        count, total, low, high = kept or (0, 0.0, amount, amount)
        return [count + 1, total + amount, min(low, amount), max(high, amount)]

    def together_with(self, other: "Total") -> "Total":
        return self


@dataclass(frozen=True, slots=True)
class One:
    """The first or the last that matched: its moment, and what it brought under some paths.

    Of a value that is no number, a short text or a short list nothing is kept, as if it had not been sent.
    """

    id: str
    events: Sequence[str]
    fits: Fits
    last: bool
    paths: frozenset[str] = frozenset()

    @property
    def size(self) -> int:
        return len(self.paths)

    def moved_on(self, kept: Mapping[str, Any] | None, event: Occurrence) -> Mapping[str, Any] | None:
        if (kept is not None and not self.last) or not self.fits(event):
            return kept
        found = {path: _small(value_at(event, path)) for path in sorted(self.paths)}
        return {"at": event.at, "brought": {path: value for path, value in found.items() if value is not None}}

    def together_with(self, other: "One") -> "One":
        return replace(self, paths=self.paths | other.paths)


@dataclass(frozen=True, slots=True)
class InOrder:
    """How far a contact came in a sequence of events: ``starts`` of the latest beginnings of each step, ``done`` when
    it was last completed within the time allowed."""

    id: str
    steps: Sequence[tuple[Sequence[str], Fits]]
    within: int | None

    @property
    def events(self) -> Sequence[str]:
        return sorted({name for names, _ in self.steps for name in names})

    @property
    def size(self) -> int:
        return len(self.steps)

    def moved_on(self, kept: Mapping[str, Any] | None, event: Occurrence) -> Mapping[str, Any] | None:
        starts: list[Moment | None] = list(kept["starts"]) if kept else [None] * (len(self.steps) - 1)
        done = kept["done"] if kept else None
        # From the last step to the first: one event is one step.
        for place in reversed(range(len(self.steps))):
            names, fits = self.steps[place]
            if not (event.name in names or (ANY in names and event.is_activity)) or not fits(event):
                continue
            began = event.at if place == 0 else starts[place - 1]
            if began is None:
                continue
            if place < len(starts):
                starts[place] = began if starts[place] is None else max(began, starts[place] or 0)
            elif self.within is None or event.at - began <= self.within:
                done = event.at
        if kept and starts == kept["starts"] and done == kept["done"]:
            return kept
        return {"starts": starts, "done": done} if done is not None or any(starts) else kept

    def together_with(self, other: "InOrder") -> "InOrder":
        return self


def _amount(value: Any) -> float | None:
    number = as_number(value)
    return number if number is not None and abs(number) < _LARGEST else None


def _small(value: Any) -> Any:
    """What is worth keeping of a value; None where it is too much."""
    if isinstance(value, str):
        return value if len(value) <= _LONGEST_TEXT else None
    if isinstance(value, list):
        small = len(value) <= MOST_VALUES and all(isinstance(one, str | int | float) for one in value)
        return value if small and len(str(value)) <= 4 * _LONGEST_TEXT else None
    if isinstance(value, bool):
        return value
    return value if _amount(value) is not None else None
