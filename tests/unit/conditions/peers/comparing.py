"""Comparing one value, and putting conditions together."""

from typing import Any

from leadwell.tracking.events import Event
from tests.unit.conditions.peers.equivalents import Equivalent
from tests.unit.starters.people import known, works_at


def _has(**traits: Any) -> list[Event]:
    return [known("03-02 10:00", **traits)]


COMPARING = [
    Equivalent(
        here="{trait: plan, equals: pro}",
        mautic=["=", "contact field"],
        dittofeed=["Trait", "Equals"],
        unomi=["profilePropertyCondition", "equals"],
        inside=_has(plan="pro"),
        outside=_has(plan="Pro"),
    ),
    Equivalent(
        here="{trait: plan, differs: pro}",
        mautic=["!="],
        dittofeed=["NotEquals"],
        unomi=["notEquals"],
        inside=_has(),
        outside=_has(plan="pro"),
    ),
    Equivalent(
        here="{trait: seats, more_than: 10}",
        mautic=["gt"],
        unomi=["greaterThan"],
        inside=_has(seats=11),
        outside=_has(seats=10),
    ),
    Equivalent(
        here="{trait: seats, at_least: 10}",
        mautic=["gte"],
        dittofeed=["GreaterThanOrEqual"],
        unomi=["greaterThanOrEqualTo"],
        inside=_has(seats="10"),
        outside=_has(seats=9.5),
    ),
    Equivalent(
        here="{trait: seats, less_than: 10}",
        mautic=["lt"],
        dittofeed=["LessThan"],
        unomi=["lessThan"],
        inside=_has(seats=9),
        outside=_has(seats=10),
    ),
    Equivalent(
        here="{trait: seats, at_most: 10}",
        mautic=["lte"],
        unomi=["lessThanOrEqualTo"],
        inside=_has(seats=10),
        outside=_has(),
    ),
    Equivalent(
        here="{trait: seats, between: [5, 10]}",
        mautic=["between"],
        unomi=["between"],
        inside=_has(seats=10),
        outside=_has(seats=11),
    ),
    Equivalent(
        here="{not: {trait: seats, between: [5, 10]}}",
        mautic=["!between"],
        inside=_has(seats=4),
        outside=_has(seats=5),
    ),
    Equivalent(
        here="{trait: plan, exists: true}",
        dittofeed=["Exists"],
        unomi=["exists"],
        inside=_has(plan="free"),
        outside=_has(plan=""),
    ),
    Equivalent(
        here="{trait: plan, exists: false}",
        dittofeed=["NotExists"],
        unomi=["missing"],
        inside=_has(),
        outside=_has(plan="free"),
    ),
    Equivalent(here="{trait: plan, empty: true}", mautic=["empty"], inside=_has(plan=""), outside=_has(plan="free")),
    Equivalent(here="{trait: plan, empty: false}", mautic=["!empty"], inside=_has(plan="free"), outside=_has()),
    Equivalent(
        here="{trait: title, contains: sales}",
        mautic=["like", "contains"],
        unomi=["contains"],
        inside=_has(title="Head of Sales"),
        outside=_has(title="Head of IT"),
    ),
    Equivalent(
        here="{trait: title, not_contains: sales}",
        mautic=["!like"],
        unomi=["notContains"],
        inside=_has(title="Head of IT"),
        outside=_has(title="Sales"),
    ),
    Equivalent(
        here="{trait: phone, starts_with: '+49'}",
        mautic=["startsWith"],
        unomi=["startsWith"],
        inside=_has(phone="+4930123456"),
        outside=_has(phone="+43123456"),
    ),
    Equivalent(
        here="{trait: email, ends_with: '@example.com'}",
        mautic=["endsWith"],
        unomi=["endsWith"],
        inside=_has(email="ann@example.com"),
        outside=_has(email="ann@example.org"),
    ),
    Equivalent(
        here="{trait: zip, matches: '^10[0-9]{3}$'}",
        mautic=["regexp"],
        unomi=["matchesRegex"],
        inside=_has(zip="10115"),
        outside=_has(zip="101155"),
    ),
    Equivalent(
        here="{not: {trait: zip, matches: '^10[0-9]{3}$'}}",
        mautic=["!regexp"],
        inside=_has(),
        outside=_has(zip="10115"),
    ),
    Equivalent(
        here="{trait: country, in: [DE, AT]}",
        mautic=["in"],
        unomi=["in"],
        inside=_has(country="AT"),
        outside=_has(country="CH"),
    ),
    Equivalent(
        here="{trait: country, not_in: [DE, AT]}",
        mautic=["!in"],
        unomi=["notIn"],
        inside=_has(country="CH"),
        outside=_has(country="DE"),
    ),
    Equivalent(
        here="{trait: tags, contains: vip}",
        dittofeed=["Includes"],
        inside=_has(tags=["press", "vip"]),
        outside=_has(tags=["vips"]),
    ),
    Equivalent(
        here="{trait: tags, not_contains: vip}",
        dittofeed=["NotIncludes"],
        inside=_has(),
        outside=_has(tags=["press", "vip"]),
    ),
    Equivalent(
        here="{trait: tags, has_any: [vip, press]}",
        mautic=["tags"],
        unomi=["hasSomeOf"],
        inside=_has(tags=["trade", "press"]),
        outside=_has(tags=["trade"]),
    ),
    Equivalent(
        here="{trait: tags, has_none: [vip, press]}",
        unomi=["hasNoneOf"],
        inside=_has(tags=["trade"]),
        outside=_has(tags=["trade", "press"]),
    ),
    Equivalent(
        here="{trait: tags, has_all: [vip, press]}",
        mautic=["INCLUDING_ALL"],
        unomi=["all"],
        inside=_has(tags=["press", "trade", "vip"]),
        outside=_has(tags=["vip"]),
    ),
    Equivalent(
        here="{not: {trait: tags, has_all: [vip, press]}}",
        mautic=["EXCLUDING_ALL"],
        inside=_has(tags=["vip"]),
        outside=_has(tags=["vip", "press"]),
    ),
    Equivalent(
        here="{any: [{trait: topics, some_contain: sofa}, {trait: topics, some_contain: lamp}]}",
        unomi=["inContains"],
        inside=_has(topics=["rugs", "desk lamps"]),
        outside=_has(topics=["rugs"]),
    ),
    Equivalent(
        here="{trait: children, some: {age: {less_than: 10}, name: {exists: true}}}",
        unomi=["nestedCondition"],
        inside=_has(children=[{"name": "Kim", "age": 12}, {"name": "Lou", "age": 9}]),
        outside=_has(children=[{"name": "Kim", "age": 12}, {"age": 9}]),
    ),
    Equivalent(
        here="{company: industry, equals: retail}",
        mautic=["company field"],
        inside=[works_at("03-02 10:00", industry="retail")],
        outside=_has(industry="retail"),
    ),
    Equivalent(
        here="{all: [{trait: plan, equals: pro}, {country: DE}]}",
        mautic=["glue and"],
        dittofeed=["And"],
        unomi=["booleanCondition and"],
        inside=_has(plan="pro", country="DE"),
        outside=_has(plan="pro"),
    ),
    Equivalent(
        here="{any: [{trait: plan, equals: pro}, {country: DE}]}",
        mautic=["glue or"],
        dittofeed=["Or"],
        unomi=["booleanCondition or"],
        inside=_has(plan="pro"),
        outside=_has(plan="free"),
    ),
    Equivalent(
        here="{not: {country: DE}}",
        unomi=["notCondition"],
        inside=_has(country="AT"),
        outside=_has(country="DE"),
    ),
    Equivalent(
        here="{everyone: true}",
        dittofeed=["Everyone"],
        unomi=["matchAllCondition"],
        inside=_has(),
        outside=None,
    ),
]
