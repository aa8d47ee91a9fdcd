"""Reads the pages that are published; whoever serves no page of the kind imports none of it."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, TypeVar

from leadwell.consent.withdrawals import is_topic
from leadwell.definitions.library import LIVE, Library
from leadwell.pages.models import (
    KINDS,
    DownloadDefinition,
    FormDefinition,
    PageDefinition,
    PopinDefinition,
    PreferencesDefinition,
)

if TYPE_CHECKING:
    from leadwell.messaging.topics import TopicDefinition

_Kind = TypeVar("_Kind", FormDefinition, DownloadDefinition, PageDefinition, PopinDefinition, PreferencesDefinition)


class Shelf:
    """What was live when the library was last looked at. A paused definition is not there."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def form(self, name: str) -> FormDefinition | None:
        return self._one(FormDefinition, "form", name)

    def forms(self) -> Iterator[FormDefinition]:
        for name in self._library.names("form"):
            found = self.form(name)
            if found:
                yield found

    def version_of_form(self, name: str) -> int:
        """For the proof: which one was shown. 0 if there is none."""
        found = self._library.live("form", name)
        return found.version if found else 0

    def download(self, name: str) -> DownloadDefinition | None:
        return self._one(DownloadDefinition, "download", name)

    def page(self, name: str) -> PageDefinition | None:
        return self._one(PageDefinition, "page", name)

    def popins(self) -> Iterator[PopinDefinition]:
        for name in self._library.names("popin"):
            found = self._one(PopinDefinition, "popin", name)
            if found:
                yield found

    def preferences(self) -> PreferencesDefinition | None:
        found = (self._one(PreferencesDefinition, "preferences", name) for name in self._library.names("preferences"))
        return next((one for one in found if one), None)

    def topics(self) -> "tuple[TopicDefinition, ...]":
        """Those that the policy names."""
        policy = self._library.policy()
        return policy.definition.topics if policy is not None else ()

    def topic_title(self, name: str, locale: str) -> str:
        """Empty for what is no topic, or none any more."""
        found = (one.title.in_locale(locale) for one in self.topics() if one.name == name)
        return next(found, "") if is_topic(name) else ""

    def _one(self, model: type[_Kind], kind: str, name: str) -> _Kind | None:
        assert KINDS[kind] is model
        if self._library.status(kind, name) != LIVE:
            return None
        found = self._library.live(kind, name)
        return model.model_validate(found.document) if found else None
