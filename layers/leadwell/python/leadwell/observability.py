"""Logs: what happened, to which ids, and never to which person."""

from collections.abc import Mapping
from traceback import extract_tb
from typing import Any


def log_failures(service: str, failed: Mapping[Any, Exception]) -> None:
    """One line per failed piece of work, named by a key, a contact or a record. An error's own words may quote
    personal data: its kind and places do not.
    """
    if not failed:
        return
    from aws_lambda_powertools import Logger  # a fifth of a cold start, and failures are rare

    logger = Logger(service=service)
    for key, error in failed.items():
        places = [f"{frame.name}:{frame.lineno}" for frame in extract_tb(error.__traceback__)[-4:]]
        name = key if isinstance(key, str) else "/".join(key)
        logger.error("work failed", key=name, error=type(error).__name__, places=places)
