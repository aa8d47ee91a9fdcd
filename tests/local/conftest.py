from collections.abc import Iterator

import pytest

from tests.local.running import LocalRun


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalRun]:
    """A local run with dummy functions, shared by the tests of a module."""
    run = LocalRun(tmp_path_factory.mktemp("local") / "state")
    run.start()
    yield run
    if run.running():
        run.stop()
