"""Alarms: what a person should hear about, and how."""

from aws_cdk import Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct


class Alarms(Construct):
    """Makes alarms, or none at all: each costs 0.10 USD a month beyond the account's ten free ones."""

    def __init__(self, scope: Construct, construct_id: str, *, enabled: bool, email: str) -> None:
        """``email`` receives every alarm by an SNS topic; empty means that alarms only show in CloudWatch."""
        super().__init__(scope, construct_id)
        self.all: list[cloudwatch.Alarm] = []
        self._enabled = enabled
        self._topic: sns.Topic | None = None
        if enabled and email:
            self._topic = sns.Topic(self, "Topic", enforce_ssl=True)
            self._topic.add_subscription(subscriptions.EmailSubscription(email))
            self._topic.add_to_resource_policy(
                iam.PolicyStatement(
                    actions=["sns:Publish"],
                    principals=[iam.ServicePrincipal("cloudwatch.amazonaws.com")],
                    resources=[self._topic.topic_arn],
                    conditions={"StringEquals": {"aws:SourceAccount": Stack.of(self).account}},
                )
            )

    def raise_when(
        self, near: Construct, construct_id: str, *, metric: cloudwatch.Metric, threshold: float, meaning: str
    ) -> None:
        """An alarm beside ``near`` when ``metric`` reaches ``threshold`` once; ``meaning`` tells what to do."""
        if not self._enabled:
            return
        alarm = cloudwatch.Alarm(
            near,
            construct_id,
            metric=metric,
            threshold=threshold,
            evaluation_periods=1,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
            alarm_description=meaning,
        )
        if self._topic:
            alarm.add_alarm_action(actions.SnsAction(self._topic))
        self.all.append(alarm)
