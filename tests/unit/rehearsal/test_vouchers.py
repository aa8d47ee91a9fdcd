"""Vouchers in scenarios: pools never run dry unless the scenario says what is in them."""

from typing import Any

from tests.unit.rehearsal.house import ANN, HELLO, STARTED, differing

STEPS = [{"wait": "PT3H"}, {"id": "code", "voucher": {"pool": "birthday"}}, {"id": "hello", "email": "welcome-hello"}]


def found(given: dict[str, Any] | None = None, **more: Any) -> list[tuple[str, str, str]]:
    scenario = {"given": {**ANN, **(given or {})}, "events": [STARTED], "expect": [HELLO], **more}
    return differing(scenario, steps=STEPS)


def test_a_pool_that_is_not_named_never_runs_dry() -> None:
    assert not found(outcome="finished")


def test_a_pool_that_is_named_may() -> None:
    assert not found({"vouchers": {"birthday": ["A"]}}, outcome="finished")
    assert not found({"vouchers": {"birthday": []}}, expect=[], outcome="parked")
    assert found({"vouchers": {"birthday": []}}, outcome="finished")
