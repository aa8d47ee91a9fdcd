"""Starts executions of the state machines ``delay`` and ``rebuild`` in Step Functions."""

import json
from typing import Any

from botocore.exceptions import ClientError


class StepFunctionsStarter:
    def __init__(self, client: Any, delay_arn: str, rebuild_arn: str) -> None:
        self._client = client
        self._delay_arn = delay_arn
        self._rebuild_arn = rebuild_arn

    def start_delay(self, minute: str, name: str) -> None:
        self._start(self._delay_arn, name, {"minute": minute, "at": minute.replace("Z", ":00Z")})

    def start_rebuild(self, name: str, reason: str) -> None:
        self._start(self._rebuild_arn, name, {"cursor": None, "reason": reason})

    def _start(self, arn: str, name: str, given: dict[str, Any]) -> None:
        try:
            self._client.start_execution(stateMachineArn=arn, name=name, input=json.dumps(given))
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") != "ExecutionAlreadyExists":
                raise
