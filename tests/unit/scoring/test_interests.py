"""Which categories an event teaches, whatever its shape."""

from typing import Any

import pytest

from leadwell.clock import DAY, from_iso
from leadwell.definitions.documents import parse
from leadwell.scoring.grading import MOST_CATEGORIES, Interests, compile_interests
from leadwell.scoring.models import InterestsDefinition
from leadwell.tracking.events import Event, Standing

NOW = from_iso("2026-03-02T08:00:00Z")
TITLE = {"en": "Interests", "de": "Interessen"}


def interests(path: str) -> Interests:
    learn = [{"event": "Bought", "category": path, "weight": 5}]
    parsed = parse({"kind": "interests", "title": TITLE, "half_life": "P1D", "learn": learn})
    assert isinstance(parsed, InterestsDefinition)
    return compile_interests(parsed)


def bought(properties: dict[str, Any], **more: Any) -> Event:
    return Event(
        contact="c1",
        id="e1",
        at=NOW,
        type="track",
        name="Bought",
        standing=Standing.PROVEN,
        properties=properties,
        **more,
    )


@pytest.mark.parametrize(
    ("path", "properties", "learned"),
    [
        ("category", {"category": "sofas"}, ["sofas"]),
        ("category", {"category": ["sofas", "lamps", "sofas", 7, ""]}, ["sofas", "lamps"]),
        ("category", {"category": [["sofas"]]}, []),
        ("products.category", {"products": [{"category": "sofas"}, {"category": "lamps"}]}, ["sofas", "lamps"]),
        ("products.category", {"products": [{"category": "sofas"}] * 3}, ["sofas"]),
        (
            "products.category",
            {"products": [{"category": ["sofas", "beds"]}, {"name": "x"}, "lamps", None]},
            ["sofas", "beds"],
        ),
        ("products.category", {"products": {"category": "sofas"}}, ["sofas"]),
        ("products.category", {"products.category": "sofas", "products": [{"category": "lamps"}]}, ["sofas"]),
        ("a.b.c", {"a": [{"b": [{"c": "x"}, {"c": "y"}]}, {"b.c": "z"}]}, ["x", "y", "z"]),
        ("products.category", {"products": [[{"category": "sofas"}]]}, []),
        ("products.category", {"products": "sofas"}, []),
        ("products.category", {}, []),
    ],
)
def test_categories_are_found_on_the_way_through_lists(path: str, properties: Any, learned: list[str]) -> None:
    assert list(interests(path).learned({}, bought(properties))) == learned


def test_context_is_walked_through_as_well() -> None:
    context = {"shelves": [{"topic": "oak"}, {"topic": "pine"}]}
    assert set(interests("context.shelves.topic").learned({}, bought({}, context=context))) == {"oak", "pine"}


def test_a_huge_order_teaches_a_bounded_number() -> None:
    products = [{"category": f"c{number}"} for number in range(10_000)]
    assert len(interests("products.category").learned({}, bought({"products": products}))) == MOST_CATEGORIES


def test_what_is_learned_fades() -> None:
    known = interests("products.category").learned({}, bought({"products": [{"category": "sofas"}]}))
    assert interests("x").weight(known["sofas"], NOW + DAY) == 2.5
