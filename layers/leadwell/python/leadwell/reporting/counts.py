"""What an event, a message and a minute cost in requests and units: counted by ``make bench``, kept with its date."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_FILE = Path(__file__).with_name("counts.json")


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """Of one event or message, on average. ``requests`` are those to AWS that a function waits for; ``cpu_ms`` is CPU
    time of a whole core; ``sqs`` are sends, receives and deletes; ``log_bytes`` what is written to CloudWatch."""

    invocations: float
    requests: float
    cpu_ms: float
    writes: float
    reads: float
    sqs: float
    stored_bytes: float
    log_bytes: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """``minutes``: how many different minutes a contact makes somebody wake up in, in a month."""

    date: str
    event: Spent
    message: Spent
    minutes: float
    contact_bytes: float

    @classmethod
    def read(cls, path: Path = _FILE) -> "Counts":
        return cls.from_json(json.loads(path.read_text("utf-8")))

    @classmethod
    def from_json(cls, given: Mapping[str, Any]) -> "Counts":
        return cls(**{**given, "event": Spent(**given["event"]), "message": Spent(**given["message"])})
