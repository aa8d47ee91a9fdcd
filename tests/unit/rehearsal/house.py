"""Journeys in a folder of their own, for the tests of this folder."""

from pathlib import Path
from typing import Any

from leadwell.definitions.documents import read_yaml
from leadwell.journeys.scenarios import Scenario
from leadwell.rehearsal.repertoire import Repertoire
from leadwell.rehearsal.script import Result, Script

TEMPLATES = Path(__file__).parents[3] / "templates"

JOURNEY = """
kind: journey
name: j
title: {en: A journey, de: Eine Journey}
description: {en: A journey, de: Eine Journey}
parameters:
  cart_url: {type: url, default: "https://shop.example.com/cart", title: {en: Cart, de: Warenkorb}}
  payment_url: {type: url, default: "https://shop.example.com/pay", title: {en: Payment, de: Zahlung}}
  pause: {type: duration, default: PT3H, title: {en: Pause, de: Pause}}
trigger: {event: Started, key: run}
reentry: never
goal: {event: Bought}
steps:
  - {id: pause, wait: "${pause}"}
  - {id: hello, email: welcome-hello}
  - {id: text, sms: abandoned-cart}
"""

ANN = {
    "traits": {"email": "ann@example.com", "phone": "+4915112345678", "firstName": "Ann", "locale": "en"},
    "consents": ["marketing/email", "marketing/sms", "tracking/email"],
}
STARTED = {"at": "day 1 09:00", "event": "Started"}
HELLO = {"at": "day 1 12:00", "email": "welcome-hello"}
TEXT = {"at": "day 1 12:00", "sms": "abandoned-cart"}

REPERTOIRE = Repertoire(TEMPLATES)


def journey(*scenarios: dict[str, Any], **changes: Any) -> dict[str, Any]:
    named = [{"name": f"scenario {number}", "expect": [], **one} for number, one in enumerate(scenarios)]
    return {**read_yaml(JOURNEY), **changes, **({"scenarios": named} if named else {})}


def script(*scenarios: dict[str, Any], **changes: Any) -> Script:
    return Script(REPERTOIRE, journey(*scenarios, **changes))


def run(scenario: dict[str, Any], **changes: Any) -> Result:
    one = script({"given": ANN, **scenario}, **changes)
    return one.run(one.scenarios[0])


def differing(scenario: dict[str, Any], **changes: Any) -> list[tuple[str, str, str]]:
    """(about, expected, happened) of all differences."""
    return [(one.about, one.expected, one.happened) for one in run(scenario, **changes).differences]


def scenario(**given: Any) -> Scenario:
    return Scenario.model_validate({"name": "s", "expect": [], **given})
