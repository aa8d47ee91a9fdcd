"""What holds for every test: nothing personal, and no secret, stands in a log."""

from collections.abc import Iterator

import pytest

from tests.log_capture import capturing, install


def pytest_configure() -> None:
    install()


@pytest.fixture(autouse=True)
def nothing_personal_in_logs(request: pytest.FixtureRequest) -> Iterator[None]:
    with capturing() as capture:
        yield
    printed = [text for _, kind, text in request.node._report_sections if kind == "stdout"]
    leaks = capture.leaks(printed)
    if leaks:
        pytest.fail("a log has an address of somebody, or a write key, in it:\n" + "\n".join(leaks[:5]), pytrace=False)
