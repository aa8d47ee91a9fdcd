"""Looks for keys, tokens and passwords in the files of this folder, by detect-secrets' patterns. Asks nobody."""

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

from detect_secrets.core.scan import scan_file
from detect_secrets.settings import transient_settings

ROOT = Path(__file__).parents[2]

_DETECTORS = (
    "AWSKeyDetector",
    "ArtifactoryDetector",
    "AzureStorageKeyDetector",
    "Base64HighEntropyString",
    "BasicAuthDetector",
    "DiscordBotTokenDetector",
    "GitHubTokenDetector",
    "GitLabTokenDetector",
    "HexHighEntropyString",
    "JwtTokenDetector",
    "KeywordDetector",
    "MailchimpDetector",
    "NpmDetector",
    "OpenAIDetector",
    "PrivateKeyDetector",
    "PypiTokenDetector",
    "SendGridDetector",
    "SlackDetector",
    "SquareOAuthDetector",
    "StripeDetector",
    "TelegramBotTokenDetector",
    "TwilioKeyDetector",
)
# Without detect-secrets' comments that switch it off for a line: what is accepted stands in one place.
_FILTERS = (
    "is_indirect_reference",
    "is_likely_id_string",
    "is_not_alphanumeric_string",
    "is_potential_uuid",
    "is_prefixed_with_dollar_sign",
    "is_sequential_string",
    "is_templated_secret",
)
_SETTINGS = {
    "plugins_used": [{"name": name} for name in _DETECTORS],
    "filters_used": [{"path": f"detect_secrets.filters.heuristic.{name}"} for name in _FILTERS],
}
_CHECKSUMS = re.compile(r"(requirements\.txt|package-lock\.json)$")
"""Of public packages; a check of its own compares them with what is downloaded."""
_NOT_OURS = (".git", ".venv")
_LIST = Path(__file__).with_name("accepted.toml")


@dataclass(frozen=True, order=True)
class Finding:
    path: str
    line: int
    kind: str
    value: str

    def __str__(self) -> str:
        return (
            f"{self.path}:{self.line}: {self.value[:4]}… looks like a secret ({self.kind}). If it is one, withdraw it "
            "where it is valid: git forgets nothing. If it is none, say why in tests/security/accepted.toml"
        )


def files(root: Path = ROOT) -> list[Path]:
    """Everything below a folder that its ``.gitignore`` does not name; git itself is not needed."""
    listed = (root / ".gitignore").read_text(encoding="utf-8").split() if (root / ".gitignore").is_file() else []
    ignored = [*_NOT_OURS, *(pattern.rstrip("/") for pattern in listed)]
    return sorted(_below(root, ignored))


def _below(root: Path, ignored: list[str]) -> Iterator[Path]:
    for folder, inner, names in os.walk(root):
        inner[:] = [name for name in inner if not any(fnmatch(name, pattern) for pattern in ignored)]
        yield from (Path(folder, name) for name in names if not any(fnmatch(name, pattern) for pattern in ignored))


def scan(paths: Iterable[Path], root: Path = ROOT) -> list[Finding]:
    """What looks like a secret, in order."""
    with transient_settings(_SETTINGS):
        return sorted(
            Finding(str(path.relative_to(root)), secret.line_number, secret.type, secret.secret_value or "")
            for path in paths
            if not _CHECKSUMS.search(path.name) and path != _LIST
            for secret in scan_file(str(path))
        )


def judged(findings: Iterable[Finding], accepted: Mapping[str, str]) -> list[str]:
    """What is to be done: findings that nobody accepted, and accepted values that nobody finds."""
    findings = list(findings)
    unused = sorted(set(accepted) - {one.value for one in findings})
    return [
        *(str(one) for one in findings if one.value not in accepted),
        *(f"accepted.toml: {value[:4]}… stands nowhere any more; delete it" for value in unused),
    ]
