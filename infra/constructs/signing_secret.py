"""The secret that signs the tokens in our links."""

from aws_cdk import RemovalPolicy
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from infra.constructs.findings import accept
from infra.constructs.service_function import ServiceFunction


class SigningSecret(Construct):
    """A generated string of 64 letters and digits; losing it breaks every link in mails already sent."""

    def __init__(self, scope: Construct, construct_id: str, *, production: bool) -> None:
        super().__init__(scope, construct_id)
        self.secret = secretsmanager.Secret(
            self,
            "Secret",
            description="Signs the tokens in links of mails and pages",
            generate_secret_string=secretsmanager.SecretStringGenerator(password_length=64, exclude_punctuation=True),
            removal_policy=RemovalPolicy.RETAIN if production else RemovalPolicy.DESTROY,
        )
        accept(
            self.secret,
            "SMG4",
            because="links in mails stay valid for a year; a new key would break them",
        )

    @property
    def arn(self) -> str:
        """The full ARN, with the random ending."""
        return self.secret.secret_arn

    def allow_reading(self, door: ServiceFunction) -> None:
        """Signing and checking tokens."""
        door.allow("secretsmanager:GetSecretValue", on=[self.arn])
