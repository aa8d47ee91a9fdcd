"""Lengths of time as definitions write them: ISO 8601, in milliseconds here."""

import re
from datetime import timedelta
from typing import Any

from leadwell.clock import DAY, HOUR, MINUTE, SECOND

PATTERN = re.compile(
    r"P(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?(?:T(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+)S)?)?"
)
_UNITS = {"weeks": 7 * DAY, "days": DAY, "hours": HOUR, "minutes": MINUTE, "seconds": SECOND}


def parse_duration(given: Any) -> int:
    """``P7D``, ``PT3H``, ``P1DT12H``, ``P2W`` → milliseconds. Months and years have no fixed length and are refused."""
    if isinstance(given, int) and not isinstance(given, bool):
        return given
    if isinstance(given, timedelta):
        return round(given.total_seconds() * 1000)
    found = PATTERN.fullmatch(given) if isinstance(given, str) else None
    if not found or not any(found.groupdict().values()):
        raise ValueError(f"{given!r} is not a duration; write for example PT3H (hours), P7D (days) or P2W (weeks)")
    return sum(int(amount) * _UNITS[unit] for unit, amount in found.groupdict().items() if amount)


def duration_text(milliseconds: int) -> str:
    """604800000 → ``P7D``: as it is written in definitions."""
    if milliseconds % DAY == 0:
        return f"P{milliseconds // DAY}D"
    for unit, letter in ((HOUR, "H"), (MINUTE, "M")):
        if milliseconds % unit == 0:
            return f"PT{milliseconds // unit}{letter}"
    return f"PT{milliseconds // SECOND}S"
