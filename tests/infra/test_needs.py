"""What the code needs is what the stack gives."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from leadwell.messaging.channels import outside
from leadwell.settings import Settings
from tests.infra.needs import NEEDS, queue
from tests.infra.synthesized import Synthesized

ROOT = Path(__file__).parents[2]
QUEUES = ("contacts", "enrollments", "messages", "transactional", "webhooks", "feedback")
each_function = pytest.mark.parametrize("name", NEEDS)


def test_every_folder_of_functions_is_deployed(stack: Synthesized) -> None:
    folders = {handler.parent.name for handler in (ROOT / "functions").glob("*/handler.py")}
    assert set(stack.functions) == folders == set(NEEDS)


@each_function
def test_environment(stack: Synthesized, name: str) -> None:
    assert set(stack.functions[name]["Environment"]["Variables"]) == NEEDS[name].variables()


def test_every_setting_reaches_some_function(stack: Synthesized) -> None:
    given = {key for function in stack.functions.values() for key in function["Environment"]["Variables"]}
    assert given == {f"LEADWELL_{name.upper()}" for name in Settings.__dataclass_fields__}


@each_function
def test_a_setting_names_the_same_thing_in_every_function(stack: Synthesized, name: str) -> None:
    expected = {
        "LEADWELL_TABLE": "Table",
        "LEADWELL_CONTACTS_QUEUE_URL": "ContactsQueue",
        "LEADWELL_ENROLLMENTS_QUEUE_URL": "EnrollmentsQueue",
        "LEADWELL_MESSAGES_QUEUE_URL": "MessagesQueue",
        "LEADWELL_TRANSACTIONAL_QUEUE_URL": "TransactionalQueue",
        "LEADWELL_WEBHOOKS_QUEUE_URL": "WebhooksQueue",
        "LEADWELL_DELAY_ARN": "arn:aws:states:us-east-1:123456789012:stateMachine:leadwell-dev-delay",
        "LEADWELL_REBUILD_ARN": "arn:aws:states:us-east-1:123456789012:stateMachine:leadwell-dev-rebuild",
        "LEADWELL_CONFIGURATION_SET": "MailConfigurationSet",
        "LEADWELL_UNTRACKED_CONFIGURATION_SET": "MailUntrackedConfigurationSet",
        "LEADWELL_TRANSACTIONAL_CONFIGURATION_SET": "MailTransactionalConfigurationSet",
        "LEADWELL_SECRET_ARN": "SigningSecret",
        "LEADWELL_PUBLIC_URL": "ApiHttp.ApiEndpoint",
        "LEADWELL_FROM_ADDRESS": "hello@example.com",
    }
    for key, value in stack.functions[name]["Environment"]["Variables"].items():
        if key in expected:
            assert stack.read(value) == expected[key], key


@each_function
def test_permissions_are_exactly_what_is_needed(stack: Synthesized, name: str) -> None:
    logs = stack.read(stack.functions[name]["LoggingConfig"]["LogGroup"])
    assert stack.permissions(stack.role_of(name)) == NEEDS[name].permissions(stack.name, logs)


def test_webhooks_as_slow_as_they_may_be_fit_into_an_invocation(stack: Synthesized) -> None:
    slowest = outside.LOOKUP + outside.MOST_ADDRESSES * outside.CONNECT + outside.ANSWER
    (mapping,) = sources(stack, "send_messages", queue("webhooks"))
    assert mapping["BatchSize"] * slowest < stack.functions["send_messages"]["Timeout"]


def test_sms_permission_excludes_topics_and_mail_only_leaves_from_our_address(stack: Synthesized) -> None:
    statements = list(stack.statements(stack.role_of("send_messages")))
    (denied,) = [statement for statement in statements if statement["Effect"] == "Deny"]
    assert (denied["Action"], stack.read(denied["Resource"])) == ("sns:Publish", "arn:aws:sns:*:*:*")
    (mail,) = [statement for statement in statements if statement["Action"] == "ses:SendEmail"]
    assert mail["Condition"] == {"StringEquals": {"ses:FromAddress": "hello@example.com"}}


def test_the_index_of_what_is_due(stack: Synthesized) -> None:
    table = stack.only("DynamoDB::GlobalTable")
    assert table["GlobalSecondaryIndexes"] == [
        {
            "IndexName": "due",
            "KeySchema": [
                {"AttributeName": "due_bucket", "KeyType": "HASH"},
                {"AttributeName": "due_at", "KeyType": "RANGE"},
            ],
            "Projection": {"ProjectionType": "KEYS_ONLY"},
        }
    ]
    assert table["KeySchema"] == [
        {"AttributeName": "pk", "KeyType": "HASH"},
        {"AttributeName": "sk", "KeyType": "RANGE"},
    ]
    assert table["StreamSpecification"] == {"StreamViewType": "NEW_AND_OLD_IMAGES"}
    assert table["TimeToLiveSpecification"] == {"AttributeName": "expires_at", "Enabled": True}


def sources(stack: Synthesized, name: str, arn: str) -> Iterator[dict[str, Any]]:
    """The event source mappings between something and a function."""
    for mapping in stack.of_type("Lambda::EventSourceMapping").values():
        target = stack.resources[mapping["FunctionName"]["Ref"]]["Properties"]["FunctionName"]
        if target == f"{stack.name}-{name}" and stack.read(mapping["EventSourceArn"]) == arn:
            yield mapping


@each_function
def test_stream(stack: Synthesized, name: str) -> None:
    mappings = list(sources(stack, name, "Table.StreamArn"))
    filters = {}
    for mapping in mappings:
        (given,) = mapping["FilterCriteria"]["Filters"]
        pattern = json.loads(given["Pattern"])
        image = pattern["dynamodb"]["NewImage"]
        filters[" ".join(f"{name}={rule['S'][0]}" for name, rule in sorted(image.items()))] = pattern["eventName"]
        assert mapping["BisectBatchOnFunctionError"] is True
        assert mapping.get("MaximumRetryAttempts", -1) == -1
        assert "FunctionResponseTypes" not in mapping
        assert mapping["StartingPosition"] == "TRIM_HORIZON"
        assert stack.read(mapping["DestinationConfig"]["OnFailure"]["Destination"]) == "StreamFailuresQueue"
    assert filters == NEEDS[name].stream


@each_function
def test_queue(stack: Synthesized, name: str) -> None:
    consumed = [key for key in QUEUES if [*sources(stack, name, queue(key))]]
    assert consumed == NEEDS[name].consumes.split()
    for key in consumed:
        (mapping,) = sources(stack, name, queue(key))
        assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
        assert mapping["BatchSize"] == (5 if key == "webhooks" else 10)
        limited = key in ("messages", "transactional", "webhooks")
        assert mapping.get("ScalingConfig") == ({"MaximumConcurrency": 2} if limited else None)
        (visibility,) = [
            properties["VisibilityTimeout"]
            for logical_id, properties in stack.of_type("SQS::Queue").items()
            if stack.read({"Ref": logical_id}) == queue(key)
        ]
        assert visibility >= 6 * stack.functions[name]["Timeout"]


@each_function
def test_routes(stack: Synthesized, name: str) -> None:
    public, guarded = set(), set()
    for route in stack.of_type("ApiGatewayV2::Route").values():
        (integration,) = [part["Ref"] for part in route["Target"]["Fn::Join"][1] if isinstance(part, dict)]
        target = stack.resources[integration]["Properties"]
        assert target["PayloadFormatVersion"] == "2.0"
        logical_id = target["IntegrationUri"]["Fn::GetAtt"][0]
        if stack.resources[logical_id]["Properties"]["FunctionName"] == f"{stack.name}-{name}":
            if route["AuthorizationType"] == "JWT":
                assert stack.read(route["AuthorizerId"]).startswith("ApiHttpSignedIn")
                guarded.add(route["RouteKey"])
            else:
                public.add(route["RouteKey"])
    assert (public, guarded) == (set(NEEDS[name].routes), set(NEEDS[name].guarded_routes))


def test_every_route_belongs_to_somebody(stack: Synthesized) -> None:
    wanted = [route for needs in NEEDS.values() for route in (*needs.routes, *needs.guarded_routes)]
    assert sorted(route["RouteKey"] for route in stack.of_type("ApiGatewayV2::Route").values()) == sorted(wanted)


def test_the_sweep(stack: Synthesized) -> None:
    rule = stack.only("Events::Rule")
    (target,) = rule["Targets"]
    assert rule["ScheduleExpression"] == "rate(5 minutes)"
    assert json.loads(target["Input"]) == {"sweep": True}
    assert stack.read(target["Arn"]) == "WakeDueFunction"


def test_reports_reach_the_feedback_queue_in_their_envelope(stack: Synthesized) -> None:
    subscriptions = list(stack.of_type("SNS::Subscription").values())
    assert {stack.read(s["TopicArn"]) for s in subscriptions} == {"MailSesEvents", "MailInboundSms"}
    for subscription in subscriptions:
        assert stack.read(subscription["Endpoint"]) == "FeedbackQueue"
        assert subscription.get("RawMessageDelivery", False) is False
    reported = {}
    for one in stack.of_type("SES::ConfigurationSetEventDestination").values():
        destination = one["EventDestination"]
        assert stack.read(destination["SnsDestination"]["TopicARN"]) == "MailSesEvents"
        events = {event.upper() for event in destination["MatchingEventTypes"]}
        reported[stack.read(one["ConfigurationSetName"])] = events
    assert reported["MailConfigurationSet"] - {"OPEN", "CLICK"} == reported["MailUntrackedConfigurationSet"]
    assert reported["MailConfigurationSet"] == {
        "SEND",
        "DELIVERY",
        "BOUNCE",
        "COMPLAINT",
        "OPEN",
        "CLICK",
        "REJECT",
        "DELIVERYDELAY",
        "RENDERINGFAILURE",
        "SUBSCRIPTION",
    }


def test_files_may_be_read_where_a_bucket_was_chosen(stack: Synthesized, production: Synthesized) -> None:
    def of_s3(synthesized: Synthesized) -> set[tuple[str, str]]:
        return {one for one in synthesized.permissions(synthesized.role_of("serve_pages")) if one[0].startswith("s3:")}

    assert of_s3(stack) == set()
    assert of_s3(production) == {("s3:GetObject", "arn:aws:s3:::files.example.org/*")}
