"""``leadwell webhooks``: the secret with which receivers verify that a webhook is ours."""

from argparse import Namespace
from typing import Any

from leadwell.cli.commands import Failed
from leadwell.messaging.webhook import shown, webhook_secret
from leadwell.wiring import Services


def add_to(kinds: Any) -> None:
    """Adds the command to the parser."""
    actions = kinds.add_parser("webhooks", help="webhooks").add_subparsers(required=True, metavar="ACTION")
    secret = actions.add_parser("secret", help="what receivers verify signatures with (Standard Webhooks)")
    secret.set_defaults(run=show_secret)


def show_secret(given: Namespace, services: Services) -> None:
    if not services.settings.secret_arn:
        raise Failed("LEADWELL_SECRET_ARN is not set. Set it to the SecretArn that the deployment printed.")
    print(shown(webhook_secret(services.secrets.signing_key)))
