"""Publishes what comes with Leadwell, so that a fresh installation does something sensible."""

from collections.abc import Collection, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from leadwell.clock import Moment
from leadwell.definitions.documents import read_yaml
from leadwell.definitions.library import LIVE, Library, Published
from leadwell.definitions.publishing import Publisher
from leadwell.messaging.rendering.read_sources import email_names, read_email, read_sms, sms_names
from leadwell.wiring import Services

BY = "starters"


Parameters = Mapping[str, Mapping[str, Any]]
"""Journey → its parameters; what is not given keeps its default."""


def publish_starters(services: Services, templates: Path, parameters: Parameters = MappingProxyType({})) -> None:
    """Publishes every template in the folder, and new versions of them; what somebody paused or published stays."""
    library = services.library
    taken_over = {
        (entry.kind, entry.name)
        for entry in library.entries()
        if entry.status != LIVE or library.version(entry.kind, entry.name, entry.version).published_by != BY
    }
    publish_folder(library, templates, services.clock.now(), BY, parameters, taken_over)


def publish_folder(
    library: Library,
    templates: Path,
    now: Moment,
    by: str,
    parameters: Parameters = MappingProxyType({}),
    but: Collection[tuple[str, str]] = (),
) -> list[Published]:
    """Messages first, then what refers to them, leaving out those named (kind, name) in ``but``.

    Raises ``Refused`` naming file and field.
    """
    publisher = Publisher(library, now, by)
    emails, sms = templates / "emails", templates / "sms"
    published = [
        publisher.publish_email(read_email(emails, name)) for name in email_names(emails) if ("email", name) not in but
    ]
    published += [publisher.publish_sms(read_sms(sms, name)) for name in sms_names(sms) if ("sms", name) not in but]
    for folder in ("scoring", "segments", "journeys"):
        for path in sorted((templates / folder).glob("*.yaml")):
            text = path.read_text("utf-8")
            document = read_yaml(text, path.name)
            if (document.get("kind"), document.get("name")) not in but:
                published.append(publisher.publish(text, parameters.get(path.stem)))
    return published
