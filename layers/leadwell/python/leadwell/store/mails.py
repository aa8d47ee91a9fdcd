"""Mails as they arrived, where SES put them."""

from typing import Any, NamedTuple, Protocol

from leadwell.errors import Broken, Throttled


class Stored(NamedTuple):
    """``content`` is the mail or its beginning, ``size`` the bytes of all of it."""

    content: bytes
    size: int

    @property
    def is_whole(self) -> bool:
        return len(self.content) >= self.size


class Mails(Protocol):
    def read(self, key: str, most: int) -> Stored:
        """At most so many bytes, from the beginning. Raises ``Broken`` when there is no such mail (any more), and
        ``Throttled``."""


class S3Mails:
    def __init__(self, client: Any, bucket: str) -> None:
        """``client`` is an ``s3`` client."""
        self._client = client
        self._bucket = bucket

    def read(self, key: str, most: int) -> Stored:
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            answer = self._client.get_object(Bucket=self._bucket, Key=key, Range=f"bytes=0-{most - 1}")
            content: bytes = answer["Body"].read()
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") in ("NoSuchKey", "404"):
                raise Broken("the mail is no longer in the bucket") from error
            raise Throttled("the bucket of mails does not answer") from error
        except BotoCoreError as error:
            raise Throttled("the bucket of mails does not answer") from error
        _, _, size = str(answer.get("ContentRange", "")).partition("/")
        return Stored(content, int(size) if size.isdigit() else len(content))
