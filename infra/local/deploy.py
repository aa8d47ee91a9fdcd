"""Creates the synthesized stack in the emulator by CloudFormation, and reads back what it made."""

import hashlib
import io
import json
import time
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from infra.local.embedded_aws import ACCOUNT, REGION
from infra.local.synthesis import read_stack

Client = Callable[[str], Any]

_TEMPLATE = "template.json"


class DeployFailed(Exception):
    """The message names the resources and their reasons."""


@dataclass(frozen=True)
class Deployed:
    """What the local run needs to know of the stack."""

    functions: Mapping[str, str]
    """Deployed name → folder in ``functions/``."""
    limits: Mapping[str, tuple[int, int]]
    """Deployed name → memory in MB, timeout in seconds."""
    environment: Mapping[str, str]
    """The variables of all functions together: where two have one, it has the same value."""
    api_id: str
    cors: Mapping[str, Any]
    """The API's ``CorsConfiguration``; from the template because MiniStack does not give back what a stack has set."""
    feedback_topic: str
    inbound_sms_topic: str
    reply_topic: str = ""
    """Where SES tells of mails that arrived; the bucket stands in the environment."""

    @classmethod
    def from_json(cls, given: Mapping[str, Any]) -> "Deployed":
        """Reads what ``dataclasses.asdict`` made."""
        values = {field.name: given[field.name] for field in fields(cls) if field.name in given}
        return cls(**{**values, "limits": {name: tuple(pair) for name, pair in given["limits"].items()}})


def digest_of(assembly: Path) -> str:
    """Changes when the stack does."""
    _, template, _ = read_stack(assembly)
    return hashlib.sha256(json.dumps(template, sort_keys=True).encode()).hexdigest()


def deploy(client: Client, assembly: Path) -> str:
    """Creates the stack, or updates the one that is there. Answers ``created`` or ``updated``."""
    name, template, assets = read_stack(assembly)
    cloudformation = client("cloudformation")
    bucket = _upload(client, assets, json.dumps(_known(template)))
    arguments = {
        "StackName": name,
        # By address because CloudFormation takes no more than 51,200 bytes inline.
        "TemplateURL": f"{client('s3').meta.endpoint_url}/{bucket}/{_TEMPLATE}",
        "Capabilities": ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"],
    }
    exists = _exists(cloudformation, name)
    try:
        if exists:
            cloudformation.update_stack(**arguments)
        else:
            cloudformation.create_stack(**arguments)
    except ClientError as error:
        # Only code assets have changed, which are not looked at here.
        if "No updates are to be performed" not in str(error):
            raise DeployFailed(str(error)) from error
    _wait(cloudformation, name)
    return "updated" if exists else "created"


_LACKING = ("AWS::SES::ReceiptRuleSet", "AWS::SES::ReceiptRule")
"""What MiniStack cannot make. ``replies.py`` does what the rule would do."""


def _known(template: dict[str, Any]) -> dict[str, Any]:
    """Without the resources that are lacking, and the outputs that name them."""
    lacking = {name for name, one in template["Resources"].items() if one["Type"] in _LACKING}

    def names_one(value: Any) -> bool:
        return any(f'"{name}"' in json.dumps(value) for name in lacking)

    kept = {name: one for name, one in template["Resources"].items() if name not in lacking}
    outputs = {name: one for name, one in template.get("Outputs", {}).items() if not names_one(one)}
    return {**template, "Resources": kept, "Outputs": outputs}


def read_deployed(client: Client, assembly: Path, functions: Path) -> Deployed:
    """Raises DeployFailed when the stack lacks a part that the local run stands on."""
    stack, template, _ = read_stack(assembly)
    physical = _physical_ids(client("cloudformation"), stack)
    folders = {path.parent.name for path in functions.glob("*/handler.py")}
    names: dict[str, str] = {}
    limits: dict[str, tuple[int, int]] = {}
    environment: dict[str, str] = {}
    for page in client("lambda").get_paginator("list_functions").paginate():
        for function in page["Functions"]:
            deployed = function["FunctionName"]
            folder = deployed.removeprefix(f"{stack}-")
            if folder in folders:
                names[deployed] = folder
                limits[deployed] = (function["MemorySize"], function["Timeout"])
                environment.update(function.get("Environment", {}).get("Variables", {}))
    topics = _topics(template)
    apis = {i: r for i, r in template["Resources"].items() if r["Type"] == "AWS::ApiGatewayV2::Api"}
    if len(apis) != 1 or "feedback" not in topics or "sms" not in topics:
        raise DeployFailed("the stack has not one HTTP API, no topic of SES events or no topic of inbound SMS")
    ((api, resource),) = apis.items()
    return Deployed(
        functions=names,
        limits=limits,
        environment=environment,
        api_id=physical[api],
        cors=resource["Properties"].get("CorsConfiguration", {}),
        feedback_topic=physical[topics["feedback"]],
        inbound_sms_topic=physical[topics["sms"]],
        reply_topic=physical.get(topics.get("replies", ""), ""),
    )


def _topics(template: dict[str, Any]) -> dict[str, str]:
    """The SES events' topic is the one the configuration set names, that of replies the one a receipt rule names;
    inbound SMS is the other with a subscriber."""
    resources = template["Resources"]
    found: dict[str, str] = {}
    for resource in resources.values():
        if resource["Type"] == "AWS::SES::ConfigurationSetEventDestination":
            destination = resource["Properties"]["EventDestination"].get("SnsDestination", {})
            found["feedback"] = _referred(destination.get("TopicARN"))
        if resource["Type"] == "AWS::SES::ReceiptRule":
            actions = resource["Properties"]["Rule"]["Actions"]
            found["replies"] = _referred(actions[0]["S3Action"]["TopicArn"])
    for resource in resources.values():
        if resource["Type"] == "AWS::SNS::Subscription" and resource["Properties"]["Protocol"] == "sqs":
            topic = _referred(resource["Properties"]["TopicArn"])
            if topic not in (found.get("feedback"), found.get("replies")):
                found["sms"] = topic
    return found


def _referred(value: Any) -> str:
    if isinstance(value, dict):
        return str(value["Ref"] if "Ref" in value else value["Fn::GetAtt"][0])
    return str(value)


def _exists(cloudformation: Any, name: str) -> bool:
    try:
        stacks = cloudformation.describe_stacks(StackName=name)["Stacks"]
    except ClientError:
        return False
    return bool(stacks)


def _upload(client: Client, assets: list[tuple[str, str]], template: str) -> str:
    """Answers the bucket. CloudFormation wants the code assets to exist; nobody opens them, so they are empty: the
    handlers run from the source tree.
    """
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("handler.py", "")
    s3 = client("s3")
    # The names of bucket and keys are written for whatever account and region deploys.
    places = sorted({(_local(bucket), _local(key)) for bucket, key in assets})
    bucket = places[0][0]
    try:
        s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": s3.meta.region_name})
    except ClientError as error:
        if error.response["Error"]["Code"] not in ("BucketAlreadyOwnedByYou", "BucketAlreadyExists"):
            raise
    for _, key in places:
        s3.put_object(Bucket=bucket, Key=key, Body=packed.getvalue())
    s3.put_object(Bucket=bucket, Key=_TEMPLATE, Body=template.encode())
    client("ssm").put_parameter(Name="/cdk-bootstrap/hnb659fds/version", Value="30", Type="String", Overwrite=True)
    return bucket


def _local(name: str) -> str:
    return name.replace("${AWS::AccountId}", ACCOUNT).replace("${AWS::Region}", REGION)


def _wait(cloudformation: Any, name: str) -> None:
    while True:
        stack = cloudformation.describe_stacks(StackName=name)["Stacks"][0]
        status = stack["StackStatus"]
        if not status.endswith("IN_PROGRESS"):
            break
        time.sleep(0.05)
    if status not in ("CREATE_COMPLETE", "UPDATE_COMPLETE"):
        events = cloudformation.describe_stack_events(StackName=name)["StackEvents"]
        reasons = [
            f"{event['LogicalResourceId']}: {event['ResourceStatusReason']}"
            for event in events
            if event["ResourceStatus"].endswith("_FAILED") and event.get("ResourceStatusReason")
        ]
        raise DeployFailed(f"{status}: " + ("; ".join(reasons[:5]) or str(stack.get("StackStatusReason"))))


def _physical_ids(cloudformation: Any, name: str) -> dict[str, str]:
    pages = cloudformation.get_paginator("list_stack_resources").paginate(StackName=name)
    return {r["LogicalResourceId"]: r["PhysicalResourceId"] for page in pages for r in page["StackResourceSummaries"]}
