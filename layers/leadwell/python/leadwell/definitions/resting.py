"""What definitions rest on: everything they name exists, and nothing rests on itself in a circle."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from leadwell.conditions.compiling import compile_condition
from leadwell.conditions.courses import MAIN_MODEL
from leadwell.conditions.models import ConditionModel, Model
from leadwell.conditions.needs import Needs
from leadwell.contacts.lifecycle import LifecycleDefinition
from leadwell.definitions.about import COMPANIES, CONTACTS, About, about_of
from leadwell.definitions.catalog import Judgments
from leadwell.definitions.locating import place_of
from leadwell.errors import Refused
from leadwell.journeys.models import JourneyDefinition
from leadwell.pages import models as pages
from leadwell.scoring.models import GradeDefinition, InterestsDefinition, PersonaDefinition, ScoringDefinition
from leadwell.segments.models import ListDefinition, SegmentDefinition

Node = tuple[str, str]
"""(kind, name); all personas together are one node, because which of them fits best depends on all. Beside it each is a
node of its own, which rests on nothing and only says that it is there."""

_PERSONAS: Node = ("persona", "")
_GRADE: Node = ("grade", "")
_WHERE = {"segment": "when", "scoring": "rules", "persona": "profile", "grade": "fit", "lifecycle": "stages"}


def with_this(judgments: Judgments, definition: Model) -> Judgments:
    """The judgments with one more, in the place of one of the same name, whomever that one was about."""
    of_companies = judgments.about(COMPANIES)
    if about_of(definition) == COMPANIES:
        return replace(_without(judgments, definition), companies=_with(of_companies, definition))
    if judgments.companies is not None:
        judgments = replace(judgments, companies=_without(of_companies, definition))
    return _with(judgments, definition)


def _without(judgments: Judgments, definition: Model) -> Judgments:
    match definition:
        case SegmentDefinition():
            return replace(judgments, segments=[one for one in judgments.segments if one.name != definition.name])
        case ScoringDefinition():
            return replace(judgments, scoring=[one for one in judgments.scoring if one.name != definition.name])
        case LifecycleDefinition() if judgments.lifecycle and judgments.lifecycle.name == definition.name:
            return replace(judgments, lifecycle=None)
    return judgments


def _with(judgments: Judgments, definition: Model) -> Judgments:
    match definition:
        case SegmentDefinition():
            others = [one for one in judgments.segments if one.name != definition.name]
            return replace(judgments, segments=[*others, definition])
        case ListDefinition():
            lists = [one for one in judgments.lists if one.name != definition.name]
            return replace(judgments, lists=[*lists, definition])
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
    node = _node_of(definition)
    present = with_this(judgments, definition)
    graph = _graph_of(present)
    field = _WHERE.get(node[0].removeprefix("company "), "")
    about = about_of(definition)
    for condition in _conditions(definition):
        check_about(compile_condition(condition).needs, about, field, definition)
    mains = _Mains.of(present, about)
    for missing in _missing(set(_rests_on(definition, mains)), graph):
        raise Refused(
            f"there is no {_named(missing)}; publish it first", _where(definition, missing, mains, about, field)
        )
    others = present.about(about).scoring
    if isinstance(definition, ScoringDefinition) and sum(one.main for one in others) > 1:
        other = next(one.name for one in others if one.main and one.name != definition.name)
        raise Refused(f"{other} is the main scoring model; only one can be", field="main")
    if node in _below(node, graph):
        raise Refused("rests on itself; leave out what leads back here", field=field)


def check_about(needs: Needs, about: About, field: str, definition: Model) -> None:
    """Raises ``Refused`` for what contacts have and companies have not, or the other way round."""
    if about == CONTACTS:
        if needs.members:
            place = place_of(definition, lambda one: one.members, field)
            raise Refused("only a company has members; say about: companies", place)
        return
    word = _of_people(needs)
    if word:
        place = place_of(definition, lambda one: _of_people(one) == word, field)
        raise Refused(f"{word} is about a contact; companies have traits, events, members, scores and stages", place)


def _of_people(needs: Needs) -> str | None:
    """What only contacts have."""
    unfit = {
        "consent": needs.consent,
        "grade": needs.grade,
        "persona": needs.personas,
        "interest": needs.interests,
        "list": needs.lists,
        "journey": needs.journeys,
        "company": needs.company,
    }
    return next((word for word, asked in unfit.items() if asked), None)


def check_needs(needs: Needs, judgments: Judgments, field: str, definition: Model) -> None:
    """The same for conditions that stand elsewhere, in a journey."""
    about = about_of(definition)
    check_about(needs, about, field, definition)
    mains = _Mains.of(judgments, about)
    for missing in _missing(set(_edges(needs, mains, about)), _graph_of(judgments)):
        raise Refused(
            f"there is no {_named(missing)}; publish it first", _where(definition, missing, mains, about, field)
        )


def _where(definition: Model, missing: Node, mains: "_Mains", about: About, otherwise: str) -> str:
    return place_of(definition, lambda one: missing in set(_edges(one, mains, about)), otherwise)


def heights(definitions: Sequence[Model]) -> list[float]:
    """For each, how many of the others it rests on, directly or not: fewer than whatever rests on it does. Nothing
    rests on a journey, which stands above all."""
    graph = _graph(definitions, Judgments.among(definitions))
    return [_above(one) or float(len(_below(_node_of(one), graph))) for one in definitions]


_FAR_ABOVE = 1e6


def _above(definition: Model) -> float:
    """What pages rest on is above all judgments, and journeys above them; 0 for judgments."""
    if isinstance(definition, JourneyDefinition):
        return math.inf
    kind = str(getattr(definition, "kind", ""))
    return _FAR_ABOVE + list(pages.KINDS).index(kind) if kind in pages.KINDS else 0.0


def _graph_of(judgments: Judgments) -> dict[Node, set[Node]]:
    return _graph([*judgments.all(), *judgments.about(COMPANIES).all()], judgments)


def _graph(definitions: Iterable[Model], judgments: Judgments) -> dict[Node, set[Node]]:
    """Every definition and what it rests on."""
    graph: dict[Node, set[Node]] = {_PERSONAS: set()}
    for one in definitions:
        mains = _Mains.of(judgments, about_of(one))
        graph.setdefault(_node_of(one), set()).update(_rests_on(one, mains))
        if isinstance(one, PersonaDefinition):
            graph.setdefault(("persona", one.name), set())
    return graph


def _conditions(definition: Model) -> list[ConditionModel]:
    match definition:
        case SegmentDefinition():
            return [definition.when]
        case ScoringDefinition():
            return [rule.when for rule in definition.rules if rule.when is not None]
        case PersonaDefinition():
            return [one.when for one in definition.profile]
        case LifecycleDefinition():
            return [rule.when for rule in definition.stages]
    return []


class _Mains(NamedTuple):
    """The scoring model that is meant where none is named: by what a definition is about, and by contacts."""

    own: str
    of_contacts: str

    @classmethod
    def of(cls, judgments: Judgments, about: About) -> "_Mains":
        return cls(judgments.about(about).main, judgments.main)


def _rests_on(definition: Model, mains: _Mains) -> Iterator[Node]:
    """Stages are left out: they only climb, whatever leads back to them."""
    if isinstance(definition, GradeDefinition):
        yield from (("scoring", axis.model) for axis in (definition.fit, definition.interest))
    for condition in _conditions(definition):
        yield from _edges(compile_condition(condition).needs, mains, about_of(definition))
    if isinstance(definition, ScoringDefinition):
        rolled_up = {rule.members.key for rule in definition.rules if rule.members is not None}
        yield from _edges(Needs(member_scores=rolled_up), mains, about_of(definition))


def _edges(needs: Needs, mains: _Mains, about: About = CONTACTS) -> Iterator[Node]:
    yield from ((_kind("segment", about), name) for name in sorted(needs.segments))
    yield from ((_kind("segment", COMPANIES), name) for name in sorted(needs.company_segments))
    yield from (("list", name) for name in sorted(needs.lists))
    for model in sorted({*needs.scores, *needs.gains}):
        # Without any model a score is 0: a fresh installation may have segments first.
        if model or mains.own:
            yield _kind("scoring", about), model or mains.own
    if needs.grade:
        yield _GRADE
    if needs.personas:
        yield _PERSONAS
    yield from (("persona", name) for name in sorted(needs.personas))
    for model in sorted(needs.member_scores):
        name = mains.of_contacts if model == MAIN_MODEL else model
        if name:
            yield "scoring", name


def _kind(kind: str, about: About) -> str:
    return kind if about == CONTACTS else f"company {kind}"


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


def _node_of(definition: Model) -> Node:
    kind, name = str(getattr(definition, "kind", "")), str(getattr(definition, "name", ""))
    return _kind(kind, about_of(definition)), name if kind in ("segment", "list", "scoring") else ""


def _named(node: Node) -> str:
    kind, name = node
    words = kind.replace("scoring", "scoring model")
    return words + (f" {name}" if name else "")
