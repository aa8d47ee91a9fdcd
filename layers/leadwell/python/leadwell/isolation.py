"""What fails for its own reasons fails alone.

A stream stops at a record that cannot be processed, and with it everybody whose news comes after. So a record that no
retry would help is set aside: it goes to the function's queue, is tried there a few times by itself, and ends in the
dead letter queue, where an alarm shows it and a person can have it tried again. What a retry may help is raised, and
Lambda repeats the batch.
"""

from collections.abc import Callable, Mapping
from typing import TypeVar

from leadwell.errors import Retryable

Name = TypeVar("Name")
Piece = TypeVar("Piece")


def apart(pieces: Mapping[Name, Piece], do: Callable[[Piece], None]) -> dict[Name, Exception]:
    """Does each piece; answers the names of those that failed for their own reasons. Raises ``Retryable``."""
    failed: dict[Name, Exception] = {}
    for name, piece in pieces.items():
        try:
            do(piece)
        except Retryable:
            raise
        except Exception as error:
            failed[name] = error
    return failed


def each(pieces: Mapping[Name, Piece], do: Callable[[Piece], None]) -> dict[Name, Exception]:
    """Does each piece; answers those that failed for whatever reason. For queues, which repeat single records."""
    failed: dict[Name, Exception] = {}
    for name, piece in pieces.items():
        try:
            do(piece)
        except Exception as error:
            failed[name] = error
    return failed
