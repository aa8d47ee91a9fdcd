"""Contacts, explanations and journeys as lines of text."""

from collections.abc import Iterator, Mapping, Sequence

from leadwell.console.api.shapes.companies import CompanyShape
from leadwell.console.api.shapes.contacts import ContactShape, EnrollmentShape, EventShape
from leadwell.console.api.shapes.definitions import Template
from leadwell.console.api.shapes.explanations import (
    CompanyExplanation,
    DecisionShape,
    Explanation,
    HeldShape,
    ReasonShape,
    ScoreShape,
)
from leadwell.console.api.shapes.journeys import ArmShape, JourneyResults
from leadwell.journeys.overall import Effect
from leadwell.journeys.statistics import interval


def contact(shape: ContactShape) -> Iterator[str]:
    yield f"{shape.id}  {shape.standing}, {shape.stage}, score {shape.score:g}"
    for name, value in sorted(shape.traits.items()):
        yield f"  {name}: {value}"
    for kind, value in sorted(shape.claims.items()):
        yield f"  says, without proof, to have the {kind} {value}"
    for member in shape.segments:
        yield f"  in segment {member.name} since {member.since}{f' until {member.until}' if member.until else ''}"
    for enrollment in shape.journeys:
        yield f"  in journey {_enrollment(enrollment)}"
    for permission in shape.permissions:
        yield f"  marketing by {permission.channel}: {'allowed' if permission.allowed else permission.reason}"
    yield f"  {shape.events} events from {shape.first_seen} to {shape.last_seen}"


def timeline(shapes: Sequence[EventShape]) -> Iterator[str]:
    for shape in shapes:
        said = _entries({**shape.traits, **shape.properties})
        yield f"{shape.at}  {shape.name}" + (f"  {said}" if said else "")


def company(shape: CompanyShape) -> Iterator[str]:
    yield f"{shape.group_id}  {shape.stage}, score {shape.score:g}  ({shape.id})"
    for name, value in sorted(shape.attributes.items()):
        yield f"  {name}: {value}"
    by_stage = ", ".join(f"{count} {stage}" for stage, count in shape.members.items())
    yield f"  {sum(shape.members.values())} members" + (f": {by_stage}" if by_stage else "")
    for member in shape.segments:
        yield f"  in segment {member.name} since {member.since}{f' until {member.until}' if member.until else ''}"


def explanation(explained: Explanation) -> Iterator[str]:
    for score in (explained.score, *explained.other_scores):
        yield from _score(score)
    if explained.grade:
        yield f"Grade {explained.grade}"
        yield ""
    for persona in explained.personas:
        yield f"Persona {persona.name}: {persona.share:.0%} covered"
        for part in persona.parts:
            yield f"  {part.share:5.0%}"
            yield from reason(part.reason, "    ")
        yield ""
    yield from _stage_and_segments(explained)
    yield "Journeys"
    for enrollment in explained.journeys:
        yield f"  {_enrollment(enrollment)}"
    for other in explained.not_entered:
        seen = "" if other.times is None else f", happened {other.times} times"
        yield f"  {other.journey}: never entered; starts with {_entries(other.trigger)}{seen}"
    yield ""
    yield "Messages"
    for message in explained.messages:
        yield f"  {message.requested_at} {message.channel} {message.template}: {message.status}" + (
            f", {message.reason}" if message.reason else ""
        )
    yield ""
    yield "Why a message of a journey was sent, or why not"
    for decision in explained.decisions:
        key = f", {decision.key}" if decision.key else ""
        yield f"  {decision.channel} {decision.template} ({decision.journey}{key}): {_decision(decision)}"
    yield ""
    yield "Permissions"
    for permission in explained.permissions:
        yield f"  now, by {permission.channel}: {'allowed' if permission.allowed else permission.reason}"


def company_explanation(explained: CompanyExplanation) -> Iterator[str]:
    for score in (explained.score, *explained.other_scores):
        yield from _score(score)
    yield from _stage_and_segments(explained)


def _stage_and_segments(explained: Explanation | CompanyExplanation) -> Iterator[str]:
    yield f"Stage {explained.stage}"
    for stage in explained.stages:
        yield f"  {stage.stage}: {f'reached {stage.reached_at}' if stage.reached_at else 'not reached'}"
        if stage.then:
            yield "    its rule held then, and a stage that was reached is kept:"
            yield from reason(stage.then, "      ")
            yield "    the rule now:"
        yield from reason(stage.reason, "      " if stage.then else "    ")
    for change in explained.stage_changes:
        yield f"  {change.at} from {change.before} to {change.after}"
    yield ""
    yield "Segments"
    for segment in explained.segments:
        yield f"  {segment.name}: " + (f"in since {segment.since}" if segment.member else "not in")
        yield from reason(segment.reason, "    ")
    yield ""


def _score(score: ScoreShape) -> Iterator[str]:
    name = f" {score.model}" if score.model else ""
    yield f"Score{name} {score.score:.2f}" + (f", halved every {score.half_life}" if score.half_life else "")
    for rule in score.rules:
        yield f"  {rule.value:8.2f}  {rule.rule} ({rule.times} times, {rule.points:g} points at first)"
    for held in score.conditions:
        if _is_rolled_up(held.reason):
            yield f"  {held.value:8.2f}  {held.rule} ({_rolled_up(held)})"
            continue
        yield f"  {held.value:8.2f}  {held.rule} ({held.points:g} while it holds)"
    if score.unexplained:
        yield f"  {score.unexplained:8.2f}  not explained: yet to be recounted, or a very long history"
    yield ""


_OF_MEMBERS = {
    "sum": "{amount:,.2f}, the sum of {members:,} members' scores",
    "average": "{amount:,.2f}, the average of {members:,} members' scores",
    "maximum": "{amount:,.2f}, the best of {members:,} members' scores",
    "count": "{amount:,.0f} of {members:,} members with {at_least:g} or more",
}


def _rolled_up(held: HeldShape) -> str:
    rule, found = held.reason.rule, held.reason.found
    amounts = {"amount": found[rule["score"]], "members": found["members"], "at_least": rule.get("at_least", 0)}
    most = f"; {rule['max_points']:g} at most" if "max_points" in rule else ""
    return f"{held.points:g} × {_OF_MEMBERS[rule['score']].format(**amounts)}{most}"


def _is_rolled_up(given: ReasonShape) -> bool:
    """What the members of a company come to is no condition."""
    return given.kind == "members" and isinstance(given.rule.get("score"), str)


def journeys(shapes: Sequence[Template]) -> Iterator[str]:
    for shape in shapes:
        yield f"{shape.name}  {shape.status}, version {shape.version}: {shape.title.en}"
        for parameter in shape.parameters:
            yield f"  {parameter.name} = {parameter.value}  ({parameter.title.en})"


def results(shape: JourneyResults) -> Iterator[str]:
    yield f"{shape.journey}, version {shape.version}"
    for split in shape.splits:
        decided = f" {split.winner} since {split.decided_at}" if split.state == "decided" else ""
        yield f"Split {split.step}: {split.state}{decided}"
        about = f"{split.confidence:g} % certain, {split.each} in each arm"
        yield f"  how many have {split.asks} within {split.within}; {about}"
        yield from map(_arm, split.arms)
    if shape.holdout:
        held = shape.holdout
        yield f"Holdout: how many have {held.asks} within {held.within}"
        yield from map(_arm, (held.entered, held.held_out))
        yield f"  difference {held.difference:+.2%}, with 95 % certainty between {held.low:+.2%} and {held.high:+.2%}"
    if not shape.splits and not shape.holdout:
        yield "  compares nothing: it has no split with a winner, and no holdout with a goal that is an event"
    if shape.part < 1:
        yield f"Counted from a sample by chance: {shape.part:.1%} of all."


def effect(found: Effect, segment: str) -> Iterator[str]:
    yield f"In {segment}, of those who may be or could be written to:"
    for tally in (found.reached, found.left_alone):
        span = interval(tally)
        count = f"{tally.succeeded:,} of {tally.entered:,}"
        yield f"  {tally.name}: {count}, {tally.rate:.2%} ({span.low:.2%} to {span.high:.2%})"
    gap, span = found.reached.rate - found.left_alone.rate, found.difference
    yield f"  difference {gap:+.2%}, with 95 % certainty between {span.low:+.2%} and {span.high:+.2%}"
    if span.low <= 0 <= span.high:
        yield "  Whether campaigns change anything about it cannot be told from so many."


def _arm(arm: ArmShape) -> str:
    count = f"{arm.succeeded} of {arm.judged}"
    waiting = f", {arm.entered - arm.judged} more whose time is not over" if arm.entered > arm.judged else ""
    return f"  {arm.name}: {count}, {arm.rate:.2%} ({arm.low:.2%} to {arm.high:.2%}){waiting}"


def _decision(one: DecisionShape) -> str:
    because = f": {one.reason}" if one.reason else ""
    match one.outcome:
        case "sent":
            return f"sent on {one.at}" + (f", since then {one.reason}" if one.reason else "")
        case "waiting":
            where = f" at step {one.step}" if one.step else ""
            return f"waits{where}" + (f" until {one.at}" if one.at else "") + because
        case "held":
            return f"waits at step {one.step} until the journey is resumed, which is held since {one.at}"
        case "not_sent":
            return f"not sent{because}"
        case "too_late":
            return f"not sent, because it was too late by then{because}"
        case "left":
            return f"not sent, because the journey ended before it, on {one.at}{because}"
        case "another_way":
            return "not sent, because the way through the journey leads past it"
        case "kept_out":
            return f"not sent, because the contact was kept out of the journey{because}"
        case "reported_late":
            return f"not sent: what starts the journey happened on {one.at}, but was {one.reason}"
        case "not_let_in":
            return (
                f"not sent: what starts the journey happened (last on {one.at}), but the journey was not published "
                "then, or took nobody"
            )
        case "paused":
            return "not sent, because the journey is paused"
        case "not_meant":
            return "not sent, because the journey is not meant for this contact: who does not hold now"
        case "not_so":
            return "not sent, because what starts the journey does not hold for the contact now"
        case "so_already":
            since = f" since {one.at}" if one.at else ""
            return f"not sent: what starts the journey holds{since}, but the contact has not entered by it"
        case "on_its_day":
            return "not sent: the journey starts when its day comes"
        case "not_again":
            return f"not sent again: what starts the journey came again on {one.at}, and its re-entry rule forbids it"
    return "not sent, because what starts the journey has not happened"


def _enrollment(one: EnrollmentShape) -> str:
    if one.status == "active":
        return f"{one.journey} (version {one.version}): at {one.step}, goes on {one.held_until or one.wake_at}"
    return f"{one.journey} (version {one.version}): {one.status} {one.ended_at}" + (
        f", {one.reason}" if one.reason else ""
    )


def reason(given: ReasonShape, indent: str) -> Iterator[str]:
    """A condition and those inside it, each with its truth, what was found and until when it holds."""
    mark = "yes" if given.truth else " no"
    found = f"  [{_entries(given.found)}]" if given.found else ""
    until = f"  until {given.until}" if given.until else ""
    yield f"{indent}{mark}  {_condition(given)}{found}{until}"
    for part in given.parts:
        yield from reason(part, indent + "  ")


def _condition(reason: ReasonShape) -> str:
    """As it stands in a definition, without its parts."""
    if reason.kind in _COMBINED:
        return _COMBINED[reason.kind].format(**reason.rule)
    return _entries(reason.rule) if reason.kind in reason.rule else f"{reason.kind}: {_flow(reason.rule)}"


_COMBINED = {"all": "all of", "any": "any of", "not": "not", "of": "at least {at_least} of", "everyone": "everyone"}


def _entries(values: Mapping[str, object]) -> str:
    return ", ".join(f"{name}: {_flow(value)}" for name, value in values.items())


def _flow(value: object) -> str:
    """A value as YAML writes it in one line."""
    if isinstance(value, Mapping):
        if list(value) == ["equals"]:
            return _flow(value["equals"])
        return f"{{{_entries(value)}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_flow, value))}]"
    if value is None:
        return "nothing"
    return str(value).lower() if isinstance(value, bool) else str(value)
