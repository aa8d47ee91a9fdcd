"""An installation that defines everything a contact can be judged by, and a contact of whom there is something to say
under each of it."""

from leadwell.clock import DAY, HOUR, MINUTE
from leadwell.definitions.publishing import Publisher
from leadwell.ids import contact_id
from leadwell.tracking.events import Name
from tests.fakes.world import World

MIRA = contact_id("user_id", "mira")

DEFINITIONS = """
kind: scoring
name: shop
title: {en: Shop, de: Shop}
main: true
half_life: P30D
rules:
  - {id: product-viewed, event: Product Viewed, points: 3}
  - {id: product-added, event: Product Added, points: 10}
  - {id: ordered, event: Order Completed, points: 25, decays: false}
  - {id: webinar, event: Webinar Attended, points: 15, expires: P90D}
  - {id: company-known, when: {company: industry, exists: true}, points: 5}
---
kind: scoring
name: fit
title: {en: Fit for our furniture, de: Passung zu unseren Möbeln}
rules:
  - {id: in-the-region, when: {country: [DE, AT]}, points: 20}
  - {id: trade, when: {company: industry, in: [hotels, retail]}, points: 30}
  - {id: decides, when: {trait: job_title, some_contain: head}, points: 15}
  - {id: student, when: {trait: occupation, equals: student}, points: -20}
---
kind: grade
name: grade
title: {en: Grade, de: Einstufung}
fit: {model: fit, thresholds: [60, 40, 20]}
interest: {model: shop, thresholds: [80, 50, 20]}
---
kind: persona
name: hotel
title: {en: Furnishes a hotel, de: Richtet ein Hotel ein}
profile:
  - {when: {company: industry, equals: hotels}, weight: 3}
  - {when: {event: Product Viewed, by: product_id, at_least: 3, within: P30D}, weight: 2}
  - {when: {trait: job_title, exists: true}}
---
kind: persona
name: family
title: {en: Young family, de: Junge Familie}
profile:
  - {when: {event: Product Viewed, where: {category: beds for children}}}
  - {when: {trait: children, at_least: 1}}
---
kind: interests
name: interests
title: {en: Interests, de: Interessen}
half_life: P30D
learn:
  - {event: Product Viewed, category: category}
  - {event: Order Completed, category: category, weight: 5}
---
kind: lifecycle
name: lifecycle
title: {en: Lifecycle, de: Lebenszyklus}
stages:
  - {stage: lead, when: {trait: email, exists: true}}
  - {stage: mql, when: {score: {at_least: 20}}}
  - {stage: sql, when: {event: Lead Accepted, since: Lead Rejected}}
  - {stage: customer, when: {event: Order Completed, at_least: 2}}
returns:
  - {from: [sql, opportunity], to: mql, event: Lead Rejected}
---
kind: list
name: trade-fair-2026
title: {en: Trade fair 2026, de: Messe 2026}
---
kind: segment
name: alps
title: {en: Lives near the Alps, de: Wohnt in der Nähe der Alpen}
when: {near: {latitude: 47.4, longitude: 10.9, km: 120}}
---
kind: segment
name: asleep
title: {en: Has gone quiet, de: Ist still geworden}
when:
  all:
    - {event: Order Completed, last: {at: {before: now - P60D}}}
    - {not: {active: P60D}}
    - {reachable: email}
---
kind: segment
name: birthday-soon
title: {en: Birthday soon, de: Hat bald Geburtstag}
when: {trait: birthday, anniversary: {within_next: P14D}}
---
kind: segment
name: good-leads
title: {en: Good leads, de: Gute Leads}
when:
  at_least: 2
  of:
    - {grade: {at_least: B3}}
    - {persona: hotel}
    - {interest: {category: sofas, at_least: 3}}
    - {score: {gained: 30, within: P7D}}
---
kind: segment
name: big-spenders
title: {en: Big spenders, de: Geben viel aus}
when: {event: Order Completed, sum: total, at_least: 500, within: P90D}
---
kind: segment
name: fair-visitors
title: {en: Met at the fair, de: Auf der Messe kennengelernt}
when: {any: [{list: trade-fair-2026}, {utm: {source: trade-fair}, first: true}, {downloaded: [catalog, price-list]}]}
---
kind: segment
name: ready-to-buy
title: {en: Ready to buy, de: Kurz vor dem Kauf}
when:
  all:
    - {sequence: [Product Viewed, Product Added, Order Completed], within: P2D}
    - {stage: {is: sql, for: P1D}}
    - {engaged: {did_not: opened, within: P14D}}
    - {segment: alps}
    - {bucket: {salt: spring-test, from: 0, to: 50}}
"""


PRODUCTS = (
    {"name": "Sofa Oslo", "product_id": "sofa-oslo", "category": "sofas"},
    {"name": "Bed Bergen", "product_id": "bed-bergen", "category": "beds"},
    {"name": "Lamp Rana", "product_id": "lamp-rana", "category": "lamps"},
)


def whole_world() -> World:
    world = World(start="2026-11-02T08:12:00Z", templates=None)
    for text in DEFINITIONS.split("\n---\n"):
        Publisher(world.services.library, world.clock.now(), "test").publish(text)
    world.post(
        world.identify(
            "mira",
            email="mira@example.com",
            first_name="Mira",
            last_name="Okonedo-Lindqvist",
            birthday="1990-12-03",
            job_title=["Head of purchasing"],
            newsletter=True,
            children=0,
            country="AT",
            address={"city": "Innsbruck", "postal_code": "6020"},
            latitude=47.27,
            longitude=11.39,
        ),
        world.consent("mira"),
        world.event(
            "mira",
            Name.GROUPED,
            {"group_id": "alpenblick"},
            type="group",
            traits={
                "name": "Hotel Alpenblick",
                "industry": "hotels",
                "employees": 1250,
                "website": "example.com",
            },
        ),
        world.event("mira", Name.ADDED_TO_LIST, {"list": "trade-fair-2026"}),
    )
    for day in (1, 2, 3):
        world.advance(DAY + 7 * MINUTE)
        for product in PRODUCTS[:day]:
            world.advance(3 * MINUTE)
            world.post(world.event("mira", "Product Viewed", product))
    for category in ("tables", "chairs", "rugs", "shelves", "mirrors"):
        world.post(world.event("mira", "Product Viewed", {"category": category}))
    for name in ("Webinar Attended", "Lead Accepted"):
        world.advance(MINUTE)
        world.post(world.event("mira", name))
    world.advance(DAY)
    world.post(world.event("mira", "Lead Rejected"))
    world.advance(DAY)
    world.post(world.event("mira", "Product Added", {"name": "Sofa Oslo"}), world.event("mira", "Lead Accepted"))
    world.advance(HOUR)
    order = {"total": 1249.5, "currency": "EUR", "category": "sofas"}
    world.post(world.event("mira", "Order Completed", order))
    world.advance(2 * DAY)
    return world
