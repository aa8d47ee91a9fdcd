"""Calls the handlers of ``functions/`` in this process, the way Lambda would."""

import importlib.util
import logging
import sys
import threading
import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.local.activity import Activity
from infra.local.embedded_aws import ACCOUNT, REGION, plain

log = logging.getLogger("leadwell.local")

Handler = Callable[[Any, Any], Any]


@dataclass(frozen=True)
class Answer:
    payload: Any
    failed: bool = False


class Context:
    """The parts of Lambda's context object that handlers and Powertools read."""

    function_version = "$LATEST"
    client_context = None
    identity = None

    def __init__(self, name: str, request_id: str, memory: int, timeout: int) -> None:
        self.function_name = name
        self.aws_request_id = request_id
        self.memory_limit_in_mb = str(memory)
        self.invoked_function_arn = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}"
        self.log_group_name = f"/aws/lambda/{name}"
        self.log_stream_name = "local"
        self._deadline = time.monotonic() + timeout

    def get_remaining_time_in_millis(self) -> int:
        return max(0, int((self._deadline - time.monotonic()) * 1000))


class Functions:
    """Finds a handler by the deployed function's name and calls it; one call at a time per function.

    In AWS an execution environment never runs two invocations at once, and handlers (Powertools' resolver among them)
    rely on that.
    """

    def __init__(self, folder: Path, activity: Activity) -> None:
        self._folder = folder
        self._activity = activity
        self._handlers: dict[str, Handler] = {}
        self._locks: dict[str, threading.Lock] = {}
        self._loading = threading.Lock()
        self._deployed: dict[str, str] = {}
        self._limits: dict[str, tuple[int, int]] = {}
        self.failures: list[str] = []
        """What went wrong lately, newest last; read by the answers of ``/_local``."""

    def deployed_as(self, names: Mapping[str, str], limits: Mapping[str, tuple[int, int]]) -> None:
        """``names``: deployed function name → folder; ``limits``: deployed name → (memory in MB, timeout in s)."""
        self._deployed = dict(names)
        self._limits = dict(limits)

    def deployed_name(self, folder: str) -> str:
        """Raises KeyError when the stack has no such function."""
        for deployed, name in self._deployed.items():
            if name == folder:
                return deployed
        raise KeyError(f"the stack has no function made from functions/{folder}")

    def load_all(self) -> None:
        """Imports every handler, so that the first request does not pay for it."""
        for name in self._deployed.values():
            self._handler(name)

    def invoke(self, deployed: str, event: Any, request_id: str) -> Answer:
        """Never raises: an exception of the handler becomes Lambda's error object, and a line in the log."""
        name = self._deployed.get(deployed, deployed)
        memory, timeout = self._limits.get(deployed, (256, 30))
        with self._activity.running():
            try:
                handler = self._handler(name)
                with self._locks[name]:
                    return Answer(plain(handler(plain(event), Context(deployed, request_id, memory, timeout))))
            except Exception as error:
                self._report(name, error)
                return Answer(
                    {
                        "errorMessage": str(error),
                        "errorType": type(error).__name__,
                        "requestId": request_id,
                        "stackTrace": traceback.format_tb(error.__traceback__),
                    },
                    failed=True,
                )

    def _handler(self, name: str) -> Handler:
        with self._loading:
            if name not in self._handlers:
                self._handlers[name] = _load(name, self._folder / name / "handler.py")
                self._locks[name] = threading.Lock()
            return self._handlers[name]

    def _report(self, name: str, error: Exception) -> None:
        frames = traceback.extract_tb(error.__traceback__)
        where = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "?"
        line = f"{name} failed: {type(error).__name__}: {error} ({where})"
        self.failures = [*self.failures[-19:], line]
        log.error(line)
        log.debug("".join(traceback.format_exception(error)))


def _load(name: str, path: Path) -> Handler:
    module_name = f"leadwell_function_{name}"
    spec = importlib.util.spec_from_file_location(module_name, path)
    if spec is None or spec.loader is None or not path.exists():
        raise FileNotFoundError(f"{path} does not exist, but the stack has a function made from it")
    module = importlib.util.module_from_spec(spec)
    sys.modules[module_name] = module
    spec.loader.exec_module(module)
    handler: Handler = module.handler
    return handler
