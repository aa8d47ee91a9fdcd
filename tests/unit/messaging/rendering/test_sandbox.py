"""Ways out of template sandboxes that have been found, by others before or by us, and ways to eat up memory or time."""

import time

import pytest

from leadwell.errors import Broken
from leadwell.messaging.rendering.context import plain
from leadwell.messaging.rendering.missing import rendering
from leadwell.messaging.rendering.samples import sample
from leadwell.messaging.rendering.sandbox import HTML, TEXT, render

ESCAPES = {
    "class walk": "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "class walk by item": "{{ ''['__class__'] }}",
    "globals of a global": "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "lipsum": "{{ lipsum.__globals__['os'].popen('id').read() }}",
    "self": "{{ self.__init__.__globals__ }}",
    "self block": "{{ self._TemplateReference__context }}",
    "loop": "{% for x in [1] %}{{ loop.__init__.__globals__ }}{{ loop._iterable }}{% endfor %}",
    "attr filter, CVE-2025-27516": "{{ ('{0.__class__}' | attr('format'))(1) }}",
    "format kept by reference, CVE-2024-56326": "{% set f = '{0.__class__}'.format %}{{ f(1) }}",
    "str.format, CVE-2016-10745": "{{ '{0.__class__.__mro__}'.format('') }}",
    "format_map, CVE-2019-10906": "{{ '{a.__class__}'.format_map({'a': 1}) }}",
    "map with attribute": "{{ [1] | map(attribute='__class__') | list }}",
    "selectattr": "{{ [1] | selectattr('__class__') | list }}",
    "groupby": "{{ [1] | groupby('__class__') }}",
    "sort by attribute": "{{ [1] | sort(attribute='__class__') }}",
    "xmlattr, CVE-2024-22195": "{{ {'a b': 1} | xmlattr }}",
    "safe": "{{ contact.firstName | safe }}",
    "autoescape off": "{% autoescape false %}{{ contact.firstName }}{% endautoescape %}",
    "include": "{% include '/etc/passwd' %}",
    "import": "{% import 'x' as x %}",
    "extends": "{% extends 'x' %}",
    "macro": "{% macro m() %}{{ caller() }}{% endmacro %}{{ m() }}",
    "call": "{% call contact.x() %}{% endcall %}",
    "namespace": "{% set n = namespace(x=1) %}{% set n.x = 2 %}",
    "range": "{% for i in range(100000) %}x{% endfor %}",
    "dict method": "{{ contact.update({'a': 1}) }}",
    "pprint": "{{ contact | pprint }}",
    "tojson": "{{ contact | tojson }}",
}
HOGS = {
    "repeat": "{{ 'a' * 10**9 }}",
    "repeat a field": "{{ contact.firstName * 1000000000 }}",
    "repeat a list": "{% for x in [1] * 1000000000 %}{% endfor %}",
    "percent": "{{ '%1000000000d' % 1 }}",
    "power": "{{ 9 ** 9 ** 9 }}",
    "growing product": "{% set a = 999999999999 %}{{ a * a * a }}",
    "center": "{{ 'a' | center(1000000000) }}",
    "doubling by ~": "{% set a = 'xxxxxxxxxx' %}" + "{% set a = a ~ a %}" * 40 + "{{ a }}",
    "doubling by +": "{% set a = 'xxxxxxxxxx' %}" + "{% set a = a + a %}" * 40 + "{{ a }}",
    "doubling by block": "{% set a %}xxxxxxxxxx{% endset %}" + "{% set a %}{{ a }}{{ a }}{% endset %}" * 40 + "{{ a }}",
    "doubling by replace": "{% set a = 'xx' %}" + "{% set a = a | replace('x', 'xx') %}" * 40 + "{{ a }}",
    "doubling a list": "{% set a = [1, 2] %}" + "{% set a = [a, a] %}" * 40 + "{{ a }}",
    "doubling by join": "{% set a = 'xx' %}" + "{% set a = [1, 2, 3] | join(a) %}" * 60 + "{{ a }}",
    "nested loops": "".join(f"{{% for i{n} in event.many %}}" for n in range(6)) + "x" + "{% endfor %}" * 6,
    "nested loops that print nothing": "".join(f"{{% for i{n} in event.many %}}" for n in range(6))
    + "{% endfor %}" * 6,
    "recursive loop": "{% for x in event.many recursive %}{{ loop(event.many) }}{% endfor %}",
}


def shown(template: str, environment=HTML) -> str:
    context = plain(sample({"event": {"many": list(range(100)), "text": "b"}, "contact": {"firstName": "<Robin>"}}))
    with rendering():
        return render(environment, template, context, "trial")


@pytest.mark.parametrize("environment", [HTML, TEXT], ids=["html", "text"])
@pytest.mark.parametrize("template", ESCAPES.values(), ids=ESCAPES)
def test_there_is_no_way_out(template, environment):
    try:
        result = shown(template, environment)
    except Broken:
        return
    assert result.strip() == ""


@pytest.mark.parametrize("template", HOGS.values(), ids=HOGS)
def test_memory_and_time_are_bounded(template):
    start = time.perf_counter()
    with pytest.raises(Broken):
        shown(template)
    assert time.perf_counter() - start < 2


def test_long_data_are_bounded_too():
    with pytest.raises(Broken, match="grows beyond"), rendering():
        render(TEXT, "{{ a }}{{ a }}", {"a": "x" * 600_000}, "trial")


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("{{ 'a' ~ event.text ~ 1 }}", "ab1"),
        ("{{ contact.firstName ~ '!' }}", "&lt;Robin&gt;!"),
        ("{% set x %}<b>{{ contact.firstName }}</b>{% endset %}{{ x ~ '<' }}", "<b>&lt;Robin&gt;</b>&lt;"),
        ("{% for i in event.many[:3] %}{{ loop.index }}{% if not loop.last %}, {% endif %}{% endfor %}", "1, 2, 3"),
        ("{% for k, v in contact | items if k == 'firstName' %}{{ k }}={{ v }}{% endfor %}", "firstName=&lt;Robin&gt;"),
        ("{{ event.many | length }} {{ event.many | last }} {{ 7 * 6 }} {{ 7 % 4 }} {{ 1.5 + 1 }}", "100 99 42 3 2.5"),
        ("{{ 'yes' if event.text in ['a', 'b'] else 'no' }}", "yes"),
        ("{{ 'a very long sentence indeed' | truncate(12) }}", "a very…"),
        ("{{ 12.345 | round(1) }} {{ '7' | int + 1 }} {{ 'x' | int }}", "12.3 8 0"),
        ("{{ 'a b&c' | urlencode }} {{ 'abc' | upper }} {{ 'ab' | replace('a', 'c') }}", "a%20b%26c ABC cb"),
    ],
)
def test_what_texts_need_is_there(template, expected):
    assert shown(template) == expected


@pytest.mark.parametrize(
    ("locale", "money", "date"), [("de", "1.234,50\u00a0€", "3. März 2026"), ("en", "€1,234.50", "3 March 2026")]
)
def test_money_and_dates_follow_the_language(locale, money, date):
    with rendering():
        shown_text = render(TEXT, "{{ 1234.5 | money }}|{{ '2026-03-03' | date }}", {"locale": locale}, "trial")
    assert shown_text == f"{money}|{date}"


@pytest.mark.parametrize(
    ("template", "shown_as"),
    [
        ("{{ 5 | money('CHF') }}", "CHF\u00a05.00"),
        ("{{ '1200' | money('jpy') }}", "¥1,200"),
        ("{{ 'on request' | money }}", "on request"),
        ("{{ 'NaN' | money }}", "NaN"),
        ("{{ 'soon' | date }}", "soon"),
    ],
)
def test_odd_money_and_dates(template, shown_as):
    assert shown(template) == shown_as


def test_renderings_do_not_see_each_other():
    with rendering() as outer:
        with rendering() as inner:
            render(TEXT, "{{ a }}", {}, "trial")
        render(TEXT, "{{ b }}", {}, "trial")
    assert (list(inner.missing), list(outer.missing)) == (["a"], ["b"])
