"""The step ``recommend``."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

from leadwell.conditions.facts import NoRatings
from leadwell.contacts.contact import Contact
from leadwell.errors import Refused
from leadwell.journeys.engine import enter
from leadwell.journeys.enrollment import EXITED, FINISHED, Enrollment
from leadwell.messaging.rendering.filters import FILTERS
from leadwell.products.product import Product
from leadwell.tracking.events import Event, Standing
from tests.unit.journeys.house import NOW, happening, path, program, situation


def product(name: str, rank: int, category: str = "sofas", **more: Any) -> Product:
    return Product(id=name, names={"de": f"{name} (de)", "en": f"{name} (en)"}, rank=rank, category=category, **more)


CATALOG = [
    product("lund", 1, price=499.0, url="https://shop.example.com/lund", goes_with=("wave", "lamp", "gone")),
    product("oslo", 2, in_stock=False),
    product("malmo", 3, goes_with=("rug",)),
    product("lamp", 4, "lamps"),
    product("wave", 5, "cushions"),
    product("rug", 6, "rugs"),
]


def event(name: str, **properties: Any) -> Event:
    return Event(
        contact="c1", id=name, at=NOW, type="track", name=name, standing=Standing.PROVEN, properties=properties
    )


def viewed(*ids: str) -> list[Event]:
    """The latest first."""
    return [event("Product Viewed", product_id=one) for one in ids]


def bought(*ids: str) -> Event:
    return event("Order Completed", products=[{"sku": one} for one in ids])


class Shelf:
    def __init__(self, history: Sequence[Event]) -> None:
        self._history = history

    def history(self, contact: str) -> Sequence[Event]:
        return self._history

    def products(self, ids: Sequence[str]) -> Mapping[str, Product]:
        return {one.id: one for one in CATALOG if one.id in ids}

    def best_sellers(self, category: str) -> Sequence[Product]:
        return [one for one in CATALOG if category in ("", one.category)]


class Interested(NoRatings):
    def top_interest(self) -> str:
        return "rugs"


def run(*history: Event, interested: bool = False, locale: str = "en", **recommend: Any) -> Enrollment:
    one = program({"id": "pick", "recommend": recommend})
    facts = {"ratings": Interested()} if interested else {}
    contact = Contact(id="c1", traits={"locale": locale})
    known = replace(situation(**facts), stock=Shelf(history), contact=contact)  # type: ignore[arg-type]
    return enter(one, "", 1, happening(), known).enrollment


def ids(enrollment: Enrollment) -> list[str]:
    return [one["product_id"] for one in enrollment.found["products"].get("products", [])]


@pytest.mark.parametrize(
    ("history", "recommend", "expected"),
    [
        (viewed("lamp", "lund", "lamp"), {"rule": "viewed_not_bought"}, ["lamp", "lund"]),
        (viewed("rug", "lamp", "wave", "lund"), {"rule": "viewed_not_bought"}, ["rug", "lamp", "wave"]),
        ([*viewed("rug", "lamp"), bought("rug")], {"rule": "viewed_not_bought"}, ["lamp"]),
        ([bought("rug"), *viewed("rug", "lamp")], {"rule": "viewed_not_bought"}, ["lamp"]),
        (viewed("oslo", "nowhere", "lund"), {"rule": "viewed_not_bought"}, ["lund"]),
        (viewed("lamp", "lund"), {"rule": "viewed_not_bought", "category": "sofas"}, ["lund"]),
        ([event("Product Added", product_id="rug")], {"rule": "viewed_not_bought"}, ["rug"]),
        ([bought("malmo"), bought("lund")], {"rule": "bought_together"}, ["rug", "wave", "lamp"]),
        ([bought("lund", "wave")], {"rule": "bought_together"}, ["lamp"]),
        ([bought("lund")], {"rule": "bought_together", "category": "cushions"}, ["wave"]),
        ([], {"rule": "best_sellers"}, ["lund", "malmo", "lamp"]),
        ([bought("lund")], {"rule": "best_sellers", "count": 2}, ["malmo", "lamp"]),
        ([], {"rule": "best_sellers", "category": "lamps"}, ["lamp"]),
        ([], {"rule": "viewed_not_bought", "otherwise": "best_sellers", "count": 1}, ["lund"]),
        (viewed("rug"), {"rule": "viewed_not_bought", "otherwise": "best_sellers"}, ["rug"]),
        ([event("Order Completed", products="x"), event("Product Viewed")], {"rule": "viewed_not_bought"}, []),
    ],
)
def test_what_is_found(history: list[Event], recommend: dict[str, Any], expected: list[str]) -> None:
    assert ids(run(*history, **recommend)) == expected
    assert run(*history, **recommend) == run(*history, **recommend)


def test_what_interests_most_comes_first() -> None:
    assert ids(run(rule="best_sellers", interested=True)) == ["rug", "lund", "malmo"]


def test_products_look_like_those_of_an_event_in_the_contacts_language() -> None:
    found = run(rule="best_sellers", count=1, locale="de-AT").found["products"]
    assert FILTERS["products"](found) == [
        {
            "product_id": "lund",
            "name": "lund (de)",
            "currency": "EUR",
            "price": 499.0,
            "url": "https://shop.example.com/lund",
            "category": "sofas",
        }
    ]
    assert found["currency"] == "EUR"


def test_who_has_nothing_to_be_shown() -> None:
    going_on = run(rule="viewed_not_bought")
    assert (going_on.status, going_on.found["products"]) == (FINISHED, {})
    assert path(going_on)[0] == ("pick", "no product to recommend")
    leaving = run(rule="viewed_not_bought", when_none="exit")
    assert (leaving.status, leaving.reason) == (EXITED, "no product to recommend")


@pytest.mark.parametrize(
    "recommend",
    [
        {},
        {"rule": "anything"},
        {"rule": "best_sellers", "otherwise": "best_sellers"},
        {"rule": "best_sellers", "count": 13},
    ],
)
def test_what_is_refused(recommend: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        program({"recommend": recommend})
