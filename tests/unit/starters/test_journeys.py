"""Every journey of the library, those that are live at the start and those in the folders: complete and readable."""

import re
from pathlib import Path

import pytest

from leadwell.definitions.documents import read_yaml
from leadwell.definitions.library import Library
from leadwell.definitions.publishing import Publisher
from leadwell.definitions.reading import read_definition
from leadwell.definitions.starters import publish_folder
from leadwell.journeys.models import JourneyDefinition
from leadwell.journeys.program import compile_journey
from leadwell.messaging.rendering.compile_sms import compile_sms
from leadwell.messaging.rendering.read_sources import read_sms
from leadwell.messaging.rendering.render_sms import render_sms
from leadwell.messaging.rendering.samples import sample
from tests.fakes.memory_table import MemoryTable
from tests.fakes.world import TEMPLATES

FOLDER = TEMPLATES / "journeys"
FILES = sorted(FOLDER.rglob("*.yaml"))
LIVE = {"abandoned-cart", "birthday", "double-opt-in", "double-opt-in-sms", "welcome"}


@pytest.fixture(scope="module")
def library() -> Library:
    made = Library(MemoryTable())
    publish_folder(made, TEMPLATES, 0, "starters")
    return made


def test_only_what_nobody_has_to_fill_in_is_live_at_the_start(library: Library) -> None:
    assert {entry.name for entry in library.entries() if entry.kind == "journey"} == LIVE


def test_no_name_stands_twice() -> None:
    assert len({file.stem for file in FILES}) == len(FILES)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_can_be_published_as_it_is(library: Library, file: Path) -> None:
    assert Publisher(library, 0, "marketer").publish(file.read_text("utf-8"), {}).name == file.stem


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_supplies_what_its_messages_need(library: Library, file: Path) -> None:
    written = read_definition(file.read_text("utf-8"), {})
    assert isinstance(written.definition, JourneyDefinition)
    for sent in compile_journey(written.definition).sends():
        name = sent.template
        needed = library.version(sent.channel, name, 1).document["requires"]
        supplied = {f"journey.{parameter}" for parameter in written.values}
        assert {field for field in needed if field.startswith("journey.")} <= supplied, name


def test_every_mail_and_sms_has_a_journey_that_sends_it(library: Library) -> None:
    sent = set()
    for file in FILES:
        written = read_definition(file.read_text("utf-8"), {})
        assert isinstance(written.definition, JourneyDefinition)
        sent |= {(one.channel, one.template) for one in compile_journey(written.definition).sends()}
    assert sent == {(entry.kind, entry.name) for entry in library.entries() if entry.kind in ("email", "sms")}


SAMPLES = {path.stem: read_yaml(path.read_text("utf-8"))["sample"] for path in (TEMPLATES / "sms").glob("*.yaml")}


@pytest.mark.parametrize("locale", ["de", "en"])
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_its_sms_fit_one_message_with_its_own_parameters(file: Path, locale: str) -> None:
    written = read_definition(file.read_text("utf-8"), {})
    assert isinstance(written.definition, JourneyDefinition)
    for sent in compile_journey(written.definition).sends():
        if sent.channel == "sms":
            compiled = compile_sms(read_sms(TEMPLATES / "sms", sent.template))
            text = render_sms(compiled, locale, sample({**SAMPLES[sent.template], "journey": written.values}, locale))
            assert (text.encoding, text.segments, text.missing) == ("GSM-7", 1, ()), text.text


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_parameter_is_used(library: Library, file: Path) -> None:
    text = file.read_text("utf-8")
    written = read_definition(text, {})
    assert isinstance(written.definition, JourneyDefinition)
    messages = " ".join(
        str(library.version(sent.channel, sent.template, 1).document)
        for sent in compile_journey(written.definition).sends()
    )
    for parameter in written.values:
        assert f"${{{parameter}}}" in text or f"journey.{parameter}" in messages, parameter


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_marketers_read_what_it_is_in_both_languages(file: Path) -> None:
    document = read_yaml(file.read_text("utf-8"))
    assert document["name"] == file.stem
    for part in ("title", "description"):
        assert document[part]["de"] != document[part]["en"]
    assert not re.search(r"\b(du|dein|deine|euch|euer)\b", document["description"]["de"], re.IGNORECASE)
    for parameter in document.get("parameters", {}).values():
        for said in (parameter["title"], parameter.get("help", {"en": "", "de": ""})):
            assert set(said) == {"en", "de"}
            assert not re.search(r"\b(du|dein|deine|euch|euer)\b", said["de"], re.IGNORECASE)
    assert all(step.get("id") for step in document["steps"])


def test_the_readme_lists_them_all() -> None:
    text = (FOLDER / "README.md").read_text("utf-8").partition("## What comes with Leadwell")[2]
    rows = dict(re.findall(r"^\| \[(.+?)\]\(([a-z0-9/-]+\.yaml)\) \|", text, re.MULTILINE))
    titles = {read_yaml(file.read_text("utf-8"))["title"]["en"]: file.relative_to(FOLDER).as_posix() for file in FILES}
    assert rows == titles
