"""A journey that is held: nobody comes in, and those inside stay where they are until it is resumed.

Nothing is written when a journey is held or resumed but the catalog. An enrollment that comes due meanwhile is put off
on a grid: for each there is a minute of the hour, by chance and always the same, at which it is looked at (of every
sixth hour once the hold is older than a day). So after resuming, what is overdue goes on within one round of the grid,
spread evenly over it, and each message obeys the ``late`` rule of its step. A throttled journey lets no more go on
within each stretch of time than it lets in.

What happens to people meanwhile counts: a goal ends the journey at once, and what was waited for ends the wait, after
which the contact stands before the next step. Messages that were asked for before leave.
"""

from leadwell.clock import DAY, HOUR, MINUTE, Moment
from leadwell.ids import share_of

_LATER = 6 * HOUR


def next_look(enrollment: str, held_since: Moment, now: Moment) -> Moment:
    """When an enrollment, by its id, is looked at again while its journey is held."""
    grid = HOUR if now - held_since < DAY else _LATER
    place = int(share_of("held", enrollment) * grid) // MINUTE * MINUTE
    at = now - now % grid + place
    return at if at > now else at + grid
