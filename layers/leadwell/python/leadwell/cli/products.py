"""``leadwell products``: uploads the catalog, and shows it."""

import json
from argparse import Namespace
from typing import Any

from leadwell.cli.commands import note
from leadwell.delimited import read_text
from leadwell.products.catalog import read_ranking, store_products
from leadwell.products.given import read_file
from leadwell.products.product import LAST, Product
from leadwell.wiring import Services

_PAGE = 200


def add_to(kinds: Any) -> None:
    """Adds the commands to the parser."""
    actions = kinds.add_parser("products", help="the product catalog").add_subparsers(required=True, metavar="ACTION")
    uploaded = actions.add_parser("upload", help="add the products of a CSV or JSON file, or change them")
    uploaded.add_argument("file", metavar="FILE")
    uploaded.set_defaults(run=upload)
    listed = actions.add_parser("list", help="the catalog, the best sellers first")
    listed.add_argument("--category", default="", help="only of this category")
    listed.set_defaults(run=list_all)
    for command in (uploaded, listed):
        command.add_argument("--json", action="store_true", help="for machines")


def upload(given: Namespace, services: Services) -> None:
    products = read_file(read_text(given.file), given.file)
    note(services, "products.uploaded", "catalog", products=len(products))
    stored = store_products(services.table, products)
    if given.json:
        print(json.dumps({"added": stored.added, "changed": stored.changed, "unchanged": stored.unchanged}))
    else:
        print(
            f"{stored.added:,} products were added, {stored.changed:,} changed, {stored.unchanged:,} were as they are"
        )


def list_all(given: Namespace, services: Services) -> None:
    found: list[Product] = []
    after = ""
    while True:
        page = read_ranking(services.table, given.category, _PAGE, after)
        found += page.products
        after = page.after
        if not after:
            break
    if given.json:
        shown = [{"id": one.id, "name": one.name("en"), "rank": one.rank, "in_stock": one.in_stock} for one in found]
        print(json.dumps(shown, ensure_ascii=False, indent=2))
        return
    for one in found:
        rank = "" if one.rank == LAST else f", rank {one.rank}"
        price = "" if one.price is None else f", {one.price:g} {one.currency}"
        print(f"{one.id}: {one.name('en')}{price}{rank}{'' if one.in_stock else ', not in stock'}")
    if not found:
        print("There are no products: leadwell products upload FILE.csv")
