"""The management API does what ``/openapi.json`` says, whatever is sent. Schemathesis makes it up from the description.

It runs as a program of its own: loaded into a process it changes how Hypothesis shows failures there.
"""

import copy
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from infra.local.gateway import TOKEN
from tests.security.deployed import DeployedApi, described, served
from tests.security.effort import TIMES
from tests.security.installation import Installation

EXAMPLES = 12
"""Per operation, beside those that follow from the description itself."""
PATIENCE = 100
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
    "missing_required_header",
    "ignored_auth",
)


def with_known_values(document: dict[str, Any], house: Installation) -> dict[str, Any]:
    """The description with what exists among the values for ids and names, so that more is met than a 404."""
    known: dict[str, list[str]] = {
        "contact_id": [house.ann, house.visitor, house.gone],
        "message_id": [house.parked],
        "pool": ["summer"],
        "code": ["SUMMER"],
        "task_id": [house.task],
        "company_id": [house.company],
        "call_id": [house.pending],
        "group_id": ["acme"],
        "kind": ["journey", "segment", "scoring", "lifecycle", "email"],
        "segment": ["newsletter"],
    }
    names = {
        "/segments/": ["newsletter"],
        "/lists/": ["friends"],
        "/journeys/": ["abandoned-cart", "welcome"],
        "/emails/": ["welcome-hello"],
        "/definitions/": ["welcome", "newsletter", "lifecycle", "welcome-hello"],
    }
    changed = copy.deepcopy(document)
    tested = changed["components"]["schemas"]["TestWanted"]["properties"]
    tested["to"]["enum"], tested["contact"]["enum"] = ["team@example.com"], [house.ann]
    sent = changed["components"]["schemas"]["MessageGiven"]["properties"]
    sent["template"] = {"enum": ["appointment-reminder"]}
    sent["channel"], sent["data"] = {"enum": ["email"]}, {"enum": [{"date": "2026-03-09T10:00:00Z"}]}
    sent["to"] = {"enum": [{"contact": house.ann}]}
    for path, operations in changed["paths"].items():
        known["name"] = next((some for part, some in names.items() if part in path), [])
        for operation in operations.values():
            for one in operation.get("parameters", ()):
                if one["name"] in known and one["in"] in ("path", "query") and "enum" not in one["schema"]:
                    one["schema"] = {"anyOf": [{"enum": known[one["name"]]}, one["schema"]]}
    return changed


def run(url: str, folder: Path) -> "subprocess.CompletedProcess[str]":
    command = [
        *(sys.executable, "-m", "schemathesis.cli", "run", f"{url}/described.json", f"--url={url}"),
        f"--header=Authorization: Bearer {TOKEN}",
        f"--checks={','.join(CHECKS)}",
        "--phases=examples,coverage,fuzzing",
        f"--max-examples={EXAMPLES * TIMES}",
        "--generation-with-security-parameters=false",
        "--continue-on-failure",
        "--suppress-health-check=all",
        "--warnings=off",
        "--no-color",
        "--generation-deterministic" if TIMES == 1 else "--generation-database=none",
    ]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SCHEMATHESIS")}
    return subprocess.run(
        command,
        cwd=folder,
        env={**environment, "COLUMNS": "120"},
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE * TIMES,
    )


def test_the_api_is_as_it_is_described(api: DeployedApi, tmp_path: Path) -> None:
    document = described(api)
    with served(api, {"/described.json": with_known_values(document, api.house)}) as url:
        done = run(url, tmp_path)
    assert done.returncode == 0, done.stdout[-8_000:] + done.stderr[-2_000:]
    for path, operations in document["paths"].items():
        place = re.compile(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(path)))
        for method, operation in operations.items():
            met = {status for how, where, status in api.answers if how == method.upper() and place.fullmatch(where)}
            assert met & {200, 201, 202}, f"{operation['operationId']} was never done"
            assert 401 in met, f"{operation['operationId']} was never asked for without a token"
