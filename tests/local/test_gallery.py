"""The gallery of the library: on demand in the local run, and as files."""

import re
from pathlib import Path

import pytest

from infra.local.gallery.journeys import journeys
from infra.local.gallery.mails import mails, texts
from infra.local.gallery.page import page_on_demand, part, write_page
from leadwell.definitions.files import with_folders_inside
from leadwell.messaging.rendering.read_sources import email_names, sms_names

TEMPLATES = Path(__file__).parents[2] / "templates"
MAILS, SMS = email_names(TEMPLATES / "emails"), sms_names(TEMPLATES / "sms")
JOURNEYS = [path.stem for path in with_folders_inside(TEMPLATES / "journeys")]


def test_everything_is_there_in_both_languages() -> None:
    page = page_on_demand()
    asked = set(re.findall(r'src="((?:mails|journeys)/[^"]+)"', page))
    wanted = {f"mails/{name}.{locale}.html" for name in MAILS for locale in ("de", "en")}
    assert asked == wanted | {f"journeys/{name}.{locale}.svg" for name in JOURNEYS for locale in ("de", "en")}
    assert page.count('<article class="sms"') == 2 * len(SMS)


def test_parts_come_when_they_are_asked_for() -> None:
    kind, mail = part("mails/birthday.de.html") or ("", b"")
    assert kind == "text/html; charset=utf-8" and "Alles Gute" in mail.decode()
    kind, words = part("mails/birthday.en.txt") or ("", b"")
    assert kind == "text/plain; charset=utf-8" and b"BIRTHDAY" in words
    kind, picture = part("journeys/sunset.de.svg") or ("", b"")
    assert kind == "image/svg+xml" and "Einwilligung" in picture.decode()


@pytest.mark.parametrize(
    "path",
    ["", "x", "mails/nothing.de.html", "mails/birthday.fr.html", "mails/birthday.de.pdf", "mails/../../pyproject.toml",
     "journeys/nothing.de.svg", "journeys/sunset.de.html", "mails/..%2f.de.html"],
)  # fmt: skip
def test_what_is_not_there_is_not_found(path: str) -> None:
    assert part(path) is None


def test_pictures_of_samples_are_painted_so_that_there_are_some(tmp_path: Path) -> None:
    only = ["abandoned-cart"]
    drawn = [one for one in journeys() if one.name in only]
    index = write_page(list(mails(only=only)), list(texts(only=only)), drawn, tmp_path)
    mail = (tmp_path / "mails" / "abandoned-cart.en.html").read_text("utf-8")
    assert "<img" in mail and not re.search(r'<img[^>]*src="https?:', mail)
    for address in re.findall(r'(?:src|href)="([^"#]+)"', index.read_text("utf-8")):
        assert (tmp_path / address).is_file(), address
