"""A product of the catalog."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from leadwell.messaging.rendering.locales import choose_locale
from leadwell.store import keys
from leadwell.store.table import Item, Key

KIND = "PRODUCT"
ANY = "*"
LAST = 9_999_999_999
"""The rank of a product that has none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """``names`` by language; one that holds for all languages stands under ``ANY``. ``rank`` is its place among
    the best sellers, from 0; ``goes_with`` are ids of others."""

    id: str
    names: Mapping[str, str]
    url: str = ""
    image_url: str = ""
    price: float | None = None
    currency: str = "EUR"
    category: str = ""
    rank: int = LAST
    goes_with: tuple[str, ...] = ()
    in_stock: bool = True
    rev: int = field(default=0, compare=False)

    @property
    def key(self) -> Key:
        return keys.product(self.id)

    @property
    def places(self) -> set[Key]:
        """Where it stands in rankings."""
        return {keys.ranked_product(category, self.rank, self.id) for category in {"", self.category}}

    def name(self, locale: str) -> str:
        return self.names.get(ANY) or self.names[choose_locale(self.names, locale)]

    def to_item(self) -> Item:
        item: Item = {"pk": self.key.pk, "sk": self.key.sk, "kind": KIND, "rev": self.rev + 1}
        item |= {"names": dict(self.names), "currency": self.currency, "rank": self.rank, "in_stock": self.in_stock}
        optional: dict[str, Any] = {"url": self.url, "image_url": self.image_url, "category": self.category}
        optional |= {"price": self.price, "goes_with": list(self.goes_with)}
        return item | {name: value for name, value in optional.items() if value not in (None, "", [])}

    @classmethod
    def from_item(cls, item: Item) -> "Product":
        return cls(
            id=item["pk"].removeprefix("PRODUCT#"),
            names=item["names"],
            url=item.get("url", ""),
            image_url=item.get("image_url", ""),
            price=item.get("price"),
            currency=item["currency"],
            category=item.get("category", ""),
            rank=item["rank"],
            goes_with=tuple(item.get("goes_with", ())),
            in_stock=item["in_stock"],
            rev=item["rev"],
        )
