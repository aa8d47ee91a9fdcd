"""A message that asks for consent does nothing else: whatever could be advertising is refused at publishing."""

import pytest

from leadwell.errors import Refused
from leadwell.messaging.rendering.compile_email import compile_email
from leadwell.messaging.rendering.compile_sms import compile_sms
from leadwell.messaging.rendering.models import EmailSource, SmsSource
from leadwell.messaging.rendering.read_sources import read_email
from tests.fakes.world import TEMPLATES

BUTTON = '<mj-button href="{{ links.confirm }}">Yes</mj-button>'
SETTINGS = """purpose: confirmation
requires: [links.confirm]
sample: {links: {confirm: "https://news.example.com/p/c/token", unsubscribe: null, preferences: null}}
"""


FRONT = "---\nsubject: Please confirm\npreheader: One click\neyebrow: Please confirm\nheadline: Was it you?\n---\n"


def publish(body: str, text: str | None = None) -> None:
    layout = read_email(TEMPLATES / "emails", "confirm-subscription").files["layout.mjml"]
    files = {
        "layout.mjml": layout,
        "email.yaml": SETTINGS,
        "en.mjml": FRONT + body,
    }
    compile_email(EmailSource(name="asking", files=files | ({"en.txt": text} if text else {})))


def test_the_bare_question_is_fine() -> None:
    publish(f"<mj-text><p>Was it you, {{{{ contact.email | default('you') }}}}?</p></mj-text>{BUTTON}")


@pytest.mark.parametrize(
    "more",
    [
        '<mj-image src="https://shop.example.com/sofa.png" alt="A sofa" />',
        '<mj-button href="https://shop.example.com/">To the shop</mj-button>',
        '<mj-text><a href="mailto:sales@example.com">Write to us</a></mj-text>',
        "<mj-text><p>Visit https://shop.example.com today</p></mj-text>",
        "<mj-text><p>Your code: {{ voucher.code | default('') }}</p></mj-text>",
        "{% for product in products | default([]) %}<mj-text>{{ product.name }}</mj-text>{% endfor %}",
    ],
)
def test_whatever_could_be_advertising_is_refused(more: str) -> None:
    with pytest.raises(Refused) as refused:
        publish(BUTTON + more)
    assert "confirmation" in refused.value.message and "en.mjml" in refused.value.field


def test_the_text_part_is_held_to_it_as_well() -> None:
    with pytest.raises(Refused, match="lead nowhere"):
        publish(BUTTON, "Confirm: {{ links.confirm }} Or shop: https://shop.example.com/")


def test_without_the_link_it_asks_nothing() -> None:
    with pytest.raises(Refused, match=r"links\.confirm"):
        publish("<mj-text><p>Was it you?</p></mj-text>")


@pytest.mark.parametrize(
    ("text", "is_fine"),
    [
        ("Please confirm: {{ links.confirm }}", True),
        ("Please confirm: {{ links.confirm }} Look: https://shop.example.com/", False),
        ("Was it you?", False),
    ],
)
def test_an_sms_too(text: str, is_fine: bool) -> None:
    source = SmsSource(name="asking", text=f'{SETTINGS}texts: {{en: "{text}"}}\n')
    if is_fine:
        compile_sms(source)
    else:
        with pytest.raises(Refused, match="confirmation"):
            compile_sms(source)
