"""The step ``webhook``."""

from typing import Any

import pytest

from leadwell.errors import Refused
from leadwell.journeys.engine import enter
from leadwell.journeys.steps.running import Requested
from tests.unit.journeys.house import happening, program, situation

URL = "https://crm.example.com/leads"


def asked(webhook: Any) -> Requested:
    one = program({"id": "tell", "webhook": webhook})
    (effect,) = enter(one, "", 1, happening(), situation()).effects
    assert isinstance(effect, Requested)
    return effect


def test_what_is_asked_for() -> None:
    effect = asked({"url": URL, "traits": ["email"], "values": {"list": "demo", "size": 3}})
    assert (effect.channel, effect.template, effect.purpose, effect.step) == ("webhook", "tell", "internal", "tell")
    assert effect.recipient == URL
    cause = happening()
    assert effect.about["event"]["name"] == cause.name
    assert effect.about["event"]["id"] == cause.id
    assert effect.about["traits"] == ["email"]
    assert effect.about["values"] == {"list": "demo", "size": 3}


def test_an_address_is_enough() -> None:
    effect = asked(URL)
    assert effect.recipient == URL
    assert set(effect.about) == {"event"}


def test_it_is_no_campaign_and_nothing_keeps_it_away() -> None:
    one = program({"webhook": URL})
    assert not one.is_campaign
    assert list(one.sends()) == []


@pytest.mark.parametrize(
    ("webhook", "said"),
    [
        ("http://crm.example.com/", "https://"),
        ("https://169.254.169.254/latest/meta-data/", "private address"),
        ("https://[::ffff:10.0.0.1]/", "private address"),
        ("https://intranet/", "crm.example.com"),
        ("https://ann:secret@crm.example.com/", "user name"),
        ({"url": URL, "traits": [""]}, ""),
        ({"url": URL, "header": "x"}, ""),
        ({"traits": ["email"]}, "url"),
        ("", ""),
    ],
)
def test_what_is_refused(webhook: Any, said: str) -> None:
    with pytest.raises(Refused) as refused:
        program({"webhook": webhook})
    assert said in str(refused.value)
    assert "webhook" in refused.value.field
