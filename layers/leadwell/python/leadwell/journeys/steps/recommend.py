"""Find products for the contact in the uploaded catalog.

recommend: {rule: viewed_not_bought, count: 3, otherwise: best_sellers}
recommend: {rule: bought_together, category: cushions, when_none: exit}

- ``viewed_not_bought``: what the contact looked at or put into a cart and did not buy, the latest first;
- ``bought_together``: what goes with the latest purchase (``goes_with`` of the catalog), then with the one before;
- ``best_sellers``: by rank, first of the category that interests the contact most.

Never what the contact has bought already, and only what is in stock. The newest 500 events are looked at. Templates use
``products`` the way they use an event: ``{{ (products | products | first).name }}``, or for the block
``{% set event = products %}`` before ``blocks/products.mjml``.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from leadwell.conditions.models import Model
from leadwell.journeys.steps.running import Go, Leave, Next, StepModel, StepRun, Stock
from leadwell.products.product import Product
from leadwell.tracking.events import Event

Rule = Literal["viewed_not_bought", "bought_together", "best_sellers"]

_LOOKED_AT = frozenset({"Product Viewed", "Product Added"})
_BOUGHT = "Order Completed"
_MOST_LOOKED_UP = 100


class Wanted(Model):
    """``count`` products at most, of one ``category`` if it is given. ``otherwise`` is the rule to take where this one
    finds nothing; ``when_none``: whether somebody goes on for whom nothing is found at all."""

    rule: Rule
    count: Annotated[int, Field(ge=1, le=12)] = 3
    category: Annotated[str, Field(max_length=200)] = ""
    otherwise: Rule | None = None
    when_none: Literal["continue", "exit"] = "continue"

    @model_validator(mode="after")
    def _another_rule(self) -> "Wanted":
        if self.otherwise == self.rule:
            raise ValueError("otherwise must be another rule: this one has found nothing by then")
        return self


class Recommend(StepModel):
    recommend: Wanted

    def run(self, run: StepRun) -> Next:
        wanted = self.recommend
        shopping = _Shopping.of(run.situation.stock.history(run.enrollment.contact))
        used, found = "", list[Product]()
        for rule in filter(None, (wanted.rule, wanted.otherwise)):
            used = rule
            found = _some(_RULES[rule](run, shopping, wanted.category), shopping, wanted)
            if found:
                break
        run.found["products"] = _shown(found, run.situation.contact.locale)
        if not found and wanted.when_none == "exit":
            return Leave("no product to recommend")
        return Go(run.node.next, f"{len(found)} products: {used}" if found else "no product to recommend")


@dataclass(frozen=True, slots=True)
class _Shopping:
    """Ids of products, the latest first."""

    looked_at: Sequence[str]
    bought: Sequence[str]

    @classmethod
    def of(cls, history: Iterable[Event]) -> "_Shopping":
        looked_at: dict[str, None] = {}
        bought: dict[str, None] = {}
        for event in history:
            if event.name in _LOOKED_AT:
                looked_at |= dict.fromkeys(_ids([event.properties]))
            elif event.name == _BOUGHT:
                bought |= dict.fromkeys(_ids(event.properties.get("products")))
        return cls(tuple(looked_at), tuple(bought))


def _ids(products: Any) -> Iterator[str]:
    """As Segment's specs name them."""
    for one in products if isinstance(products, list) else ():
        if isinstance(one, Mapping):
            given = next((one[name] for name in ("product_id", "sku", "id") if one.get(name) not in (None, "")), None)
            if isinstance(given, str | int) and not isinstance(given, bool) and 0 < len(str(given)) <= 100:
                yield str(given)


def _viewed(run: StepRun, shopping: _Shopping, category: str) -> Iterator[Product]:
    return _in_order(run.situation.stock, [one for one in shopping.looked_at if one not in shopping.bought])


def _together(run: StepRun, shopping: _Shopping, category: str) -> Iterator[Product]:
    bought = _in_order(run.situation.stock, shopping.bought)
    return _in_order(run.situation.stock, [one for product in bought for one in product.goes_with])


def _best(run: StepRun, shopping: _Shopping, category: str) -> Iterator[Product]:
    stock, interest = run.situation.stock, run.facts.ratings.top_interest()
    for one in [category] if category else [interest, ""] if interest else [""]:
        yield from stock.best_sellers(one)


_RULES = {"viewed_not_bought": _viewed, "bought_together": _together, "best_sellers": _best}


def _in_order(stock: Stock, ids: Sequence[str]) -> Iterator[Product]:
    wanted = list(dict.fromkeys(ids))[:_MOST_LOOKED_UP]
    known = stock.products(wanted) if wanted else {}
    return (known[one] for one in wanted if one in known)


def _some(candidates: Iterable[Product], shopping: _Shopping, wanted: Wanted) -> list[Product]:
    found: dict[str, Product] = {}
    for one in candidates:
        fits = one.in_stock and one.id not in shopping.bought and wanted.category in ("", one.category)
        if fits and len(found) < wanted.count:
            found.setdefault(one.id, one)
    return list(found.values())


def _shown(products: Sequence[Product], locale: str) -> dict[str, Any]:
    """As an event with products: what the filter ``products`` and the block of that name understand."""
    if not products:
        return {}
    listed = []
    for one in products:
        shown: dict[str, Any] = {"product_id": one.id, "name": one.name(locale), "currency": one.currency}
        more = {"url": one.url, "image_url": one.image_url, "price": one.price, "category": one.category}
        listed.append(shown | {name: value for name, value in more.items() if value not in (None, "")})
    return {"products": listed, "currency": products[0].currency}
