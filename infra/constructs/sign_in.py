"""Who may use the console and the management API."""

from aws_cdk import Aws, Duration, RemovalPolicy
from aws_cdk import aws_apigatewayv2_authorizers as authorizers
from aws_cdk import aws_cognito as cognito
from constructs import Construct

from infra.constructs.findings import accept

# From the most to the least powerful: a person in several groups acts in the first.
ROLES = {
    "admin": "People, keys, erasure, and everything below",
    "marketer": "Journeys, segments, scoring, contacts",
    "sales": "Leads, tasks, deals",
    "viewer": "Looking",
}


class SignIn(Construct):
    """A user pool without self sign-up, a group per role, and the hosted pages with the code flow."""

    def __init__(self, scope: Construct, construct_id: str, *, prefix: str, production: bool, console_url: str) -> None:
        """``prefix`` begins the host name of the sign-in pages; ``console_url`` has no slash at the end."""
        super().__init__(scope, construct_id)
        self.pool = cognito.UserPool(
            self,
            "Pool",
            self_sign_up_enabled=False,
            sign_in_aliases=cognito.SignInAliases(email=True),
            sign_in_case_sensitive=False,
            account_recovery=cognito.AccountRecovery.EMAIL_ONLY,
            mfa=cognito.Mfa.REQUIRED if production else cognito.Mfa.OPTIONAL,
            mfa_second_factor=cognito.MfaSecondFactor(otp=True, sms=False),
            password_policy=cognito.PasswordPolicy(
                min_length=12,
                require_digits=True,
                require_lowercase=True,
                require_symbols=True,
                require_uppercase=True,
                temp_password_validity=Duration.days(3),
            ),
            deletion_protection=production,
            removal_policy=RemovalPolicy.RETAIN if production else RemovalPolicy.DESTROY,
        )
        accept(
            self.pool,
            "COG8",
            because="the plus plan costs a fee per user; an administrator makes the few accounts",
        )
        if not production:
            accept(self.pool, "COG2", because="outside production a second factor is offered, not demanded")
        for precedence, (role, description) in enumerate(ROLES.items()):
            cognito.CfnUserPoolGroup(
                self,
                f"Role-{role}",
                user_pool_id=self.pool.user_pool_id,
                group_name=role,
                description=description,
                precedence=precedence,
            )
        self._domain = self.pool.add_domain(
            "Domain", cognito_domain=cognito.CognitoDomainOptions(domain_prefix=f"{prefix}-{Aws.ACCOUNT_ID}")
        )
        self.client = self.pool.add_client(
            "Console",
            generate_secret=False,
            prevent_user_existence_errors=True,
            auth_flows=cognito.AuthFlow(user_srp=True),
            o_auth=cognito.OAuthSettings(
                flows=cognito.OAuthFlows(authorization_code_grant=True),
                scopes=[cognito.OAuthScope.OPENID, cognito.OAuthScope.EMAIL],
                callback_urls=[console_url],
                logout_urls=[console_url],
            ),
            supported_identity_providers=[cognito.UserPoolClientIdentityProvider.COGNITO],
            access_token_validity=Duration.hours(1),
            id_token_validity=Duration.hours(1),
            refresh_token_validity=Duration.days(1),
            enable_token_revocation=True,
        )
        self.authorizer = authorizers.HttpUserPoolAuthorizer("SignedIn", self.pool, user_pool_clients=[self.client])

    def for_console(self) -> dict[str, str]:
        """What the console page needs to know in order to sign somebody in."""
        return {
            "kind": "cognito",
            "domain": self._domain.base_url(),
            "client_id": self.client.user_pool_client_id,
        }
