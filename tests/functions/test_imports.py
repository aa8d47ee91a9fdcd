"""What a function imports when it starts: as much as it works."""

import subprocess
import sys
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    "function",
    ["track_events", "send_messages", "wake_due", "serve_pages", "record_feedback", "rebuild_audience", "manage"],
)
def test_who_reads_no_definitions_imports_no_models(function: str) -> None:
    """``manage`` when it starts; the API comes with its first call."""
    code = f"import sys, functions.{function}.handler; print('pydantic' in sys.modules, 'boto3' in sys.modules)"
    path = f"{_ROOT / 'layers/leadwell/python'}:{_ROOT}"
    environment = {"PYTHONPATH": path, "AWS_DEFAULT_REGION": "eu-central-1"}
    found = subprocess.check_output([sys.executable, "-c", code], cwd=_ROOT, env=environment, text=True)
    assert found.split() == ["False", "False"]
