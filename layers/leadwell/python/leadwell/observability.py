"""Logs: what happened, to which ids, and never to which person."""

from collections.abc import Mapping
from traceback import extract_tb

from aws_lambda_powertools import Logger

from leadwell.store.table import Key


def log_failures(logger: Logger, failed: Mapping[Key, Exception]) -> None:
    """One line per failed piece of work. An error's own words may quote personal data: its kind and places do not."""
    for key, error in failed.items():
        places = [f"{frame.name}:{frame.lineno}" for frame in extract_tb(error.__traceback__)[-4:]]
        logger.error("work failed", key=f"{key.pk}/{key.sk}", error=type(error).__name__, places=places)
