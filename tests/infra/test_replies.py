"""Replies arrive only where a reply domain was chosen; production has one, development has none."""

import pytest

from infra.choices import ChoiceRefused, StackChoices
from tests.infra.needs import NEEDS
from tests.infra.synthesized import Synthesized

DOMAIN = "reply.example.org"


def of_doors(stack: Synthesized, name: str) -> set[tuple[str, str]]:
    return stack.permissions(stack.role_of(name))


def test_without_a_domain_there_is_nothing_of_it(stack: Synthesized) -> None:
    for kind in ("SES::ReceiptRule", "SES::ReceiptRuleSet", "S3::Bucket"):
        assert not stack.of_type(kind)
    assert set(stack.functions["record_feedback"]["Environment"]["Variables"]) == NEEDS["record_feedback"].variables()
    assert stack.functions["send_messages"]["Environment"]["Variables"]["LEADWELL_REPLY_BUCKET"] == ""


def test_mails_to_the_domain_go_to_the_bucket_and_then_to_the_queue(production: Synthesized) -> None:
    rule = production.only("SES::ReceiptRule")["Rule"]
    assert (rule["Recipients"], rule["ScanEnabled"], rule["Enabled"]) == ([DOMAIN], True, True)
    (action,) = rule["Actions"]
    assert production.read(action["S3Action"]["BucketName"]) == "RepliesMails"
    assert production.read(action["S3Action"]["TopicArn"]) == "RepliesArrived"
    subscribed = {production.read(one["TopicArn"]) for one in production.of_type("SNS::Subscription").values()}
    assert "RepliesArrived" in subscribed


def test_only_ses_of_this_account_may_put_mails_there_and_tell_of_them(production: Synthesized) -> None:
    for kind, resource in (("SNS::TopicPolicy", "RepliesArrived"), ("S3::BucketPolicy", "RepliesMails/replies/*")):
        found = [
            statement
            for policy in production.of_type(kind).values()
            for statement in policy["PolicyDocument"]["Statement"]
            if statement.get("Principal") == {"Service": "ses.amazonaws.com"}
            and production.read(statement["Resource"]) == resource
        ]
        (statement,) = found
        assert production.read(statement["Condition"]["StringEquals"]["aws:SourceAccount"]) == "123456789012"


def test_the_bucket_is_closed_and_forgets(production: Synthesized) -> None:
    bucket = production.only("S3::Bucket")
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert [rule["ExpirationInDays"] for rule in bucket["LifecycleConfiguration"]["Rules"]] == [60]


def test_who_handles_replies_may_do_what_that_needs(production: Synthesized) -> None:
    mails = ("s3:GetObject", "RepliesMails/replies/*")
    recorder, sender = of_doors(production, "record_feedback"), of_doors(production, "send_messages")
    assert mails in recorder and mails in sender
    assert ("secretsmanager:GetSecretValue", "SigningSecret") in recorder
    assert ("sqs:SendMessage", "TransactionalQueue") in recorder
    assert any(action == "states:StartExecution" for action, _ in recorder)
    assert any(action == "ses:SendRawEmail" for action, _ in sender)
    assert not any(action.startswith("s3:") for action, _ in of_doors(production, "run_journeys"))


def test_both_are_told_the_same(production: Synthesized) -> None:
    told = {
        name: {
            key: production.read(value)
            for key, value in production.functions[name]["Environment"]["Variables"].items()
            if key.startswith("LEADWELL_REPLY")
        }
        for name in ("record_feedback", "send_messages")
    }
    assert told["record_feedback"] == told["send_messages"]
    assert told["send_messages"]["LEADWELL_REPLY_DOMAIN"] == DOMAIN


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"reply_domain": "Reply Example"}, "reply_domain"),
        ({"reply_domain": "a." * 96 + "example"}, "at most 190"),
        ({"reply_domain": "example.com"}, "passed on to Leadwell itself"),
        ({"reply_domain": DOMAIN, "reply_to": f"office@{DOMAIN}"}, "passed on to Leadwell itself"),
        ({"reply_to": "nobody"}, "reply_to"),
    ],
)
def test_what_cannot_work_is_refused(given: dict[str, str], says: str) -> None:
    with pytest.raises(ChoiceRefused, match=says):
        StackChoices(**given)  # type: ignore[arg-type]


def test_a_plain_mailbox_needs_no_domain() -> None:
    assert StackChoices(reply_to="office@example.org").reply_domain == ""
