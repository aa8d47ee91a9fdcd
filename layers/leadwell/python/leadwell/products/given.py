"""Products as they are uploaded: one by one over the API, or as a file."""

import json
from collections.abc import Iterable, Mapping
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, ValidationError, model_validator

from leadwell.delimited import named_rows
from leadwell.errors import Refused
from leadwell.products.product import ANY, LAST, Product

_PART = r"^[^\s#|][^\x00-\x1f|]*$"
_WEB = r"^(https?://[^\s]+)?$"
_TRUE, _FALSE = {"true", "yes", "ja", "1", "y", "wahr"}, {"false", "no", "nein", "0", "n", "falsch"}

Id = Annotated[str, Field(min_length=1, max_length=100, pattern=_PART)]
Name = Annotated[str, Field(min_length=1, max_length=300)]


class GivenProduct(BaseModel):
    """``name`` holds for all languages, or gives one for each: ``{"de": "Sofa Lund", "en": "Lund sofa"}``. ``rank`` is
    the place among the best sellers, 1 the first."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    id: Id
    name: (
        Name | Annotated[dict[Annotated[str, Field(pattern="^[a-z]{2}(-[A-Za-z]{2,4})?$")], Name], Field(min_length=1)]
    )
    url: Annotated[str, Field(max_length=2000, pattern=_WEB)] = ""
    image_url: Annotated[str, Field(max_length=2000, pattern=_WEB)] = ""
    price: Annotated[FiniteFloat, Field(ge=0, le=1e9, strict=True)] | None = None
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")] = "EUR"
    category: Annotated[str, Field(max_length=200)] = ""
    rank: Annotated[int, Field(ge=1, lt=LAST, strict=True)] | None = None
    goes_with: Annotated[tuple[Id, ...], Field(max_length=50)] = ()
    in_stock: Annotated[bool, Field(strict=True)] = True

    @model_validator(mode="after")
    def _can_be_stored(self) -> "GivenProduct":
        names = self.name.values() if isinstance(self.name, dict) else (self.name,)
        for text in (self.id, *names, self.url, self.image_url, self.category, *self.goes_with):
            try:
                text.encode()
            except UnicodeEncodeError:
                raise ValueError("texts must be valid Unicode") from None
        if len(self.id.encode()) > 400:
            raise ValueError("the id is too long")
        return self

    def product(self) -> Product:
        return Product(
            id=self.id,
            names=dict(sorted(self.name.items())) if isinstance(self.name, dict) else {ANY: self.name},
            url=self.url,
            image_url=self.image_url,
            price=None if self.price is None else round(self.price, 4),
            currency=self.currency,
            category=self.category,
            rank=LAST if self.rank is None else self.rank,
            goes_with=self.goes_with,
            in_stock=self.in_stock,
        )


def products_of(given: Iterable[GivenProduct], field: str = "products") -> list[Product]:
    """Raises ``Refused`` where two have the same id."""
    found: dict[str, Product] = {}
    for place, one in enumerate(given):
        if one.id in found:
            raise Refused(f"the product {one.id} is there twice", f"{field}[{place}].id")
        found[one.id] = one.product()
    return list(found.values())


def read_file(text: str, name: str) -> list[Product]:
    """Of JSON (a list, or an object with ``products``) or CSV: the columns are those of ``GivenProduct``; a name may
    have a column for each language (``name_de``), ``goes_with`` has ids with ``|`` between them. Raises ``Refused``
    that names the place."""
    text = text.removeprefix("\ufeff")
    is_json = text.lstrip()[:1] in ("[", "{")
    rows = _json(text, name) if is_json else ((place, _row(row)) for place, row in named_rows(text, name)[1])
    given: list[GivenProduct] = []
    for place, row in rows:
        try:
            given.append(GivenProduct.model_validate(row))
        except ValidationError as error:
            first = error.errors()[0]
            said = f"{'.'.join(str(part) for part in first['loc'][:1])}: {first['msg']}".removeprefix(": ")
            raise Refused(said, place) from None
    return products_of(given, name)


def _json(text: str, name: str) -> Iterable[tuple[str, Any]]:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        raise Refused("is no JSON", name) from None
    rows = document.get("products") if isinstance(document, dict) else document
    if not isinstance(rows, list):
        raise Refused("must be a list of products, or an object with `products`", name)
    return [(f"{name}, product {number}", row) for number, row in enumerate(rows, 1)]


def _number(kind: type[int] | type[float], text: str) -> int | float | str:
    """The text itself where it is none: what is wrong with it is said with its place."""
    try:
        return kind(text)
    except ValueError:
        return text


def _row(filled: Mapping[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {column: value for column, value in filled.items() if not column.startswith("name_")}
    names = {column.removeprefix("name_"): value for column, value in filled.items() if column.startswith("name_")}
    if names and "name" not in found:
        found["name"] = names
    if "goes_with" in found:
        found["goes_with"] = [one.strip() for one in found["goes_with"].split("|") if one.strip()]
    if "price" in found:
        text = found["price"] if "." in found["price"] else found["price"].replace(",", ".")
        found["price"] = _number(float, text)
    if "rank" in found:
        found["rank"] = _number(int, found["rank"])
    said = found.get("in_stock", "").lower()
    if said in _TRUE | _FALSE:
        found["in_stock"] = said in _TRUE
    return found
