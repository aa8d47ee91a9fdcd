"""A message with a hole in it does not leave: where a value is missing the stated fallback stands, or the reason."""

from dataclasses import replace
from typing import Any

import pytest

from leadwell.errors import Broken
from tests.unit.messaging.test_writing import MESSAGE, SMS, email, locale, written


def mail(greeting: str, **more: Any) -> dict[str, Any]:
    return {**email(), "locales": {"en": locale(greeting)}, **more}


def test_the_stated_fallback_stands_there() -> None:
    assert written(template=mail("{{ contact.town | default('your town') }}")).subject == "your town Ann"


@pytest.mark.parametrize("greeting", ["{{ contact.town }}", "{{ event.products[0].name }}", "{{ voucher.code }}"])
def test_without_a_fallback_it_says_what_is_missing(greeting: str) -> None:
    with pytest.raises(Broken, match="has no value, and the template states no fallback"):
        written(template=mail(greeting))


def test_what_is_asked_about_is_no_hole() -> None:
    assert "in" not in written(template=mail("{% if contact.town %}in {{ contact.town }}{% endif %}")).subject


@pytest.mark.parametrize("given", [{}, {"code": None}, {"code": " "}])
@pytest.mark.parametrize("template", [mail("Hello", requires=["journey.code"]), {**SMS, "requires": ["journey.code"]}])
def test_what_the_sender_promised_must_be_there(template: dict[str, Any], given: dict[str, Any]) -> None:
    channel = "sms" if template["name"] == "hello" and "html" not in str(template["locales"]) else "email"
    message = replace(MESSAGE, channel=channel, data={"event": {}, "journey": given})
    with pytest.raises(Broken, match=r"journey\.code is required by the template and has no value"):
        written(message, template)


def test_an_sms_with_a_hole_does_not_leave() -> None:
    message = replace(MESSAGE, channel="sms", data={"event": {}, "journey": {}})
    with pytest.raises(Broken, match=r"journey\.code has no value"):
        written(message, SMS)
