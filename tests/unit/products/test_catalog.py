"""The catalog: files, rankings, changes."""

from dataclasses import replace

import pytest

from leadwell.errors import Conflict, Refused
from leadwell.products.catalog import read_products, read_ranking, store_products
from leadwell.products.given import read_file
from leadwell.products.product import LAST, Product
from leadwell.store.table import Change
from tests.fakes.memory_table import MemoryTable

CSV = """\
id;name_de;name_en;url;price;currency;category;rank;goes_with;in_stock
1;Sofa Lund;Lund sofa;https://shop.example.com/1;499,50;EUR;sofas;2;2|3;ja
2;Kissen;Cushion;;;;cushions;1;;nein

3;Lampe;;;;CHF;;;;
"""
LUND = Product(
    id="1",
    names={"de": "Sofa Lund", "en": "Lund sofa"},
    url="https://shop.example.com/1",
    price=499.5,
    category="sofas",
    rank=2,
    goes_with=("2", "3"),
)


def test_a_csv_file() -> None:
    assert read_file("\ufeff" + CSV, "f.csv") == [
        LUND,
        Product(id="2", names={"de": "Kissen", "en": "Cushion"}, category="cushions", rank=1, in_stock=False),
        Product(id="3", names={"de": "Lampe"}, currency="CHF"),
    ]


def test_a_json_file() -> None:
    one = '{"id": "1", "name": {"de": "Sofa Lund", "en": "Lund sofa"}, "url": "https://shop.example.com/1", '
    one += '"price": 499.5, "category": "sofas", "rank": 2, "goes_with": ["2", "3"]}'
    assert read_file(f"[{one}]", "f") == read_file(f'{{"products": [{one}]}}', "f") == [LUND]
    assert read_file('[{"id": "4", "name": "Sofa"}]', "f")[0].name("de") == "Sofa"


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("id,name\n1,Sofa\n2,\n", "f, line 3"),
        ("id,name,price\n1,Sofa,much\n", "f, line 2"),
        ("id,name\n1,Sofa,9\n", "f, line 2"),
        ("id,name,color\n1,Sofa,red\n", "f, line 2"),
        ("id,name\n1,Sofa\n1,Sofa\n", "f[1].id"),
        ('[{"id": "1"}]', "f, product 1"),
        ('[{"id": "1", "name": "a", "url": "javascript:x"}]', "f, product 1"),
        ('[{"id": "1", "name": "a", "price": 1e999}]', "f, product 1"),
        ('[{"id": "#1", "name": "a"}]', "f, product 1"),
        ("[[]]", "f, product 1"),
        ("[", "f"),
        ('{"products": 1}', "f"),
    ],
)
def test_what_is_refused_is_named(text: str, place: str) -> None:
    with pytest.raises(Refused) as refused:
        read_file(text, "f")
    assert refused.value.field == place


def ranking(table: MemoryTable, category: str = "") -> list[str]:
    return [one.id for one in read_ranking(table, category, 100).products]


def test_a_product_stands_where_its_rank_and_category_are_now() -> None:
    table = MemoryTable()
    products = read_file(CSV, "f")
    assert store_products(table, products).added == 3
    again = store_products(table, products)
    assert (again.added, again.changed, again.unchanged) == (0, 0, 3)
    assert ranking(table) == ["2", "1", "3"]
    assert ranking(table, "sofas") == ["1"]
    moved = replace(LUND, rank=LAST, category="lounge")
    assert store_products(table, [moved]).changed == 1
    assert (ranking(table), ranking(table, "sofas"), ranking(table, "lounge")) == (["2", "1", "3"], [], ["1"])
    store_products(table, [replace(moved, rank=1, category="")])
    assert (ranking(table), ranking(table, "lounge")) == (["1", "2", "3"], [])
    assert read_products(table, ["1", "9"]).keys() == {"1"}
    assert len(table.items("RANK")) == 4


def test_pages_and_many() -> None:
    table = MemoryTable()
    store_products(table, [Product(id=f"p{n}", names={"*": "x"}, rank=n) for n in range(120)])
    first = read_ranking(table, "", 100)
    rest = read_ranking(table, "", 100, first.after)
    assert [one.rank for one in (*first.products, *rest.products)] == list(range(120))
    assert not rest.after


def test_two_uploads_at_the_same_moment() -> None:
    class Busy(MemoryTable):
        times = 1

        def write(self, *changes: Change) -> None:
            if self.times:
                self.times = 0
                store_products(self, [replace(LUND, rank=7)])
            super().write(*changes)

    table = Busy()
    store_products(table, [LUND])
    assert read_products(table, ["1"])["1"].rank == 2
    assert len(table.items("RANK")) == 2

    class Always(MemoryTable):
        def write(self, *changes: Change) -> None:
            raise Conflict

    with pytest.raises(Conflict):
        store_products(Always(), [LUND])
