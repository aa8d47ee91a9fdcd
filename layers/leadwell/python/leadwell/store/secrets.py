"""The secret that signs our links."""

from functools import cached_property
from typing import Any, Protocol


class Secrets(Protocol):
    @property
    def signing_key(self) -> bytes:
        """At least 32 random bytes."""


class SecretsManagerSecrets:
    def __init__(self, client: Any, arn: str) -> None:
        self._client = client
        self._arn = arn

    @cached_property
    def signing_key(self) -> bytes:
        answer = self._client.get_secret_value(SecretId=self._arn)
        return str(answer["SecretString"]).encode()
