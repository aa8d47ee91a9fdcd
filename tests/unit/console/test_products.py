"""The catalog over the API."""

from tests.unit.console.signed_in import SignedIn

SOFA = {"id": "1", "name": {"de": "Sofa", "en": "Sofa"}, "price": 499.5, "category": "sofas", "rank": 2}
LAMP = {"id": "2", "name": "Lamp", "goes_with": ["1"], "in_stock": False}


def test_products_are_uploaded_and_listed_by_rank() -> None:
    api = SignedIn()
    assert api.post("/api/products", {"products": [LAMP, SOFA]}).body == {"added": 2, "changed": 0, "unchanged": 0}
    first = api.get("/api/products", limit=1).body
    (sofa,) = first["products"]
    assert sofa == SOFA | {"url": "", "image_url": "", "currency": "EUR", "goes_with": [], "in_stock": True}
    rest = api.get("/api/products", cursor=first["cursor"]).body
    assert [(one["id"], one["rank"], one["in_stock"]) for one in rest["products"]] == [("2", None, False)]
    assert rest["cursor"] is None
    assert [one["id"] for one in api.get("/api/products", category="sofas").body["products"]] == ["1"]
    assert api.get("/api/audit").body["entries"][0]["what"] == "products.uploaded"


def test_what_is_refused_is_named() -> None:
    api = SignedIn()
    twice = api.post("/api/products", {"products": [LAMP, LAMP]})
    assert (twice.status, twice.body["field"]) == (400, "products[1].id")
    assert api.post("/api/products", {"products": [LAMP | {"price": -1}]}).body["field"].startswith("products[0].price")
    assert api.get("/api/products").body["products"] == []
