import pytest
from jinja2 import BytecodeCache

from leadwell.errors import Broken
from leadwell.messaging.rendering.compile_email import compile_email
from leadwell.messaging.rendering.models import CompiledEmail, CompiledEmailLocale, RenderedEmail
from leadwell.messaging.rendering.render_email import render_email
from leadwell.messaging.rendering.samples import sample
from tests.unit.messaging.rendering.starters import source, text_block


def published(html: str = "", subject: str = "s", text: str | None = None, purpose: str = "marketing") -> CompiledEmail:
    """An e-mail as it may stand in the table, without the checks of publishing."""
    locale = CompiledEmailLocale(subject=subject, preheader="p", html=html, text=text)
    return CompiledEmail(name="trial", purpose=purpose, requires=(), locales={"en": locale})


def rendered(html: str = "", subject: str = "s", **over: object) -> RenderedEmail:
    return render_email(published(html, subject), "en", sample(over))


SCRIPT = "<script>alert(1)</script>"


def test_traits_are_escaped_in_html_and_plain_in_text():
    mail = compile_email(
        source(text_block("Hi {{ contact.firstName | default('you') }}"), subject="For {{ sender.name }}")
    )
    result = render_email(mail, "en", sample({"contact": {"firstName": SCRIPT}}))
    assert "<script" not in result.html
    assert "&lt;script&gt;" in result.html
    assert f"Hi {SCRIPT}" in result.text


def test_traits_cannot_leave_an_attribute():
    result = rendered('<a title="{{ contact.firstName }}">x</a>', contact={"firstName": '" onclick="x'})
    assert 'onclick="' not in result.html


def test_traits_are_not_templates():
    result = rendered("{{ contact.firstName }}", contact={"firstName": "{{ 7 * 7 }}{% raw %}"})
    assert "49" not in result.html and "{{ 7 * 7 }}" in result.html


def test_markup_like_objects_are_escaped_too():
    class Sly(str):
        def __html__(self) -> str:
            return SCRIPT

    assert "<script" not in rendered("{{ contact.firstName }}", contact={"firstName": Sly("x")}).html


@pytest.mark.parametrize("break_", ["\r\n", "\n", "\r", "\u2028", "\u2029", "\x0b", "\x0c", "\x85", "\x00", "\x1c"])
def test_subject_stays_one_header_line(break_):
    name = f"Eve{break_}Bcc: all@example.com"
    subject = rendered(subject="Hello {{ contact.firstName }}", contact={"firstName": name}).subject
    assert subject == "Hello Eve Bcc: all@example.com"


def test_subject_is_cut_and_cannot_turn_around():
    assert len(rendered(subject="{{ contact.firstName }}", contact={"firstName": "x" * 5000}).subject) == 200
    assert rendered(subject="a{{ contact.firstName }}", contact={"firstName": "\u202efdp.exe"}).subject == "afdp.exe"


def test_missing_values_are_empty_and_reported_once():
    html = "a{{ contact.shoe }}b{{ contact.shoe.size }}{{ nothing.at.all }}{{ contact.shoe }}c"
    result = rendered(html)
    assert result.html == "abc"
    assert result.missing == ("contact.shoe", "contact.shoe.size", "nothing.at.all")


@pytest.mark.parametrize(
    "html",
    [
        "{{ contact.shoe | default('x') }}",
        "{{ contact.shoe or 'x' }}",
        "{% if contact.shoe %}{{ contact.shoe }}{% endif %}x",
        "{% for size in contact.shoes %}{{ size }}{% else %}x{% endfor %}",
        "{% if contact.shoe > 3 %}{% endif %}x",
    ],
)
def test_a_fallback_is_no_gap(html):
    result = rendered(html)
    assert (result.html, result.missing) == ("x", ())


@pytest.mark.parametrize("html", ["{{ event.price * 2 + 1 }}", "{{ -event.price }}", "{{ event.price / 3 }}"])
def test_reckoning_with_nothing_gives_nothing(html):
    result = rendered(html)
    assert (result.html, result.missing) == ("", ("event.price",))


def test_names_missing_fields_inside_lists():
    result = rendered(
        "{% for p in event.products %}{{ p.name }}{{ p.color }}{% endfor %}", event={"products": [{"name": "A"}]}
    )
    assert result.missing == ("event.products[].color",)


def test_keys_come_before_methods():
    result = rendered("{{ event.items }} {{ event.keys }}", event={"items": 3, "keys": "k"})
    assert result.html == "3 k"


def test_a_list_is_never_printed():
    result = rendered("{{ event.products }}{{ event }}", event={"products": [1]})
    assert result.html == ""
    assert len(result.missing) == 2


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", " JAVASCRIPT:x", "//evil.example"])
def test_links_lead_to_web_addresses_only(address):
    mail = compile_email(source('<mj-button href="{{ journey.url }}">Go</mj-button>', settings=NEEDS_URL))
    result = render_email(mail, "en", sample({"journey": {"url": address}}))
    assert address.strip() not in result.html
    assert "link" in result.missing


NEEDS_URL = "{requires: [journey.url], sample: {journey: {url: 'https://www.example.com/?a=1&b=2'}}}"


def test_addresses_survive_compilation():
    mail = compile_email(source('<mj-button href="{{ journey.url }}">Go</mj-button>', settings=NEEDS_URL))
    result = render_email(mail, "en", sample({"journey": {"url": "https://www.example.com/?a=1&b=2"}}))
    assert 'href="https://www.example.com/?a=1&amp;b=2"' in result.html
    assert "Go: https://www.example.com/?a=1&b=2" in result.text
    assert result.missing == ()


def test_marketing_never_leaves_without_unsubscribe():
    with pytest.raises(Broken, match=r"links\.unsubscribe"):
        rendered("x", links={"unsubscribe": None})
    render_email(published("x", purpose="confirmation"), "en", {})


def test_own_text_part_wins():
    mail = published("<p>html</p>", text="Dear {{ contact.firstName }} & co")
    assert render_email(mail, "en", sample()).text == "Dear Robin & co"


def test_language_falls_back():
    locales = {name: CompiledEmailLocale(subject=name, preheader="", html="{{ locale }}") for name in ("de", "en")}
    mail = CompiledEmail(name="trial", purpose="marketing", requires=(), locales=locales)
    assert render_email(mail, "de-AT", sample()).html == "de"
    assert render_email(mail, "fr", sample(), default_locale="de").locale == "de"


def test_data_of_the_wrong_kind_is_a_clear_failure():
    with pytest.raises(Broken, match="e-mail trial"):
        rendered("{{ event.price * 2 }}", event={"price": "abc"})
    with pytest.raises(TypeError, match=r"event\.when"):
        rendered("x", event={"when": object()})


class _Memory(BytecodeCache):
    def __init__(self) -> None:
        self.stored: dict[str, bytes] = {}

    def load_bytecode(self, bucket):
        if bucket.key in self.stored:
            bucket.bytecode_from_string(self.stored[bucket.key])

    def dump_bytecode(self, bucket):
        self.stored[bucket.key] = bucket.bytecode_to_string()


def test_bytecode_can_be_kept_elsewhere():
    first, mail = _Memory(), published("Hi {{ contact.firstName }}")
    assert render_email(mail, "en", sample(), bytecode=first).html == "Hi Robin"
    second = _Memory()
    second.stored = dict(first.stored)
    assert render_email(mail, "en", sample(), bytecode=second).html == "Hi Robin"
    assert second.stored == first.stored
