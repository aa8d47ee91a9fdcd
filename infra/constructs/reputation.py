"""Alarms near the limits at which SES reviews an account."""

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch

from infra.constructs.alarms import Alarms
from infra.constructs.mail import Mail

REVIEWED = {"BounceRate": 0.05, "ComplaintRate": 0.001}
"""From here on SES reviews an account ("Reputation metrics messages" in its guide)."""
ALARMED_AT = 0.8
"""Of these limits; where Leadwell pauses its own marketing, too."""


def watch_reputation(alarms: Alarms, mail: Mail) -> None:
    """Leadwell pauses its marketing before; these tell a person, also when others send from the account."""
    for name, rate in REVIEWED.items():
        alarms.raise_when(
            mail,
            f"Reputation{name}",
            metric=cloudwatch.Metric(
                namespace="AWS/SES",
                metric_name=f"Reputation.{name}",
                period=Duration.hours(1),
                statistic="Maximum",
            ),
            threshold=ALARMED_AT * rate,
            meaning=f"SES reviews the account from {rate:.1%} on: leadwell reputation show says what was sent",
        )
