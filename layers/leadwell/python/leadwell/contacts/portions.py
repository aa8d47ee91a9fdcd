"""Events in portions that one write can hold."""

from collections.abc import Iterable

from leadwell.tracking.events import Event

_EVENTS_PER_WRITE = 25
_BYTES_PER_WRITE = 120_000


def set_of(events: Iterable[Event]) -> list[Event]:
    """The events without repetitions."""
    return list({event.order: event for event in events}.values())


def portions_of(events: list[Event]) -> Iterable[list[Event]]:
    """So many events at a time that what they changed fits into one item."""
    portion: list[Event] = []
    size = 0
    for event in events:
        weight = len(repr(event.properties))
        if portion and (len(portion) >= _EVENTS_PER_WRITE or size + weight > _BYTES_PER_WRITE):
            yield portion
            portion, size = [], 0
        portion.append(event)
        size += weight
    if portion:
        yield portion
