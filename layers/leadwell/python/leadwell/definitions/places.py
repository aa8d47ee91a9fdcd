"""Where in a file a field stands, so that an error leads there."""

import re
from typing import Any

from leadwell.definitions.yaml_text import compose

_PARTS = re.compile(r"([^.\[\]]+)|\[(\d+)\]")


def line_of(text: str, path: str) -> int | None:
    """The line, from 1, of a path such as ``when.all[1].at_least`` in a YAML document, or of what comes closest to it;
    None where the text is no YAML."""
    import yaml  # only those who publish need it

    try:
        node: Any = compose(text)
    except (yaml.YAMLError, RecursionError):
        return None
    if node is None:
        return None
    line = int(node.start_mark.line)
    names = _names(path)
    while names and node is not None:
        node, mark, used = _step(node, names)
        if mark is not None:
            line = mark
        names = names[used:]
    return line + 1


def _names(path: str) -> list[str | int]:
    return [int(number) if number else name for name, number in _PARTS.findall(path)]


def _step(node: Any, names: list[str | int]) -> tuple[Any, int | None, int]:
    """(the node inside, its line, how many names were used); a name may have dots itself."""
    import yaml

    first = names[0]
    if isinstance(node, yaml.SequenceNode) and isinstance(first, int) and first < len(node.value):
        found = node.value[first]
        return found, found.start_mark.line, 1
    if isinstance(node, yaml.MappingNode):
        for used in range(len(names), 0, -1):
            wanted = ".".join(map(str, names[:used]))
            for key, value in node.value:
                if key.value == wanted:
                    return value, key.start_mark.line, used
    return None, None, 1
