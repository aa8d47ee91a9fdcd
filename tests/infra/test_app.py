"""The command that ``make synth`` and ``cdk`` run."""

import json
import os
import subprocess
import sys
from pathlib import Path

from infra.app import ROOT, written_context
from tests.infra.synthesized import Synthesized


def test_the_command_writes_the_same_template_again(stack: Synthesized, tmp_path: Path) -> None:
    """In another process, with another order of sets, and started as ``cdk`` starts it."""
    environment = {
        **os.environ,
        "CDK_VALIDATION": "false",
        "CDK_OUTDIR": str(tmp_path),
        "CDK_CONTEXT_JSON": json.dumps({**written_context(), "aws:cdk:bundling-stacks": []}),
        "PYTHONHASHSEED": "7",
    }
    subprocess.run([sys.executable, "-m", "infra.app"], cwd=ROOT, env=environment, check=True)
    again = tmp_path / stack.path.name
    assert again.read_text(encoding="utf-8") == stack.path.read_text(encoding="utf-8")


def test_cdk_runs_the_same_command() -> None:
    written = json.loads((ROOT / "cdk.json").read_text(encoding="utf-8"))
    assert written["app"].endswith("python -m infra.app")
    # These would put into the template what only the command knows.
    assert [written[key] for key in ("pathMetadata", "assetMetadata", "versionReporting")] == [False] * 3
