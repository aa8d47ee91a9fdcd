"""Publishes what comes with Leadwell, so that a fresh installation does something sensible."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from leadwell.clock import Moment
from leadwell.definitions.library import Library, Published
from leadwell.definitions.publishing import Publisher
from leadwell.messaging.rendering.read_sources import email_names, read_email, read_sms, sms_names
from leadwell.wiring import Services

BY = "starters"


Parameters = Mapping[str, Mapping[str, Any]]
"""Journey → its parameters; what is not given keeps its default."""


def publish_starters(services: Services, templates: Path, parameters: Parameters = MappingProxyType({})) -> None:
    """Publishes every template in the folder; what is published already stays."""
    publish_folder(services.library, templates, services.clock.now(), BY, parameters)


def publish_folder(
    library: Library, templates: Path, now: Moment, by: str, parameters: Parameters = MappingProxyType({})
) -> list[Published]:
    """Messages first, then what refers to them. Raises ``Refused`` naming file and field."""
    publisher = Publisher(library, now, by)
    emails, sms = templates / "emails", templates / "sms"
    published = [publisher.publish_email(read_email(emails, name)) for name in email_names(emails)]
    published += [publisher.publish_sms(read_sms(sms, name)) for name in sms_names(sms)]
    for folder in ("scoring", "segments", "journeys"):
        published += [
            publisher.publish(path.read_text("utf-8"), parameters.get(path.stem))
            for path in sorted((templates / folder).glob("*.yaml"))
        ]
    return published
