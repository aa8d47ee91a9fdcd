"""What is looked at before a mail is published."""

import pytest

from leadwell.errors import Refused
from leadwell.messaging.rendering.checks import ERROR, WARNING, check_email, links_of, refuse_errors
from leadwell.messaging.rendering.compile_email import compile_email
from leadwell.messaging.rendering.looking import look
from tests.unit.messaging.rendering.starters import EMAILS, LAYOUT, email, source, text_block

FOOT = LAYOUT.replace("{{ texts.unsubscribe }}</a>", "{{ texts.unsubscribe }}</a> {{ sender.imprint }}")


def found(body: str, subject: str = "Hello there", layout: str = FOOT) -> list[tuple[str, str]]:
    mail = source(body, subject=subject, layout=layout)
    return [(one.level, one.en) for one in check_email(compile_email(mail))]


@pytest.mark.parametrize("name", EMAILS)
def test_the_library_passes(name: str) -> None:
    assert check_email(email(name)) == []


def test_a_sound_mail() -> None:
    assert found(text_block("Hello")) == []


@pytest.mark.parametrize(
    ("body", "level", "said"),
    [
        ('<mj-image src="https://cdn.example.com/a.png" />', ERROR, "no alternative text"),
        ('<mj-image src="https://cdn.example.com/a.png" alt="" href="https://example.com/" />', ERROR, "is a link and"),
        (text_block('<a href="">Shop</a>'), ERROR, "'Shop' leads nowhere: it has no address"),
        (text_block('<a href="#">Shop</a>'), ERROR, "it has no address"),
        (text_block('<a href="www.example.com">Shop</a>'), ERROR, "must begin with https://"),
        (text_block('<a href="https://localhost">Shop</a>'), ERROR, "this is no address"),
        (text_block('<a href="https://example.com/?id=*|ID|*">Shop</a>'), ERROR, "a placeholder is left"),
        (text_block('<a href="mailto:">Write</a>'), ERROR, "it has no address"),
        (text_block("Hello %%FNAME%%"), ERROR, "'%%FNAME%%' looks like a placeholder"),
        (text_block("Hello [[name]]"), ERROR, "'[[name]]' looks like a placeholder"),
        ('<mj-text color="#999999">grey</mj-text>', ERROR, "'grey' is hard to read: contrast 2.8"),
        (text_block('<span style="color:#777">grey</span>'), ERROR, "contrast 4.5 (#777777 / #ffffff)"),
        (text_block("x " * 45_000), WARNING, "takes 92 KB"),
    ],
)
def test_what_is_noticed_in_the_body(body: str, level: str, said: str) -> None:
    assert [one for one in found(body) if one[0] == level and said in one[1]], found(body)


@pytest.mark.parametrize(
    ("subject", "said"),
    [
        ("BIG SALE TODAY", "shouts"),
        ("Now! Really!", "exclamation marks"),
        ("Free $$$ for you", "in a row"),
        ("x" * 71, "71 characters"),
        ("A word before", "repeats the subject"),
    ],
)
def test_what_is_noticed_in_the_subject(subject: str, said: str) -> None:
    (finding,) = found(text_block("x"), subject)
    assert finding[0] == WARNING
    assert said in finding[1]


def test_a_good_contrast_of_large_text_is_less() -> None:
    assert found('<mj-text color="#777777" font-size="24px">large</mj-text>') == []
    assert found('<mj-text color="#777777" font-size="23px">small</mj-text>') != []


def test_a_missing_imprint_is_an_error() -> None:
    ((level, said),) = found(text_block("x"), layout=LAYOUT)
    assert (level, "imprint" in said) == (ERROR, True)


def test_errors_keep_a_mail_from_being_published_and_warnings_do_not() -> None:
    with pytest.raises(Refused, match="hard to read") as refused:
        refuse_errors(compile_email(source('<mj-text color="#999999">grey</mj-text>', layout=FOOT)))
    assert refused.value.field == "trial/en.mjml"
    refuse_errors(compile_email(source(text_block("x"), subject="BIG SALE TODAY", layout=FOOT)))


def test_findings_are_said_in_german_too() -> None:
    for body in ('<mj-image src="https://cdn.example.com/a.png" />', text_block('<a href="#">Shop</a>')):
        for one in check_email(compile_email(source(body, layout=FOOT))):
            assert one.de != one.en


def test_links_are_those_of_the_web() -> None:
    body = text_block('<a href="https://shop.example.org/a">a</a> <a href="mailto:a@example.com">b</a>')
    links = links_of(compile_email(source(body, layout=FOOT)))
    assert links == ["https://news.example.com/p/unsubscribe/sample-token", "https://shop.example.org/a"]


def test_colors_come_from_around() -> None:
    seen = look(
        '<div style="background:#000"><p style="color:#fff">a<b>b</b></p></div>'
        '<table bgcolor="#123456"><tr><td style="color:white;font-size:30px">c</td></tr></table>'
        '<div style="display:none">hidden</div><style>p {color: red}</style>'
    )
    assert [(one.text, one.color, one.background, one.large) for one in seen.texts] == [
        ("a", "#ffffff", "#000000", False),
        ("b", "#ffffff", "#000000", False),
        ("c", "#ffffff", "#123456", True),
    ]
    assert seen.texts[0].ratio == pytest.approx(21)
