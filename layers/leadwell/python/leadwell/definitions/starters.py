"""Publishes what comes with Leadwell, so that a fresh installation does something sensible."""

from collections.abc import Collection
from pathlib import Path

from leadwell.clock import Moment
from leadwell.definitions.files import NONE, Parameters, publish_all, read_files, template_files
from leadwell.definitions.library import LIVE, Library, Published
from leadwell.definitions.publishing import Publisher
from leadwell.wiring import Services

BY = "starters"


def publish_starters(services: Services, templates: Path, parameters: Parameters = NONE) -> None:
    """Publishes every template in the folder, and new versions of them; what somebody paused or published stays."""
    library = services.library
    taken_over = {
        (entry.kind, entry.name)
        for entry in library.entries()
        if entry.status != LIVE or library.version(entry.kind, entry.name, entry.version).published_by != BY
    }
    now = services.clock.now()
    publish_folder(library, templates, now, BY, parameters, taken_over)
    services.caller.keep_schedules(library.catalog(), now)


def publish_folder(
    library: Library,
    templates: Path,
    now: Moment,
    by: str,
    parameters: Parameters = NONE,
    but: Collection[tuple[str, str]] = (),
) -> list[Published]:
    """Messages first, then what refers to them, leaving out those named (kind, name) in ``but``.

    Raises ``Refused`` naming file and field, before anything is published where a definition cannot be read.
    """
    publisher = Publisher(library, now, by)
    files = [file for file in read_files(template_files(templates), parameters) if (file.kind, file.name) not in but]
    return publish_all(publisher, [templates], files, but)
