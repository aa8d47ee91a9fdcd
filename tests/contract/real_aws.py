"""AWS itself, or whatever speaks its API at an address: only when somebody says so, because it costs money.

Everything is made under a name of its own and removed afterwards. The README tells the variables.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any

from tests.contract.over_api import Clients, OverApi, wait_a_little

OPT_IN = "LEADWELL_CONTRACT_AWS"
ENDPOINT = "LEADWELL_CONTRACT_ENDPOINT"
ROLE = "LEADWELL_CONTRACT_ROLE"
SENDER = "LEADWELL_CONTRACT_SENDER"
PHONE = "LEADWELL_CONTRACT_PHONE"

_NEEDS = {"machines": ROLE, "states": ROLE, "mail": SENDER, "ses": SENDER, "sms": PHONE, "sns": PHONE}
_MAILBOX_SIMULATOR = "success@simulator.amazonses.com"


def missing() -> str:
    return "" if os.environ.get(OPT_IN) == "yes" else f"{OPT_IN} is not yes"


def cannot(fixtures: Iterable[str]) -> bool:
    """Some parts need what only a person can give: a role, a verified sender, a number that gets an SMS."""
    return any(name in _NEEDS and not os.environ.get(_NEEDS[name]) for name in fixtures)


@contextmanager
def started(folder: Path) -> Iterator[Callable[[], AbstractContextManager[Any]]]:
    client = Clients(endpoint=os.environ.get(ENDPOINT), attempts=5)
    api = OverApi(
        client,
        wait=wait_a_little,
        role=os.environ.get(ROLE, ""),
        sender=os.environ.get(SENDER, ""),
        mail_to=_MAILBOX_SIMULATOR,
        sms_to=os.environ.get(PHONE, ""),
        patience=60.0,
        hidden=5,  # AWS does not show all of a few messages at once
    )
    try:
        yield lambda: nullcontext(api)
    finally:
        api.close()
