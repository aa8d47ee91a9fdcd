"""What the contract is asked of, and which parts of it each can answer."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from tests.contract import dynamodb_local, in_memory, in_ministack, in_moto, in_rehearsal, real_aws, simulated

MEMORY = "memory"
"""``tests/fakes/memory_table.py``: the port alone."""
REHEARSAL = "rehearsal"
"""``leadwell/rehearsal/table.py``, which ships with the product."""
SIMULATOR = "simulator"
"""``tests/simulation/``, without faults."""
MOTO = "moto"
MINISTACK = "ministack"
"""As the local run embeds it."""
DYNAMODB_LOCAL = "dynamodb_local"
AWS = "aws"

START: Mapping[str, Callable[[Path], AbstractContextManager[Callable[[], AbstractContextManager[Any]]]]] = {
    MEMORY: in_memory.started,
    REHEARSAL: in_rehearsal.started,
    SIMULATOR: simulated.started,
    MOTO: in_moto.started,
    MINISTACK: in_ministack.started,
    DYNAMODB_LOCAL: dynamodb_local.started,
    AWS: real_aws.started,
}
"""Name → starts it for a session, given a folder; what that yields opens it for one test."""

_TABLES = (MOTO, MINISTACK, DYNAMODB_LOCAL, AWS)
_SERVICES = (MOTO, MINISTACK, AWS)

OFFERS: Mapping[str, tuple[str, ...]] = {
    # ports of the package
    "table": (MEMORY, REHEARSAL, SIMULATOR, *_TABLES),
    "stream": (MEMORY, SIMULATOR, *_TABLES),
    "work": (SIMULATOR, *_SERVICES),
    "mail": (SIMULATOR, *_SERVICES),
    "sms": (SIMULATOR, *_SERVICES),
    # requests to AWS; the simulator knows only those that the package makes
    "dynamo": (SIMULATOR, *_TABLES),
    "machines": (SIMULATOR, *_SERVICES),
    "whole_dynamo": _TABLES,
    "sqs": _SERVICES,
    "states": _SERVICES,
    "ses": _SERVICES,
    "sns": _SERVICES,
}
"""Fixture → who can answer a test that asks for it."""


def left_out() -> dict[str, str]:
    """Implementation → why it cannot be asked here and now."""
    reasons = {DYNAMODB_LOCAL: dynamodb_local.missing(), AWS: real_aws.missing()}
    return {name: reason for name, reason in reasons.items() if reason}


def asked(fixtures: Iterator[str] | list[str], absent: Mapping[str, str]) -> list[str] | None:
    """Who is asked by a test with these fixtures; None when it asks nobody in particular."""
    offers = {name: OFFERS[name] for name in fixtures if name in OFFERS}
    if not offers:
        return None
    return [
        name
        for name in START
        if name not in absent
        and all(name in able for able in offers.values())
        and not (name == AWS and real_aws.cannot(offers))
    ]
