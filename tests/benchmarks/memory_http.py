"""What stands between botocore and an answer from memory."""

import io
from collections.abc import Iterator
from typing import Any

from botocore.awsrequest import AWSResponse, HeadersDict


def operation_of(request: Any) -> str:
    """``PutItem`` … of a signed request; mail is the only one of our services that says it by its path."""
    target = request.headers.get("X-Amz-Target")
    if not target:
        return "SendEmail"
    text = target.decode() if isinstance(target, bytes) else str(target)
    return text.rpartition(".")[2]


def answered(request: Any, status: int, body: bytes) -> AWSResponse:
    headers = HeadersDict({"content-type": "application/x-amz-json-1.0"})
    return AWSResponse(request.url, status, headers, _Raw(body))


class _Raw(io.BytesIO):
    """What urllib3 would hand over."""

    def stream(self, *arguments: Any, **more: Any) -> Iterator[bytes]:
        yield self.read()
