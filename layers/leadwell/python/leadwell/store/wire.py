"""DynamoDB's JSON passed through as it is.

botocore walks every request and every answer along its model of the service and makes a copy. Our items are in the
wire's form already (``attributes``), so the walk changes nothing, and it is a third of the CPU time of an event.
Signing, endpoints, retries and errors stay botocore's. The two places it is hung into are not part of botocore's
public interface: where a version does not have them, the client stays as it was made, and is merely slower.
"""

from typing import Any

from botocore.parsers import JSONParser, ResponseParserFactory
from botocore.serialize import JSONSerializer


class _Serializer(JSONSerializer):  # type: ignore[misc]
    def _serialize(self, serialized: dict[str, Any], value: dict[str, Any], shape: Any, key: str | None = None) -> None:
        serialized.update(value)


class _Parser(JSONParser):  # type: ignore[misc]
    def _handle_json_body(self, raw_body: bytes, shape: Any) -> Any:
        return self._parse_body_as_json(raw_body)


class _Parsers(ResponseParserFactory):  # type: ignore[misc]
    def create_parser(self, protocol_name: str) -> _Parser:
        return _Parser(**self._defaults)


def passing_through(client: Any) -> Any:
    """The same DynamoDB client, for parameters and answers in the form of the wire: binary values are base64 text."""
    endpoint = getattr(client, "_endpoint", None)
    if hasattr(client, "_serializer") and hasattr(endpoint, "_response_parser_factory"):
        client._serializer = _Serializer()
        endpoint._response_parser_factory = _Parsers()
    return client
