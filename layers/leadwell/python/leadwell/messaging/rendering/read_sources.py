"""Reads templates from the folders in which people edit them; ``templates/emails/README.md`` describes these."""

from pathlib import Path

from leadwell.errors import Refused
from leadwell.messaging.rendering.models import EmailSource, SmsSource


def read_email(emails: Path, name: str) -> EmailSource:
    """The e-mail in the folder ``emails/name``, with the layout and blocks that all e-mails in ``emails`` share.

    An e-mail may bring its own ``layout.mjml``. Raises Refused when there is no such folder.
    """
    own = emails / name
    if not own.is_dir():
        raise Refused(f"there is no folder {own}; available: {', '.join(email_names(emails))}", name)
    shared = [*emails.glob("*.mjml"), *(emails / "blocks").glob("*.mjml")]
    files = {path.relative_to(emails).as_posix(): path.read_text("utf-8") for path in sorted(shared)}
    files |= {
        path.name: path.read_text("utf-8")
        for path in sorted(own.iterdir())
        if path.suffix in (".mjml", ".yaml", ".txt")
    }
    return EmailSource(name=name, files=files)


def email_names(emails: Path) -> list[str]:
    """The e-mails in a folder: every folder with an ``email.yaml``."""
    return sorted(path.parent.name for path in emails.glob("*/email.yaml"))


def read_sms(folder: Path, name: str) -> SmsSource:
    """The SMS in ``folder/name.yaml``. Raises Refused when there is none."""
    path = folder / f"{name}.yaml"
    if not path.is_file():
        raise Refused(f"there is no file {path}; available: {', '.join(sms_names(folder))}", name)
    return SmsSource(name=name, text=path.read_text("utf-8"))


def sms_names(folder: Path) -> list[str]:
    return sorted(path.stem for path in folder.glob("*.yaml"))
