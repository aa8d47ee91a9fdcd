"""``leadwell --local``: works on a local run instead of an AWS account."""

import json
from dataclasses import dataclass
from urllib.error import URLError
from urllib.request import urlopen

from leadwell.cli.commands import Failed
from leadwell.clock import Moment, SystemClock
from leadwell.settings import Settings
from leadwell.wiring import use_clock

_PATIENCE = 10.0
"""Seconds: the local run answers at once, or it is busy moving its clock."""


@dataclass(frozen=True, slots=True)
class _Ahead:
    """The local run's clock, which people move."""

    offset: Moment

    def now(self) -> Moment:
        return SystemClock().now() + self.offset


def join(port: int) -> None:
    """From now on everything happens in the local run. Raises ``Failed`` where there is none."""
    address = f"http://127.0.0.1:{port}/_local/environment"
    try:
        with urlopen(address, timeout=_PATIENCE) as answer:
            said = json.load(answer)
    except (URLError, TimeoutError, ValueError) as error:
        raise Failed(f"No local run answers at 127.0.0.1:{port}: start it with `make run`, or give --port.") from error
    Settings.take_over(said["environment"])
    use_clock(_Ahead(int(said["clock_offset"])))
