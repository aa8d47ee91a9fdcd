"""How members learn what became of their company: an event in the history of each, page by page.

What is told has a version that counts up. A company whose attributes, segments or stage changed is due until every
member has been told, so it can stop anywhere and go on. Members who join learn the present version from whoever lets
them join.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from leadwell.clock import MINUTE, Moment
from leadwell.companies.heralding import heralded
from leadwell.contacts.change import Happening
from leadwell.contacts.contact import LIVE, Contact
from leadwell.ids import company_id, fingerprint
from leadwell.segments.listing import Place, list_members
from leadwell.store import keys
from leadwell.store.table import Table
from leadwell.tracking.events import Event, Name, Standing
from leadwell.tracking.recording import record

PAGE = 100
PAGES_PER_CALL = 50
MILLISECONDS_PER_MEMBER = 60
"""A company of 10,000 members tells them something new every ten minutes at most."""


def told(
    stored: Contact, company: Contact, happened: Iterable[Happening], late: Iterable[Event], now: Moment
) -> dict[str, Any]:
    """How far members are told, once ``company`` is written over ``stored`` because something ``happened`` to it.
    ``late`` is what was said after the company had heard something newer: whoever said it may believe it.

    ``version`` and ``at`` are of what is told, ``news`` what of it journeys may start by; ``place`` is where the list
    goes on (absent when all know), ``due`` when; ``again``: from the beginning, because those before ``place`` know an
    older version. The moment lies behind everything that members said so far, so that it is what they know last.
    """
    anew = any(_contradicts(company, event) for event in late)
    if not company.identities or (not anew and _what(stored) == _what(company)):
        return stored.told
    before = stored.told or {"version": 0, "at": 0}
    at = max(now, before["at"] + 1, company.last[0] + 1)
    fresh: dict[str, Any] = {"version": before["version"] + 1, "at": at}
    if news := heralded(before.get("news", {}), company, happened, at):
        fresh["news"] = news
    if is_telling(stored):
        # Those at the end of the list must not wait for ever because there is always something new.
        return fresh | {"place": before["place"], "due": before["due"], "again": True}
    pace = _pace(company)
    return fresh | {"place": [0, ""], "due": max(now, before["at"] + pace) if pace else now}


def _pace(company: Contact) -> int:
    """How long a company is silent after it has told something: large ones must not talk all the time."""
    members = sum(company.members.values())
    return members * MILLISECONDS_PER_MEMBER if members > PAGE else 0


def _contradicts(company: Contact, event: Event) -> bool:
    return event.name == Name.GROUPED and any(
        company.traits.get(name) != value for name, value in event.traits.items() if name != "id"
    )


def is_telling(company: Contact) -> bool:
    """Whether there are members who do not know the latest yet."""
    return "place" in company.told


def is_due(company: Contact, now: Moment) -> bool:
    return is_telling(company) and company.told["due"] <= now


def next_due(company: Contact) -> Moment | None:
    """When something about the company is to be done next: time, or members who wait for news."""
    moments = [*company.untils.values(), *([company.told["due"]] if is_telling(company) else [])]
    return min(moments, default=None)


def tell(table: Table, company: Contact, now: Moment) -> Contact:
    """Tells up to 5,000 members if it is time; answers the company as it is to be written afterwards."""
    place: Place | None = Place(*company.told["place"])
    for _ in range(PAGES_PER_CALL):
        page = list_members(table, company.id, limit=PAGE, cursor=place)
        record(table, [news_for(company, member.contact, member.since) for member in page.members])
        place = page.cursor
        if place is None:
            break
    known: dict[str, Any] = {name: company.told[name] for name in ("version", "at", "news") if name in company.told}
    again = company.told.get("again", False)
    if place:
        known |= {"place": list(place), "due": now + MINUTE} | ({"again": True} if again else {})
    elif again:
        known |= {"place": [0, ""], "due": now + _pace(company)}
    after = replace(company, told=known)
    after.due_at = next_due(after)
    return after


def news_for(company: Contact, member: str, since: Moment) -> Event:
    """``since``: when the member joined; what was told before is not about them."""
    told, (group,) = company.told, company.identities
    return Event(
        contact=member,
        id="u" + fingerprint("company updated", company.id, str(told["version"])),
        at=max(told["at"], since + 1),
        type="track",
        name=Name.COMPANY_UPDATED,
        standing=Standing.PROVEN,
        properties={
            "group_id": group.value,
            "version": told["version"],
            "segments": sorted(company.segments),
            "stage": company.stage,
            **({"news": told["news"]} if "news" in told else {}),
        },
        traits=company.traits,
        source=company.id,
    )


def welcome(table: Table, newcomers: Iterable[str]) -> None:
    """Tells contacts who have just joined a company what the others know. To be called after they are on its list: what
    comes later is told by the list."""
    contacts = [Contact.from_item(item) for item in table.get_many(map(keys.contact, newcomers)).values()]
    joined = {one.id: company_id(one.company["id"]) for one in contacts if one.status == LIVE and one.belonging}
    companies = {key: Contact.from_item(item) for key, item in _items(table, joined).items()}
    news = [
        news_for(companies[joined[one.id]], one.id, one.belonging["since"])
        for one in contacts
        if joined.get(one.id) in companies
        and companies[joined[one.id]].told.get("version", 0) > one.belonging.get("version", 0)
    ]
    if news:
        record(table, news)


def _items(table: Table, joined: Mapping[str, str]) -> dict[str, Any]:
    found = table.get_many(keys.contact(company) for company in sorted(set(joined.values()))) if joined else {}
    return {keys.contact_of(key.pk): item for key, item in found.items()}


def _what(company: Contact) -> tuple[Any, ...]:
    return company.identities, company.traits, sorted(company.segments), company.stage
