"""Sending mail and SMS, and hearing what became of them."""

from collections.abc import Sequence

from aws_cdk import ArnFormat, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_ses as ses
from aws_cdk import aws_smsvoice as smsvoice
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from infra.constructs.findings import accept
from infra.constructs.service_function import ServiceFunction
from infra.constructs.work_queue import WorkQueue

REPORTED: Sequence[ses.EmailSendingEvent] = (
    ses.EmailSendingEvent.SEND,
    ses.EmailSendingEvent.DELIVERY,
    ses.EmailSendingEvent.BOUNCE,
    ses.EmailSendingEvent.COMPLAINT,
    ses.EmailSendingEvent.OPEN,
    ses.EmailSendingEvent.CLICK,
    ses.EmailSendingEvent.REJECT,
    ses.EmailSendingEvent.DELIVERY_DELAY,
    ses.EmailSendingEvent.RENDERING_FAILURE,
    ses.EmailSendingEvent.SUBSCRIPTION,
)

COUNTED = (ses.EmailSendingEvent.OPEN, ses.EmailSendingEvent.CLICK)
"""What SES learns by changing the mail; nobody needs it of mails to colleagues."""


class Mail(Construct):
    """The SES configuration sets (one counts opens and clicks, one does not, one is for receipts), the topics that
    report on mail and carry SMS answers, and their way to a queue."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        from_address: str,
        from_domain: str,
        create_identity: bool,
        hears_of_sms: bool,
        feedback: WorkQueue,
    ) -> None:
        """``feedback`` gets every notification in its SNS envelope. ``hears_of_sms``: they leave by End User Messaging,
        which reports on them; SNS does not."""
        super().__init__(scope, construct_id)
        self._sms_events: list[sns.Topic] = []
        self._sms_set_arn = ""
        self._identities = [
            Stack.of(self).format_arn(
                service="ses", resource="identity", resource_name=name, arn_format=ArnFormat.SLASH_RESOURCE_NAME
            )
            for name in (from_domain, from_address)
        ]
        self._from_address = from_address
        if create_identity:
            ses.EmailIdentity(self, "Identity", identity=ses.Identity.domain(from_domain))
        self.configuration_set = ses.ConfigurationSet(
            self, "ConfigurationSet", suppression_reasons=ses.SuppressionReasons.BOUNCES_AND_COMPLAINTS
        )
        self.ses_events = sns.Topic(self, "SesEvents", enforce_ssl=True)
        self.configuration_set.add_event_destination(
            "Report", destination=ses.EventDestination.sns_topic(self.ses_events), events=list(REPORTED)
        )
        self.untracked_configuration_set = ses.ConfigurationSet(
            self, "UntrackedConfigurationSet", suppression_reasons=ses.SuppressionReasons.BOUNCES_AND_COMPLAINTS
        )
        self.transactional_configuration_set = ses.ConfigurationSet(
            self, "TransactionalConfigurationSet", suppression_reasons=ses.SuppressionReasons.BOUNCES_AND_COMPLAINTS
        )
        for silent in (self.untracked_configuration_set, self.transactional_configuration_set):
            silent.add_event_destination(
                "Report",
                destination=ses.EventDestination.sns_topic(self.ses_events),
                events=[event for event in REPORTED if event not in COUNTED],
            )
        self.inbound_sms = sns.Topic(self, "InboundSms", enforce_ssl=True)
        self._let_publish(self.inbound_sms, "sms-voice.amazonaws.com")
        self.sms_configuration_set = self._sms_reports() if hears_of_sms else ""
        for topic in (self.ses_events, self.inbound_sms, *self._sms_events):
            topic.add_subscription(
                subscriptions.SqsSubscription(feedback.queue, dead_letter_queue=feedback.dead_letters.queue)
            )

    def _sms_reports(self) -> str:
        """The name of the configuration set with which SMS are sent, so that what becomes of them is published."""
        (topic,) = self._sms_events = [sns.Topic(self, "SmsEvents", enforce_ssl=True)]
        self._let_publish(topic, "sms-voice.amazonaws.com")
        made = smsvoice.CfnConfigurationSet(
            self,
            "SmsConfigurationSet",
            event_destinations=[
                smsvoice.CfnConfigurationSet.EventDestinationProperty(
                    enabled=True,
                    event_destination_name="report",
                    matching_event_types=["TEXT_ALL"],
                    sns_destination=smsvoice.CfnConfigurationSet.SnsDestinationProperty(topic_arn=topic.topic_arn),
                )
            ],
        )
        made.node.add_dependency(topic)
        self._sms_set_arn = made.attr_arn
        return made.ref

    def _let_publish(self, topic: sns.Topic, service: str) -> None:
        topic.add_to_resource_policy(
            iam.PolicyStatement(
                actions=["sns:Publish"],
                principals=[iam.ServicePrincipal(service)],
                resources=[topic.topic_arn],
                conditions={"StringEquals": {"aws:SourceAccount": Stack.of(self).account}},
            )
        )

    def allow_lifting(self, door: ServiceFunction) -> None:
        """Looking an address up on the account's own suppression list, and taking it off."""
        door.allow("ses:GetSuppressedDestination", "ses:DeleteSuppressedDestination", on=["*"])
        accept(door.role, "IAM5[Resource::*]", because="the account's suppression list is no resource")

    def allow_sending(self, door: ServiceFunction, *, sms_origin: str = "", written_out: bool = False) -> None:
        """Mail from our address and through our configuration sets only; SMS to numbers, not to topics, or through End
        User Messaging from ``sms_origin`` (an ARN) alone. ``written_out``: also mails with files."""
        door.role.add_to_principal_policy(
            iam.PolicyStatement(
                actions=["ses:SendEmail", "ses:SendRawEmail"] if written_out else ["ses:SendEmail"],
                resources=[
                    *self._identities,
                    *(
                        Stack.of(self).format_arn(
                            service="ses", resource="configuration-set", resource_name=one.configuration_set_name
                        )
                        for one in (
                            self.configuration_set,
                            self.untracked_configuration_set,
                            self.transactional_configuration_set,
                        )
                    ),
                ],
                conditions={"StringEquals": {"ses:FromAddress": self._from_address}},
            )
        )
        door.allow("ses:GetAccount", on=["*"])
        accept(door.role, "IAM5[Resource::*]", because="the account's quota is no resource; numbers have no ARN")
        if sms_origin:
            door.allow("sms-voice:SendTextMessage", on=[sms_origin, self._sms_set_arn])
            return
        door.allow("sns:Publish", on=["*"])
        door.role.add_to_principal_policy(
            iam.PolicyStatement(
                effect=iam.Effect.DENY,
                actions=["sns:Publish"],
                resources=[Stack.of(self).format_arn(service="sns", resource="*", region="*", account="*")],
            )
        )
