import pytest

from leadwell.errors import Refused
from leadwell.tracking.values import DEPTH, checked, mended


def test_ordinary_values_pass_unchanged() -> None:
    value = {"a": 1, "b": -2.5, "c": "Söfa 🛋", "d": None, "e": True, "f": [1, {"g": []}], "h": 0, "i": 0.0, "ü": 10**37}
    assert checked(dict(value), "properties") == value


@pytest.mark.parametrize(
    ("value", "place"),
    [
        ({"a": float("nan")}, "properties.a"),
        ({"a": float("inf")}, "properties.a"),
        ({"a": 1e126}, "properties.a"),
        ({"a": 1e-131}, "properties.a"),
        ({"a": 10**38}, "properties.a"),
        ({"products": [{"price": 1}, {"price": float("nan")}]}, "properties.products[1].price"),
        ({"": 1}, "properties"),
        ({"a": {"": 1}}, "properties.a"),
        ({"a\ud800": 1}, "properties"),
    ],
)
def test_what_the_table_cannot_hold_is_refused_with_its_place(value: dict[str, object], place: str) -> None:
    with pytest.raises(Refused) as refused:
        checked(value, "properties")
    assert refused.value.field == place


def test_depth_is_limited() -> None:
    def nested(levels: int) -> dict[str, object]:
        value: dict[str, object] = {}
        for _ in range(levels - 1):
            value = {"x": value}
        return value

    checked(nested(DEPTH), "properties")
    with pytest.raises(Refused, match="deeper than 20"):
        checked(nested(DEPTH + 1), "properties")


def test_halves_of_emoji_are_replaced() -> None:
    assert checked({"a": "Söfa \ud83d", "b": ["x\udc00y"]}, "p") == {"a": "Söfa \ufffd", "b": ["x\ufffdy"]}
    assert mended("\ud83d\ude00") == "😀", "a pair that was escaped as two halves is whole"
