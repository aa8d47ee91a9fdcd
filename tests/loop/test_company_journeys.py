"""Journeys start for the contacts of a company by what becomes of it, and a company goes through journeys itself."""

from typing import Any

import pytest

from leadwell.clock import DAY, HOUR
from leadwell.definitions.publishing import Publisher
from leadwell.errors import Refused
from leadwell.journeys.enrollment import Enrollment
from leadwell.store import keys
from leadwell.store.queues import CONTACTS
from leadwell.tracking.events import Name
from tests.fakes.world import World
from tests.loop.test_audience import published
from tests.loop.test_companies import ACME, company, grouped, pricing
from tests.unit.console.signed_in import user

TITLES = "title: {en: A title, de: Ein Titel}\n"
DEFINITIONS = f"""\
kind: segment
name: hot-companies
about: companies
{TITLES}when: {{event: Page Viewed, where: {{path: /pricing}}, at_least: 2, within: P7D}}
---
kind: lifecycle
name: account-stages
about: companies
{TITLES}stages:
  - {{stage: mql, when: {{event: Page Viewed, where: {{path: /pricing}}}}}}
  - {{stage: sql, when: {{event: Demo Requested}}}}
---
kind: journey
name: hot
{TITLES}description: {{en: For the experts there, de: Für die Fachleute dort}}
trigger: {{company_segment: hot-companies, who: {{trait: position, equals: expert}}}}
reentry: always
steps:
  - {{id: hello, email: welcome-hello}}
---
kind: journey
name: risen
{TITLES}description: {{en: For all, de: Für alle}}
trigger: {{company_stage: mql}}
steps:
  - {{id: pause, wait: PT1H}}
---
kind: journey
name: account
about: companies
{TITLES}description: {{en: About the company, de: Über das Unternehmen}}
trigger: {{event: Page Viewed, where: {{path: /pricing}}}}
steps:
  - {{id: noted, update: {{traits: {{interested: true}}}}}}
  - {{id: pause, wait: PT2H}}
  - id: demo
    wait_for: {{event: Demo Requested, where: {{title: {{same_as: title}}}}, timeout: P2D}}
  - id: which
    branch:
      - when: {{all: [{{stage: {{at_least: sql}}}}, {{segment: hot-companies}}, {{members: {{at_least: 2}}}}]}}
        steps: [{{id: wanted, update: {{traits: {{plan: sell}}}}}}]
---
kind: journey
name: customers
about: companies
{TITLES}description: {{en: By its stage, de: Nach der Stufe}}
trigger: {{company_stage: sql, who: {{trait: interested, equals: true}}}}
steps:
  - {{id: noted, update: {{traits: {{looked_after: true}}}}}}
"""


def demo(world: World, who: str, title: str = "Prices") -> Any:
    return world.event(who, "Demo Requested", {"title": title, "secret": "of one's own"})


def play(crash_at: int = 0) -> World:
    world = World(crash_at=crash_at)
    published(world, DEFINITIONS)
    for who, position in (("ann", "expert"), ("ben", "clerk")):
        world.post(world.identify(who, email=f"{who}@example.com", position=position))
        world.post(world.consent(who), grouped(world, who))
    world.advance(HOUR)
    world.post(pricing(world, "ben"))
    world.advance(HOUR)
    world.post(pricing(world, "ben"))
    world.advance(2 * HOUR)
    return world


def enrollments(world: World, journey: str) -> list[Enrollment]:
    found = [Enrollment.from_item(item) for item in world.table.items("ENROLLMENT")]
    return sorted((one for one in found if one.journey == journey), key=lambda one: one.contact)


@pytest.mark.parametrize("crash_at", [0, *range(1, 300, 7)])
def test_contacts_start_by_what_becomes_of_their_company(crash_at: int) -> None:
    world = play(crash_at)
    (hot,) = enrollments(world, "hot")
    assert hot.contact == user("ann"), "Ben is no expert"
    assert hot.cause.properties == {"group_id": "acme"}
    assert [(to, step) for _, to, step in world.mails()] == [("ann@example.com", "hot/hello")] or crash_at
    assert {one.contact for one in enrollments(world, "risen")} == {user("ann"), user("ben")}
    assert {one.status for one in enrollments(world, "risen")} == {"finished"}
    world.post(demo(world, "ann"))
    world.advance(DAY)
    (account,) = enrollments(world, "account")
    assert (account.contact, account.status) == (ACME, "finished")
    assert company(world).traits == {"interested": True, "plan": "sell", "looked_after": True}
    assert world.contact("ben").company["plan"] == "sell", "members learn what a journey noted"
    assert [one.contact for one in enrollments(world, "customers")] == [ACME]


def test_whoever_joins_later_is_too_late_and_a_company_that_comes_back_is_news() -> None:
    world = play()
    world.post(world.identify("cora", email="cora@example.com", position="expert"), world.consent("cora"))
    world.post(grouped(world, "cora"))
    world.advance(HOUR)
    assert "hot-companies" in world.contact("cora").belonging["segments"]
    assert len(enrollments(world, "hot")) == 1
    world.advance(8 * DAY)
    assert "segments" not in world.contact("cora").belonging
    world.post(pricing(world, "ben"), pricing(world, "cora"))
    world.advance(HOUR)
    assert sorted(one.contact for one in enrollments(world, "hot")) == sorted([user("ann"), user("ann"), user("cora")])


def test_a_changed_definition_starts_no_journey() -> None:
    world = play()
    before = len(enrollments(world, "hot"))
    other = DEFINITIONS.split("---\n")[0].replace("at_least: 2", "at_least: 1").replace("hot-comp", "warm-comp")
    journey = DEFINITIONS.split("---\n")[2].replace("hot-comp", "warm-comp").replace("name: hot", "name: warm")
    published(world, f"{other}---\n{journey}")
    world.queues.send(CONTACTS, [keys.contact(one) for one in (ACME, user("ann"), user("ben"))])
    world.run()
    world.advance(HOUR)
    assert set(company(world).segments) == {"hot-companies", "warm-companies"}
    assert "warm-companies" in world.contact("ann").belonging["segments"]
    assert (len(enrollments(world, "hot")), enrollments(world, "warm")) == (before, [])


def test_what_a_wait_compares_reaches_the_company() -> None:
    world = play()
    world.post(demo(world, "ann", "Other"))
    world.advance(HOUR)
    assert enrollments(world, "account")[0].is_active, "another title"
    copies = [
        item["properties"]
        for item in world.table.items("EVENT")
        if ACME in item["pk"] and item["name"] in ("Demo Requested", Name.PAGE_VIEWED)
    ]
    assert {name for one in copies for name in one} == {"title", "path", "member"}


@pytest.mark.parametrize(
    ("old", "new", "field", "words"),
    [
        (
            "- {id: noted, up",
            "- {email: welcome-hello}\n  - {id: noted, up",
            "steps[0]",
            "start a journey for its contacts",
        ),
        (
            "steps: [{id: wanted, update: {traits: {plan: sell}}}]",
            "steps: [{sms: x}]",
            "steps[3].branch[0].steps[0]",
            "sms",
        ),
        (
            "{stage: {at_least: sql}}",
            "{consent: marketing/email}",
            "steps[3].branch[0].when.all[0].consent",
            "consent is about a contact",
        ),
        (
            "{segment: hot-companies}",
            "{segment: newsletter}",
            "steps[3].branch[0].when.all[1].segment",
            "there is no company segment newsletter",
        ),
    ],
)
def test_a_company_is_no_person(old: str, new: str, field: str, words: str) -> None:
    world = World()
    parts = DEFINITIONS.split("---\n")
    published(world, "---\n".join(parts[:2]))
    assert old in parts[4]
    with pytest.raises(Refused, match=words) as refused:
        Publisher(world.services.library, 0, "test").publish(parts[4].replace(old, new, 1))
    assert refused.value.field == field
    assert refused.value.line


def test_what_a_trigger_names_must_be_there() -> None:
    text = DEFINITIONS.split("---\n")[2]
    with pytest.raises(Refused, match="there is no company segment hot-companies"):
        Publisher(World().services.library, 0, "test").publish(text)
    with pytest.raises(Refused, match="must be") as refused:
        Publisher(World().services.library, 0, "test").publish(
            text.replace("company_segment: hot-companies", "company_stage: x")
        )
    assert refused.value.field == "trigger.company_stage"
