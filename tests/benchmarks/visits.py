"""What people do in the shop: the calls that its server would send."""

from typing import Any

from leadwell.clock import Moment, to_iso
from tests.benchmarks.definitions import CATEGORIES

EVENTS_PER_VISIT = 5

_CITIES = ("Berlin", "Hamburg", "Leipzig", "Wien", "Bern")
_COUNTRIES = ("DE", "DE", "DE", "AT", "CH")


def user(number: int) -> str:
    return f"user-{number:07d}"


def arrival(number: int, at: Moment) -> list[dict[str, Any]]:
    """Somebody signs up and may be written to."""
    who, city = user(number), number % len(_CITIES)
    traits = {
        "email": f"{who}@example.com",
        "firstName": "Robin",
        "lastName": f"Example {number}",
        "plan": "free" if number % 3 else "pro",
        "country": _COUNTRIES[city],
        "address": {"city": _CITIES[city], "postalCode": f"{10000 + number % 90000}"},
        "locale": "de-DE" if number % 2 else "en-GB",
        "timezone": "Europe/Berlin",
        "birthday": f"19{60 + number % 40}-{1 + number % 12:02d}-{1 + number % 28:02d}",
    } | ({"company": f"Example {number} GmbH", "employees": number % 200} if number % 4 == 0 else {})
    consent = {"purpose": "marketing", "channel": "email", "source": "checkout"}
    return [
        _call(number, "i", at, "identify", traits=traits),
        _call(number, "c", at, "track", event="Consent Granted", properties=consent),
    ]


def visit(number: int, turn: int, at: Moment) -> list[dict[str, Any]]:
    """Five events: of twenty visitors four fill a cart and one orders."""
    category = CATEGORIES[(number + turn) % len(CATEGORIES)]
    product = {
        "product_id": f"p-{number % 300}",
        "sku": f"{category[:3].upper()}-{number % 300:04d}",
        "name": f"Product {number % 300}",
        "category": category,
        "price": 19.5 + number % 400,
        "currency": "EUR",
        "url": f"https://shop.example.com/{category}/p-{number % 300}",
    }
    what = (number + turn) % 20
    last: tuple[str, dict[str, Any]] = ("Products Searched", {"query": f"blue {category}"})
    if what == 0:
        order = {"order_id": f"o-{number}-{turn}", "cart_id": f"c-{number}", "total": 89.9, "currency": "EUR"}
        last = ("Order Completed", {**order, "products": [product]})
    elif what % 5 == 0 or what == 1:
        last = ("Product Added", {**product, "cart_id": f"c-{number}-{turn}", "quantity": 1})
    page = {"url": f"https://shop.example.com/{category}", "path": f"/{category}", "title": category.title()}
    return [
        _call(number, f"{turn}-0", at, "page", properties=page),
        _call(number, f"{turn}-1", at + 1, "track", event="Product Viewed", properties=product),
        _call(number, f"{turn}-2", at + 2, "page", properties=page),
        _call(number, f"{turn}-3", at + 3, "track", event="Product Viewed", properties=product),
        _call(number, f"{turn}-4", at + 4, "track", event=last[0], properties=last[1]),
    ]


def _call(number: int, call_id: str, at: Moment, kind: str, **rest: Any) -> dict[str, Any]:
    return {
        "type": kind,
        "messageId": f"m-{number}-{call_id}",
        "userId": user(number),
        "timestamp": to_iso(at),
        "context": {"library": {"name": "analytics-node", "version": "3.1.0"}, "locale": "de-DE"},
        **rest,
    }
