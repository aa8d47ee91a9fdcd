"""Logs: what happened, to which ids, and never to which person."""

import json
import logging
import sys
from collections.abc import Mapping
from traceback import extract_tb
from typing import Any

from leadwell.clock import to_iso


class Logger(logging.Logger):
    """Writes each entry as a line of JSON: its words, and what is given by name. Called as Powertools' Logger is, whose
    import alone takes a fifth of a cold start."""

    def __init__(self, service: str) -> None:
        super().__init__(service, logging.INFO)
        output = logging.StreamHandler(sys.stdout)
        output.setFormatter(_Line())
        self.addHandler(output)

    def info(self, msg: object, *args: object, **fields: Any) -> None:
        super().info(msg, *args, extra={"fields": fields})

    def error(self, msg: object, *args: object, **fields: Any) -> None:
        super().error(msg, *args, extra={"fields": fields})


class _Line(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        entry = {
            "level": record.levelname,
            "timestamp": to_iso(int(record.created * 1000)),
            "service": record.name,
            "message": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        return json.dumps(entry, ensure_ascii=False, separators=(",", ":"), default=str)


def log_failures(logger: Logger, failed: Mapping[Any, Exception]) -> None:
    """One line per failed piece of work, named by a key, a contact or a record. An error's own words may quote
    personal data: its kind and places do not.
    """
    for key, error in failed.items():
        places = [f"{frame.name}:{frame.lineno}" for frame in extract_tb(error.__traceback__)[-4:]]
        logger.error(
            "work failed", key=key if isinstance(key, str) else "/".join(key), error=type(error).__name__, places=places
        )
