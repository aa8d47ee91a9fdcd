import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadwell.errors import Refused
from leadwell.messaging.rendering.compile_sms import compile_sms
from leadwell.messaging.rendering.models import CompiledSms, SmsSource
from leadwell.messaging.rendering.render_sms import render_sms
from leadwell.messaging.rendering.samples import sample
from leadwell.messaging.rendering.sms_segments import count_segments, plainer
from tests.unit.messaging.rendering.starters import SMS, full_context, least_context, sms

# 3GPP TS 23.038, tables of 6.2.1, written down a second time and in another way than in the code.
BASIC = "".join(chr(code) for code in range(0x20, 0x7F) if chr(code) not in "`[\\]^{|}~") + "\n\r"
BASIC += "£¥èéùìòÇØøÅåΔΦΓΛΩΠΨΣΘΞÆæßÉ¤¡ÄÖÑÜ§¿äöñüà"
EXTENDED = "^{}\\[~]|€\f"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ("GSM-7", 0)),
        ("a" * 160, ("GSM-7", 1)),
        ("a" * 161, ("GSM-7", 2)),
        ("a" * 306, ("GSM-7", 2)),
        ("a" * 307, ("GSM-7", 3)),
        ("€" * 80, ("GSM-7", 1)),
        ("€" * 81, ("GSM-7", 2)),
        ("a" * 152 + "€" * 77, ("GSM-7", 3)),  # the pair does not fit the end of the first part
        ("ä" * 160, ("GSM-7", 1)),
        ("ñ" * 70 + "ç", ("UCS-2", 2)),
        ("я" * 70, ("UCS-2", 1)),
        ("я" * 71, ("UCS-2", 2)),
        ("я" * 135, ("UCS-2", 3)),
        ("🎂" * 35, ("UCS-2", 1)),
        ("🎂" * 36, ("UCS-2", 2)),
        ("🎂" * 67, ("UCS-2", 3)),  # 33 to a part, none torn apart
        ("`", ("UCS-2", 1)),
    ],
)
def test_counts_as_the_carriers_do(text, expected):
    assert count_segments(text) == expected


@given(st.text(alphabet=BASIC, max_size=1000))
def test_basic_alphabet(text):
    expected = math.ceil(len(text) / 160) if len(text) <= 160 else math.ceil(len(text) / 153)
    assert count_segments(text) == ("GSM-7", expected)


@given(st.text(alphabet=BASIC + EXTENDED, max_size=600))
def test_extended_characters_count_twice(text):
    units = len(text) + sum(character in EXTENDED for character in text)
    encoding, parts = count_segments(text)
    assert encoding == "GSM-7"
    if units <= 160:
        assert parts == min(units, 1)
    else:
        assert math.ceil(units / 153) <= parts <= math.ceil(units / 152)


@given(st.text(max_size=400))
def test_any_text(text):
    encoding, parts = count_segments(text)
    is_gsm = all(character in BASIC + EXTENDED for character in text)
    assert encoding == ("GSM-7" if is_gsm else "UCS-2")
    units = len(text.encode("utf-16-be", "surrogatepass")) // 2
    if encoding == "UCS-2":
        assert parts == 1 if units <= 70 else math.ceil(units / 67) <= parts <= math.ceil(units / 66)


@given(st.text(max_size=100), st.text(max_size=100))
def test_more_text_never_costs_less(first, second):
    assert count_segments(first + second)[1] >= count_segments(first)[1]


def test_typography_does_not_double_the_price():
    text = plainer("„Hallo“ – it’s\u00a05\u202f€…")
    assert text == '"Hallo" - it\'s 5 €...'
    assert count_segments(text)[0] == "GSM-7"


def test_few_texts_go_without_a_way_to_stop():
    assert {name for name in SMS if sms(name).purpose != "marketing"} == {
        *("appointment-reminder", "event-day-before", "payment-failed", "confirm-sms"),
    }


@pytest.mark.parametrize("kind", [full_context, least_context])
@pytest.mark.parametrize("locale", ["de", "en"])
@pytest.mark.parametrize("name", SMS)
def test_starters_fit_one_message_and_say_how_to_stop(name, locale, kind):
    text = render_sms(sms(name), locale, kind("sms", name, locale))
    assert (text.encoding, text.segments, text.missing, text.locale) == ("GSM-7", 1, (), locale)
    assert ("STOP" in text.text) == (sms(name).purpose == "marketing")
    assert text.text.startswith("Muster & Söhne: " if locale == "de" else "Example & Sons: ")
    assert "{{" not in text.text


def trial(text: str, settings: str = "") -> CompiledSms:
    return compile_sms(SmsSource(name="trial", text=f"{settings}\ntexts:\n  en: {text!r}\n"))


def test_texts_are_not_escaped_and_gaps_are_reported():
    compiled = CompiledSms(
        name="t", purpose="marketing", requires=(), locales={"en": "{{ contact.firstName }}{{ x }} "}
    )
    result = render_sms(compiled, "en", sample({"contact": {"firstName": "A & <B>"}}))
    assert (result.text, result.missing) == ("A & <B>", ("x",))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Hello", "how to stop"),
        ("Hi {{ contact.firstName }} STOP", "contact.firstName may be absent"),
        ("{{ a.b() }} STOP", "cannot be called"),
        ("{% if %} STOP", "Expected an expression"),
    ],
)
def test_publishing_is_strict(text, words):
    with pytest.raises(Refused, match=words) as caught:
        trial(text)
    assert caught.value.field.startswith("trial.yaml, texts.en")


def test_transactional_texts_need_no_stop():
    assert trial("Your code is 12", "purpose: transactional").purpose == "transactional"
    with pytest.raises(Refused, match=r"trial\.yaml, texts"):
        compile_sms(SmsSource(name="trial", text="purpose: marketing"))


BOTH = "{% if show.alps %}Boots{% else %}Shoes{% endif %} STOP"


def test_parts_of_an_sms_by_condition():
    compiled = CompiledSms.from_document(trial(BOTH, "show: {alps: {country: [AT, CH]}}").to_document())
    assert compiled.show == {"alps": {"country": ["AT", "CH"]}}
    for show, text in (({"alps": True}, "Boots STOP"), ({"alps": False}, "Shoes STOP"), ({}, "Shoes STOP")):
        assert render_sms(compiled, "en", {**sample(), "show": show}).text == text
    assert "show" not in trial("Hello STOP").to_document()


@pytest.mark.parametrize(
    ("text", "settings", "field"),
    [
        (BOTH, "", "trial.yaml, texts.en"),
        ("Hello STOP", "show: {alps: {country: AT}}", "trial.yaml, show.alps"),
        (BOTH, "show: {alps: {event: Product Viewed, within: P7D}}", "trial.yaml, show.alps"),
        ("{% if show.alps %}{{ contact.town }}{% endif %} STOP", "show: {alps: {country: AT}}", "trial.yaml, texts.en"),
    ],
)
def test_what_parts_of_an_sms_may_not_be(text, settings, field):
    with pytest.raises(Refused) as caught:
        trial(text, settings)
    assert caught.value.field == field
