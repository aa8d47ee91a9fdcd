"""When a contact usually has time: the hour of the day at which they open, click and visit most."""

from collections import Counter
from collections.abc import Sequence

from leadwell.calendar import local_time
from leadwell.clock import Moment
from leadwell.conditions.remembering import Newest
from leadwell.tracking.events import Name

_EVENTS = (Name.EMAIL_OPENED, Name.EMAIL_LINK_CLICKED, Name.PAGE_VIEWED)
_KEPT = 50
FEWEST = 5
"""Fewer moments than that say nothing."""

ENGAGEMENT = Newest("best-time", _EVENTS, lambda event: True, _KEPT)
"""The newest moments at which somebody was there."""


def best_hour(moments: Sequence[Moment], zone: str, opens: str | None = None, closes: str | None = None) -> int | None:
    """The hour (0 to 23) within the window ``HH:MM`` to ``HH:MM`` around which most of the moments lie; of equals the
    earliest. None as long as there are too few.

    An hour counts half as much for its neighbors: somebody who reads at ten to eight reads at eight.
    """
    found = Counter(local_time(moment, zone).hour for moment in moments)
    allowed = [hour for hour in range(24) if _within(hour, opens, closes)]
    if sum(found[hour] for hour in allowed) < FEWEST:
        return None
    return max(allowed, key=lambda hour: (2 * found[hour] + found[(hour - 1) % 24] + found[(hour + 1) % 24], -hour))


def _within(hour: int, opens: str | None, closes: str | None) -> bool:
    if opens is None or closes is None:
        return True
    clock_time = f"{hour:02}:00"
    return opens <= clock_time < closes if opens < closes else clock_time >= opens or clock_time < closes
