"""Nothing personal, and no secret, ever stands in a log: what every test of the suite is held to.

Records are looked at where loggers hand them to their handlers: message, arguments, what was given beside it, and the
exception, whose own words may quote what it choked on. The lines that Powertools writes are looked at once more as they
stand on standard output, because its formatter adds to them.
"""

import logging
import re
import traceback
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

ADDRESSES = re.compile(
    r"[\w.+-]+@(?:[\w-]+\.)*example\.(?:com|org|net)"  # RFC 2606
    r"|\+1[\s.-]?\(?202\)?[\s.-]?555[\s.-]?01\d\d"  # for fiction, says the North American Numbering Plan
    r"|\+49[\s.-]?\(?0?\)?30[\s./-]?23125[\s.-]?\d{3}",  # for fiction, says the Bundesnetzagentur
    re.IGNORECASE,
)
"""What fixtures use for people."""

STAND_INS = ("moto", "ministack", "werkzeug", "hypercorn", "playwright", "asyncio", "faker", "tests")
"""Loggers of what stands in for AWS, for websites and for browsers: none of it is deployed."""

_PLAIN = frozenset(vars(logging.makeLogRecord({})))
_LOG_LINE = re.compile(r'^\{.*"level": ?"', re.MULTILINE)
_SHORTEST_SECRET = 8


@dataclass
class Capture:
    """What was logged while it was open. ``secrets`` are the write keys that were made or presented meanwhile."""

    texts: list[str] = field(default_factory=list)
    secrets: set[str] = field(default_factory=set)

    def note(self, record: logging.LogRecord) -> None:
        if record.name.partition(".")[0] not in STAND_INS:
            self.texts.append(text_of(record))

    def note_secret(self, secret: str) -> None:
        if len(secret) >= _SHORTEST_SECRET:
            self.secrets.add(secret)

    def leaks(self, printed: Iterable[str] = ()) -> list[str]:
        """The lines that hold an address or a secret. ``printed`` is standard output, of which log lines count."""
        lines = [line for text in printed for line in text.splitlines() if _LOG_LINE.match(line)]
        return [text for text in (*self.texts, *lines) if self._leaks(text)]

    def _leaks(self, text: str) -> bool:
        return ADDRESSES.search(text) is not None or any(secret in text for secret in self.secrets)


def text_of(record: logging.LogRecord) -> str:
    """All that a handler could write of a record."""
    beside = {name: value for name, value in vars(record).items() if name not in _PLAIN}
    parts = [record.name, record.getMessage(), repr(beside) if beside else ""]
    if record.exc_info and record.exc_info[0]:
        parts.append("".join(traceback.format_exception(*record.exc_info)))
    return " ".join(filter(None, parts))


_open: list[Capture] = []


@contextmanager
def capturing() -> Iterator[Capture]:
    """The innermost one that is open gets everything."""
    capture = Capture()
    _open.append(capture)
    try:
        yield capture
    finally:
        _open.remove(capture)


def install() -> None:
    """Once per process, before anything is logged."""
    from leadwell.store import keys

    handed_over, spelled = logging.Logger.callHandlers, keys.write_key

    def call_handlers(logger: logging.Logger, record: logging.LogRecord) -> None:
        if _open:
            _open[-1].note(record)
        handed_over(logger, record)

    def write_key(secret: str) -> keys.Key:
        if _open:
            _open[-1].note_secret(secret)
        return spelled(secret)

    logging.Logger.callHandlers = call_handlers  # type: ignore[method-assign]
    keys.write_key = write_key
