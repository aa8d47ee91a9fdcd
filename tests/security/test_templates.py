"""Whoever may publish a template must not get out of it: every known way is refused, with an answer that says why."""

import time

import pytest

from leadwell.errors import Refused
from leadwell.messaging.rendering.compile_email import compile_email
from leadwell.messaging.rendering.compile_sms import compile_sms
from leadwell.messaging.rendering.models import EmailSource, SmsSource
from tests.unit.messaging.rendering.starters import source, text_block
from tests.unit.messaging.rendering.test_sandbox import ESCAPES, HOGS

ATTACKS = {
    **ESCAPES,
    **HOGS,
    "joiner": "{{ joiner.__init__.__globals__.os.popen('id').read() }}",
    "namespace's globals": "{{ namespace.__init__.__globals__ }}",
    "cycler by filter": "{{ cycler | attr('__init__') | attr('__globals__') }}",
    "names in hexadecimal": "{{ ''['\\x5f\\x5fclass\\x5f\\x5f'] }}",
    "names put together": "{{ contact['__cl' ~ 'ass__'] }}",
    "request-like globals": "{{ config.items() }}",
    "dunder by map": "{{ ['x'] | map('attr', '__class__') | list }}",
    "a huge range": "{% for i in range(10 ** 9) %}x{% endfor %}",
    "repetition in a filter": "{{ 'x' | indent(10 ** 9) }}",
    "show as a way in": "{{ show.__class__ }}",
}
SETTINGS = "sample: {event: {many: [" + ", ".join("1" for _ in range(100)) + "]}}"


def in_the_body(attack: str) -> EmailSource:
    return source(text_block(attack), settings=SETTINGS)


def in_the_subject(attack: str) -> EmailSource:
    return source(text_block("x"), subject=attack, settings=SETTINGS)


def in_the_text(attack: str) -> EmailSource:
    mail = source(text_block("x"), settings=SETTINGS)
    return EmailSource(name=mail.name, files={**mail.files, "en.txt": attack + " {{ links.unsubscribe }}"})


@pytest.mark.parametrize("place", [in_the_body, in_the_subject, in_the_text])
@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
def test_no_attack_is_published(attack: str, place) -> None:
    began = time.perf_counter()
    with pytest.raises(Refused) as refused:
        compile_email(place(attack))
    assert time.perf_counter() - began < 4
    assert refused.value.field, "the answer says where"
    assert len(refused.value.message) > 10, "and why"
    for word in ("Traceback", "<class", "/etc/", "site-packages"):
        assert word not in str(refused.value)


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
def test_nor_in_an_sms(attack: str) -> None:
    quoted = attack.replace("'", "''")
    text = f"texts: {{en: '{quoted} STOP'}}\n{SETTINGS}"
    with pytest.raises(Refused):
        compile_sms(SmsSource(name="trial", text=text))
