"""Step Functions on the virtual clock: the state machines' real ASL runs, only its waits and pauses are ours."""

import importlib
import json
import logging
import threading
import time
from datetime import UTC, datetime
from types import ModuleType
from typing import Any

from infra.local.activity import Activity
from infra.local.clock import VirtualClock

log = logging.getLogger("leadwell.local")


class Timers:
    def __init__(self, clock: VirtualClock, activity: Activity) -> None:
        self._clock = clock
        self._activity = activity
        self._targets: list[int] = []
        stepfunctions: Any = importlib.import_module("ministack.services.stepfunctions")
        self._stepfunctions = stepfunctions
        # The time a Wait state waits for is virtual time.
        stepfunctions._sleep_until = self._sleep_until
        # Executions count as running from the moment they are accepted, except while they wait.
        stepfunctions.threading = _Threads(activity)
        # MiniStack sleeps 150 ms before each execution, and retries wait for real seconds.
        stepfunctions.time = _ShortPauses()

    def next_target(self) -> int | None:
        """The earliest moment after now that a waiting execution waits for."""
        with self._clock.moved:
            now = self._clock.now()
            return min((target for target in self._targets if target > now), default=None)

    @property
    def waking(self) -> bool:
        """Whether an execution's moment has come although its thread has not run on yet."""
        with self._clock.moved:
            now = self._clock.now()
            return any(target <= now for target in self._targets)

    def start_again(self, client: Any) -> int:
        """Starts the executions anew that a stop interrupted; MiniStack has marked them as failed on load."""
        executions = self._stepfunctions._executions
        lost = [
            (arn, execution)
            for arn, execution in executions.items()
            if execution.get("error") == "States.ServiceRestart"
        ]
        for arn, execution in lost:
            executions.pop(arn, None)
            client.start_execution(
                stateMachineArn=execution["stateMachineArn"], name=execution["name"], input=execution["input"]
            )
        return len(lost)

    def failed(self) -> list[str]:
        """Executions that ended badly, as ``name: error: cause``."""
        return [
            f"execution {execution['name']} failed: {execution.get('error')}: {_short(execution.get('cause'))}"
            for execution in list(self._stepfunctions._executions.values())
            if execution.get("status") == "FAILED"
        ]

    def _sleep_until(self, iso: str) -> None:
        target = int(_moment(iso).timestamp() * 1000)
        with self._clock.moved:
            if target <= self._clock.now():
                return
            self._targets.append(target)
            self._activity.end()
            try:
                while (left := target - self._clock.now()) > 0:
                    self._clock.moved.wait(min(left / 1000, 3600))
            finally:
                self._activity.begin()
                self._targets.remove(target)


class _Threads(ModuleType):
    """``threading`` for MiniStack's Step Functions: its threads are counted from before they start."""

    def __init__(self, activity: Activity) -> None:
        super().__init__("threading")

        class Thread(threading.Thread):
            def start(self) -> None:
                activity.begin()
                super().start()

            def run(self) -> None:
                try:
                    super().run()
                finally:
                    activity.end()

        self.Thread = Thread

    def __getattr__(self, name: str) -> Any:
        return getattr(threading, name)


class _ShortPauses(ModuleType):
    def __init__(self) -> None:
        super().__init__("time")

    def sleep(self, seconds: float) -> None:
        if seconds >= 1:
            time.sleep(min(seconds, 5) / 50)

    def __getattr__(self, name: str) -> Any:
        return getattr(time, name)


def _moment(iso: str) -> datetime:
    moment = datetime.fromisoformat(iso)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _short(cause: Any) -> str:
    try:
        return str(json.loads(cause)["errorMessage"])[:200]
    except (TypeError, ValueError, KeyError):
        return str(cause)[:200]
