"""Puts other points into a scoring model as somebody wrote it; comments and layout stay."""

from collections.abc import Mapping
from typing import Any

from leadwell.definitions.documents import read_yaml
from leadwell.definitions.yaml_text import compose, load


def with_points(text: str, points: Mapping[str, float]) -> tuple[str, bool]:
    """(the YAML with the points of these rules, whether it is still as it was written otherwise).

    What is written in a way that cannot be changed in place, such as points shared by an anchor, is written anew,
    without its comments.
    """
    import yaml  # as in documents.py: functions do not need it

    wanted = _expected(read_yaml(text), points)
    changed = text
    places = sorted(_places(compose(text), points), reverse=True)
    for start, end, value in places:
        changed = f"{changed[:start]}{_plain(value)}{changed[end:]}"
    try:
        if load(changed) == wanted:
            return changed, True
    except yaml.YAMLError:
        pass
    return yaml.safe_dump(wanted, allow_unicode=True, sort_keys=False), False


def _expected(document: dict[str, Any], points: Mapping[str, float]) -> dict[str, Any]:
    rules = [{**rule, "points": _plain(points.get(rule["id"], rule["points"]))} for rule in document["rules"]]
    return {**document, "rules": rules}


def _plain(value: Any) -> Any:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _places(document: Any, points: Mapping[str, float]) -> list[tuple[int, int, float]]:
    """Where in the text the points of a rule stand, from and to, and what they shall be."""
    found: list[tuple[int, int, float]] = []
    for rule in _fields(document)["rules"].value:
        fields = _fields(rule)
        if {"id", "points"} <= fields.keys() and fields["id"].value in points:
            node = fields["points"]
            found.append((node.start_mark.index, node.end_mark.index, points[fields["id"].value]))
    return found


def _fields(mapping: Any) -> dict[str, Any]:
    return {key.value: value for key, value in mapping.value}
