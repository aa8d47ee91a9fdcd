"""Nothing personal, and no secret, ever stands in a log: what every test of the suite is held to.

Records are looked at where loggers hand them to their handlers: message, arguments, what was given beside it, and the
exception, whose own words may quote what it choked on; those of our own loggers also where a test has switched logging
off. The lines that Powertools writes are looked at once more as they stand on standard output, because its formatter
adds to them. Of what runs inside a handler everything counts that Lambda writes to the log for it: what is printed, and
the traceback of an exception that leaves it. Local runs in processes of their own are held to the same
(``tests/local/running.py``).
"""

import io
import logging
import re
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from functools import cache, wraps
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from types import ModuleType
from typing import Any, TextIO

ADDRESSES = re.compile(
    r"(?<=[\w.+-])(?:@|%40|\\u0040)(?:[\w-]+\.)*example(?:\.(?:com|org|net|de))?\b"  # RFC 2606
    r"|(?<!\d)1[\s.-]?\(?202\)?[\s.-]?555[\s.-]?01\d\d(?!\d)"  # for fiction, says the North American Numbering Plan
    r"|(?<!\d)49[\s.-]?\(?0?\)?30[\s./-]?23125[\s.-]?\d{3}(?!\d)"  # for fiction, says the Bundesnetzagentur
    r"|\b(?:192\.0\.2|198\.51\.100|203\.0\.113)\.\d{1,3}\b|\b2001:db8:",  # RFC 5737, RFC 3849
    re.IGNORECASE,
)
"""What fixtures use for people: mail, phones, and the networks that they come from."""

STAND_INS = ("moto", "ministack", "werkzeug", "hypercorn", "playwright", "asyncio", "faker", "tests")
"""Loggers of what stands in for AWS, for websites and for browsers: none of it is deployed."""

FUNCTIONS = Path(__file__).parents[1] / "functions"
_HANDLER = re.compile(r"functions\.\w+\.handler")
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
        return [text for text in dict.fromkeys((*self.texts, *lines)) if self._leaks(text)]

    def _leaks(self, text: str) -> bool:
        return ADDRESSES.search(text) is not None or any(secret in text for secret in self.secrets)


def text_of(record: logging.LogRecord) -> str:
    """All that a handler could write of a record."""
    beside = {name: value for name, value in vars(record).items() if name not in _PLAIN}
    parts = [record.name, record.getMessage(), repr(beside) if beside else ""]
    if record.exc_info and record.exc_info[0]:
        parts.append("".join(traceback.format_exception(*record.exc_info)))
    if record.stack_info:
        parts.append(record.stack_info)
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


@cache
def _is_ours(logger: str) -> bool:
    return logger.partition(".")[0] in ("leadwell", *(path.name for path in FUNCTIONS.iterdir()))


class _Heard(io.TextIOBase):
    """Passes on what is printed, and keeps it."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream
        self.text = io.StringIO()

    def write(self, text: str) -> int:
        self.text.write(text)
        return self.stream.write(text)

    def flush(self) -> None:
        self.stream.flush()


def listened_to(handler: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """A handler, with all that Lambda would write to its log."""

    @wraps(handler)
    def listening(event: Any, context: Any) -> Any:
        if not _open:
            return handler(event, context)
        out, err = _Heard(sys.stdout), _Heard(sys.stderr)
        try:
            with redirect_stdout(out), redirect_stderr(err):
                return handler(event, context)
        except Exception:
            _open[-1].texts.append(traceback.format_exc())
            raise
        finally:
            _open[-1].texts += [heard for stream in (out, err) if (heard := stream.text.getvalue())]

    return listening


class _Handlers(MetaPathFinder):
    """Finds handlers where they are, and has them listened to."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        spec = PathFinder.find_spec(fullname, path, target) if _HANDLER.fullmatch(fullname) else None
        if spec is not None and spec.loader is not None:
            loader: Any = spec.loader
            carry_out = loader.exec_module

            def exec_module(module: Any) -> None:
                carry_out(module)
                module.handler = listened_to(module.handler)

            loader.exec_module = exec_module
        return spec


def install() -> None:
    """Once per process, before anything is logged."""
    from leadwell.store import keys

    handed_over, spelled, enabled = logging.Logger.callHandlers, keys.write_key, logging.Logger.isEnabledFor

    def call_handlers(logger: logging.Logger, record: logging.LogRecord) -> None:
        if _open:
            _open[-1].note(record)
        if enabled(logger, record.levelno):
            handed_over(logger, record)

    def is_enabled_for(logger: logging.Logger, level: int) -> bool:
        """Logging that a test has switched off, or that is too quiet here, would be read where it is deployed."""
        return enabled(logger, level) or (bool(_open) and level >= logging.INFO and _is_ours(logger.name))

    def write_key(secret: str) -> keys.Key:
        if _open:
            _open[-1].note_secret(secret)
        return spelled(secret)

    logging.Logger.callHandlers = call_handlers  # type: ignore[method-assign]
    logging.Logger.isEnabledFor = is_enabled_for  # type: ignore[method-assign]
    sys.meta_path.insert(0, _Handlers())
    keys.write_key = write_key
