"""Definition files: which there are, and whether they are sound, without a table."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from leadwell.definitions.catalog import Judgments
from leadwell.definitions.documents import parse, read_yaml
from leadwell.definitions.files import FOLDERS, files_in, is_templates, template_files
from leadwell.definitions.library import JUDGMENTS, LIVE, Entry, Library, Published
from leadwell.definitions.parameters import choose, fill_in, read_parameters
from leadwell.definitions.publishing import Publisher
from leadwell.errors import Broken, Refused
from leadwell.messaging.rendering.checks import ERROR, check_email
from leadwell.messaging.rendering.compile_email import compile_email
from leadwell.messaging.rendering.compile_sms import compile_sms
from leadwell.messaging.rendering.read_sources import email_names, read_email, read_sms, sms_names


@dataclass(frozen=True, slots=True)
class Checked:
    file: Path
    problem: str = ""
    field: str = ""
    line: int | None = None
    doubts: tuple[str, ...] = ()

    @property
    def place(self) -> str:
        """File and line, as editors take it."""
        return f"{self.file}:{self.line}" if self.line else str(self.file)

    @property
    def message(self) -> str:
        if self.problem:
            return f"{self.field}: {self.problem}".removeprefix(": ")
        return "; ".join(("sound", *self.doubts))


class Shelf(Library):
    """The definitions in files, as if they were published: what a file refers to may stand in another one."""

    def __init__(self) -> None:
        """Without a table: nothing but what is overridden here may be called."""
        self.documents: dict[tuple[str, str], Mapping[str, Any]] = {}

    def entries(self) -> list[Entry]:
        return [Entry(kind, name, 1, LIVE) for kind, name in sorted(self.documents)]

    def version(self, kind: str, name: str, version: int) -> Published:
        if (kind, name) not in self.documents:
            raise Broken(f"there is no {kind} {name}")
        return Published(kind, name, version, self.documents[kind, name])

    def seen_names(self) -> frozenset[str]:
        """Files do not know."""
        return frozenset()

    def missing_pools(self, wanted: frozenset[str]) -> list[str]:
        """Files hold no codes."""
        return []

    def judgments(self) -> Judgments:
        """Of the files that are sound; what is wrong with another one is said when that is checked."""
        found = []
        for (kind, _), document in self.documents.items():
            if kind in JUDGMENTS:
                with suppress(Refused):
                    found.append(parse(document))
        return Judgments.among(found)


def definition_files(path: Path) -> list[Path]:
    """The file itself, or those in a folder: directly in it, or as ``templates/`` has them."""
    if not path.is_dir():
        return [path]
    return template_files(path) if is_templates(path) else files_in(path)


def check(paths: Iterable[Path]) -> list[Checked]:
    """Every file given, or found in a given folder. References are looked up among these, and in the folder that they
    belong to (``templates/`` for ``templates/journeys/welcome.yaml`` or ``templates/scoring/b2b``)."""
    shelf = Shelf()
    checked: list[Checked] = []
    definitions: list[Path] = []
    for path in paths:
        definitions += definition_files(path)
        if path.is_dir() and is_templates(path):
            _put_on(shelf, path)
            checked += [_checked_email(path, name) for name in email_names(path / "emails")]
            checked += [_checked_sms(path, name) for name in sms_names(path / "sms")]
        elif around := _around(path):
            _put_on(shelf, around)
    for file in definitions:
        _learn(shelf, file)
    return checked + [_checked(shelf, file) for file in definitions]


def _around(path: Path) -> Path | None:
    """The folder laid out like ``templates/`` whose journeys, segments or scoring a file or folder belongs to."""
    here = path.resolve()
    return next((one for one in here.parents if here.relative_to(one).parts[0] in FOLDERS and is_templates(one)), None)


def _put_on(shelf: Shelf, templates: Path) -> None:
    shelf.documents |= {("email", name): {} for name in email_names(templates / "emails")}
    shelf.documents |= {("sms", name): {} for name in sms_names(templates / "sms")}
    for file in template_files(templates):
        _learn(shelf, file)


def _learn(shelf: Shelf, file: Path) -> None:
    try:
        document = read_yaml(file.read_text("utf-8"))
    except (Refused, OSError, UnicodeDecodeError):
        return  # said when the file itself is checked
    complete = {key: value for key, value in document.items() if key != "parameters"}
    with suppress(Refused):
        complete = fill_in(complete, choose(read_parameters(document), {}))
    shelf.documents[str(document.get("kind")), str(document.get("name"))] = complete


def _checked(shelf: Shelf, file: Path) -> Checked:
    if not file.is_file():
        return Checked(file, "there is no such file")
    try:
        doubts = Publisher(shelf, 0, "").doubts(file.read_text("utf-8"))
    except Refused as refused:
        return Checked(file, refused.message, refused.field, refused.line)
    except UnicodeDecodeError:
        return Checked(file, "must be text in UTF-8")
    return Checked(file, doubts=doubts)


def _checked_email(templates: Path, name: str) -> Checked:
    file = templates / "emails" / name
    try:
        findings = check_email(compile_email(read_email(templates / "emails", name)))
    except Refused as refused:
        return Checked(file, refused.message, refused.field, refused.line)
    wrong = next((one for one in findings if one.level == ERROR), None)
    if wrong is not None:
        return Checked(file, wrong.en, f"{wrong.locale}.mjml")
    return Checked(file, doubts=tuple(f"{one.locale}: {one.en}" for one in findings))


def _checked_sms(templates: Path, name: str) -> Checked:
    file = templates / "sms" / f"{name}.yaml"
    try:
        compile_sms(read_sms(templates / "sms", name))
    except Refused as refused:
        return Checked(file, refused.message, refused.field, refused.line)
    return Checked(file)
