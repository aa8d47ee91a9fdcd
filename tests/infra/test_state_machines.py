"""The state machines of the template, run by moto's interpreter."""

import io
import json
import time
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws
from moto.awslambda.models import LambdaFunction

from tests.infra.synthesized import ACCOUNT, REGION, Synthesized

Json = dict[str, Any]
Handler = Callable[[Json], Json]
LONG_AGO = "2020-01-01T00:00:00Z"


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name, value in {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": REGION,
    }.items():
        monkeypatch.setenv(name, value)
    with mock_aws(config={"stepfunctions": {"execute_state_machine": True}}):
        yield


@pytest.fixture
def run(aws: None, stack: Synthesized, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, Handler, Json], Json]:
    """Runs a state machine by name with a function of our own; answers what DescribeExecution says at the end."""

    def run_machine(name: str, handler: Handler, given: Json) -> Json:
        def invoke(self: LambdaFunction, event: Any = None) -> tuple[str, bool, str]:
            try:
                return json.dumps(handler(json.loads(event) if isinstance(event, str) else event)), False, ""
            except Exception as error:
                return json.dumps({"errorMessage": str(error), "errorType": type(error).__name__}), True, ""

        monkeypatch.setattr(LambdaFunction, "_invoke_lambda", invoke)
        client = boto3.client("stepfunctions")
        definition, function = definition_of(stack, name)
        create_function(function)
        machine = client.create_state_machine(name=name, definition=definition, roleArn=role("machine"))
        execution = client.start_execution(
            stateMachineArn=machine["stateMachineArn"], name="one", input=json.dumps(given)
        )
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            answer: Json = dict(client.describe_execution(executionArn=execution["executionArn"]))
            if answer["status"] != "RUNNING":
                return answer
            time.sleep(0.02)
        raise AssertionError("the execution does not end")

    return run_machine


def definition_of(stack: Synthesized, name: str) -> tuple[str, str]:
    """The definition with everything filled in, and the name of the function it invokes."""
    (properties,) = [
        machine
        for machine in stack.of_type("StepFunctions::StateMachine").values()
        if machine["StateMachineName"] == f"{stack.name}-{name}"
    ]
    arns = {
        key: f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{function['FunctionName']}"
        for key, function in stack.of_type("Lambda::Function").items()
    }
    parts = properties["DefinitionString"]["Fn::Join"][1]
    (used,) = {part["Fn::GetAtt"][0] for part in parts if isinstance(part, dict) and "Fn::GetAtt" in part}
    filled = [
        arns[part["Fn::GetAtt"][0]] if isinstance(part, dict) and "Fn::GetAtt" in part else stack.read(part)
        for part in parts
    ]
    return "".join(filled), stack.resources[used]["Properties"]["FunctionName"]


def role(name: str) -> str:
    trust = json.dumps({"Version": "2012-10-17", "Statement": []})
    arn: str = boto3.client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    return arn


def create_function(name: str) -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("handler.py", "")
    boto3.client("lambda").create_function(
        FunctionName=name,
        Runtime="python3.13",
        Role=role("function"),
        Handler="handler.handler",
        Code={"ZipFile": archive.getvalue()},
    )


def test_delay_drains_its_minute_until_nothing_is_left(run: Callable[[str, Handler, Json], Json]) -> None:
    asked: list[Json] = []

    def wake_due(event: Json) -> Json:
        asked.append(event)
        return {"minute": event["minute"], "shard": len(asked), "more": len(asked) < 3}

    answer = run("delay", wake_due, {"minute": "2026-11-22T04:30Z", "at": LONG_AGO})
    assert answer["status"] == "SUCCEEDED"
    assert [event["minute"] for event in asked] == ["2026-11-22T04:30Z"] * 3
    assert [event.get("shard", 0) for event in asked] == [0, 1, 2], "each call goes on where the last one ended"


def test_delay_waits_for_its_time(stack: Synthesized) -> None:
    definition = json.loads(definition_of(stack, "delay")[0])
    first = definition["States"][definition["StartAt"]]
    assert (first["Type"], first["TimestampPath"]) == ("Wait", "$.at")


def test_delay_tries_again_when_the_function_fails(run: Callable[[str, Handler, Json], Json]) -> None:
    asked: list[Json] = []

    def wake_due(event: Json) -> Json:
        asked.append(event)
        if len(asked) == 1:
            raise TimeoutError("throttled")
        return {"minute": event["minute"], "more": False}

    answer = run("delay", wake_due, {"minute": "2026-11-22T04:30Z", "at": LONG_AGO})
    assert answer["status"] == "SUCCEEDED"
    assert len(asked) == 2


def test_rebuild_follows_the_cursor_to_the_end(run: Callable[[str, Handler, Json], Json]) -> None:
    asked: list[Json] = []

    def rebuild_audience(event: Json) -> Json:
        asked.append(event)
        page = len(asked)
        more = page < 3
        return {"cursor": {"pk": f"c{page}"} if more else None, "more": more, "reason": event["reason"], "touched": 1}

    answer = run("rebuild", rebuild_audience, {"cursor": None, "reason": "definition changed"})
    assert answer["status"] == "SUCCEEDED"
    assert [event["cursor"] for event in asked] == [None, {"pk": "c1"}, {"pk": "c2"}]
    assert {event["reason"] for event in asked} == {"definition changed"}


@pytest.mark.parametrize("name", ["delay", "rebuild"])
def test_a_machine_may_only_invoke_its_function(stack: Synthesized, name: str) -> None:
    (role_id,) = [
        machine["RoleArn"]["Fn::GetAtt"][0]
        for machine in stack.of_type("StepFunctions::StateMachine").values()
        if machine["StateMachineName"] == f"{stack.name}-{name}"
    ]
    function = {"delay": "WakeDueFunction", "rebuild": "RebuildAudienceFunction"}[name]
    assert stack.permissions(role_id) == {("lambda:InvokeFunction", function)}
