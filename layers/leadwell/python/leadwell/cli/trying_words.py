"""What a simulation or a replay came to, in words and in JSON."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from leadwell.consent.permission import INTERNAL
from leadwell.journeys.program import Program
from leadwell.journeys.scenarios import TASK
from leadwell.rehearsal.tallying import EMAIL, SMS, WAYS, WEBHOOK, Tally
from leadwell.reporting.sending_cost import Item

_SAID = {EMAIL: "e-mails", SMS: "SMS", WEBHOOK: "webhooks", INTERNAL: "internal e-mails", TASK: "tasks"}
_COLUMNS = {EMAIL: "e-mail", SMS: "sms", WEBHOOK: "webhook", INTERNAL: "internal", TASK: "task"}


def plain(tally: Tally, cost: Sequence[Item]) -> dict[str, Any]:
    """With names instead of pairs, as JSON has them."""
    found: dict[str, Any] = {"contacts": tally.contacts, "people": tally.people, "entered": tally.entered}
    if tally.called is not None:
        found["called"] = tally.called
    found |= {"kept_back_by_caps": tally.capped, "held_out": tally.held_out, "waiting": dict(tally.waiting)}
    found |= {"reached": dict(tally.reached), "outcomes": dict(tally.outcomes)}
    for name in ("sent", "days", "skipped", "beside"):
        found[name] = [{"of": list(pair), "times": times} for pair, times in sorted(getattr(tally, name).items())]
    found["cost"] = [{"of": one.what, "times": one.quantity, "usd": _pair(one)} for one in cost]
    return found


def lines(program: Program, tally: Tally, verb: str) -> Iterator[str]:
    if tally.called is not None:
        yield f"{tally.called:,} calls into {program.name}"
    often = f", {tally.entered:,} times in all" if tally.entered > tally.people else ""
    yield f"{tally.people:,} of {tally.contacts:,} contacts entered {program.name}{often}"
    yield _summary(tally, verb)
    yield ""
    yield "step                            reached"
    for name in program.nodes:
        times = tally.reached[name]
        share = times / tally.entered if tally.entered else 0
        yield f"  {name:28} {times:>8,}  {share:>5.0%}  {'█' * round(share * 30)}"
    yield ""
    yield "ended"
    for outcome, times in tally.outcomes.most_common():
        yield f"  {outcome:28} {times:>8,}"
    yield ""
    yield "sent"
    for (way, template), times in sorted(tally.sent.items()):
        yield f"  {way + ' ' + template:28} {times:>8,}"
    for (template, reason), times in sorted(tally.skipped.items()):
        yield f"  {'not ' + template + ': ' + reason:28} {times:>8,}"
    for reason, times in sorted(tally.waiting.items()):
        yield f"  {'waits in the end: ' + (reason or 'was just asked for'):28} {times:>8,}"
    for (journey, way), times in sorted(tally.beside.items()):
        yield f"  {'beside, ' + journey + ': ' + _COLUMNS[way]:28} {times:>8,}"
    yield ""
    yield from _days(tally.days)


def cost_lines(cost: Sequence[Item]) -> Iterator[str]:
    if not cost:
        return
    yield "cost at list prices, in USD"
    for one in cost:
        yield f"  {f'{one.quantity:,} {one.what}':58} {_usd(one)}"
    known = [one for one in cost if one.least is not None]
    all_of_it = Item("", 0, sum(one.least or 0 for one in known), sum(one.most or 0 for one in known))
    more = "" if len(known) == len(cost) else ", and what has no price here"
    yield f"  {'together':58} {_usd(all_of_it)}{more}"


def _summary(tally: Tally, verb: str) -> str:
    """``would have sent 412 e-mails and 3 webhooks, 37 kept back by caps, 12 held out``: messages, messages,
    contacts."""
    by_way = tally.by_way
    sent = [f"{by_way[way]:,} {_SAID[way]}" for way in WAYS if by_way[way]] or ["no e-mails"]
    kept = sum(tally.skipped.values()) + sum(tally.waiting.values())
    more = {
        "kept back by caps": tally.capped,
        "held out": tally.held_out,
        "kept back for other reasons": kept - tally.capped,
    }
    said = [f"{times:,} {words}" for words, times in more.items() if times]
    together = f"{', '.join(sent[:-1])} and {sent[-1]}" if len(sent) > 1 else sent[0]
    return ", ".join([f"{verb} {together}", *said])


def _days(days: Mapping[tuple[int, str], int]) -> Iterator[str]:
    """Ways that nothing came by have no column."""
    came = Counter[str]()
    for (_, way), times in days.items():
        came[way] += times
    ways = [way for way in WAYS if way == EMAIL or came[way]]
    yield "day" + "".join(f"{_COLUMNS[way]:>10}" for way in ways)
    for day in sorted({day for day, _ in days}):
        yield f"{day:>3}" + "".join(f"{days.get((day, way), 0):>10,}" for way in ways)


def _pair(one: Item) -> list[float] | None:
    return None if one.least is None or one.most is None else [round(one.least, 4), round(one.most, 4)]


def _usd(one: Item) -> str:
    if one.least is None or one.most is None:
        return "no price is written down"
    if one.least == one.most:
        return f"{one.least:,.2f}"
    return f"{one.least:,.2f} to {one.most:,.2f}"
