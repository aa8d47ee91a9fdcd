"""The row ``conditions``: twenty segments on one contact, compiled by us and written by hand in Python."""

from collections.abc import Callable, Mapping
from typing import Any

from pydantic import TypeAdapter

from leadwell.clock import DAY, Moment
from leadwell.conditions.compiling import compile_condition
from leadwell.conditions.facts import Facts, NoRatings
from leadwell.conditions.kinds.behavior import EventCondition
from leadwell.conditions.kinds.occurrences import newest
from leadwell.conditions.models import Condition
from tests.benchmarks.definitions import typical_conditions
from tests.benchmarks.harness import Row, Size, compare, repeated

NOW: Moment = 1_772_438_400_000
WEEK, MONTH, QUARTER, YEAR = 7 * DAY, 28 * DAY, 70 * DAY, 365 * DAY

TRAITS: Mapping[str, Any] = {
    "email": "robin@example.com",
    "plan": "pro",
    "country": "DE",
    "locale": "de-DE",
    "company": "Example GmbH",
    "employees": 120,
    "address": {"city": "Köln"},
}
STAGE, CONSENTS, SCORE = "lead", frozenset({"marketing/email"}), 42.0
HAPPENED: Mapping[str, tuple[Moment, ...]] = {
    "viewed": (NOW - DAY, NOW - 2 * DAY, NOW - 3 * DAY, NOW - 9 * DAY),
    "added": (NOW - 2 * DAY,),
    "added-big": (),
    "ordered": (NOW - 100 * DAY,),
    "page": (NOW - DAY,),
    "searched": (NOW - 9 * DAY,),
    "opened": (NOW - DAY, NOW - 3 * DAY),
    "clicked": (),
}
"""Newest first."""

_WHERE: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "viewed": ("Product Viewed", {"category": "sofas"}),
    "added": ("Product Added", {"category": "sofas"}),
    "added-big": ("Product Added", {"price": {"at_least": 270}}),
    "ordered": ("Order Completed", {}),
    "page": ("Page Viewed", {}),
    "searched": ("Products Searched", {"query": {"contains": "sofas"}}),
    "opened": ("Email Opened", {}),
    "clicked": ("Email Link Clicked", {}),
}


def remembered(name: str, where: Mapping[str, Any]) -> str:
    """Under which of the names above a behavior is kept."""
    wanted = memory_id(name, where)
    return next(one for one, behavior in _WHERE.items() if memory_id(*behavior) == wanted)


def memory_id(name: str, where: Mapping[str, Any]) -> str:
    parsed = EventCondition.model_validate({"event": name, "where": where})
    return newest(parsed.event, parsed.where, 1).id


class _Ratings(NoRatings):
    """A score that will fall in a week."""

    def score(self, model: str, now: Moment) -> float:
        return SCORE

    def crossing(self, model: str, threshold: float, now: Moment) -> Moment:
        return now + WEEK


def compiled() -> Callable[[], list[bool]]:
    """All twenty as we evaluate them: truth, and until when it holds."""
    adapter: TypeAdapter[Any] = TypeAdapter(Condition)
    evaluations = [compile_condition(adapter.validate_python(one)).evaluate for one in typical_conditions().values()]
    facts = Facts(
        traits=TRAITS,
        memory={memory_id(*_WHERE[name]): moments for name, moments in HAPPENED.items()},
        stage=STAGE,
        consents=dict.fromkeys(CONSENTS, "granted"),
        ratings=_Ratings(),
    )
    return lambda: [evaluate(facts, NOW)[0] for evaluate in evaluations]


def by_hand(now: Moment = NOW) -> list[bool]:
    """The same twenty, as somebody would write them who needs no more than the truth."""
    traits, happened, score = TRAITS, HAPPENED, SCORE
    customer = STAGE in ("customer", "evangelist")
    viewed, ordered = happened["viewed"], happened["ordered"]

    def within(moments: tuple[Moment, ...], times: int, window: int) -> bool:
        return len(moments) >= times and now < moments[times - 1] + window

    return [
        within(viewed, 3, WEEK),
        within(viewed, 6, MONTH),
        len(viewed) >= 3 and not within(ordered, 1, WEEK),
        within(happened["added"], 1, WEEK) and not within(ordered, 1, WEEK),
        within(happened["added-big"], 1, WEEK),
        len(ordered) >= 3,
        within(ordered, 3, YEAR),
        len(ordered) >= 1 and not within(happened["page"], 1, QUARTER),
        within(happened["searched"], 1, WEEK),
        traits.get("plan") == "free" and not customer,
        str(traits.get("locale", "")).startswith("de") or traits.get("country") in ("DE", "AT"),
        traits.get("address", {}).get("city") in ("Berlin", "Hamburg", "Köln", "Wien", "Zürich"),
        bool(traits.get("company")) and traits.get("employees", 0) >= 30,
        score >= 30 and not customer,
        15 <= score < 30,
        "marketing/email" in CONSENTS,
        "marketing/sms" in CONSENTS and bool(traits.get("phone")),
        within(happened["opened"], 3, WEEK),
        customer and (within(viewed, 1, WEEK) or within(happened["clicked"], 1, WEEK)),
        traits.get("plan") != "free" and within(viewed, 3, MONTH) and (score >= 30 or traits.get("vip") is True),
    ]


def conditions(size: Size) -> Row:
    ours = compiled()
    assert ours() == by_hand(), "the two are not the same rules"
    found = compare(repeated(ours, size.evaluations), repeated(by_hand, size.evaluations), size.rounds)
    return Row("conditions", found.ratio, 1.5, f"{found.ours:.1f} µs for 20 segments against {found.theirs:.1f} µs")
