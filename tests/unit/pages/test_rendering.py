import re
import tomllib

import pytest

from leadwell.pages.rendering import PAGES, masked, render_page
from tests.unit.pages.house import read_out

FULL = {
    "sender": {"name": "Example & <Sons>", "imprint": "1 Sample Street"},
    "address": "robin@example.com",
    "channel": "email",
    "links": {"preferences": "https://news.example.com/p/preferences/t"},
}
ASKING = ("unsubscribe", "confirm")


@pytest.mark.parametrize("context", [FULL, {}], ids=["full", "empty"])
@pytest.mark.parametrize("locale", ["de", "en", "fr", None])
@pytest.mark.parametrize("name", PAGES)
def test_renders_in_every_language(name, locale, context):
    page = render_page(name, locale, context)
    assert f'<html lang="{locale if locale == "de" else "en"}">' in page
    assert "{{" not in page and "{sender}" not in page and "None" not in page
    assert re.search(r"<title>[^<]+</title>", page)
    assert re.search(r"<p>[^<]{20,}</p>", read_out(page))


@pytest.mark.parametrize("name", PAGES)
def test_only_questions_have_a_button_and_it_posts_to_the_same_address(name):
    forms = re.findall(r"<form[^>]*>", render_page(name, "en", FULL))
    assert forms == (['<form method="post">'] if name in ASKING else [])


@pytest.mark.parametrize("name", PAGES)
def test_loads_and_runs_nothing(name):
    page = render_page(name, "de", FULL)
    assert not re.search(r"<(script|img|link|iframe)|url\(|@import|style=|\son\w+=", page)


@pytest.mark.parametrize("name", PAGES)
def test_shows_data_as_text_and_hides_the_address(name):
    page = render_page(name, "en", FULL)
    assert "<Sons>" not in page and "Example &amp; &lt;Sons&gt;" in page
    assert "robin@" not in page


def test_says_which_channel_and_promises_nothing_about_others():
    channels = ("email", "sms", "*", "fax")
    say = {one: read_out(render_page("unsubscribed", "en", {"channel": one})) for one in channels}
    assert "by e-mail" in say["email"] and "text message" not in say["email"]
    assert "text message" in say["sms"] and "by e-mail" not in say["sms"]
    assert "by e-mail and by text message" in say["*"]
    assert "by e-mail" not in say["fax"] and "text message" not in say["fax"]


def test_placeholders_in_data_are_not_filled():
    assert "{address}" in render_page("confirmed", "en", {"sender": {"name": "{address}"}, "address": "a@example.com"})


def test_both_languages_say_the_same_things():
    from importlib.resources import files

    folder = files("leadwell.pages") / "templates"
    german, english = (tomllib.loads((folder / f"{name}.toml").read_text("utf-8")) for name in ("de", "en"))
    assert german.keys() == english.keys()
    for page in PAGES:
        assert german[page].keys() == english[page].keys()


def test_no_line_ends_within_a_word_and_what_is_shown_stays_text():
    page = render_page("unsubscribe", "de", {"channel": "email", "sender": {"name": "E-Mails <b>"}})
    assert 'per <span class="whole">E-Mail</span> mehr' in page
    assert '<span class="whole">E-Mails</span> &lt;b&gt;' in page and "<b>" not in page


def test_unknown_page():
    with pytest.raises(KeyError):
        render_page("../secret", "en", {})


@pytest.mark.parametrize(
    ("address", "shown"),
    [("robin@example.com", "r•••@example.com"), ("+12025550143", "•••43"), ("", ""), ("123", ""), ("@x", "•••@x")],
)
def test_masks(address, shown):
    assert masked(address) == shown
