"""SMS that leave by End User Messaging are reported on; production sends so, development by SNS."""

from tests.infra.synthesized import Synthesized

POOL = "arn:aws:sms-voice:us-east-1:123456789012:pool/pool-1"


def test_what_becomes_of_them_reaches_the_feedback_queue(production: Synthesized) -> None:
    (destination,) = production.only("SMSVOICE::ConfigurationSet")["EventDestinations"]
    assert (destination["Enabled"], destination["MatchingEventTypes"]) == (True, ["TEXT_ALL"])
    assert production.read(destination["SnsDestination"]["TopicArn"]) == "MailSmsEvents"
    subscribed = {production.read(one["TopicArn"]) for one in production.of_type("SNS::Subscription").values()}
    assert "MailSmsEvents" in subscribed
    told = production.functions["send_messages"]["Environment"]["Variables"]["LEADWELL_SMS_CONFIGURATION_SET"]
    assert production.read(told) == "MailSmsConfigurationSet"


def test_only_the_service_of_this_account_may_publish_there(production: Synthesized) -> None:
    allowed = [
        statement
        for policy in production.of_type("SNS::TopicPolicy").values()
        for statement in policy["PolicyDocument"]["Statement"]
        if statement["Effect"] == "Allow" and production.read(statement["Resource"]) == "MailSmsEvents"
    ]
    assert [one["Principal"] for one in allowed] == [{"Service": "sms-voice.amazonaws.com"}]


def test_sms_leave_from_the_chosen_number_alone(production: Synthesized, stack: Synthesized) -> None:
    of_sms = {one for one in production.permissions(production.role_of("send_messages")) if one[0].startswith("sms")}
    assert of_sms == {
        ("sms-voice:SendTextMessage", POOL),
        ("sms-voice:SendTextMessage", "MailSmsConfigurationSet"),
    }
    assert not stack.of_type("SMSVOICE::ConfigurationSet")
    assert stack.functions["send_messages"]["Environment"]["Variables"]["LEADWELL_SMS_CONFIGURATION_SET"] == ""
