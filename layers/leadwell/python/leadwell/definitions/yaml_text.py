"""YAML as people expect it: of YAML 1.2 only ``true`` and ``false`` are no texts.

In YAML 1.1, which PyYAML reads, ``on`` is true, ``NO`` (Norway) is false, ``10:30`` is 630 and ``2026-03-01`` no text.
"""

import re
from collections.abc import Callable
from functools import cache
from typing import Any

_CORE = (
    ("null", r"^(?:~|null|Null|NULL|)$", ["~", "n", "N", ""]),
    ("bool", r"^(?:true|True|TRUE|false|False|FALSE)$", list("tTfF")),
    ("int", r"^(?:[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)$", list("-+0123456789")),
    (
        "float",
        r"^(?:[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$",
        list("-+0123456789."),
    ),
    ("merge", r"^(?:<<)$", ["<"]),
)
"""The core schema of YAML 1.2 (section 10.3.2), and merge keys."""


def load(text: str) -> Any:
    """Raises ``yaml.YAMLError``, and whatever a constructor raises."""
    import yaml  # only those who publish need it: functions read what was published, which is JSON

    return _read(text, yaml.load)


def compose(text: str) -> Any:
    """The nodes of a document with their places, None for an empty one. Raises ``yaml.YAMLError``."""
    import yaml

    return _read(text, yaml.compose)


def _read(text: str, how: Callable[..., Any]) -> Any:
    """With libyaml, which is ten times faster; what it refuses is read once more in Python, which says better why."""
    import yaml

    try:
        return how(text, Loader=_loader(fast=yaml.__with_libyaml__))
    except yaml.YAMLError:
        return how(text, Loader=_loader(fast=False))


@cache
def _loader(fast: bool) -> Any:
    """A safe loader that knows fewer words."""
    import yaml

    base: Any = yaml.CSafeLoader if fast else yaml.SafeLoader

    class Core(base):  # type: ignore[misc]
        def number(self, node: Any) -> int:
            text = self.construct_scalar(node)
            return int(text, 0) if text[:2] in ("0o", "0x") else int(text)

    Core.yaml_implicit_resolvers = {}
    for name, pattern, first in _CORE:
        Core.add_implicit_resolver(f"tag:yaml.org,2002:{name}", re.compile(pattern), first)
    Core.add_constructor("tag:yaml.org,2002:int", Core.number)
    return Core
