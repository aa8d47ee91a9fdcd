"""Public holidays of a country or region, from the calendars of the package ``holidays``."""

from datetime import date
from functools import lru_cache


def check_region(country: str, region: str) -> None:
    """Raises ``ValueError`` where there is no such calendar."""
    import holidays  # only where somebody closes on holidays

    known = holidays.list_supported_countries(include_aliases=False)
    if country not in known:
        raise ValueError(f"no holidays are known for the country {country!r}; list them under dates")
    if region and region not in known[country]:
        raise ValueError(f"{country} has no region {region!r}; regions are {', '.join(known[country])}")


@lru_cache(maxsize=256)
def holidays_of(country: str, region: str, year: int) -> frozenset[date]:
    """None for a country without a calendar: contacts live everywhere."""
    import holidays

    try:
        return frozenset(holidays.country_holidays(country, subdiv=region or None, years=year))
    except NotImplementedError:
        return frozenset()
