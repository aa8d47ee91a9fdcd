"""What changed between two versions of a definition, in words."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from leadwell.definitions.library import Published
from leadwell.journeys.program import Program

_LONGEST = 90
_OF_JOURNEYS = (
    "trigger",
    "goal",
    "exits",
    "reentry",
    "exclusive",
    "priority",
    "holdout",
    "throttle",
    "late",
    "in_flight",
    "about",
    "title",
    "description",
)
_INSIDE = ("steps", "otherwise")
"""Where steps stand inside steps; they are compared one by one."""


PARAMETER, FIELD, STEP, STEP_NEW, STEP_GONE, LEADS, POLICY, TOPIC_GONE = (
    "parameter",
    "field",
    "step",
    "new step",
    "step gone",
    "leads",
    "policy",
    "topic gone",
)


@dataclass(frozen=True, slots=True)
class Difference:
    """``what`` is another in a definition: a parameter, field or step called ``name``, where a step ``leads``, what
    becomes of those inside on versions before ``name``, a topic that the policy names no more (``before``: how many
    agreed to it, ``after``: what still names it). ``before`` and ``after`` are as they are written, and empty
    where there is nothing; of a step that leads to the end, too."""

    what: str
    name: str
    before: str = ""
    after: str = ""

    @property
    def text(self) -> str:
        if self.what == TOPIC_GONE:
            return _topic_gone(self)
        return _SENTENCES[self.what].format(
            name=self.name,
            before=self.before or ("the end" if self.what == LEADS else "nothing"),
            after=self.after or ("the end" if self.what == LEADS else "nothing"),
        )


_SENTENCES = {
    PARAMETER: "parameter {name}: {before} → {after}",
    FIELD: "{name}: {before} → {after}",
    STEP: "step {name}: {before} → {after}",
    STEP_NEW: "step {name} is new: {after}",
    STEP_GONE: "step {name} is gone: {before}",
    LEADS: "step {name} leads to {after}, not to {before}",
    POLICY: "those inside on versions before {name}: {after}",
}


def _topic_gone(line: Difference) -> str:
    said = (
        f"topic {line.name} is gone: {line.before} contacts have agreed to it; their consent is kept, but nobody sees "
        "it in the preference center or is asked about it any more"
    )
    return said + (f"; still named by {line.after}" if line.after else "")


def changed(before: Published, after: Published, old: Program | None, new: Program | None) -> list[Difference]:
    """One for each thing; ``old`` and ``new`` are those of journeys."""
    lines = list(_parameters(before.parameters, after.parameters))
    if old is not None and new is not None:
        lines += _fields({name: before.document.get(name) for name in _OF_JOURNEYS}, after.document, _OF_JOURNEYS)
        lines += _steps(old, new)
    else:
        names = sorted({*before.document, *after.document})
        lines += _fields(before.document, after.document, tuple(names))
    return lines


def _parameters(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Difference]:
    for name in sorted({*before, *after}):
        if before.get(name) != after.get(name):
            yield Difference(PARAMETER, name, _text(before.get(name)), _text(after.get(name)))


def _fields(before: Mapping[str, Any], after: Mapping[str, Any], names: tuple[str, ...]) -> Iterator[Difference]:
    for name in names:
        if before.get(name) != after.get(name):
            yield Difference(FIELD, name, _text(before.get(name)), _text(after.get(name)))


def _steps(old: Program, new: Program) -> Iterator[Difference]:
    for name in [*old.nodes, *(name for name in new.nodes if name not in old.nodes)]:
        was, is_now = _step(old, name), _step(new, name)
        if was is None:
            yield Difference(STEP_NEW, name, after=_text(is_now))
        elif is_now is None:
            yield Difference(STEP_GONE, name, _text(was))
        elif was != is_now:
            yield Difference(STEP, name, _text(was), _text(is_now))
        elif old.nodes[name].next != new.nodes[name].next:
            yield Difference(LEADS, name, old.nodes[name].next or "", new.nodes[name].next or "")


def _step(program: Program, name: str) -> Any:
    node = program.nodes.get(name)
    if node is None:
        return None
    return _bare(node.step.model_dump(mode="json", by_alias=True, exclude_defaults=True, exclude={"id"}))


def _bare(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _bare(inner) for name, inner in value.items() if name not in _INSIDE}
    return [_bare(one) for one in value] if isinstance(value, list) else value


def _text(value: Any) -> str:
    if value is None:
        return ""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
