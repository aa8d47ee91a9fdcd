"""Moves the virtual clock through everything that is due, in order, and does what is due on the way.

The order comes from the markers of due minutes in the table, not from executions: minutes far ahead have a marker long
before an execution waits for them.
"""

import json
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from infra.local.clock import VirtualClock
from infra.local.event_sources import EventSources
from infra.local.functions import Functions
from infra.local.pump import Pump
from infra.local.timers import Timers
from leadwell.clock import to_minute
from leadwell.due.buckets import SHARDS, bucket, minute_start
from leadwell.store.keys import DUE

log = logging.getLogger("leadwell.local")

_SWEEP_SECONDS = 300
_SWEEP_MINUTES = 100
"""Due minutes after which a long move sweeps: a sweep closes the markers of past minutes, a thousand at most."""
_ATTEMPTS = 3
"""How often a due minute is woken that stays due, before it is reported and left behind."""


@dataclass
class Journey:
    """What a move of the clock did."""

    minutes: int = 0
    troubles: list[str] = field(default_factory=list)


class Driver:
    def __init__(
        self,
        *,
        clock: VirtualClock,
        sources: EventSources,
        timers: Timers,
        pump: Pump,
        functions: Functions,
        client: Callable[[str], Any],
        table: str,
        delay_arn: str,
    ) -> None:
        self._clock = clock
        self._sources = sources
        self._timers = timers
        self._pump = pump
        self._functions = functions
        self._dynamodb = client("dynamodb")
        self._events = client("events")
        self._stepfunctions = client("stepfunctions")
        self._table = table
        self._delay_arn = delay_arn
        self._driving = threading.RLock()
        self._stopping = threading.Event()
        self._again = 0

    def start(self) -> None:
        """The five-minute sweep of real time."""
        threading.Thread(target=self._keep_sweeping, name="sweep", daemon=True).start()

    def stop(self) -> None:
        self._stopping.set()

    def advance_to(self, target: int) -> Journey:
        """Returns when the clock shows ``target`` (never earlier than now) and all is quiet."""
        journey = Journey()
        with self._driving, self._clock.hold():
            target = max(target, self._clock.now())
            self._pump.settle()
            self._walk(target, journey)
            self._arrive(target)
            self.sweep()
            self._pump.settle()
            self._walk(target, journey)
            journey.troubles += self._pump.settle()
        return journey

    def sweep(self) -> None:
        """Fires the stack's schedule rules, as EventBridge would every five minutes."""
        for rule in self._events.list_rules()["Rules"]:
            if not rule.get("ScheduleExpression") or rule.get("State") == "DISABLED":
                continue
            for target in self._events.list_targets_by_rule(Rule=rule["Name"])["Targets"]:
                if ":lambda:" in target["Arn"]:
                    function = target["Arn"].split(":")[6]
                    self._functions.invoke(function, json.loads(target.get("Input") or "{}"), f"sweep-{rule['Name']}")

    def _walk(self, target: int, journey: Journey) -> None:
        while True:
            minute = self._next_minute(target)
            moments = [
                minute_start(minute) if minute else None,
                self._sources.next_message(),
                self._timers.next_target(),
            ]
            moment = min((m for m in moments if m is not None), default=None)
            if moment is None or moment > target:
                return
            self._arrive(max(moment, self._clock.now()))
            if minute and minute_start(minute) <= self._clock.now():
                journey.minutes += 1
                self._see_to(minute, journey)
                if journey.minutes % _SWEEP_MINUTES == 0:
                    self.sweep()

    def _arrive(self, moment: int) -> None:
        with self._pump.turn:
            self._pump.settle()
            self._clock.set(moment)
            self._pump.settle()

    def _see_to(self, minute: str, journey: Journey) -> None:
        """Makes sure that a minute's work was done.

        It was not where no execution waited for the minute: interrupted by a stop, or further ahead than executions are
        started (the sweeps in between would have done that).
        """
        for _ in range(_ATTEMPTS):
            if not self._holds_work(minute):
                return
            if self._sources.next_message() is not None:
                # A function failed on it: the queue brings it again, and a second copy would not help.
                return
            self._again += 1
            name = f"local-{minute.replace(':', '-')}-{self._clock.now()}-{self._again}"
            given = {"minute": minute, "at": minute.replace("Z", ":00Z")}
            self._stepfunctions.start_execution(stateMachineArn=self._delay_arn, name=name, input=json.dumps(given))
            self._pump.settle()
        if self._holds_work(minute):
            journey.troubles.append(f"minute {minute} still holds work after {_ATTEMPTS} attempts")

    def _next_minute(self, target: int) -> str | None:
        """The first marked minute after now, if it is not after ``target``."""
        answer = self._dynamodb.query(
            TableName=self._table,
            KeyConditionExpression="pk = :due AND sk > :now",
            ExpressionAttributeValues={":due": {"S": DUE}, ":now": {"S": to_minute(self._clock.now())}},
            ConsistentRead=True,
            Limit=1,
        )
        minutes = [item["sk"]["S"] for item in answer["Items"]]
        return next((minute for minute in minutes if minute_start(minute) <= target), None)

    def _holds_work(self, minute: str) -> bool:
        for shard in range(SHARDS):
            answer = self._dynamodb.query(
                TableName=self._table,
                IndexName="due",
                KeyConditionExpression="due_bucket = :bucket",
                ExpressionAttributeValues={":bucket": {"S": bucket(minute, shard)}},
                Limit=1,
            )
            if answer["Items"]:
                return True
        return False

    def _keep_sweeping(self) -> None:
        while not self._stopping.wait(_SWEEP_SECONDS):
            with self._driving:
                try:
                    self.sweep()
                except Exception:
                    log.exception("the sweep stumbled; it comes again in five minutes")
