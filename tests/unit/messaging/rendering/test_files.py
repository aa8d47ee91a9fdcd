"""Files that a mail brings as links."""

import pytest

from leadwell.errors import Refused
from leadwell.messaging.rendering.compile_email import compile_email
from leadwell.messaging.rendering.files import files_of, sample_files, size_text
from leadwell.messaging.rendering.models import CompiledEmail
from leadwell.messaging.rendering.render_email import render_email
from leadwell.messaging.rendering.samples import sample
from tests.unit.messaging.rendering.starters import LAYOUT, TEMPLATES, source, text_block

LOOP = text_block('{% for file in files %}<a href="{{ file.url }}">{{ file.title }}</a> {{ file.size }}{% endfor %}')
DOWNLOAD = {"name": "price-list", "title": {"en": "Prices", "de": "Preise"}, "size": 2_400_000}


def published(body: str = LOOP, settings: str = "files: [price-list]", **more: str) -> CompiledEmail:
    return CompiledEmail.from_document(compile_email(source(body, settings=settings, **more)).to_document())


def test_each_comes_with_name_size_and_link() -> None:
    files = files_of([DOWNLOAD], "de-AT", lambda name: f"https://go.example.com/p/d/{name}")
    assert files == [
        {"name": "price-list", "title": "Preise", "size": "2,4 MB", "url": "https://go.example.com/p/d/price-list"}
    ]
    mail = render_email(published(), "en", {**sample(), "files": files})
    assert 'href="https://go.example.com/p/d/price-list"' in mail.html and "2,4 MB" in mail.text


@pytest.mark.parametrize(
    ("size", "english", "german"),
    [
        (0, "", ""),
        (1, "0 KB", "0 KB"),
        (900, "0.9 KB", "0,9 KB"),
        (2_000, "2 KB", "2 KB"),
        (12_340_000, "12 MB", "12 MB"),
        (1_500_000_000, "1.5 GB", "1,5 GB"),
    ],
)
def test_sizes(size: int, english: str, german: str) -> None:
    assert (size_text(size, "en"), size_text(size, "de")) == (english, german)


def test_what_is_named_has_to_be_linked() -> None:
    with pytest.raises(Refused, match="price-list is named under files: and not linked"):
        published(text_block("Hello"))


def test_the_block_that_comes_along_shows_them() -> None:
    block = (TEMPLATES / "emails" / "blocks" / "files.mjml").read_text("utf-8")
    whole = LAYOUT.replace("colors: {", "colors: {panel: '#ffffff', dashes: '#cccccc', ")
    mail = published('<mj-include path="blocks/files.mjml" />', layout=whole, blocks__files=block)
    shown = render_email(mail, "en", {**sample(), "files": sample_files(mail.files)})
    assert "Price list" in shown.html and "(2.4 MB)" in shown.html
    assert "https://news.example.com/p/d/sample-price-list" in shown.text


def test_documents_of_before_bring_none() -> None:
    document = compile_email(source(text_block("Hello"))).to_document()
    assert "files" not in document
    assert CompiledEmail.from_document(document).files == ()
