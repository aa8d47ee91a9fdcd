"""Publishes what comes with Leadwell, so that a fresh installation does something sensible."""

from pathlib import Path

from leadwell.clock import Moment
from leadwell.definitions.library import Library, Published
from leadwell.definitions.publishing import Publisher
from leadwell.messaging.rendering.read_sources import email_names, read_email, read_sms, sms_names
from leadwell.wiring import Services

BY = "starters"


def publish_starters(services: Services, templates: Path) -> list[Published]:
    """Publishes every template in the folder with its default parameters; what is published already stays."""
    return publish_folder(services.library, templates, services.clock.now(), BY)


def publish_folder(library: Library, templates: Path, now: Moment, by: str) -> list[Published]:
    """Messages first, then what refers to them. Raises ``Refused`` naming file and field."""
    publisher = Publisher(library, now, by)
    published = [
        publisher.publish_email(read_email(templates / "emails", name)) for name in email_names(templates / "emails")
    ]
    published += [publisher.publish_sms(read_sms(templates / "sms", name)) for name in sms_names(templates / "sms")]
    for folder in ("scoring", "segments", "journeys"):
        published += [
            publisher.publish(path.read_text("utf-8")) for path in sorted((templates / folder).glob("*.yaml"))
        ]
    return published
