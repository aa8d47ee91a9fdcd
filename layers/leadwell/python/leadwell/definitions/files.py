"""Publishes definitions from files, each after what it rests on, whatever the files are called."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from leadwell.conditions.models import Model
from leadwell.definitions.library import Published
from leadwell.definitions.publishing import Publisher
from leadwell.definitions.reading import read_definition
from leadwell.definitions.resting import heights
from leadwell.errors import Refused
from leadwell.messaging.rendering.read_sources import email_names, read_email, read_sms, sms_names

FOLDERS = ("scoring", "segments", "journeys", "pages")
"""Where definitions lie in a folder that is laid out like ``templates/``."""
POLICY = "policy"

Parameters = Mapping[str, Mapping[str, Any]]
"""A file's name without its ending → the parameters to publish it with; what is not given keeps its default."""

NONE: Parameters = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class DefinitionFile:
    """A file that was read and parsed, ready to be published with these parameters."""

    path: Path
    text: str
    parameters: Mapping[str, Any]
    definition: Model
    kind: str
    name: str


def files_in(folder: Path) -> list[Path]:
    """Its definitions by name, without those in folders inside."""
    return sorted([*folder.glob("*.yaml"), *folder.glob("*.yml")])


def with_folders_inside(folder: Path) -> list[Path]:
    """The same, and then those of each folder directly in it."""
    return [*files_in(folder), *(path for inside in sorted(folder.glob("*/")) for path in files_in(inside))]


def is_templates(folder: Path) -> bool:
    """Whether it is laid out like ``templates/``."""
    return any((folder / name).is_dir() for name in (*FOLDERS, "emails", "sms"))


def template_files(templates: Path) -> list[Path]:
    """The definitions in a folder that is laid out like ``templates/``."""
    return [path for folder in FOLDERS for path in files_in(templates / folder)]


def read_files(paths: Iterable[Path], parameters: Parameters = NONE) -> list[DefinitionFile]:
    """Raises ``Refused`` naming file and field."""
    return [_read(path, parameters.get(path.stem, {})) for path in paths]


def as_file(name: str, text: str, parameters: Mapping[str, Any]) -> DefinitionFile:
    """A definition that is on no disk here, under the name by which whoever sent it knows it. Raises ``Refused`` naming
    it and the field."""
    path = Path(name)
    with named(path):
        return _parsed(path, text, parameters)


def publish_files(publisher: Publisher, files: Sequence[DefinitionFile]) -> list[Published]:
    """What others rest on comes first; otherwise in the order given. Raises ``Refused`` naming file and field."""
    ranked = zip(heights([file.definition for file in files]), files, strict=True)
    published = []
    for _, file in sorted(ranked, key=lambda pair: pair[0]):
        with named(file.path):
            published.append(publisher.publish(file.text, file.parameters))
    return published


def publish_messages(publisher: Publisher, templates: Path, but: Collection[tuple[str, str]] = ()) -> list[Published]:
    """The e-mails and SMS in a folder that is laid out like ``templates/``, leaving out those named (kind, name) in
    ``but``. Raises ``Refused`` naming file and field."""
    emails, sms = templates / "emails", templates / "sms"
    published = []
    for name in email_names(emails):
        if ("email", name) not in but:
            with named(emails / name):
                published.append(publisher.publish_email(read_email(emails, name)))
    for name in sms_names(sms):
        if ("sms", name) not in but:
            with named(sms / f"{name}.yaml"):
                published.append(publisher.publish_sms(read_sms(sms, name)))
    return published


def publish_all(
    publisher: Publisher,
    folders: Sequence[Path],
    files: Sequence[DefinitionFile],
    but: Collection[tuple[str, str]] = (),
) -> list[Published]:
    """The policy first, whose topics messages name, then the messages of the folders that are laid out like
    ``templates/``, then what refers to them. Raises ``Refused`` naming file and field."""
    along = {(file.kind, file.name) for file in files}
    along |= {one for folder in folders if is_templates(folder) for one in _messages_in(folder)}
    publisher = replace(publisher, along=publisher.along | along)
    published = publish_files(publisher, [file for file in files if file.kind == POLICY])
    for folder in folders:
        if is_templates(folder):
            published += publish_messages(publisher, folder, but)
    return published + publish_files(publisher, [file for file in files if file.kind != POLICY])


def _messages_in(templates: Path) -> Iterator[tuple[str, str]]:
    yield from (("email", name) for name in email_names(templates / "emails"))
    yield from (("sms", name) for name in sms_names(templates / "sms"))


def _read(path: Path, parameters: Mapping[str, Any]) -> DefinitionFile:
    with named(path):
        if not path.is_file():
            raise Refused("there is no such file or folder")
        return _parsed(path, text_of(path), parameters)


def text_of(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise Refused("must be text in UTF-8") from error


def _parsed(path: Path, text: str, parameters: Mapping[str, Any]) -> DefinitionFile:
    written = read_definition(text, parameters)
    name = str(getattr(written.definition, "name", ""))
    return DefinitionFile(path, text, parameters, written.definition, written.document["kind"], name)


@contextmanager
def named(path: Path) -> Iterator[None]:
    """Whatever is refused inside says which file it is about."""
    try:
        yield
    except Refused as refused:
        place = f"{path}:{refused.line}" if refused.line else str(path)
        raise Refused(refused.message, f"{place}: {refused.field}".removesuffix(": ")) from refused
