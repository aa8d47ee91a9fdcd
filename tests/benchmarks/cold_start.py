"""The row ``cold start``: from a fresh process to its first answer, against ``import boto3`` and one client."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from leadwell.clock import DAY
from tests.benchmarks.crowd import GROWN, Crowd
from tests.benchmarks.harness import Row, Size
from tests.benchmarks.installation import SETTINGS
from tests.functions.queue_records import notification, payload, queue_event

BARE = "boto3"
_SIGNED_IN = {"authorizer": {"jwt": {"claims": {"sub": "somebody", "cognito:groups": "[viewer]"}, "scopes": None}}}
_ROOT = Path(__file__).parents[2]
_REQUEST = {"version": "2.0", "rawQueryString": "", "headers": {}, "isBase64Encoded": False}


def cold_start(size: Size) -> list[Row]:
    """One row for each function; every process is started anew, the bare one in turn with the others."""
    with TemporaryDirectory() as folder:
        functions = _prepared(Path(folder), size.weeks)
        spent: dict[str, list[float]] = {name: [] for name in (BARE, *functions)}
        for _ in range(size.starts):
            for name in spent:
                spent[name].append(_start(name, Path(folder)))
    rows = []
    for name in functions:
        ratio = median(ours / bare for ours, bare in zip(spent[name], spent[BARE], strict=True))
        note = f"{median(spent[name]):.0f} ms against {median(spent[BARE]):.0f} ms"
        rows.append(Row(f"cold start, {name}", ratio, 1.3, note))
    return rows


def _prepared(folder: Path, weeks: int) -> Sequence[str]:
    """What each function is called with first (before a comma stands the function), and the table as it is then: caught
    where it happens."""
    crowd = Crowd(GROWN, weeks)
    installation = crowd.installation
    installation.switch_on()
    caught: list[str] = []

    def catch(function: str, payload: str) -> None:
        if function not in caught:
            caught.append(function)
            items = ",".join(one.text for one in installation.aws.table)
            (folder / f"{function}.table.json").write_text(f"[{items}]")
            (folder / f"{function}.json").write_text(payload)

    installation.watch = catch
    calls = crowd.batch()
    installation.track(calls)
    installation.run()
    installation.advance(installation.clock.moment + 2 * DAY)
    catch("serve_pages", _get("/leadwell.js"))
    catch("manage", _get("/api/segments", _SIGNED_IN))
    catch("manage, console", _get("/console"))
    catch("record_feedback", json.dumps(queue_event(notification(payload("ses/delivery")))))
    catch("rebuild_audience", json.dumps({"cursor": None, "reason": "measured"}))
    catch(BARE, "{}")
    return sorted({*caught} - {BARE})


def _get(path: str, signed_in: Mapping[str, Any] | None = None) -> str:
    http = {"method": "GET", "path": path, "sourceIp": "203.0.113.9"}
    context = {"http": http, "requestId": "request-1", "timeEpoch": 1, "stage": "$default", **(signed_in or {})}
    return json.dumps({**_REQUEST, "routeKey": f"GET {path}", "rawPath": path, "requestContext": context})


def _start(what: str, folder: Path) -> float:
    """CPU milliseconds, as the child measures them."""
    # Layers come with bytecode (``infra/constructs/bytecode.py``): it is written here, too, at the first start.
    ours = ("AWS_", "LEADWELL_", "PYTHONDONTWRITEBYTECODE")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    environment |= {f"LEADWELL_{name.upper()}": getattr(SETTINGS, name) for name in SETTINGS.__dataclass_fields__}
    environment["PYTHONPATH"] = os.pathsep.join([str(_ROOT / "layers/leadwell/python"), str(_ROOT)])
    command = [sys.executable, "-m", "tests.benchmarks.cold_child", what.partition(",")[0]]
    command += [str(folder / f"{what}.table.json"), str(folder / f"{what}.json")]
    done = subprocess.run(command, cwd=_ROOT, env=environment, capture_output=True, text=True, check=False, timeout=60)
    if done.returncode:
        raise RuntimeError(f"the first call of {what} failed:\n{done.stderr[-2000:]}")
    return float(done.stdout.splitlines()[-1])
