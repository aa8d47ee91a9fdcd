"""Files that people may fetch for a while: an address of the web, or one that S3 signs."""

from typing import Any, Protocol

_STORED = "s3://"


class Files(Protocol):
    def address(self, url: str, seconds: int) -> str:
        """Where the file can be fetched from. An address that we sign holds for so many ``seconds``."""


class S3Files:
    """Signing asks nobody: the function's own permissions decide when the file is fetched."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def address(self, url: str, seconds: int) -> str:
        if not url.startswith(_STORED):
            return url
        bucket, _, key = url.removeprefix(_STORED).partition("/")
        signed: str = self._client.generate_presigned_url(
            "get_object", Params={"Bucket": bucket, "Key": key}, ExpiresIn=seconds
        )
        return signed
