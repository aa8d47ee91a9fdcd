"""The one HTTP API: tracking, public pages, management and console."""

import json
from collections.abc import Sequence

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_apigatewayv2 as http
from aws_cdk import aws_apigatewayv2_integrations as integrations
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.constructs.findings import accept
from infra.constructs.service_function import ServiceFunction

# No path, no query and no address: they carry tokens and identify people.
LOGGED = {
    "requestId": "$context.requestId",
    "time": "$context.requestTime",
    "route": "$context.routeKey",
    "status": "$context.status",
    "latency": "$context.responseLatency",
    "size": "$context.responseLength",
    "error": "$context.error.message",
    "integrationError": "$context.integrationErrorMessage",
}
CORS_METHODS = [http.CorsHttpMethod.GET, http.CorsHttpMethod.POST, http.CorsHttpMethod.OPTIONS]


class PublicBecause(str):
    """Why a route asks nobody to sign in."""

    __slots__ = ()


class TrackingApi(Construct):
    """An HTTP API with throttling, access logs and CORS; routes are added by the stack."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        cors_origins: Sequence[str],
        throttle_rate: int,
        throttle_burst: int,
        log_retention: logs.RetentionDays,
    ) -> None:
        """``throttle_rate`` in requests per second, for the API as a whole."""
        super().__init__(scope, construct_id)
        self.http_api = http.HttpApi(
            self,
            "Http",
            create_default_stage=False,
            cors_preflight=http.CorsPreflightOptions(
                allow_origins=list(cors_origins),
                allow_methods=CORS_METHODS,
                allow_headers=["authorization", "content-type", "x-retry-count"],  # the last by Segment's browser SDK
                expose_headers=["retry-after"],
                max_age=Duration.days(1),
            ),
        )
        access_log = logs.LogGroup(self, "AccessLog", retention=log_retention, removal_policy=RemovalPolicy.DESTROY)
        http.CfnStage(
            self,
            "Stage",
            api_id=self.http_api.http_api_id,
            stage_name="$default",
            auto_deploy=True,
            default_route_settings=http.CfnStage.RouteSettingsProperty(
                throttling_rate_limit=throttle_rate, throttling_burst_limit=throttle_burst
            ),
            access_log_settings=http.CfnStage.AccessLogSettingsProperty(
                destination_arn=access_log.log_group_arn, format=json.dumps(LOGGED)
            ),
        )

    @property
    def url(self) -> str:
        """``https://…`` without a slash at the end; known before any function is."""
        return self.http_api.api_endpoint

    def route(
        self,
        door: ServiceFunction,
        *routes: tuple[http.HttpMethod, str],
        guard: http.IHttpRouteAuthorizer | PublicBecause,
    ) -> None:
        """Sends the given methods and paths to a function, past an authorizer or, for a reason, past none."""
        integration = integrations.HttpLambdaIntegration(f"To-{door.name}", door.function)
        for method, path in routes:
            made = self.http_api.add_routes(
                path=path,
                methods=[method],
                integration=integration,
                authorizer=None if isinstance(guard, PublicBecause) else guard,
            )
            if isinstance(guard, PublicBecause):
                for route in made:
                    accept(route, "APIG4", because=guard)
