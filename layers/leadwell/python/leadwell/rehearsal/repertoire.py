"""Definitions from a folder, as if they were published: what a rehearsal works with."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

from leadwell.definitions.catalog import Catalog, Judgments, compile_catalog
from leadwell.definitions.files import (
    FOLDERS,
    DefinitionFile,
    files_in,
    is_templates,
    read_files,
    template_files,
    with_folders_inside,
)
from leadwell.definitions.library import LIVE, Entry, Library, Published
from leadwell.errors import Broken, Refused
from leadwell.journeys.program import Program
from leadwell.messaging.pacing import Policy
from leadwell.messaging.policy import PolicyDefinition
from leadwell.messaging.rendering.compile_email import compile_email, read_settings
from leadwell.messaging.rendering.compile_sms import compile_sms
from leadwell.messaging.rendering.read_sources import email_names, read_email, read_sms, sms_names
from leadwell.messaging.rendering.render_sms import render_sms
from leadwell.messaging.rendering.samples import sample
from leadwell.messaging.rendering.settings import SmsSettings
from leadwell.scoring.grading import Interests

JOURNEYS = "journeys"

_POLICY = re.compile(r"^kind:\s*[\"']?policy\b", re.MULTILINE)


class Repertoire:
    """What a folder laid out like ``templates/`` says about contacts and messages; journeys are added as they are
    rehearsed. Everything is read and compiled once, messages when they are first needed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._documents: dict[tuple[str, str], Mapping[str, Any]] = {}

    @classmethod
    def around(cls, path: Path) -> "Repertoire":
        """That of the nearest folder around a file or folder that is laid out like ``templates/``."""
        here = path.resolve()
        around = (one for one in (here, *here.parents) if is_templates(one))
        return cls(next(around, here if here.is_dir() else here.parent))

    @cached_property
    def judgments(self) -> Judgments:
        """Raises ``Refused`` naming file and field."""
        paths = [path for folder in FOLDERS if folder != JOURNEYS for path in files_in(self.folder / folder)]
        return Judgments.among(file.definition for file in read_files(paths))

    @cached_property
    def journeys(self) -> Mapping[str, DefinitionFile]:
        """Those of the folder by name, and of the folders inside. Raises ``Refused`` naming file and field."""
        return {file.name: file for file in read_files(with_folders_inside(self.folder / JOURNEYS))}

    @cached_property
    def policy(self) -> PolicyDefinition | None:
        """What holds for all marketing, from wherever definitions of the folder are published. Raises ``Refused`` for
        one that is not sound, and for two of them."""
        paths = template_files(self.folder) if is_templates(self.folder) else files_in(self.folder)
        found = read_files(path for path in paths if is_policy(path))
        if len(found) > 1:
            raise Refused(f"is a second policy beside {found[0].path}; only one can hold", str(found[1].path))
        return next((one.definition for one in found if isinstance(one.definition, PolicyDefinition)), None)

    @cached_property
    def messages(self) -> frozenset[tuple[str, str]]:
        """(channel, name) of every template."""
        emails = {("email", name) for name in email_names(self.folder / "emails")}
        return frozenset(emails | {("sms", name) for name in sms_names(self.folder / "sms")})

    def message(self, channel: str, name: str) -> Mapping[str, Any]:
        """The compiled template. Raises ``Broken`` when there is none, ``Refused`` when it is not sound."""
        if (channel, name) not in self._documents:
            if (channel, name) not in self.messages:
                raise Broken(f"there is no {channel} {name}")
            self._documents[channel, name] = _COMPILED[channel](self.folder, name)
        return self._documents[channel, name]

    def sms_parts(self, name: str) -> int:
        """In how many parts a text travels, in its longest language and with its sample."""
        source = read_sms(self.folder / "sms", name)
        sms = compile_sms(source)
        given = read_settings(SmsSettings, source.text, f"{name}.yaml").sample
        return max(render_sms(sms, locale, sample(given, locale)).segments for locale in sms.locales)

    def with_journeys(self, programs: Iterable[Program], policy: PolicyDefinition | None = None) -> "Shelf":
        """Under the folder's policy, if not under another ``policy``."""
        return Shelf(self, tuple(programs), policy)


def is_policy(path: Path) -> bool:
    """Whether a file says so of itself, sound or not."""
    return bool(_POLICY.search(path.read_text("utf-8", errors="replace")))


class Shelf(Library):
    """A library without a table: a repertoire and the journeys that are live."""

    def __init__(
        self, repertoire: Repertoire, programs: Iterable[Program] = (), policy: PolicyDefinition | None = None
    ) -> None:
        self._repertoire = repertoire
        self._live = compile_catalog(repertoire.judgments, programs=programs, policy=policy or repertoire.policy)
        self._present = self._live

    def pause(self) -> None:
        """From now on no journey lets anybody in."""
        self._present = replace(self._live, live={})

    def resume(self) -> None:
        self._present = self._live

    def catalog(self) -> Catalog:
        return self._present

    def look(self) -> None:
        """There is nothing new to see."""

    def policy(self) -> Policy | None:
        return self._present.policy

    def interests(self) -> Interests | None:
        return self._present.interests

    def entries(self) -> list[Entry]:
        return [Entry(channel, name, 1, LIVE) for channel, name in sorted(self._repertoire.messages)]

    def seen_names(self) -> frozenset[str]:
        return frozenset()

    def judgments(self) -> Judgments:
        return self._repertoire.judgments

    def live(self, kind: str, name: str) -> Published | None:
        return self.version(kind, name, 1) if (kind, name) in self._repertoire.messages else None

    def version(self, kind: str, name: str, version: int) -> Published:
        return Published(kind, name, version, self._repertoire.message(kind, name))


def _email(folder: Path, name: str) -> Mapping[str, Any]:
    return compile_email(read_email(folder / "emails", name)).to_document()


def _sms(folder: Path, name: str) -> Mapping[str, Any]:
    return compile_sms(read_sms(folder / "sms", name)).to_document()


_COMPILED = {"email": _email, "sms": _sms}
