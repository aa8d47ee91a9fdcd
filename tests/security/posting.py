"""A form as a visitor's browser sends it."""

import html
import logging
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlencode

from leadwell.settings import Settings
from tests.log_capture import text_of
from tests.security.installation import Answer, Installation, installation

PERSON = 5_000
"""Milliseconds that a person takes at least to fill in a form."""
URLENCODED = {"content-type": "application/x-www-form-urlencoded", "user-agent": "Mozilla/5.0"}
SIGN_UP = {"email": "nora@example.com", "firstName": "Nora", "consent/marketing/email": "on"}


def fresh() -> Installation:
    house = installation()
    house.rewind()
    return house


def handed_out(house: Installation, form: str, **given: Any) -> dict[str, str]:
    """The hidden fields of a form; by the time it comes back a person has filled it in."""
    looked = house.page("GET", f"/p/f/{form}", **given)
    assert (looked.status, looked.written) == (200, ()), "looking changes nothing"
    house.world.clock.moment += PERSON
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', looked.text)
    return {name: html.unescape(value) for name, value in found}


def send(house: Installation, form: str, fields: Mapping[str, str], **given: Any) -> Answer:
    """Sends exactly these fields."""
    headers = {**URLENCODED, **given.pop("headers", {})}
    return house.page("POST", f"/p/f/{form}", body=urlencode(dict(fields)), headers=headers, **given)


def fill_in(house: Installation, form: str = "newsletter", **given: Any) -> Answer:
    """What a person does: fetches the form, takes some time, sends it."""
    fields = given.pop("fields", SIGN_UP)
    return send(house, form, {**handed_out(house, form), **fields}, **given)


def events_of(house: Installation, answer: Answer) -> list[dict[str, Any]]:
    """What a request has recorded, in order."""
    stored = [item for key in answer.written if key.sk.startswith("E#") and (item := house.table.get(key))]
    return sorted(stored, key=lambda item: (item["at"], item["id"]))


@contextmanager
def logged() -> Iterator[list[str]]:
    """All that a handler could write of what is logged inside, at the level at which an installation runs."""
    said: list[str] = []
    watching = logging.Handler()
    watching.emit = lambda record: said.append(text_of(record))  # type: ignore[method-assign]
    root, ours, disabled = logging.getLogger(), logging.getLogger("leadwell"), logging.root.manager.disable
    level = ours.level
    logging.disable(logging.NOTSET)
    root.addHandler(watching)
    ours.setLevel(Settings.log_level)
    try:
        yield said
    finally:
        root.removeHandler(watching)
        ours.setLevel(level)
        logging.disable(disabled)
