"""Replies to our mails: SES takes them, puts each into a bucket and tells ``record_feedback``."""

from aws_cdk import Duration, RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_ses as ses
from aws_cdk import aws_ses_actions as actions
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from infra.constructs.findings import accept
from infra.constructs.service_function import ServiceFunction
from infra.constructs.work_queue import WorkQueue

KEPT = Duration.days(60)
"""A mail is with the person in charge within minutes; this is for those that a scan held back or nobody could read."""


class Replies(Construct):
    """SES has one active rule set in a region: our rule goes into the one that is named, or into one of our own, which
    has to be activated by hand."""

    def __init__(
        self, scope: Construct, construct_id: str, *, domain: str, rule_set: str, production: bool, feedback: WorkQueue
    ) -> None:
        """``rule_set`` is the name of one that is there already; ``feedback`` gets the notifications."""
        super().__init__(scope, construct_id)
        self.bucket = s3.Bucket(
            self,
            "Mails",
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            encryption=s3.BucketEncryption.S3_MANAGED,
            enforce_ssl=True,
            lifecycle_rules=[
                s3.LifecycleRule(expiration=KEPT, abort_incomplete_multipart_upload_after=Duration.days(1))
            ],
            removal_policy=RemovalPolicy.RETAIN if production else RemovalPolicy.DESTROY,
        )
        accept(self.bucket, "S1", because="two functions read it, each only what it was told of; their logs say when")
        self.topic = sns.Topic(self, "Arrived", enforce_ssl=True)
        self.topic.add_to_resource_policy(
            iam.PolicyStatement(
                actions=["sns:Publish"],
                principals=[iam.ServicePrincipal("ses.amazonaws.com")],
                resources=[self.topic.topic_arn],
                conditions={"StringEquals": {"aws:SourceAccount": Stack.of(self).account}},
            )
        )
        self.topic.add_subscription(
            subscriptions.SqsSubscription(feedback.queue, dead_letter_queue=feedback.dead_letters.queue)
        )
        self.rule_set = (
            ses.ReceiptRuleSet.from_receipt_rule_set_name(self, "RuleSet", rule_set)
            if rule_set
            else ses.ReceiptRuleSet(self, "RuleSet")
        )
        self.rule_set.add_rule(
            "Rule",
            recipients=[domain],
            scan_enabled=True,
            tls_policy=ses.TlsPolicy.OPTIONAL,
            actions=[actions.S3(bucket=self.bucket, object_key_prefix="replies/", topic=self.topic)],
        )

    def allow_reading(self, door: ServiceFunction) -> None:
        """Mails that arrived."""
        door.allow("s3:GetObject", on=[self.bucket.arn_for_objects("replies/*")])
        names = Stack.of(self).resolve(self.bucket.bucket_arn)["Fn::GetAtt"][0]
        accept(door.role, f"IAM5[Resource::<{names}.Arn>/replies/*]", because="it reads whatever mail it is told of")
