"""The description is whole: every reference leads somewhere, every operation says what it takes and gives."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.fakes.world import World
from tests.unit.console.signed_in import SignedIn


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    reply = SignedIn(World(templates=None), role="").get("/openapi.json")
    assert (reply.status, reply.headers["content-type"]) == (200, "application/json")
    return reply.body


def operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def test_it_says_what_it_is(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")
    assert document["info"]["title"] == "Leadwell management API"
    assert document["components"]["securitySchemes"]["bearer"]["scheme"] == "bearer"


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    references = list(found(document, "$ref"))
    assert len(references) > 50
    for reference in references:
        place: Any = document
        for part in reference.removeprefix("#/").split("/"):
            place = place[part]


def test_nothing_is_described_that_nobody_uses(document: dict[str, Any]) -> None:
    used = {reference.rsplit("/", 1)[1] for reference in found(document, "$ref")}
    assert set(document["components"]["schemas"]) <= used


def test_every_operation_is_described(document: dict[str, Any]) -> None:
    tags = {tag["name"] for tag in document["tags"]}
    names = [operation["operationId"] for _, operation in operations(document)]
    assert len(names) == len(set(names))
    for name, operation in operations(document):
        assert operation["summary"] and not operation["summary"].startswith(("GET", "POST")), name
        assert set(operation["tags"]) <= tags, name
        guard = "server_key" if name.endswith("/api/messages") else "bearer"
        assert operation["security"] == [{guard: []}], name
        assert {"4XX", "5XX"} <= operation["responses"].keys(), name
        assert "422" not in operation["responses"], name
        (success,) = (code for code in operation["responses"] if code.startswith("2"))
        content = operation["responses"][success]["content"]
        kinds = {"picture": "image/svg+xml", "page": "text/html", "csv": "text/csv"}
        assert content.keys() == {kinds.get(name.rpartition("/")[2], "application/json")}, name
        assert all("schema" in one for one in content.values()), name


def test_every_place_in_a_path_is_a_parameter(document: dict[str, Any]) -> None:
    for name, operation in operations(document):
        places = {part[1:-1] for part in name.split("/") if part.startswith("{")}
        declared = {one["name"] for one in operation.get("parameters", ()) if one["in"] == "path"}
        assert places == declared, name


def found(value: Any, key: str) -> Iterator[str]:
    if isinstance(value, dict):
        for name, inner in value.items():
            if name == key:
                yield inner
            else:
                yield from found(inner, key)
    elif isinstance(value, list):
        for inner in value:
            yield from found(inner, key)
