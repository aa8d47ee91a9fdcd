"""Whatever a segment builder of Dittofeed, Mautic or Unomi offers has its equivalent here, or a reason why not."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import pytest

from leadwell.clock import DAY, FOREVER
from leadwell.contacts.folding import facts_of, recount
from leadwell.tracking.events import Event
from tests.fakes.world import TEMPLATES
from tests.unit.conditions.peers.behavior import BEHAVIOR
from tests.unit.conditions.peers.comparing import COMPARING
from tests.unit.conditions.peers.equivalents import PEERS, Equivalent
from tests.unit.conditions.peers.listed import LEFT_OUT, LISTED
from tests.unit.conditions.peers.person import PERSON
from tests.unit.conditions.peers.times import TIMES
from tests.unit.conditions.strategies import catalog_of
from tests.unit.starters.people import ZONE, moment

EQUIVALENTS = [*COMPARING, *TIMES, *BEHAVIOR, *PERSON]
FOUND = [(peer, operator, one) for one in EQUIVALENTS for peer in PEERS for operator in one.operators(peer)]
TEN_YEARS = 3653 * DAY
README = TEMPLATES / "segments" / "README.md"


def _is_in(one: Equivalent, history: Sequence[Event], at: int) -> tuple[bool, int]:
    """Whether somebody is, and until when."""
    catalog = catalog_of(one.definitions())
    so_far = [event for event in history if event.at <= at]
    folding = recount(history[0].contact, so_far, catalog, ZONE, at)
    facts = replace(facts_of(folding.contact, catalog, ZONE), trigger=one.trigger)
    truth, until = catalog.segments["peers"].evaluate(facts, at)
    assert until > at
    if not one.trigger:
        assert ("peers" in folding.contact.segments) is truth
    return truth, until


@pytest.mark.parametrize(
    "one", [pytest.param(one, id=f"{peer}: {operator} → {one.here}") for peer, operator, one in FOUND]
)
def test_a_peers_operator_has_its_equivalent(one: Equivalent) -> None:
    now = moment(one.at)
    assert _is_in(one, one.inside, now)[0]
    assert one.outside is None or not _is_in(one, one.outside, now)[0]


@pytest.mark.parametrize("one", EQUIVALENTS, ids=lambda one: one.here)
def test_time_alone_changes_it_then_or_never(one: Equivalent) -> None:
    now = moment(one.at)
    for history, flips, before in ((one.inside, one.ends, True), (one.outside, one.begins, False)):
        if history is None:
            continue
        if flips:
            assert _is_in(one, history, moment(flips) - 1)[0] is before
            assert _is_in(one, history, moment(flips))[0] is not before
        assert list(_flips(one, history, now))[:1] == ([moment(flips)] if flips else [])


def _flips(one: Equivalent, history: Sequence[Event], now: int) -> Iterator[int]:
    """When the answer is another one although nothing happens, followed from ``until`` to ``until``."""
    truth, until = _is_in(one, history, now)
    while until < min(now + TEN_YEARS, FOREVER):
        (present, next_until), at = _is_in(one, history, until), until
        if present is not truth:
            yield at
        truth, until = present, next_until


def test_whatever_they_list_has_an_equivalent_or_a_reason() -> None:
    for peer in PEERS:
        found = {operator for one, operator, _ in FOUND if one == peer}
        missing = {operator for one, operator in LEFT_OUT if one == peer}
        assert len(LISTED[peer]) == len(set(LISTED[peer]))
        assert not found & missing
        assert found | missing == set(LISTED[peer])


def test_no_equivalent_is_left_over() -> None:
    assert len({one.here for one in EQUIVALENTS}) == len(EQUIVALENTS)
    assert all(any(one.operators(peer) for peer in PEERS) for one in EQUIVALENTS)
    assert all(len(reason) > 40 and reason.endswith(".") for reason in LEFT_OUT.values())


def _rows() -> list[str]:
    def spelled(names: Iterable[str]) -> str:
        return ", ".join(f"`{name}`" for name in names)

    lines: dict[str, list[Equivalent]] = {}
    for one in EQUIVALENTS:
        lines.setdefault(one.line or f"`{one.here}`", []).append(one)
    rows = ["| here | Mautic | Dittofeed | Unomi |", "|---|---|---|---|"]
    for line, ones in lines.items():
        theirs = [spelled(name for one in ones for name in one.operators(peer)) for peer in PEERS]
        rows.append(f"| {line} | {' | '.join(theirs)} |")
    rows += ["| not here | because |", "|---|---|"]
    rows += [f"| {peer}: `{operator}` | {reason} |" for (peer, operator), reason in LEFT_OUT.items()]
    return [re.sub(" +", " ", row) for row in rows]


def test_the_handbook_says_the_same() -> None:
    """Prints what belongs there where it does not."""
    section = README.read_text("utf-8").partition("\n## Coming from ")[2].partition("\n## ")[0]
    shown = [line for line in section.splitlines() if line.startswith("|")]
    assert shown == _rows(), "\n".join(_rows())
