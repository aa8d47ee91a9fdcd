"""What is live while we measure: 100 segments, 30 scoring rules, a lifecycle and 20 journeys, as a shop has them."""

from typing import Any

CATEGORIES = ("sofas", "chairs", "lamps", "tables", "rugs")

Definition = dict[str, Any]
Condition = dict[str, Any]


def typical_conditions(category: str = "sofas", times: int = 3, days: int = 7) -> dict[str, Condition]:
    """Twenty segments of the kinds that marketers ask for."""
    window, score = f"P{days}D", 10 * times
    viewed = {"event": "Product Viewed", "where": {"category": category}}
    added = {"event": "Product Added", "where": {"category": category}}
    ordered = {"event": "Order Completed"}
    return {
        "interested": {**viewed, "at_least": times, "within": window},
        "very-interested": {**viewed, "at_least": 2 * times, "within": f"P{4 * days}D"},
        "looks-but-does-not-buy": {"all": [{**viewed, "at_least": times}, {**ordered, "at_most": 0, "within": window}]},
        "cart-left": {"all": [{**added, "within": window}, {**ordered, "at_most": 0, "within": window}]},
        "big-cart": {"event": "Product Added", "where": {"price": {"at_least": 90 * times}}, "within": window},
        "buyers": {**ordered, "at_least": times},
        "regulars": {**ordered, "at_least": times, "within": "P365D"},
        "sleepers": {"all": [ordered, {"event": "Page Viewed", "at_most": 0, "within": f"P{10 * days}D"}]},
        "searching": {"event": "Products Searched", "where": {"query": {"contains": category}}, "within": window},
        "newcomers": {"all": [{"trait": "plan", "equals": "free"}, {"not": {"stage": {"at_least": "customer"}}}]},
        "german-speaking": {
            "any": [{"trait": "locale", "starts_with": "de"}, {"trait": "country", "in": ["DE", "AT"]}]
        },
        "in-big-cities": {"trait": "address.city", "in": ["Berlin", "Hamburg", "Köln", "Wien", "Zürich"]},
        "companies": {"all": [{"trait": "company", "exists": True}, {"trait": "employees", "at_least": 10 * times}]},
        "hot": {"all": [{"score": {"at_least": score}}, {"not": {"stage": {"at_least": "customer"}}}]},
        "lukewarm": {"score": {"at_least": score / 2, "less_than": score}},
        "may-be-written-to": {"consent": "marketing/email"},
        "may-get-texts": {"all": [{"consent": "marketing/sms"}, {"trait": "phone", "exists": True}]},
        "mail-readers": {"event": "Email Opened", "at_least": times, "within": window},
        "interested-customers": {
            "all": [
                {"stage": {"at_least": "customer"}},
                {"any": [{**viewed, "within": window}, {"event": "Email Link Clicked", "within": window}]},
            ]
        },
        "premium-fans": {
            "all": [
                {"not": {"trait": "plan", "equals": "free"}},
                {**viewed, "at_least": times, "within": f"P{4 * days}D"},
                {"any": [{"score": {"at_least": score}}, {"trait": "vip", "equals": True}]},
            ]
        },
    }


def segments() -> list[Definition]:
    """Five times the twenty: other categories, thresholds and windows."""
    found = []
    for number, (category, days) in enumerate(zip(CATEGORIES, (2, 7, 14, 30, 60), strict=True), 1):
        conditions = typical_conditions(category, number + 1, days)
        found += [_named("segment", f"{name}-{number}", when=when) for name, when in conditions.items()]
    return found


def scoring() -> Definition:
    """Twenty rules for events, ten for who somebody is."""
    events = ("Page Viewed", "Product Viewed", "Product Added", "Order Completed", "Email Link Clicked", "Signed Up")
    rules: list[Any] = [
        {"id": f"seen-{n}", "event": name, "points": n, "max_times": 50} for n, name in enumerate(events, 1)
    ]
    for number, category in enumerate(CATEGORIES, 1):
        where = {"category": category}
        rules.append({"id": f"viewed-{number}", "event": "Product Viewed", "where": where, "points": number})
        rules.append({"id": f"added-{number}", "event": "Product Added", "where": where, "points": 2 * number})
    prices = (10, 50, 100, 500)
    rules += [
        {"id": f"price-{price}", "event": "Product Added", "where": {"price": {"at_least": price}}, "points": 1}
        for price in prices
    ]
    countries = ("DE", "AT", "CH", "FR", "NL")
    rules += [
        {"id": f"from-{one.lower()}", "when": {"trait": "country", "equals": one}, "points": 1} for one in countries
    ]
    known = ("email", "phone", "company", "birthday", "vip")
    rules += [{"id": f"known-{one}", "when": {"trait": one, "exists": True}, "points": 2} for one in known]
    return _named("scoring", "shop", half_life="P30D", rules=rules)


def lifecycle() -> Definition:
    return _named(
        "lifecycle",
        "lifecycle",
        stages=[
            {
                "stage": "lead",
                "when": {"any": [{"trait": "email", "exists": True}, {"trait": "phone", "exists": True}]},
            },
            {"stage": "mql", "when": {"all": [{"trait": "email", "exists": True}, {"score": {"at_least": 500}}]}},
            {"stage": "customer", "when": {"event": "Order Completed"}},
            {"stage": "evangelist", "when": {"event": "Order Completed", "at_least": 50}},
        ],
    )


def journeys() -> list[Definition]:
    """Twelve that an event starts, six that a segment starts, two that a date starts."""
    hello, reminder = {"email": "welcome-hello"}, {"email": "abandoned-cart"}
    started_by = {
        "welcome": "Signed Up",
        "abandoned-cart": "Product Added",
        "thank-you": "Order Completed",
        "review": "Order Delivered",
        "white-paper": "Form Submitted",
        "trial": "Trial Started",
        "cancellation": "Subscription Cancelled",
        "event-invitation": "Event Registered",
        "back-in-stock": "Product Wished",
        "complaint": "Ticket Opened",
        "referral": "Friend Invited",
        "survey": "Survey Answered",
    }
    found = [
        _journey(name, {"event": event}, [{"wait": "PT3H"}, reminder, {"wait": "P3D"}, hello])
        for name, event in started_by.items()
    ]
    found[1] |= {"trigger": {"event": "Product Added", "key": "cart_id"}, "goal": {"event": "Order Completed"}}
    found[-1]["steps"] = [{"wait": "PT3H"}, {"wait_until": "09:00"}, hello]
    branch = {"branch": [{"when": {"score": {"at_least": 100}}, "steps": [reminder]}, {"steps": [hello]}]}
    started_in = ("interested-1", "interested-3", "sleepers-2", "hot-4", "mail-readers-1", "big-cart-5")
    found += [_journey(f"on-{one}", {"segment": one}, [{"wait": "P1D"}, branch]) for one in started_in]
    found += [_journey(f"on-{one}", {"date": one}, [hello]) for one in ("birthday", "renewal")]
    return found


def _journey(name: str, trigger: Any, steps: list[Any]) -> Definition:
    return _named("journey", name, trigger=trigger, reentry="always", steps=steps) | {"description": _text(name)}


def _named(kind: str, name: str, **rest: Any) -> Definition:
    return {"kind": kind, "name": name, "title": _text(name), **rest}


def _text(name: str) -> dict[str, str]:
    return {"en": name, "de": name}
