"""Pictures of the journeys of a folder of templates, with their default parameters."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from infra.local.gallery.mails import LOCALES, TEMPLATES
from leadwell.definitions.documents import read_yaml
from leadwell.definitions.files import with_folders_inside
from leadwell.definitions.reading import completed
from leadwell.definitions.titles_in_files import titles_in
from leadwell.journeys.drawing import draw
from leadwell.journeys.models import JourneyDefinition
from leadwell.journeys.program import compile_journey


@dataclass(frozen=True)
class Drawn:
    """``folder`` is the one inside ``journeys/``, empty for those that are live from the start."""

    name: str
    folder: str
    locale: str
    title: str
    description: str
    svg: str


def journeys(templates: Path = TEMPLATES) -> Iterator[Drawn]:
    root, titles = templates / "journeys", titles_in(templates)
    for path in with_folders_inside(root):
        written = completed(read_yaml(path.read_text("utf-8")), {})
        definition = written.definition
        assert isinstance(definition, JourneyDefinition)
        program = compile_journey(definition, 1, written.values)
        folder = "" if path.parent == root else path.parent.name
        for locale in LOCALES:
            title, description = definition.title.in_locale(locale), definition.description.in_locale(locale)
            svg = draw(program, locale, title=f"{definition.name}-{locale}", titles=titles)
            yield Drawn(definition.name, folder, locale, title, description, svg)
