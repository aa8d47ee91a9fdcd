"""The product catalog."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query
from pydantic import Field

from leadwell.console import cursors
from leadwell.console.api.access import Asked, Cursor, least, routes
from leadwell.console.api.shapes.basics import Given, Shape
from leadwell.products.catalog import read_ranking, store_products
from leadwell.products.given import GivenProduct, products_of
from leadwell.products.product import ANY, LAST, Product

router = routes()

TAG = "Products"
_MOST = 200


class Products(Given):
    products: Annotated[list[GivenProduct], Field(max_length=_MOST)]


class ProductsStored(Shape):
    added: int
    changed: int
    unchanged: int


class ProductShape(Shape):
    id: str
    name: str | dict[str, str]
    url: str
    image_url: str
    price: float | None
    currency: str
    category: str
    rank: int | None
    goes_with: list[str]
    in_stock: bool


class ProductList(Shape):
    products: list[ProductShape]
    cursor: str | None


@router.post(
    "/api/products",
    **least("marketer", TAG, "upload_products", "Add products, or put them in the place of those with the same ids"),
)
def upload(work: Asked, given: Products) -> ProductsStored:
    products = products_of(given.products)
    work.note("products.uploaded", "catalog", products=len(products))
    stored = store_products(work.given.table, products)
    return ProductsStored(added=stored.added, changed=stored.changed, unchanged=stored.unchanged)


@router.get("/api/products", **least("viewer", TAG, "list_products", "The catalog by rank, by page"))
def list_all(
    work: Asked,
    category: Annotated[str, Query(max_length=200, description="Only of this category.")] = "",
    cursor: Cursor = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 100,
) -> ProductList:
    place = cursors.read(cursor, str)
    page = read_ranking(work.given.table, category, limit, place[0] if place else "")
    return ProductList(
        products=[_shape(one) for one in page.products], cursor=cursors.written(page.after) if page.after else None
    )


def _shape(one: Product) -> ProductShape:
    return ProductShape(
        id=one.id,
        name=one.names.get(ANY) or dict(one.names),
        url=one.url,
        image_url=one.image_url,
        price=one.price,
        currency=one.currency,
        category=one.category,
        rank=None if one.rank == LAST else one.rank,
        goes_with=list(one.goes_with),
        in_stock=one.in_stock,
    )
