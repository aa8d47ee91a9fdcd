"""What marketers call the things in a folder that is laid out like ``templates/``."""

from functools import cache
from pathlib import Path

from leadwell.definitions.documents import read_yaml
from leadwell.definitions.files import with_folders_inside
from leadwell.definitions.text import Text
from leadwell.definitions.titles import Titles, title_of
from leadwell.messaging.rendering.compile_email import compile_email, read_settings
from leadwell.messaging.rendering.read_sources import read_email
from leadwell.messaging.rendering.settings import EmailSettings


def titles_in(folder: Path) -> Titles:
    """Looks for each in a file of its own name. Raises ``Refused`` for one that is not sound."""

    @cache
    def title(kind: str, name: str) -> Text | None:
        if kind == "email":
            return _of_email(folder / "emails", name)
        paths = [folder / "sms" / f"{name}.yaml"]
        if kind != "sms":
            paths = [path for path in with_folders_inside(folder / f"{kind}s") if path.stem == name]
        return next((title_of(read_yaml(path.read_text("utf-8"))) for path in paths if path.is_file()), None)

    return title


def _of_email(emails: Path, name: str) -> Text | None:
    path = emails / name / "email.yaml"
    if not path.is_file():
        return None
    given = read_settings(EmailSettings, path.read_text("utf-8"), "email.yaml").title
    return given or title_of(compile_email(read_email(emails, name)).to_document())
