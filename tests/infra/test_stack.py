"""What holds for the stack as a whole."""

from pathlib import Path

import pytest
from aws_cdk import Stack
from aws_cdk import aws_sqs as sqs
from cfnlint.api import ManualArgs, lint

from infra.app import build_app
from infra.choices import ChoiceRefused
from leadwell.messaging.reputation import BOUNCES_REVIEWED, COMPLAINTS_REVIEWED, PAUSE_AT
from tests.infra.synthesized import Synthesized, synthesize


def test_far_below_the_limit_of_cloudformation(stack: Synthesized) -> None:
    assert len(stack.resources) < 200  # of 500


def test_each_function_has_its_own_role_and_log_group(stack: Synthesized) -> None:
    functions = stack.functions
    assert len({stack.role_of(name) for name in functions}) == len(functions)
    groups = [stack.resources[function["LoggingConfig"]["LogGroup"]["Ref"]] for function in functions.values()]
    assert {group["Properties"]["LogGroupName"] for group in groups} == {
        f"/aws/lambda/{stack.name}-{name}" for name in functions
    }


def test_logs_do_not_stay_for_ever(stack: Synthesized) -> None:
    assert {group["RetentionInDays"] for group in stack.of_type("Logs::LogGroup").values()} == {30}


def test_functions_run_on_arm_with_both_layers(stack: Synthesized) -> None:
    for function in stack.functions.values():
        assert function["Architectures"] == ["arm64"]
        assert function["Runtime"] == "python3.13"
        assert function["Handler"] == "handler.handler"
        assert {stack.read(layer) for layer in function["Layers"]} == {"Package", "DependenciesLayer"}


def test_no_function_may_do_everything_somewhere(stack: Synthesized) -> None:
    for name in stack.functions:
        assert not [action for action, _ in stack.permissions(stack.role_of(name)) if "*" in action]


def test_a_person_hears_of_bounces_and_complaints_when_marketing_pauses(stack: Synthesized) -> None:
    found = {
        alarm["MetricName"]: alarm["Threshold"]
        for alarm in stack.of_type("CloudWatch::Alarm").values()
        if alarm.get("Namespace") == "AWS/SES"
    }
    limits = {"BounceRate": BOUNCES_REVIEWED, "ComplaintRate": COMPLAINTS_REVIEWED}
    assert found == {f"Reputation.{name}": pytest.approx(PAUSE_AT * limit) for name, limit in limits.items()}


def test_every_function_and_every_dead_letter_queue_raises_an_alarm(stack: Synthesized) -> None:
    watched = {
        (alarm["MetricName"], stack.read(dimension["Value"]))
        for alarm in stack.of_type("CloudWatch::Alarm").values()
        for dimension in alarm.get("Dimensions", ())
    }
    functions = {stack.read({"Ref": key}) for key in stack.of_type("Lambda::Function")}
    assert {name for metric, name in watched if metric == "Errors"} == functions
    assert {name for metric, name in watched if metric == "IteratorAge"} == {
        "ScoreAndSegmentFunction",
        "RunJourneysFunction",
    }
    dead = {name for metric, name in watched if metric == "ApproximateNumberOfMessagesVisible"}
    assert dead == {
        "ContactsDeadLettersQueue.QueueName",
        "EnrollmentsDeadLettersQueue.QueueName",
        "TransactionalDeadLettersQueue.QueueName",
        "WebhooksDeadLettersQueue.QueueName",
        "MessagesDeadLettersQueue.QueueName",
        "FeedbackDeadLettersQueue.QueueName",
        "StreamFailuresQueue.QueueName",
    }


def test_queues_are_encrypted_and_what_fails_is_kept(stack: Synthesized) -> None:
    for logical_id, queue in stack.of_type("SQS::Queue").items():
        name = stack.read({"Ref": logical_id})
        assert queue["SqsManagedSseEnabled"] is True, name
        if name.endswith("DeadLettersQueue") or name == "StreamFailuresQueue":
            assert queue["MessageRetentionPeriod"] == 14 * 24 * 3600
        else:
            assert stack.read(queue["RedrivePolicy"]["deadLetterTargetArn"]) == name.replace(
                "Queue", "DeadLettersQueue"
            )
            assert queue["RedrivePolicy"]["maxReceiveCount"] == 5


def test_queues_and_topics_refuse_unencrypted_connections(stack: Synthesized) -> None:
    for kind, policies in (("Queue", "SQS::QueuePolicy"), ("Topic", "SNS::TopicPolicy")):
        refused = {
            stack.read(target)
            for policy in stack.of_type(policies).values()
            for target in policy[f"{kind}s"]
            for statement in policy["PolicyDocument"]["Statement"]
            if statement["Effect"] == "Deny"
            and statement.get("Condition") == {"Bool": {"aws:SecureTransport": "false"}}
        }
        assert refused == {
            stack.read({"Ref": key}) for key in stack.of_type(f"{'SQS' if kind == 'Queue' else 'SNS'}::{kind}")
        }


def test_the_api_is_throttled_and_its_log_names_nobody(stack: Synthesized) -> None:
    stage = stack.only("ApiGatewayV2::Stage")
    assert stage["DefaultRouteSettings"] == {"ThrottlingRateLimit": 1000, "ThrottlingBurstLimit": 2000}
    logged = stage["AccessLogSettings"]["Format"]
    assert "$context.routeKey" in logged
    for revealing in ("path", "sourceIp", "userAgent", "queryString", "authorizer"):
        assert revealing not in logged


def test_browsers_of_other_origins_may_report(stack: Synthesized) -> None:
    cors = stack.only("ApiGatewayV2::Api")["CorsConfiguration"]
    assert cors["AllowOrigins"] == ["*"]
    assert set(cors["AllowMethods"]) == {"GET", "POST", "OPTIONS"}
    assert set(cors["AllowHeaders"]) == {"authorization", "content-type", "x-retry-count"}
    assert cors["ExposeHeaders"] == ["retry-after"]
    assert not cors.get("AllowCredentials")


def test_people_sign_in_and_have_roles(stack: Synthesized) -> None:
    assert {group["GroupName"] for group in stack.of_type("Cognito::UserPoolGroup").values()} == {
        "viewer",
        "marketer",
        "sales",
        "admin",
    }
    client = stack.only("Cognito::UserPoolClient")
    assert client["AllowedOAuthFlows"] == ["code"]
    assert "ClientSecret" not in client
    assert client["GenerateSecret"] is False
    assert [stack.read(url) for url in client["CallbackURLs"]] == ["ApiHttp.ApiEndpoint/console"]
    assert stack.only("Cognito::UserPool")["AdminCreateUserConfig"] == {"AllowAdminCreateUserOnly": True}


def test_outputs(stack: Synthesized) -> None:
    assert set(stack.template["Outputs"]) == {
        "ApiUrl",
        "PublicUrl",
        "ConsoleUrl",
        "TableName",
        "SecretArn",
        "UserPoolId",
        "InboundSmsTopic",
    }


def test_development_can_be_thrown_away(stack: Synthesized) -> None:
    kept = [key for key, resource in stack.resources.items() if resource.get("DeletionPolicy", "Delete") != "Delete"]
    assert kept == []


def test_production_keeps_what_cannot_be_made_again(production: Synthesized) -> None:
    kept = {key for key, resource in production.resources.items() if resource.get("DeletionPolicy") == "Retain"}
    assert {production.read({"Ref": key}) for key in kept} == {"Table", "SigningSecret", "SignInPool", "RepliesMails"}
    (replica,) = production.only("DynamoDB::GlobalTable")["Replicas"]
    assert replica["DeletionProtectionEnabled"] is True
    assert replica["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    pool = production.only("Cognito::UserPool")
    assert (pool["DeletionProtection"], pool["MfaConfiguration"]) == ("ACTIVE", "ON")


@pytest.mark.parametrize(
    ("context", "named"),
    [
        ({"stage": "production"}, "stage"),
        ({"stage": "prod", "from_address": "news@example.org"}, "imprint"),
        ({"stage": "prod", "imprint": "Example GmbH"}, "from_address"),
        ({"from_address": "example.org"}, "from_address"),
        ({"message_concurrency": "1"}, "message_concurrency"),
        ({"throttle_rate": "many"}, "throttle_rate"),
        ({"alarms": "maybe"}, "alarms"),
        ({"log_retention_days": "31"}, "log_retention_days"),
        ({"reserved_concurrency": '{"track": 5}', "aws:cdk:bundling-stacks": []}, "reserved_concurrency"),
    ],
)
def test_a_wrong_choice_is_refused_by_name(tmp_path: Path, context: dict[str, object], named: str) -> None:
    with pytest.raises(ChoiceRefused, match=named):
        build_app(context, tmp_path)


def test_choices_of_the_command_line(stack: Synthesized, tmp_path: Path) -> None:
    chosen = synthesize(
        tmp_path,
        public_url="https://go.example.com/",
        cors_origins="https://shop.example.com, https://www.example.com",
        reserved_concurrency='{"track_events": 50}',
        alarms="false",
        create_identity="true",
    )
    assert chosen.of_type("CloudWatch::Alarm") == {}
    assert chosen.only("SES::EmailIdentity")["EmailIdentity"] == "example.com"
    assert chosen.functions["track_events"]["ReservedConcurrentExecutions"] == 50
    assert chosen.functions["send_messages"]["Environment"]["Variables"]["LEADWELL_PUBLIC_URL"] == (
        "https://go.example.com"
    )
    assert chosen.only("ApiGatewayV2::Api")["CorsConfiguration"]["AllowOrigins"] == [
        "https://shop.example.com",
        "https://www.example.com",
    ]


def test_cdk_nag_stops_a_synthesis(stack: Synthesized, tmp_path: Path) -> None:
    app = build_app({"nag": True, "aws:cdk:bundling-stacks": []}, tmp_path)
    leadwell = app.node.find_child("leadwell-dev")
    assert isinstance(leadwell, Stack)
    sqs.Queue(leadwell, "WithoutDeadLetters")
    with pytest.raises(RuntimeError, match="ValidationFailed"):
        app.synth()


def test_cfn_lint_has_nothing_to_say(stack: Synthesized) -> None:
    # W3005: CDK writes dependencies out even where a reference implies them.
    found = lint(stack.path.read_text(encoding="utf-8"), ManualArgs(regions=["eu-central-1"]))
    assert [str(match) for match in found if match.rule.id != "W3005"] == []
