"""``/v1/*``: takes in what websites, apps and servers report. Answers 2xx only when it is durable."""

from traceback import extract_tb
from typing import Any

from aws_lambda_powertools import Logger

from leadwell.tracking.answers import problem
from leadwell.tracking.api import Account, answer
from leadwell.tracking.requests import Request
from leadwell.wiring import services

logger = Logger(service="track_events")


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """API Gateway HTTP API, payload version 2.0, in and out."""
    account = Account()
    try:
        result = answer(services(), Request.from_gateway(event, services().clock.now()), account)
    except Exception as error:
        # The message of an error may quote what was sent: only its kind and places are logged.
        places = [f"{frame.name}:{frame.lineno}" for frame in extract_tb(error.__traceback__)[-6:]]
        logger.error("request failed", error=type(error).__name__, places=places)
        result = problem(500, "something went wrong on our side: send the same again later")
    logger.info(
        "request answered",
        request=event.get("requestContext", {}).get("requestId"),
        status=result.status,
        key=account.key,
        stored=account.stored,
        refused=account.refused,
        reasons=account.reasons,
        unproven=account.unproven,
    )
    return result.to_gateway()
