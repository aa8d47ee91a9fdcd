"""A request as API Gateway hands it over (HTTP API, payload version 2.0), with limits on what it may weigh.

Source of the format: Amazon API Gateway Developer Guide, "Create AWS Lambda proxy integrations for HTTP APIs".
"""

import base64
import binascii
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from leadwell.clock import Moment
from leadwell.errors import Refused
from leadwell.ids import fingerprint
from leadwell.tracking.answers import CallRefused
from leadwell.tracking.values import is_object

REQUEST_LIMIT = 500 * 1024
"""Bytes of a request, packed and unpacked (Segment's limit)."""

_COMPACT = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_GZIP = b"\x1f\x8b"
_GZIP_WINDOW = 16 + zlib.MAX_WBITS


@dataclass(frozen=True, slots=True)
class Request:
    """``headers`` have lower-case names; ``received`` is when it reached the gateway, ``source_ip`` from where."""

    id: str
    method: str
    path: str
    headers: Mapping[str, str]
    received: Moment
    raw: str = ""
    is_base64: bool = False
    source_ip: str = ""

    @classmethod
    def from_gateway(cls, event: Mapping[str, Any], now: Moment) -> "Request":
        """``now`` stands in where the gateway does not say when it received the request."""
        context = event.get("requestContext") or {}
        http = context.get("http") or {}
        epoch = context.get("timeEpoch")
        received = epoch if type(epoch) is int and epoch > 0 else now
        raw = event.get("body") or ""
        return cls(
            id=str(context.get("requestId") or fingerprint("request", str(received), raw)),
            method=str(http.get("method") or "").upper(),
            path=unquote(str(event.get("rawPath") or http.get("path") or "/")),
            headers={str(name).lower(): str(value) for name, value in (event.get("headers") or {}).items()},
            received=received,
            raw=raw,
            is_base64=bool(event.get("isBase64Encoded")),
            source_ip=str(http.get("sourceIp") or ""),
        )

    def body(self) -> bytes:
        """The unpacked body. Raises ``CallRefused`` (413, 415, 400)."""
        if len(self.raw) > (REQUEST_LIMIT * 4 // 3 + 4 if self.is_base64 else REQUEST_LIMIT):
            raise _too_large()
        if self.is_base64:
            try:
                packed = base64.b64decode(self.raw)
            except (binascii.Error, ValueError):
                raise CallRefused(400, "the body is not valid base64") from None
        else:
            packed = self.raw.encode("utf-8", "surrogatepass")
        if len(packed) > REQUEST_LIMIT:
            raise _too_large()
        encoding = self.headers.get("content-encoding", "").strip().lower()
        if encoding not in ("", "identity", "gzip", "x-gzip"):
            raise CallRefused(415, "bodies may be packed with gzip only", headers={"accept-encoding": "gzip"})
        # RudderStack's SDKs and some proxies name the packing wrongly or not at all; JSON never begins like this.
        return _unpacked(packed) if packed.startswith(_GZIP) else packed

    def document(self) -> tuple[dict[str, Any], int]:
        """The JSON object in the body, whatever its content type says, and its size in bytes."""
        body = self.body()
        try:
            document = json.loads(body.decode("utf-8-sig"))
        except UnicodeDecodeError:
            raise CallRefused(400, "the body must be JSON in UTF-8") from None
        except RecursionError:
            raise CallRefused(400, "the body is nested too deeply") from None
        except json.JSONDecodeError as error:
            raise CallRefused(400, f"the body must be JSON: {error.msg} at character {error.pos}") from None
        except ValueError:
            raise CallRefused(400, "the body must be JSON, with numbers of at most 38 digits") from None
        if not is_object(document):
            raise CallRefused(400, "the body must be a JSON object")
        return document, len(body)


def weigh(entry: object, limit: int) -> None:
    """Raises ``Refused`` when an entry, written as compact JSON, is heavier than ``limit`` bytes."""
    try:
        text = _COMPACT.encode(entry)
    except RecursionError:
        raise Refused("is nested too deeply") from None
    if len(text) > limit or len(text.encode("utf-8", "surrogatepass")) > limit:
        raise Refused(f"a call may have at most {limit // 1024} KB")


def _unpacked(packed: bytes) -> bytes:
    unpacker = zlib.decompressobj(_GZIP_WINDOW)
    try:
        body = unpacker.decompress(packed, REQUEST_LIMIT + 1)
    except zlib.error:
        raise CallRefused(400, "the body is not valid gzip") from None
    if len(body) > REQUEST_LIMIT:
        raise _too_large()
    if not unpacker.eof:
        raise CallRefused(400, "the gzip body is cut off")
    return body


def _too_large() -> CallRefused:
    return CallRefused(
        413, f"a request may have at most {REQUEST_LIMIT // 1024} KB, unpacked too: send smaller batches"
    )
