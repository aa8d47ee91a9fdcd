from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from leadwell.definitions.documents import parse
from leadwell.definitions.files import files_in, publish_files, read_files
from leadwell.definitions.library import Library
from leadwell.definitions.publishing import Publisher
from leadwell.errors import Refused
from leadwell.pages.models import FormDefinition, PopinDefinition
from tests.fakes.memory_table import MemoryTable

TEMPLATES = Path(__file__).parents[3] / "templates"
BOTH = {"en": "Word", "de": "Wort"}
EMAIL = {"name": "email", "type": "email", "label": BOTH, "required": True}
BOX = {"wording": BOTH, "version": "1"}


def form(**more: Any) -> dict[str, Any]:
    least = {"kind": "form", "name": "f", "title": BOTH, "fields": [EMAIL], "button": BOTH, "thanks": {"title": BOTH}}
    return {**least, **more}


def popin(**more: Any) -> dict[str, Any]:
    return {"kind": "popin", "name": "p", "title": BOTH, "form": "f", "show": {"after": "PT5S"}, **more}


def test_the_starters_can_be_published_in_any_order() -> None:
    library = Library(MemoryTable())
    files = read_files([TEMPLATES / "segments" / "newsletter.yaml", *files_in(TEMPLATES / "pages")])
    published = publish_files(Publisher(library, 0, "test"), list(reversed(files)))
    kinds = [one.kind for one in published]
    assert kinds.index("download") < kinds.index("form") < kinds.index("page")
    assert {"download", "form", "page", "popin", "preferences"} <= set(kinds)


@pytest.mark.parametrize(
    ("changed", "field", "said"),
    [
        ({"fields": []}, "fields", "at least 1"),
        ({"fields": [EMAIL, EMAIL]}, "", "more than one field email"),
        ({"fields": [{**EMAIL, "type": "text"}]}, "fields[0]", "type: email"),
        ({"fields": [{"name": "a b", "label": BOTH}]}, "fields[0].name", "pattern"),
        ({"fields": [{"name": "_ticket", "label": BOTH}]}, "fields[0].name", "pattern"),
        ({"fields": [{"name": "x", "type": "choice", "label": BOTH}]}, "fields[0]", "options"),
        ({"consents": [{**BOX, "channel": "sms"}]}, "", "needs a field phone"),
        ({"consents": [BOX, BOX]}, "", "more than one consent"),
        ({"consents": [{"wording": {"en": "Yes"}, "version": "1"}]}, "consents[0].wording.de", "missing"),
        ({"download": "x", "consents": [BOX]}, "", "access: at_once"),
        ({"ask_at_most": 0}, "ask_at_most", "greater"),
        ({"color": "red"}, "color", "spelling"),
    ],
)
def test_what_is_wrong_with_a_form_is_named(changed: dict[str, Any], field: str, said: str) -> None:
    with pytest.raises(Refused, match=said) as refused:
        parse(form(**changed))
    assert refused.value.field == field


@pytest.mark.parametrize(
    "changed",
    [{"form": None}, {"button": {"label": BOTH, "url": "https://example.com/"}}, {"inside": "#x"}, {"show": {}}],
)
def test_a_popin_has_one_content_and_one_way_to_appear(changed: dict[str, Any]) -> None:
    with pytest.raises((Refused, ValidationError)):
        parse(popin(**changed))
    assert PopinDefinition.model_validate({**popin(), "show": None, "inside": "#x"}).inside == "#x"


def test_what_a_page_names_must_be_published() -> None:
    publisher = Publisher(Library(MemoryTable()), 0, "test")
    page = "kind: page\nname: p\ntitle: {en: A, de: B}\nblocks: [{form: nothing}]\n"
    with pytest.raises(Refused, match="there is no form nothing; publish it first") as refused:
        publisher.publish(page)
    assert (refused.value.field, refused.value.line) == ("blocks[0].form", 4)


def test_a_name_of_ours_cannot_be_asked_for() -> None:
    with pytest.raises(ValidationError):
        FormDefinition.model_validate(form(fields=[{"name": "homepage", "label": BOTH}]))
