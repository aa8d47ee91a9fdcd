"""One execution per minute: a second start of the same name counts as started."""

import json

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from leadwell.due.buckets import execution_name
from leadwell.store.state_machines import StepFunctionsStarter

DELAY = "arn:aws:states:eu-central-1:123456789012:stateMachine:delay"
REBUILD = "arn:aws:states:eu-central-1:123456789012:stateMachine:rebuild"
STARTED = {
    "executionArn": "arn:aws:states:eu-central-1:123456789012:execution:delay:x",
    "startDate": "2026-11-22T00:00:00Z",
}


def test_what_is_started() -> None:
    client = _client()
    with Stubber(client) as stubber:
        minute = "2026-11-22T04:30Z"
        stubber.add_response(
            "start_execution",
            STARTED,
            {
                "stateMachineArn": DELAY,
                "name": "due-2026-11-22T04-30Z",
                "input": json.dumps({"minute": minute, "at": "2026-11-22T04:30:00Z"}),
            },
        )
        starter = StepFunctionsStarter(client, DELAY, REBUILD)
        starter.start_delay(minute, execution_name(minute))
        stubber.add_response(
            "start_execution",
            STARTED,
            {"stateMachineArn": REBUILD, "name": "r1", "input": json.dumps({"cursor": None, "reason": "published"})},
        )
        starter.start_rebuild("r1", "published")
        stubber.assert_no_pending_responses()


def test_an_execution_that_exists_counts_as_started() -> None:
    client = _client()
    with Stubber(client) as stubber:
        stubber.add_client_error("start_execution", "ExecutionAlreadyExists")
        StepFunctionsStarter(client, DELAY, REBUILD).start_delay("2026-11-22T04:30Z", "due")


@pytest.mark.parametrize("code", ["ThrottlingException", "StateMachineDoesNotExist", "AccessDeniedException"])
def test_any_other_refusal_is_an_error(code: str) -> None:
    client = _client()
    with Stubber(client) as stubber:
        stubber.add_client_error("start_execution", code)
        with pytest.raises(ClientError, match=code):
            StepFunctionsStarter(client, DELAY, REBUILD).start_delay("2026-11-22T04:30Z", "due")


def _client():
    return boto3.client(
        "stepfunctions", region_name="eu-central-1", aws_access_key_id="testing", aws_secret_access_key="testing"
    )
