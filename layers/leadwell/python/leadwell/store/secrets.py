"""The secret that signs our links, and what follows from it."""

import hmac
from functools import cached_property
from typing import Any, Protocol


class Secrets(Protocol):
    @property
    def signing_key(self) -> bytes:
        """At least 32 random bytes."""


def pepper_of(signing_key: bytes) -> bytes:
    """Of the names of addresses in the table; a key of its own, so that neither tells the other."""
    return hmac.digest(signing_key, b"leadwell addresses", "sha256")


class SecretsManagerSecrets:
    def __init__(self, client: Any, arn: str) -> None:
        self._client = client
        self._arn = arn

    @cached_property
    def signing_key(self) -> bytes:
        if not self._arn:
            raise RuntimeError("LEADWELL_SECRET_ARN is not set: this process may not know the installation's secret")
        answer = self._client.get_secret_value(SecretId=self._arn)
        return str(answer["SecretString"]).encode()
