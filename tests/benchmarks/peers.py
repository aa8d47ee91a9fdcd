"""The rows ``conditions against …``: other people's ways of answering who is in a segment."""

from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version

from tests.benchmarks.conditions import by_hand, compiled
from tests.benchmarks.harness import Row, Size, compare, repeated
from tests.benchmarks.peer_duckdb import rebuild
from tests.benchmarks.peers_in_process import Answers, cel, json_logic, rule_engine

CHANGED = 0.01
"""Share of the contacts that a rebuild finds changed: one in a hundred since the last one is a busy hour."""


def peers(size: Size) -> list[Row]:
    return [
        _one_contact("cel-python", cel, size),
        _one_contact("json-logic-qubit", json_logic, size),
        _one_contact("rule-engine", rule_engine, size),
        _everybody(size),
    ]


def _one_contact(package: str, made: Callable[[], Answers], size: Size) -> Row:
    name = f"conditions, {package}"
    try:
        theirs = made()
    except ImportError:
        return _absent(name, package)
    assert theirs() == by_hand(), f"{package} does not answer the same"
    found = compare(
        repeated(compiled(), size.evaluations), repeated(theirs, max(size.evaluations // 20, 1)), size.rounds
    )
    return Row(
        name, found.ratio, 1.0, f"{found.ours:,.1f} µs against {found.theirs:,.0f} µs, version {version(package)}"
    )


def _everybody(size: Size) -> Row:
    name, contacts = "conditions, duckdb", size.contacts
    try:
        full = rebuild(contacts)
    except ImportError:
        return _absent(name, "duckdb")
    assert full() == [contacts * truth for truth in by_hand()], "duckdb does not answer the same"
    changed = max(round(contacts * CHANGED), 1)
    rebuilt = repeated(full, 1)
    found = compare(repeated(compiled(), size.evaluations), lambda: rebuilt() / changed, size.rounds)
    note = f"{found.ours:,.1f} µs against {found.theirs:,.0f} µs for each of {changed:,} changed of {contacts:,}"
    return Row(name, found.ratio, 1.0, f"{note}, version {version('duckdb')}")


def _absent(name: str, package: str) -> Row:
    try:
        return Row(name, None, 1.0, f"{package} {version(package)} cannot be imported")
    except PackageNotFoundError:
        return Row(name, None, 1.0, f"{package} is not installed")
