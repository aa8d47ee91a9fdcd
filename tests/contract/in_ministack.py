"""MiniStack inside this process, as the local run embeds it; its queues follow a clock that tests move."""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any

from infra.local.clock import VirtualClock
from infra.local.embedded_aws import ACCOUNT, ENDPOINT, REGION, EmbeddedAws
from tests.contract.over_api import Clients, OverApi


@contextmanager
def started(folder: Path) -> Iterator[Callable[[], AbstractContextManager[Any]]]:
    clock = VirtualClock()
    before = dict(os.environ)
    try:
        EmbeddedAws(clock=clock, scratch=folder / "ministack")
    finally:
        # It settles in as if the process were its own; here other tests follow.
        os.environ.clear()
        os.environ.update(before)
    client = Clients(key=ACCOUNT, secret="local", region=REGION, endpoint=ENDPOINT)
    api = OverApi(client, wait=lambda: clock.set(clock.now() + 250))
    try:
        yield lambda: nullcontext(api)
    finally:
        api.close()
