"""What marketers call the things that a definition names."""

from pathlib import Path
from typing import Any

import pytest

from leadwell.definitions.titles import title_of
from leadwell.definitions.titles_in_files import titles_in

TEMPLATES = Path(__file__).parents[3] / "templates"


def mail(**subjects: str) -> dict[str, Any]:
    return {"locales": {locale: {"subject": subject} for locale, subject in subjects.items()}}


@pytest.mark.parametrize(
    ("document", "german"),
    [
        ({"title": {"en": "Hello", "de": "Hallo"}}, "Hallo"),
        ({**mail(en="Hi", de="Servus"), "title": {"en": "Hello", "de": "Hallo"}}, "Hallo"),
        (mail(en="Hi", de="Servus"), "Servus"),
        (mail(en="Hi"), "Hi"),
        (mail(en="Hi", de="Servus {{ contact.firstName }}"), None),
        ({"locales": {"en": "the text of an SMS"}}, None),
        ({}, None),
    ],
)
def test_a_title_or_a_subject_in_which_nothing_is_filled_in(document: dict[str, Any], german: str | None) -> None:
    found = title_of(document)
    assert (found and found.de) == german


@pytest.mark.parametrize(
    ("kind", "name", "german"),
    [
        ("email", "win-back-hello", "Lange nichts voneinander gehört"),
        ("sms", "birthday", "Alles Gute zum Geburtstag"),
        ("journey", "win-back", "Zurückgewinnen"),
        ("segment", "sleepers", "Eingeschlafene Kontakte"),
        ("email", "nothing", None),
        ("sms", "nothing", None),
        ("segment", "nothing", None),
        ("form", "nothing", None),
    ],
)
def test_those_of_a_folder(kind: str, name: str, german: str | None) -> None:
    found = titles_in(TEMPLATES)(kind, name)
    assert (found and found.de) == german


def test_a_mail_without_a_title_has_its_subject(tmp_path: Path) -> None:
    folder = tmp_path / "emails" / "hello"
    folder.mkdir(parents=True)
    layout = (TEMPLATES / "emails" / "layout.mjml").read_text("utf-8")
    (tmp_path / "emails" / "layout.mjml").write_text(layout, "utf-8")
    (folder / "email.yaml").write_text("purpose: marketing\n", "utf-8")
    front = "---\nsubject: Good morning\npreheader: You\neyebrow: Us\nheadline: Hello\n---\n<mj-text>Hello.</mj-text>\n"
    (folder / "en.mjml").write_text(front, "utf-8")
    found = titles_in(tmp_path)("email", "hello")
    assert found is not None and found.de == found.en == "Good morning"
