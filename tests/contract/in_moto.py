"""moto: a new, empty account for every test, because its queries and transactions read the whole table."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

from moto import mock_aws

from tests.contract.over_api import Clients, OverApi, wait_a_little


@contextmanager
def started(folder: Path) -> Iterator[Callable[[], AbstractContextManager[Any]]]:
    client = Clients(key="testing", secret="testing", region="eu-central-1")

    @contextmanager
    def opened() -> Iterator[OverApi]:
        with mock_aws():
            yield OverApi(client, wait=wait_a_little)

    yield opened
