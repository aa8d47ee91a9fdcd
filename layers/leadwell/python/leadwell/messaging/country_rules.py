"""When the law of a country lets marketing SMS through, whatever the installation's own policy says.

United States and the rest of +1: between 8:00 and 21:00 at the recipient's location (47 CFR 64.1200(c)(1)). A number
does not say where its owner is; without a time zone of the contact it has to be day on both coasts.
"""

from leadwell.calendar import local_time, next_local_time
from leadwell.clock import Moment

_FROM, _UNTIL = 8, 21
_COASTS = ("America/New_York", "America/Los_Angeles")


def sms_opens(number: str, zone: str, now: Moment) -> Moment:
    """The first moment at or after ``now``. ``zone`` is the contact's own, empty where nobody knows it."""
    if not number.startswith("+1"):
        return now
    zones = (zone,) if zone else _COASTS
    if all(_FROM <= local_time(now, one).hour < _UNTIL for one in zones):
        return now
    return max(next_local_time(f"{_FROM:02}:00", one, now) for one in zones[-1:])
