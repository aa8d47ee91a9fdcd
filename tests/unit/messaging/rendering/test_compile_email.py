from dataclasses import replace

import pytest

from leadwell.errors import Refused
from leadwell.messaging.rendering.compile_email import compile_email
from leadwell.messaging.rendering.read_sources import read_email
from leadwell.messaging.rendering.render_email import render_email
from leadwell.messaging.rendering.samples import sample
from tests.unit.messaging.rendering.starters import LAYOUT, TEMPLATES, source, text_block

PRODUCTS = {"products": [{"name": "Lamp", "url": "https://www.example.com/lamp"}, {"name": "Vase & Co"}]}


def html_of(body: str, **context: object) -> str:
    return render_email(compile_email(source(body)), "en", sample(context)).html


def refusal(body: str, **arguments: str) -> Refused:
    with pytest.raises(Refused) as caught:
        compile_email(source(body, **arguments))
    return caught.value


def test_loop_and_condition_around_sections():
    body = """
{% for product in event.products %}
<mj-section><mj-column>
  {% if product.url %}<mj-button href="{{ product.url }}">{{ product.name | default('?') }}</mj-button>
  {% else %}<mj-text>only {{ product.name | default('?') }}</mj-text>{% endif %}
</mj-column></mj-section>
{% endfor %}
"""
    html = html_of(body, event=PRODUCTS)
    assert 'href="https://www.example.com/lamp"' in html
    assert "only Vase &amp; Co" in html
    assert "Lamp" not in html_of(body)


def test_loop_within_a_text_and_signs_that_markup_uses():
    body = text_block(
        "{% for p in event.products if 1 < 2 and p.name != '>' %}[{{ p.name | default(\"a & b\") }}]{% endfor %}"
    )
    assert "[Lamp][Vase &amp; Co]" in html_of(body, event=PRODUCTS)


def test_bare_ampersand_swallows_nothing():
    html = html_of(text_block("Salt & pepper &amp; more &unknown; <b>end</b> &copy;"))
    assert "Salt &amp; pepper &amp; more &amp;unknown; <b>end</b> &copy;" in html


def test_condition_inside_a_tag():
    html = html_of(text_block('<span {% if event.products %}class="many"{% endif %}>x</span>'), event=PRODUCTS)
    assert '<span class="many">' in " ".join(html.split()).replace("span  ", "span ").replace(" >", ">")


def test_plain_tags_get_the_layouts_style():
    assert '<p style="margin:0">x</p><p style="color:red">y</p>' in html_of(
        text_block('<p>x</p><p style="color:red">y</p>')
    )


def test_texts_and_colors_are_put_in_when_published():
    layout = LAYOUT.replace(
        "<mj-body>", '<mj-body><mj-raw><i style="color:{{ colors.ink }}">{{ texts.slogan }}</i></mj-raw>'
    )
    mail = source(text_block("x"), layout=layout)
    front = mail.files["en.mjml"].replace("---\n<", "slogan: 'For {{ sender.name }}'\n---\n<")
    compiled = compile_email(replace(mail, files={**mail.files, "en.mjml": front}))
    assert '<i style="color:#222222">For {{ sender.name }}</i>' in compiled.locales["en"].html


def test_blocks_are_included():
    body = '<mj-include path="blocks/note.mjml" />'
    assert "a note" in compile_email(source(body, blocks__note=text_block("a note"))).locales["en"].html


@pytest.mark.parametrize(
    ("body", "place", "words"),
    [
        ("\n<mj-text>a</mj-txt>", "en.mjml, line 6", "</mj-txt> stands where </mj-text>"),
        ("<mj-text>\n<b>a</mj-text>", "en.mjml, line 6", "</b> (opened in line 6) is expected"),
        ("<mj-text>a", "en.mjml, line 5", "never closed"),
        ("</mj-text>", "en.mjml, line 5", "closes nothing"),
        ("<mj-texxt>a</mj-texxt>", "en.mjml, line 5", "there is no MJML tag <mj-texxt>"),
        ("<mj-text>3 < 4</mj-text>", "en.mjml, line 5", "&lt;"),
        ("<mj-section><mj-text>a</mj-text></mj-section>", "en.mjml, line 5", "<mj-column>"),
        ("<mj-text><mj-button>a</mj-button></mj-text>", "en.mjml, line 5", "cannot stand inside <mj-text>"),
        ('<mj-text><i {% if a %}id="1"{% else %}id="2"{% endif %}>x</i></mj-text>', "en.mjml, line 5", "id twice"),
        ("<mj-text>{% if a %}</mj-text>", "en.mjml, line 5", "endif"),
        ("<mj-text>\n\n{{ a | attr('b') }}</mj-text>", "en.mjml, line 7", "no filter 'attr'"),
        ("<mj-text>{{ a.b() }}</mj-text>", "en.mjml, line 5", "cannot be called"),
        ('<mj-include path="blocks/none.mjml" />', "blocks/none.mjml", "no such file"),
        ("<mj-text>{{ texts.slogan }}</mj-text>", "en.mjml with layout.mjml", "there is no texts.slogan"),
        ("<mj-text>{{ contact.fristName }}</mj-text>", "en.mjml, line 5", "contact.fristName is no known merge field"),
        ("<mj-text>a</mj-text>\n{% if locale %}Lost{% endif %}", "en.mjml, line 6", "text stands outside <mj-text>"),
        ("<mj-text>a</mj-text>\n\nLost", "en.mjml, line 7", "would not be shown"),
        ("<mj-text>\nHi {{ contact.firstName }}</mj-text>", "en.mjml, line 6", "may be absent"),
        ("<mj-text>{{ event.price * 2 }}</mj-text>", "en.mjml, line 5", "event.price"),
        ("<mj-text>{{ 'a' * 3 }}</mj-text>", "en.mjml", "numbers only"),
        ("<mj-text>" + "word " * 25_000 + "</mj-text>", "en.mjml", "Gmail cuts"),
    ],
)
def test_refusals_name_place_and_remedy(body, place, words):
    error = refusal(body)
    assert error.field == place
    assert words in error.message


def test_fields_in_the_subject_need_fallbacks_too():
    assert "contact.firstName" in refusal(text_block("x"), subject="Hi {{ contact.firstName }}").message
    compile_email(source(text_block("x"), subject='Hi {{ contact.firstName | default("you") }}'))


def test_required_fields_need_no_fallback_but_a_sample():
    body = text_block("{{ journey.code }}")
    compile_email(source(body, settings="{requires: [journey.code], sample: {journey: {code: A1}}}"))
    assert "not in the sample" in refusal(body, settings="{requires: [journey.code]}").message


def test_marketing_needs_an_unsubscribe_link():
    layout = LAYOUT.replace("{{ links.unsubscribe }}", "https://www.example.com/")
    assert "links.unsubscribe" in refusal(text_block("x"), layout=layout).message
    compile_email(source(text_block("x"), layout=layout, settings="purpose: transactional"))


def test_own_text_part_is_checked():
    mail = source(text_block("x"))
    files = {**mail.files, "en.txt": "Hello {{ contact.firstName }} {{ links.unsubscribe }}"}
    with pytest.raises(Refused, match="may be absent"):
        compile_email(replace(mail, files=files))


def test_layout_must_speak_the_language():
    mail = source(text_block("x"))
    files = {**mail.files, "fr.mjml": mail.files["en.mjml"]}
    with pytest.raises(Refused, match="does not speak 'fr'"):
        compile_email(replace(mail, files=files))


@pytest.mark.parametrize(
    ("front", "place"),
    [
        ("subject: a: b\npreheader: c", "en.mjml, line 2"),
        ("preheader: c", "en.mjml, subject"),
        ("subject: a", "en.mjml, preheader"),
    ],
)
def test_front_matter_is_checked(front, place):
    mail = source("")
    files = {**mail.files, "en.mjml": f"---\n{front}\n---\n<mj-text>x</mj-text>"}
    with pytest.raises(Refused) as caught:
        compile_email(replace(mail, files=files))
    assert caught.value.field == place


def test_unknown_settings_are_refused():
    assert refusal(text_block("x"), settings="purpos: marketing").field == "email.yaml, purpos"


def test_unknown_folder_is_named():
    with pytest.raises(Refused, match="welcome-hello"):
        read_email(TEMPLATES / "emails", "welcome-helo")
