"""The only module that reads the environment."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What the stack tells a function; a value a function does not need stays empty."""

    table: str
    contacts_queue_url: str = ""
    enrollments_queue_url: str = ""
    messages_queue_url: str = ""
    transactional_queue_url: str = ""
    webhooks_queue_url: str = ""
    delay_arn: str = ""
    rebuild_arn: str = ""
    configuration_set: str = ""
    untracked_configuration_set: str = ""
    transactional_configuration_set: str = ""
    secret_arn: str = ""
    public_url: str = ""
    from_address: str = ""
    from_name: str = ""
    imprint: str = ""
    reply_domain: str = ""
    reply_to: str = ""
    reply_bucket: str = ""
    sms_sender_id: str = ""
    sms_origin: str = ""
    sms_configuration_set: str = ""
    default_locale: str = "en"
    default_timezone: str = "Europe/Berlin"
    sign_in: str = "{}"
    log_level: str = "INFO"

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "Settings":
        """Reads ``LEADWELL_*``; an absent or empty variable keeps the default."""
        given = {
            name: environment[variable]
            for name in cls.__dataclass_fields__
            if environment.get(variable := f"LEADWELL_{name.upper()}")
        }
        if "table" not in given:
            raise RuntimeError("LEADWELL_TABLE is not set: this process was not started by the stack")
        return cls(**given)

    @staticmethod
    def take_over(environment: Mapping[str, str]) -> None:
        """As if the process had been started with these variables, which boto3 reads, too."""
        os.environ.update(environment)

    def console_sign_in(self) -> dict[str, str]:
        """How the console page signs in: ``{"kind": "cognito", "domain": …, "client_id": …}``."""
        values = json.loads(self.sign_in)
        return {str(key): str(value) for key, value in values.items()}
