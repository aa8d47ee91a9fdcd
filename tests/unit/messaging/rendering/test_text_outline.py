"""An outline made of a template, then rendered, is the outline of the rendered template."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadwell.messaging.rendering.context import plain
from leadwell.messaging.rendering.missing import rendering
from leadwell.messaging.rendering.plain_text import laid_out, plain_text
from leadwell.messaging.rendering.sandbox import HTML, OUTLINE, render
from leadwell.messaging.rendering.text_outline import outline_template

ITEMS = [{"name": "Sofa & <Co>", "url": "https://x.example/?a=1&b=2"}, {"name": "Lamp\nMåne"}]


def both(html: str, **context: object) -> tuple[str, str]:
    """The text by way of the HTML, and by way of the outline."""
    outlined = outline_template(html)
    assert outlined is not None
    values = plain(context)
    with rendering():
        return plain_text(render(HTML, html, values, "")), laid_out(render(OUTLINE, outlined, values, ""))


@pytest.mark.parametrize(
    "html",
    [
        "<h1>Hello {{ name }}</h1><p>{% if name %}You{% else %}Nobody{% endif %} &amp; co</p>",
        "<ol>{% for one in items %}<li>{{ one.name }}</li>{% endfor %}</ol>",
        "{% for one in items %}<a href='{{ one.url | link }}'>{{ one.name }}</a><br>{% endfor %}",
        "<a href='{{ url }}'>{{ url }}</a> <img alt='{{ name }}'><p>{{ name }}</p>",
        "<td style='width:{% if name %}1{% else %}2{% endif %}px'>{{ name }}</td><td>b</td>",
        "a {%- if name -%} b {%- endif -%} c",
        "<div style='display:none'>{{ name }}</div><style>{{ name }}</style>shown",
        "{% set full = name ~ '!' %}<p>{{ full }}</p>",
        "<p>{{ name | upper }} {{ 5 * 2 }} {{ missing | default('none') }}</p>",
    ],
)
@given(
    name=st.text(alphabet=st.sampled_from("aö <>&;\n\t-.\u00a0\u200b\ue000\ue007\ue00c"), max_size=30),
    url=st.sampled_from(["", "https://x.example/a?b=1&c=2", "mailto:a@example.com"]),
)
def test_both_ways_lead_to_the_same_text(html: str, name: str, url: str) -> None:
    by_html, by_outline = both(html, name=name, url=url, items=ITEMS)
    assert by_outline == by_html


@pytest.mark.parametrize(
    "html",
    [
        "<div style='display:{{ shown }}'>a</div>",
        "<div {% if a %}style='display:none'{% endif %}>a</div>",
        "<div style='{{ style }}'>a</div>",
        "<div style='display:none'>{% if a %}</div>{% endif %}b",
        "<!-- {% if a %} -->b<!-- {% endif %} -->",
        "<td class='{% if a %}'>b</td><td class='{% endif %}'>c</td>",
        "{% set a %}<b>x</b>{% endset %}{{ a }}",
        "{{ a | escape }}",
        "&#123;&#123; a }}",
        "a \ue000 b",
    ],
)
def test_where_the_html_decides_there_is_no_outline(html: str) -> None:
    assert outline_template(html) is None


def test_a_link_of_two_lines_keeps_no_mark() -> None:
    assert plain_text("<a href='https://x.example'>two<br>lines</a>") == "two lines: https://x.example\n"
