"""What the pages stand on, in memory."""

import re
from dataclasses import dataclass, field
from functools import cached_property

from leadwell.clock import Moment
from leadwell.definitions.library import Library
from leadwell.pages.exchange import Request, Response
from leadwell.pages.site import answer
from leadwell.settings import Settings
from leadwell.store.files import S3Files
from tests.fakes.memory_table import MemoryTable

NOW = 1_795_338_000_000
SECRET = b"a secret of at least thirty-two bytes"


@dataclass
class StoppedClock:
    at: Moment = NOW

    def now(self) -> Moment:
        return self.at


@dataclass(frozen=True)
class KnownSecret:
    signing_key: bytes = SECRET


@dataclass
class MemoryHouse:
    settings: Settings = field(
        default_factory=lambda: Settings(
            table="memory", from_name="Example Shop", imprint="Example Shop, 1 Sample Street", default_locale="en"
        )
    )
    clock: StoppedClock = field(default_factory=StoppedClock)
    table: MemoryTable = field(default_factory=MemoryTable)
    secrets: KnownSecret = field(default_factory=KnownSecret)
    files: S3Files = field(default_factory=lambda: S3Files(None))

    @cached_property
    def library(self) -> Library:
        return Library(self.table)

    def request(self, method: str, path: str, **headers: str) -> Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return answer(Request(method=method, path=path, headers=named, source_ip="192.0.2.7"), self)


def read_out(html: str) -> str:
    """A page as it is read: without what keeps its words together."""
    return re.sub(r'<span class="whole">(.*?)</span>', r"\1", html)
