"""Journeys and mails of a test's own, published into a world."""

from typing import Any

import yaml

from leadwell.definitions.publishing import Publisher
from leadwell.messaging.rendering.models import EmailSource
from tests.fakes.world import World

TITLE = {"en": "A journey", "de": "Eine Journey"}
IMPRINT = "{{ sender.imprint }}"
LAYOUT = """\
<mjml><mj-body>
  <mj-include path="body" />
  <mj-section><mj-column><mj-text>
    {% if purpose == "marketing" %}<a href="{{ links.unsubscribe }}">Unsubscribe</a>{% endif %}
  </mj-text></mj-column></mj-section>
</mj-body></mjml>
"""


def publish_journey(world: World, *steps: dict[str, Any], name: str = "own", **more: Any) -> None:
    document = {
        "kind": "journey",
        "name": name,
        "title": TITLE,
        "description": TITLE,
        "trigger": {"event": "Started"},
        "steps": list(steps),
        **more,
    }
    Publisher(world.services.library, world.clock.now(), "test").publish(yaml.safe_dump(document))


def publish_mail(world: World, name: str, text: str, **settings: Any) -> None:
    """``text`` is the subject as well."""
    files = {
        "layout.mjml": LAYOUT,
        "email.yaml": yaml.safe_dump(settings),
        "en.mjml": f"---\nsubject: '{text}'\npreheader: Hello\n---\n<mj-text>{text} {IMPRINT}</mj-text>\n",
    }
    publisher = Publisher(world.services.library, world.clock.now(), "test")
    publisher.publish_email(EmailSource(name=name, files=files))
