"""What whoever deploys can choose, read from the CDK context (``cdk.json`` or ``-c key=value``)."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, cast

from aws_cdk import aws_logs as logs
from constructs import Node

Stage = Literal["dev", "prod"]

EXAMPLE_SENDER = "hello@example.com"

LOG_RETENTION = {
    7: logs.RetentionDays.ONE_WEEK,
    14: logs.RetentionDays.TWO_WEEKS,
    30: logs.RetentionDays.ONE_MONTH,
    90: logs.RetentionDays.THREE_MONTHS,
    365: logs.RetentionDays.ONE_YEAR,
}

_DOMAIN = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)(?:\.(?!-)[a-z0-9-]{1,63}(?<!-))+")
_ADDRESS = re.compile(r"[^@\s<>,;:\"()]{1,64}@[A-Za-z0-9.-]{3,190}")
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")


class ChoiceRefused(ValueError):
    """A context value cannot be used; the message names the key and says what is allowed."""


@dataclass(frozen=True, kw_only=True)
class StackChoices:
    """Everything that differs between two installations."""

    stage: Stage = "dev"
    from_address: str = EXAMPLE_SENDER
    from_name: str = "Leadwell"
    imprint: str = ""
    reply_domain: str = ""
    reply_to: str = ""
    receipt_rule_set: str = ""
    sms_sender_id: str = ""
    sms_origin: str = ""
    default_locale: str = "en"
    default_timezone: str = "Europe/Berlin"
    download_bucket: str = ""
    create_identity: bool = False
    public_url: str = ""
    cors_origins: tuple[str, ...] = ("*",)
    throttle_rate: int = 1000
    throttle_burst: int = 2000
    message_concurrency: int = 2
    reserved_concurrency: Mapping[str, int] = field(default_factory=dict)
    alarms: bool = True
    alarm_email: str = ""
    log_level: str = "INFO"
    log_retention_days: int = 30

    @property
    def production(self) -> bool:
        """True where data must outlive a mistake."""
        return self.stage == "prod"

    @property
    def from_domain(self) -> str:
        """The part of ``from_address`` that SES knows as an identity."""
        return self.from_address.rpartition("@")[2]

    @property
    def log_retention(self) -> logs.RetentionDays:
        """``log_retention_days`` in CDK's words."""
        return LOG_RETENTION[self.log_retention_days]

    def __post_init__(self) -> None:
        if not self.from_domain or "@" not in self.from_address:
            raise ChoiceRefused(f"context from_address: {self.from_address!r} is not an e-mail address")
        if not 2 <= self.message_concurrency <= 1000:
            raise ChoiceRefused("context message_concurrency: Lambda allows 2 to 1000")
        if self.sms_origin and not self.sms_origin.startswith("arn:aws"):
            raise ChoiceRefused("context sms_origin: the ARN of a number, pool or sender id of End User Messaging")
        if self.log_retention_days not in LOG_RETENTION:
            raise ChoiceRefused(f"context log_retention_days: one of {sorted(LOG_RETENTION)}")
        if self.download_bucket and not _BUCKET.fullmatch(self.download_bucket):
            raise ChoiceRefused(f"context download_bucket: {self.download_bucket!r} is no name of an S3 bucket")
        self._check_replies()
        if self.production and (self.from_address == EXAMPLE_SENDER or not self.imprint):
            raise ChoiceRefused(
                "stage prod needs context from_address (a verified sender) and imprint "
                "(the postal address line that commercial mail must carry)"
            )

    def _check_replies(self) -> None:
        if self.reply_to and not _ADDRESS.fullmatch(self.reply_to):
            raise ChoiceRefused(f"context reply_to: {self.reply_to!r} is not an e-mail address")
        if not self.reply_domain:
            return
        if not _DOMAIN.fullmatch(self.reply_domain):
            raise ChoiceRefused(f"context reply_domain: {self.reply_domain!r} is no domain in lower-case letters")
        # At its 62 signs before the @, an address of more than 254 would be refused by mail servers (RFC 5321).
        if len(self.reply_domain) > 190:
            raise ChoiceRefused("context reply_domain: at most 190 characters, or reply addresses become too long")
        mailbox = self.reply_to or self.from_address
        if mailbox.lower().endswith(f"@{self.reply_domain}"):
            raise ChoiceRefused(
                f"context reply_to: {mailbox} lies in reply_domain, so replies would be passed on to Leadwell itself; "
                "name a mailbox that somebody reads"
            )

    @classmethod
    def from_context(cls, node: Node) -> "StackChoices":
        """Reads the context; absent keys keep their defaults. Raises :class:`ChoiceRefused`."""
        readers: dict[str, Callable[[object], object]] = {
            "stage": _stage,
            "create_identity": _flag,
            "alarms": _flag,
            "cors_origins": _words,
            "reserved_concurrency": _numbers,
            "throttle_rate": _number,
            "throttle_burst": _number,
            "message_concurrency": _number,
            "log_retention_days": _number,
        }
        given: dict[str, object] = {}
        for key in cls.__dataclass_fields__:
            value: object = node.try_get_context(key)
            if value is None:
                continue
            try:
                given[key] = readers.get(key, str)(value)
            except (TypeError, ValueError) as error:
                raise ChoiceRefused(f"context {key}: {error}") from error
        return cls(**given)  # type: ignore[arg-type]


def _stage(value: object) -> Stage:
    if value not in ("dev", "prod"):
        raise ValueError(f"{value!r} is neither dev nor prod")
    return "prod" if value == "prod" else "dev"


def _flag(value: object) -> bool:
    if isinstance(value, bool):
        return value
    if value not in ("true", "false"):
        raise ValueError(f"{value!r} is neither true nor false")
    return value == "true"


def _number(value: object) -> int:
    return int(str(value))


def _words(value: object) -> tuple[str, ...]:
    words = value.split(",") if isinstance(value, str) else cast("list[object]", value)
    return tuple(str(word).strip() for word in words)


def _numbers(value: object) -> dict[str, int]:
    numbers = json.loads(value) if isinstance(value, str) else value
    return {str(name): int(number) for name, number in cast("Mapping[str, int]", numbers).items()}
