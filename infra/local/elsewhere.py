"""The front before a stack that runs in another emulator, or in AWS: ``AWS_ENDPOINT_URL`` says where.

That emulator runs the functions, event sources and timers itself, so there is no outbox and no movable clock here.
"""

import json
import time
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from infra.local import shop
from infra.local.errors import CannotStart
from infra.local.front import Server
from infra.local.functions import Answer
from infra.local.gateway import Gateway
from infra.local.payload import Request, Response


def connect(endpoint: str, stage: str) -> Server:
    """Raises ``CannotStart`` when there is no deployed stack."""
    import boto3

    stack = f"leadwell-{stage}"
    try:
        resources = boto3.client("cloudformation").describe_stack_resources(StackName=stack)["StackResources"]
    except (ClientError, BotoCoreError) as error:
        hint = f"deploy it first: AWS_ENDPOINT_URL={endpoint} make deploy"
        raise CannotStart(f"{endpoint} has no stack {stack} ({error}); {hint}") from error
    (api,) = (r["PhysicalResourceId"] for r in resources if r["ResourceType"] == "AWS::ApiGatewayV2::Api")
    apis, functions = boto3.client("apigatewayv2"), boto3.client("lambda")

    def invoke(name: str, event: Any, _request_id: str) -> Answer:
        answer = functions.invoke(FunctionName=name, Payload=json.dumps(event).encode())
        return Answer(json.loads(answer["Payload"].read() or b"null"), failed="FunctionError" in answer)

    cors = apis.get_api(ApiId=api).get("CorsConfiguration", {})
    gateway = Gateway(client=apis, api_id=api, cors=cors, invoke=invoke)

    def answer(request: Request) -> Response:
        return shop.serve(request.path) if request.path.startswith("/shop") else gateway.answer(request)

    return Server(answer, lambda: time.time_ns() // 1_000_000)
