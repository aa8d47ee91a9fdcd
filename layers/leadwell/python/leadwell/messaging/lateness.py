"""How it is said that a message was left out because its moment had passed."""

import re

from leadwell.clock import HOUR, MINUTE, Moment
from leadwell.durations import duration_text

SEND, SKIP, SHIFT = "send", "skip", "shift"

_TOO_LATE = re.compile(r"^skipped: \S+ late")


def said_late(lateness: Moment, because: str = "") -> str:
    """In whole hours, or minutes where it is less than one."""
    unit = HOUR if lateness >= HOUR else MINUTE
    return f"skipped: {duration_text(max(lateness // unit, 1) * unit)} late" + (f", {because}" if because else "")


def is_said_late(reason: str) -> bool:
    return _TOO_LATE.match(reason) is not None
