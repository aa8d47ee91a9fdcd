"""The catalog in the table: a product is one item, and one more in each ranking that it stands in."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from leadwell.errors import Conflict
from leadwell.products.product import Product
from leadwell.store import keys
from leadwell.store.table import Change, Delete, Key, Put, Table

_AT_ONCE = 15
"""Five changes each at most: a transaction has at most 100."""
_ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class Ranking:
    """A page; ``after`` is where the next one goes on, empty at the end."""

    products: Sequence[Product]
    after: str = ""


@dataclass(slots=True)
class Stored:
    added: int = 0
    changed: int = 0
    unchanged: int = 0


def store_products(table: Table, products: Sequence[Product]) -> Stored:
    """Adds products, or puts them in the place of those with the same ids; each at most once. Doing it again changes
    nothing."""
    stored = Stored()
    for start in range(0, len(products), _AT_ONCE):
        _store(table, products[start : start + _AT_ONCE], stored)
    return stored


def _store(table: Table, products: Sequence[Product], stored: Stored) -> None:
    for attempt in range(_ATTEMPTS):
        known = read_products(table, [one.id for one in products])
        fresh = [one for one in products if known.get(one.id) != one]
        changes: list[Change] = []
        for one in fresh:
            old = known.get(one.id)
            changes.append(Put(replace(one, rev=old.rev if old else 0).to_item(), old.rev if old else 0))
            changes += [Delete(place) for place in (old.places if old else set()) - one.places]
            changes += [_placed(place, one.id) for place in one.places - (old.places if old else set())]
        try:
            table.write(*changes)
        except Conflict:
            if attempt == _ATTEMPTS - 1:
                raise
            continue
        stored.added += sum(one.id not in known for one in fresh)
        stored.changed += sum(one.id in known for one in fresh)
        stored.unchanged += len(products) - len(fresh)
        return


def _placed(place: Key, product: str) -> Put:
    return Put({"pk": place.pk, "sk": place.sk, "kind": "RANK", "product": product})


def read_products(table: Table, ids: Iterable[str]) -> dict[str, Product]:
    found = table.get_many(keys.product(one) for one in ids)
    return {product.id: product for product in map(Product.from_item, found.values())}


def read_ranking(table: Table, category: str, limit: int, after: str = "") -> Ranking:
    """Of a category, or with an empty one of all, the best first."""
    pk = keys.ranked_products(category)
    page = table.query(pk, limit=limit, cursor=Key(pk, after) if after else None)
    ids = [item["product"] for item in page.items]
    found = read_products(table, ids)
    return Ranking([found[one] for one in ids if one in found], page.cursor.sk if page.cursor else "")
