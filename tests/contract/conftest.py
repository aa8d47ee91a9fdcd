"""Runs every contract against everybody who can answer it; known differences are expected to show."""

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from typing import Any
from uuid import uuid4

import pytest

from leadwell.store.table import Table
from tests.contract.differences import expected_failure
from tests.contract.implementations import AWS, START, asked, left_out
from tests.contract.requests import Dynamo, Machines, Mail, Sms
from tests.contract.seen import Stream


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    names = asked(metafunc.fixturenames, _absent(metafunc.config))
    if names is not None:
        metafunc.parametrize("implementation", names, indirect=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for one in items:
        if isinstance(one, pytest.Function) and hasattr(one, "callspec") and "implementation" in one.callspec.params:
            given = one.callspec.params
            mark = expected_failure(str(given["implementation"]), one.originalname, str(given.get("case", "")))
            if mark:
                one.add_marker(mark)


@cache
def _absent(config: pytest.Config) -> dict[str, str]:
    """Who is not asked; said once, in a line of its own, past pytest's capturing: silence would look like success."""
    absent = left_out()
    told = {name: reason for name, reason in absent.items() if name != AWS}
    workers = getattr(config, "workerinput", {"workerid": "gw0"})
    capturing: Any = config.pluginmanager.getplugin("capturemanager")
    if told and workers["workerid"] == "gw0":
        with capturing.global_and_fixture_disabled():
            for name, reason in told.items():
                print(f"tests/contract: {name} is not asked: {reason}", file=sys.stderr, flush=True)
    return absent


@pytest.fixture(scope="session")
def start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Any]]:
    """Starts an implementation when the first test asks for it, and ends all of them after the last."""
    folder = tmp_path_factory.mktemp("contract")
    opened: dict[str, Any] = {}
    with ExitStack() as stack:

        def start_once(name: str) -> Any:
            if name not in opened:
                opened[name] = stack.enter_context(START[name](folder))
            return opened[name]

        yield start_once


@pytest.fixture
def implementation(request: pytest.FixtureRequest, start: Callable[[str], Any]) -> Iterator[Any]:
    with start(request.param)() as opened:
        yield opened


@pytest.fixture
def own() -> str:
    """What this test's partitions, buckets and names begin with: tables are shared."""
    return f"t{uuid4().hex[:12]}"


@pytest.fixture
def table(implementation: Any) -> Table:
    return implementation.table()  # type: ignore[no-any-return]


@pytest.fixture
def stream(implementation: Any) -> Stream:
    return implementation.stream()  # type: ignore[no-any-return]


@pytest.fixture
def work(implementation: Any) -> Any:
    return implementation.work()


@pytest.fixture
def mail(implementation: Any) -> Mail:
    return implementation.mail()  # type: ignore[no-any-return]


@pytest.fixture
def sms(implementation: Any) -> Sms:
    return implementation.sms()  # type: ignore[no-any-return]


@pytest.fixture
def dynamo(implementation: Any) -> Dynamo:
    return implementation.dynamo()  # type: ignore[no-any-return]


@pytest.fixture
def machines(implementation: Any) -> Machines:
    return implementation.machines()  # type: ignore[no-any-return]


@pytest.fixture
def whole_dynamo(implementation: Any) -> Dynamo:
    return implementation.whole_dynamo()  # type: ignore[no-any-return]


@pytest.fixture
def sqs(implementation: Any) -> Any:
    return implementation.sqs()


@pytest.fixture
def states(implementation: Any) -> Machines:
    return implementation.states()  # type: ignore[no-any-return]


@pytest.fixture
def ses(implementation: Any) -> Mail:
    return implementation.ses()  # type: ignore[no-any-return]


@pytest.fixture
def sns(implementation: Any) -> Sms:
    return implementation.sns()  # type: ignore[no-any-return]
