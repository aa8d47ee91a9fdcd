"""The CDK app. ``python -m infra.app [-c key=value …]`` writes ``cdk.out``; ``cdk`` runs it the same way."""

import argparse
import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import cdk_nag
from aws_cdk import App, Tags, Validations

from infra.choices import StackChoices
from infra.leadwell_stack import LeadwellStack

ROOT = Path(__file__).parents[1]


def build_app(context: Mapping[str, Any], outdir: Path | str) -> App:
    """The app with its one stack, ``leadwell-dev`` or ``leadwell-prod``; ``synth()`` is left to the caller.

    ``context`` holds the keys of ``cdk.json``, and those of :class:`StackChoices`. With ``nag`` true a finding of
    cdk-nag stops the synthesis. ``{"aws:cdk:bundling-stacks": []}`` leaves out the building of the layer.
    """
    app = App(outdir=str(outdir), context=dict(context))
    choices = StackChoices.from_context(app.node)
    stack = LeadwellStack(app, f"leadwell-{choices.stage}", choices=choices)
    Tags.of(stack).add("leadwell:stage", choices.stage)
    if app.node.try_get_context("nag") in (True, "true"):
        Validations.of(app).add_plugins(cdk_nag.AwsSolutionsChecks(app))
    return app


def written_context() -> dict[str, Any]:
    """The context of ``cdk.json``, which the ``cdk`` command would have handed over."""
    context: dict[str, Any] = json.loads((ROOT / "cdk.json").read_text(encoding="utf-8"))["context"]
    return context


def main(arguments: Sequence[str] | None = None) -> None:
    """Without the ``cdk`` command (no Node package manager needed) the context comes from ``cdk.json``."""
    parser = argparse.ArgumentParser(prog="python -m infra.app", description=__doc__)
    parser.add_argument("-c", "--context", action="append", default=[], metavar="KEY=VALUE")
    given = parser.parse_args(arguments).context
    started_by_cdk = "CDK_CONTEXT_JSON" in os.environ
    context = {} if started_by_cdk else written_context()
    context.update(pair.split("=", 1) for pair in given)
    build_app(context, os.environ.get("CDK_OUTDIR") or "cdk.out").synth()


if __name__ == "__main__":
    main()
