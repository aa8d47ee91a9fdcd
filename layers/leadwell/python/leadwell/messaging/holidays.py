"""Public holidays of a country or region, from the calendars of the package ``holidays``."""

from datetime import date
from functools import lru_cache


def check_region(country: str, region: str) -> None:
    """Raises ``ValueError`` where there is no such calendar."""
    known = _known()
    if country not in known:
        raise ValueError(f"no holidays are known for the country {country!r}; list them under dates")
    if region and region not in known[country]:
        raise ValueError(f"{country} has no region {region!r}; regions are {', '.join(known[country])}")


@lru_cache(maxsize=256)
def holidays_of(country: str, region: str, year: int) -> frozenset[date]:
    """None for a country without a calendar: contacts live everywhere, and say whatever they like about it."""
    if country not in _known():
        return frozenset()
    import holidays

    return frozenset(holidays.country_holidays(country, subdiv=region or None, years=year))


@lru_cache(maxsize=1)
def _known() -> dict[str, list[str]]:
    """Regions by country."""
    import holidays  # only where somebody closes on holidays

    return holidays.list_supported_countries(include_aliases=False)
