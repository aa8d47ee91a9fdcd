"""Findings of cdk-nag that stay, each with its reason beside what it is about."""

from aws_cdk import Acknowledgment, Validations
from constructs import IConstruct


def accept(construct: IConstruct, rule: str, *, because: str) -> None:
    """Acknowledges an AwsSolutions rule such as ``SQS3`` for a construct and what it contains."""
    Validations.of(construct).acknowledge(Acknowledgment(id=f"AwsSolutions-{rule}", reason=because))
