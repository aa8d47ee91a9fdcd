"""What definitions rest on: everything they name exists, and nothing rests on itself in a circle."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from leadwell.conditions.compiling import compile_condition
from leadwell.conditions.models import Model
from leadwell.conditions.needs import Needs
from leadwell.contacts.lifecycle import LifecycleDefinition
from leadwell.definitions.catalog import Judgments
from leadwell.errors import Refused
from leadwell.scoring.models import GradeDefinition, InterestsDefinition, PersonaDefinition, ScoringDefinition
from leadwell.segments.models import SegmentDefinition

Node = tuple[str, str]
"""(kind, name); all personas together are one node, because which of them fits best depends on all."""

_PERSONAS: Node = ("persona", "")
_GRADE: Node = ("grade", "")
_WHERE = {"segment": "when", "scoring": "rules", "persona": "profile", "grade": "fit", "lifecycle": "stages"}


def with_this(judgments: Judgments, definition: Model) -> Judgments:
    """The judgments with one more, in the place of one of the same name."""
    match definition:
        case SegmentDefinition():
            others = [one for one in judgments.segments if one.name != definition.name]
            return replace(judgments, segments=[*others, definition])
        case ScoringDefinition():
            models = [one for one in judgments.scoring if one.name != definition.name]
            return replace(judgments, scoring=sorted([*models, definition], key=lambda one: one.name))
        case PersonaDefinition():
            personas = [one for one in judgments.personas if one.name != definition.name]
            return replace(judgments, personas=[*personas, definition])
        case LifecycleDefinition():
            return replace(judgments, lifecycle=definition)
        case GradeDefinition():
            return replace(judgments, grade=definition)
        case InterestsDefinition():
            return replace(judgments, interests=definition)
    return judgments


def check_judgment(definition: Model, judgments: Judgments) -> None:
    """Raises ``Refused`` for a definition that names what is not there, or that rests on itself."""
    kind, name = str(getattr(definition, "kind", "")), str(getattr(definition, "name", ""))
    present = with_this(judgments, definition)
    graph = _graph(present)
    field = _WHERE.get(kind, "")
    for missing in _missing(graph[_node(kind, name)], graph):
        raise Refused(f"there is no {_named(missing)}; publish it first", field=field)
    if isinstance(definition, ScoringDefinition) and sum(one.main for one in present.scoring) > 1:
        other = next(one.name for one in present.scoring if one.main and one.name != definition.name)
        raise Refused(f"{other} is the main scoring model; only one can be", field="main")
    if _node(kind, name) in _below(_node(kind, name), graph):
        raise Refused("rests on itself; leave out what leads back here", field=field)


def check_needs(needs: Needs, judgments: Judgments, field: str) -> None:
    """The same for a condition that stands elsewhere, such as in a journey."""
    for missing in _missing(set(_edges(needs, judgments)), _graph(judgments)):
        raise Refused(f"there is no {_named(missing)}; publish it first", field=field)


def _graph(judgments: Judgments) -> dict[Node, set[Node]]:
    """Every definition and what it rests on. Stages are left out: they only climb, whatever leads back to them."""
    graph: dict[Node, set[Node]] = {_PERSONAS: set(), ("lifecycle", ""): set(), ("interests", ""): set()}
    for segment in judgments.segments:
        graph["segment", segment.name] = set(_edges(compile_condition(segment.when).needs, judgments))
    for model in judgments.scoring:
        needs = Needs()
        for rule in model.rules:
            if rule.when is not None:
                needs.merge(compile_condition(rule.when).needs)
        graph["scoring", model.name] = set(_edges(needs, judgments))
    for persona in judgments.personas:
        for one in persona.profile:
            graph[_PERSONAS] |= set(_edges(compile_condition(one.when).needs, judgments))
    for stage in judgments.lifecycle.stages if judgments.lifecycle else ():
        graph["lifecycle", ""] |= set(_edges(compile_condition(stage.when).needs, judgments))
    if judgments.grade is not None:
        graph[_GRADE] = {("scoring", judgments.grade.fit.model), ("scoring", judgments.grade.interest.model)}
    return graph


def _edges(needs: Needs, judgments: Judgments) -> Iterator[Node]:
    yield from (("segment", name) for name in sorted(needs.segments))
    for model in sorted({*needs.scores, *needs.gains}):
        # Without any model a score is 0: a fresh installation may have segments first.
        if model or judgments.main:
            yield "scoring", model or judgments.main
    if needs.grade:
        yield _GRADE
    if needs.personas:
        yield _PERSONAS


def _missing(wanted: set[Node], graph: Mapping[Node, set[Node]]) -> list[Node]:
    return sorted(node for node in wanted if node not in graph)


def _below(node: Node, graph: Mapping[Node, set[Node]]) -> set[Node]:
    """Everything that a definition rests on, directly or not."""
    found, pending = set[Node](), list(graph[node])
    while pending:
        one = pending.pop()
        if one not in found:
            found.add(one)
            pending += graph.get(one, ())
    return found


def _node(kind: str, name: str) -> Node:
    return (kind, name) if kind in ("segment", "scoring") else (kind, "")


def _named(node: Node) -> str:
    kind, name = node
    return {"scoring": "scoring model"}.get(kind, kind) + (f" {name}" if name else "")
