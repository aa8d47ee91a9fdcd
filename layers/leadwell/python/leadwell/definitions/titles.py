"""What marketers call the things that a definition names: the title of a mail instead of ``win-back-hello``."""

from collections.abc import Callable, Mapping
from typing import Any

from leadwell.definitions.library import Library
from leadwell.definitions.text import Text
from leadwell.messaging.rendering.locales import choose_locale

Titles = Callable[[str, str], Text | None]
"""(kind, name) → what it is called; None: nobody has said."""


def no_titles(kind: str, name: str) -> Text | None:
    return None


def published_titles(library: Library) -> Titles:
    """Of what is live; known after ``look()``. Each is read when it is asked for."""

    def title(kind: str, name: str) -> Text | None:
        published = library.live(kind, name)
        return title_of(published.document) if published else None

    return title


def title_of(document: Mapping[str, Any]) -> Text | None:
    """A mail without a title has its subject, unless something is filled in there for each contact."""
    if title := document.get("title"):
        return Text.model_validate(title)
    mails = {locale: one for locale, one in document.get("locales", {}).items() if isinstance(one, Mapping)}
    subjects = {locale: str(one["subject"]) for locale, one in mails.items()}
    if not subjects or any("{" in subject for subject in subjects.values()):
        return None
    return Text(en=subjects[choose_locale(subjects, "en")], de=subjects[choose_locale(subjects, "de")])
