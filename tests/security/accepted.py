"""What was looked at and found harmless: ``accepted.toml``, each entry with its reason."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("accepted.toml")


@dataclass(frozen=True)
class Accepted:
    """``values`` look like secrets and are none, by reason; ``advisories`` do not concern us, by id."""

    values: Mapping[str, str]
    advisories: Mapping[str, "Exemption"]


@dataclass(frozen=True)
class Exemption:
    """``until``: the day from which somebody has to look again."""

    package: str
    reason: str
    until: date


def read(file: Path = FILE) -> Accepted:
    """Raises KeyError or ValueError for an entry that lacks something."""
    return of(tomllib.loads(file.read_text(encoding="utf-8")))


def of(document: Mapping[str, Any]) -> Accepted:
    values = {value: entry["reason"] for entry in document.get("secret", ()) for value in entry["values"]}
    advisories = {
        entry["id"]: Exemption(entry["package"], entry["reason"], entry["until"])
        for entry in document.get("advisory", ())
    }
    if not all(reason.strip() for reason in (*values.values(), *(one.reason for one in advisories.values()))):
        raise ValueError("an entry without a reason")
    return Accepted(values, advisories)
