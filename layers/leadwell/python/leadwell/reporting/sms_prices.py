"""What an SMS costs, before it is sent: by its parts and the country it goes to."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_FILE = Path(__file__).with_name("sms_prices.json")


@dataclass(frozen=True, slots=True)
class SmsPrices:
    """``parts`` maps a country (ISO 3166) to the least and the most that one part costs, in USD."""

    parts: dict[str, tuple[float, float]]
    date: str
    mark: str
    source: str

    def estimate(self, country: str, segments: int) -> tuple[float, float] | None:
        """From least to most, in USD; None for a country whose price nobody has written down."""
        found = self.parts.get(country.upper())
        return (found[0] * segments, found[1] * segments) if found else None


@cache
def sms_prices() -> SmsPrices:
    given = json.loads(_FILE.read_text("utf-8"))
    parts = {country: (float(least), float(most)) for country, (least, most) in given["prices"].items()}
    return SmsPrices(parts, given["date"], given["mark"], given["source"])
