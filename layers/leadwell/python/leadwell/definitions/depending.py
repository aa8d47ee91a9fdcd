"""Which segments and stages a change concerns: an event looks only at what it can change."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from leadwell.conditions.needs import Needs
from leadwell.scoring.grading import Persona
from leadwell.scoring.models import GradeDefinition
from leadwell.scoring.points import ScoringModel


@dataclass(frozen=True, slots=True)
class Dependents:
    """Keys of watchers (``segment:…``, ``stage:…``) by what may change; ``behind`` has, of each that others rest on,
    all those that do, directly or not."""

    by_behavior: Mapping[str, frozenset[str]]
    by_trait: Mapping[str, frozenset[str]]
    by_score: Mapping[str, frozenset[str]]
    by_segment: Mapping[str, frozenset[str]]
    by_list: Mapping[str, frozenset[str]]
    by_journey: Mapping[str, frozenset[str]]
    on_stage: frozenset[str]
    on_consent: frozenset[str]
    on_interests: frozenset[str]
    on_company: frozenset[str]
    on_members: frozenset[str]
    by_member_score: Mapping[str, frozenset[str]]
    behind: Mapping[str, frozenset[str]]


def closed(
    needs: Needs,
    scoring: Mapping[str, ScoringModel],
    main: str,
    grade: GradeDefinition | None,
    personas: Sequence[Persona],
) -> Needs:
    """All that a condition depends on, also by way of scores, grade and personas; scores by their models' names."""
    found, seen = Needs(), set[str]()
    pending = [needs]
    while pending:
        part = pending.pop()
        found.merge(part)
        wanted = {model or main for model in (*part.scores, *part.gains)}
        if part.grade and grade is not None:
            wanted |= {grade.fit.model, grade.interest.model}
        for model in wanted - seen:
            seen.add(model)
            if model in scoring:
                pending.append(scoring[model].needs)
        if part.personas and "persona:" not in seen:
            seen.add("persona:")
            pending += [persona.needs for persona in personas]
    found.scores = {name for name in seen if name != "persona:"}
    return found


def dependents_of(needs: Mapping[str, Needs]) -> Dependents:
    """From the complete needs of each watcher."""

    def where(holds: Mapping[str, bool]) -> frozenset[str]:
        return frozenset(key for key, one in holds.items() if one)

    by_segment = _index({key: need.segments for key, need in needs.items()})
    on_stage = where({key: need.stage for key, need in needs.items()})
    return Dependents(
        by_behavior=_index({key: need.behaviors for key, need in needs.items()}),
        by_trait=_index({key: need.traits for key, need in needs.items()}),
        by_score=_index({key: need.scores for key, need in needs.items()}),
        by_segment=by_segment,
        by_list=_index({key: need.lists for key, need in needs.items()}),
        by_journey=_index({key: need.journeys for key, need in needs.items()}),
        on_stage=on_stage,
        on_consent=where({key: need.consent for key, need in needs.items()}),
        on_interests=where({key: need.interests for key, need in needs.items()}),
        on_company=where({key: need.company for key, need in needs.items()}),
        on_members=where({key: need.members for key, need in needs.items()}),
        by_member_score=_index({key: need.member_scores for key, need in needs.items()}),
        behind=_behind(needs, by_segment, on_stage),
    )


def _behind(
    keys: Iterable[str], by_segment: Mapping[str, frozenset[str]], on_stage: frozenset[str]
) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for key in keys:
        resting, unseen = set[str](), [key]
        while unseen:
            kind, _, name = unseen.pop().partition(":")
            new = (on_stage if kind == "stage" else by_segment.get(name, frozenset())) - resting
            unseen += new
            resting |= new
        if resting - {key}:
            found[key] = frozenset(resting - {key})
    return found


def _index(names: Mapping[str, Iterable[str]]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for key, parts in names.items():
        for part in parts:
            found.setdefault(part, set()).add(key)
    return {part: frozenset(keys) for part, keys in found.items()}
