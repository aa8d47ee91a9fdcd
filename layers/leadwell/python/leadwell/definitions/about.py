"""Whom a definition judges: people, or the companies they belong to."""

from typing import Literal

About = Literal["contacts", "companies"]
CONTACTS: About = "contacts"
COMPANIES: About = "companies"


def about_of(definition: object) -> About:
    """Kinds that do not say it are about contacts."""
    return COMPANIES if getattr(definition, "about", CONTACTS) == COMPANIES else CONTACTS
