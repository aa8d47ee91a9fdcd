import logging
import os
from collections.abc import Iterator

import pytest

from tests.infra.synthesized import Synthesized, synthesize
from tests.security.deployed import DeployedApi
from tests.security.effort import TIMES
from tests.security.installation import installation

_PATIENCE = 120
"""Seconds for one test with the usual effort."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if TIMES > 1:
        for item in items:
            item.add_marker(pytest.mark.timeout(_PATIENCE * TIMES))


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """Tens of thousands of lines about requests help nobody."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Synthesized:
    """One synthesis for all tests of a worker."""
    os.environ["CDK_VALIDATION"] = "false"  # takes longer than everything else, and ``tests/infra`` has it looked at
    return synthesize(tmp_path_factory.mktemp("cdk"))


@pytest.fixture(scope="session")
def api(stack: Synthesized) -> DeployedApi:
    return DeployedApi(stack, installation())
