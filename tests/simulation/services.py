"""Queues, stream readers, state machines and the sweep: they deliver at least once, late, twice and in disorder."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from leadwell.clock import DAY, MINUTE, SECOND, Moment, from_iso
from tests.simulation.attempts import Client, error_of
from tests.simulation.dynamo import SHARDS, Table, Wire
from tests.simulation.engine import Engine, Outcome

_LATENCY = 50
_VISIBILITY = 6 * MINUTE
MAX_RECEIVES = 5
_WINDOW = 10


@dataclass(eq=False)
class Message:
    """``consumed`` is called when a worker has taken it: whoever sent it may rely on that. ``poison`` may die."""

    id: str
    body: str
    visible_at: Moment
    consumed: Callable[[], None] | None = None
    about: str = ""
    poison: bool = False
    receives: int = 0


class Queue:
    def __init__(self, engine: Engine, name: str, worker: str) -> None:
        self.engine = engine
        self.name = name
        self.worker = worker
        self.messages: dict[str, Message] = {}
        self.dead: list[Message] = []
        self._sent = 0

    def send(
        self,
        body: str,
        *,
        consumed: Callable[[], None] | None = None,
        about: str = "",
        poison: bool = False,
        delay: int = 0,
    ) -> None:
        self._sent += 1
        kind, amount = self.engine.faults.odd(f"queue:{self.name}")
        delay += amount if kind == "late" else 0
        message = Message(
            f"{self.name}-{self._sent}", body, self.engine.now + _LATENCY + delay, consumed, about, poison
        )
        self._lay(message)
        if kind == "double":
            self.engine.note(f"  {message.id} will come twice")
            self._lay(Message(f"{message.id}'", body, message.visible_at + amount, consumed, about, poison))

    def redrive(self) -> None:
        dead, self.dead = self.dead, []
        for message in dead:
            message.receives, message.visible_at = 0, self.engine.now
            self._lay(message)

    def _lay(self, message: Message) -> None:
        self.messages[message.id] = message
        self.engine.at(message.visible_at, self._deliver)

    def _deliver(self) -> None:
        engine = self.engine
        if engine.is_down:
            if any(message.visible_at <= engine.now for message in self.messages.values()):
                engine.at(engine.down_until, self._deliver)
            return
        batch = [message for message in self.messages.values() if message.visible_at <= engine.now][:_WINDOW]
        if not batch:
            return
        for message in batch:
            message.receives += 1
            message.visible_at = engine.now + _VISIBILITY
            engine.at(message.visible_at, self._deliver)
        kind, amount = engine.faults.odd(f"batch:{self.name}")
        stops = {amount % 100: amount // 100} if kind == "overlap" else None
        if kind == "overlap":
            engine.after(amount // 200, self._work, batch, None)
        self._work(batch, stops)
        engine.at(engine.now, self._deliver)

    def _work(self, batch: list[Message], stops: dict[int, int] | None) -> None:
        records = [
            {"messageId": one.id, "body": one.body, "eventSource": "aws:sqs", "about": one.about} for one in batch
        ]
        self.engine.invoke(self.worker, {"Records": records}, lambda outcome: self._worked(batch, outcome), stops)

    def _worked(self, batch: list[Message], outcome: Outcome) -> None:
        if outcome.error is None:
            failed = {one["itemIdentifier"] for one in outcome.answer["batchItemFailures"]}
        else:
            failed = {message.id for message in batch}
        for message in batch:
            if message.id not in failed:
                self.messages.pop(message.id, None)
                if message.consumed:
                    message.consumed()
            elif message.receives >= MAX_RECEIVES and message.id in self.messages:
                del self.messages[message.id]
                self.dead.append(message)
                self.engine.note(f"{message.id} is dead")


class SqsClient(Client):
    service = "sqs"

    def __init__(self, engine: Engine, attempts: int, queues: dict[str, Queue]) -> None:
        super().__init__(engine, attempts)
        self.queues = queues

    def send_message_batch(self, *, QueueUrl: str, Entries: list[dict[str, str]]) -> Any:
        assert 0 < len(Entries) <= 10

        def send(some: list[dict[str, str]], left: list[dict[str, str]]) -> Any:
            for entry in some:
                self.queues[QueueUrl].send(entry["MessageBody"])
            failed = [{"Id": entry["Id"], "Code": "InternalError", "SenderFault": False} for entry in left]
            return {"Successful": [{"Id": entry["Id"]} for entry in some], **({"Failed": failed} if failed else {})}

        half = len(Entries) // 2
        return self.request(
            "send_message_batch", lambda: send(Entries, []), lambda: send(Entries[:half], Entries[half:])
        )

    def get_queue_attributes(self, *, QueueUrl: str, AttributeNames: list[str]) -> Any:
        count = len(self.queues[QueueUrl].messages)
        return self.request("get_queue_attributes", lambda: {"Attributes": {"ApproximateNumberOfMessages": str(count)}})


@dataclass(eq=False)
class Reader:
    """A stream mapping on one shard: batches in order, bisected and repeated until they succeed."""

    engine: Engine
    function: str
    wants: Callable[[Wire], bool]
    lag: int = 0
    waiting: list[tuple[Moment, Wire]] = field(default_factory=list)
    pieces: list[list[Wire]] = field(default_factory=list)
    busy: bool = False
    failures: int = 0

    def offer(self, record: Wire) -> None:
        if self.wants(record):
            ready = self.engine.now + _LATENCY + self.lag
            if self.waiting:
                ready = max(ready, self.waiting[-1][0])
            self.waiting.append((ready, record))
            self.engine.at(ready, self.poll)

    def poll(self) -> None:
        engine = self.engine
        if self.busy:
            return
        if engine.is_down:
            if self.waiting or self.pieces:
                engine.at(engine.down_until, self.poll)
            return
        if not self.pieces:
            ready = [record for moment, record in self.waiting[:100] if moment <= engine.now]
            if not ready:
                return
            del self.waiting[: len(ready)]
            kind, _ = engine.faults.odd(f"stream:{self.function}") if len(ready) > 1 else ("", 0)
            self.pieces = [_disordered(ready) if kind == "disorder" else ready]
        self.busy = True
        engine.invoke(self.function, {"Records": self.pieces[0]}, self._done)

    def _done(self, outcome: Outcome) -> None:
        self.busy = False
        batch = self.pieces[0]
        if outcome.error is None:
            self.failures = 0
            kind, amount = self.engine.faults.odd(f"again:{self.function}")
            if kind != "again":
                del self.pieces[0]
            self.engine.after(amount, self.poll)
            return
        self.failures += 1
        if len(batch) > 1:
            self.pieces[:1] = [batch[: len(batch) // 2], batch[len(batch) // 2 :]]
        self.engine.after(min(SECOND << min(self.failures, 6), MINUTE), self.poll)


def _disordered(records: list[Wire]) -> list[Wire]:
    """Backwards, but every item's own records in their order."""
    places = [(record["dynamodb"]["Keys"]["pk"]["S"], record["dynamodb"]["Keys"]["sk"]["S"]) for record in records]
    first = {at: places.index(at) for at in places}
    order = sorted(range(len(records)), key=lambda n: (-first[places[n]], n))
    return [records[n] for n in order]


def _is_event(record: Wire) -> bool:
    return record["eventName"] == "INSERT" and record["dynamodb"]["NewImage"]["kind"]["S"] == "EVENT"


def _is_news(record: Wire) -> bool:
    image = record["dynamodb"]["NewImage"]
    return image["kind"]["S"] == "CONTACT" and image.get("news") == {"S": "yes"}


class Stream:
    """Two readers, each with its own speed, on every shard."""

    def __init__(self, engine: Engine) -> None:
        wanted = {"score_and_segment": _is_event, "run_journeys": _is_news}
        self.readers = {name: [Reader(engine, name, wants) for _ in range(SHARDS)] for name, wants in wanted.items()}

    def offer(self, shard: int, record: Wire) -> None:
        for readers in self.readers.values():
            readers[shard].offer(record)

    def set_lag(self, function: str, lag: int) -> None:
        for reader in self.readers[function]:
            reader.lag = lag


_NAME = re.compile(r"""[^\s<>{}\[\]?*"#%\\^|~`$&,;:/\x00-\x1f\x7f-\x9f]{1,80}""")
"""Of an execution (Step Functions API Reference, StartExecution)."""


class Machines:
    """Step Functions: ``delay`` and ``rebuild``, each a task in a loop, tried six times more when it fails."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.inputs: dict[tuple[str, str], str] = {}
        self.closed: set[tuple[str, str]] = set()
        self.failed: list[tuple[str, Any]] = []

    def start(self, arn: str, name: str, given: str) -> None:
        if not _NAME.fullmatch(name):
            raise error_of("StartExecution", "InvalidName")
        execution = (arn, name)
        if execution in self.inputs:
            if execution in self.closed or self.inputs[execution] != given:
                raise error_of("StartExecution", "ExecutionAlreadyExists")
            return
        self.inputs[execution] = given
        state = json.loads(given)
        kind, amount = self.engine.faults.odd("executions") if arn == "delay" else ("", 0)
        if kind:
            self.engine.note(f"  the execution {name} comes {kind}")
        if kind == "never":
            self.closed.add(execution)
            return
        begin = from_iso(state["at"]) if "at" in state else self.engine.now + _LATENCY
        begin = max(begin, self.engine.now) + (amount if kind == "late" else 0)
        self.engine.at(begin, self._task, execution, state, 0)
        if kind == "twice":
            self.engine.at(begin + amount, self._task, execution, dict(state), 0)

    def restart_failed(self) -> None:
        failed, self.failed = self.failed, []
        for arn, state in failed:
            self._task((arn, "redriven"), state, 0)

    def _task(self, execution: tuple[str, str], state: Any, tried: int) -> None:
        if self.engine.is_down:
            self.engine.at(self.engine.down_until, self._task, execution, state, tried)
            return
        function = "wake_due" if execution[0] == "delay" else "rebuild_audience"
        self.engine.invoke(function, state, lambda outcome: self._answered(execution, state, tried, outcome))

    def _answered(self, execution: tuple[str, str], state: Any, tried: int, outcome: Outcome) -> None:
        if outcome.error is not None:
            if tried < 6:
                self.engine.after(SECOND << tried, self._task, execution, state, tried + 1)
            else:
                self.closed.add(execution)
                self.failed.append((execution[0], state))
        elif outcome.answer["more"]:
            self._task(execution, outcome.answer, 0)
        else:
            self.closed.add(execution)


class MachinesClient(Client):
    service = "stepfunctions"

    def __init__(self, engine: Engine, attempts: int, machines: Machines) -> None:
        super().__init__(engine, attempts)
        self.machines = machines

    def start_execution(self, *, stateMachineArn: str, name: str, input: str) -> Any:
        return self.request("start_execution", lambda: self.machines.start(stateMachineArn, name, input) or {})


class Sweep:
    """Every five minutes, without a second try. One that would find nothing is left out: it would change nothing."""

    every = 5 * MINUTE

    def __init__(self, engine: Engine, table: Table) -> None:
        self.engine = engine
        self.table = table
        self.on = True
        self.ran = 0
        self._planned: set[Moment] = set()
        table.on_marker = self.plan

    def plan(self, minute: str) -> None:
        """A marker was written: the sweeps that look at it are those from its minute on, and a month before."""
        start = from_iso(minute)
        self._plan_from(start - MINUTE)
        if start - 30 * DAY > self.engine.now:
            self._plan_from(start - 30 * DAY)

    def _plan_from(self, moment: Moment) -> None:
        tick = (max(moment, self.engine.now) // self.every + 1) * self.every
        if tick not in self._planned:
            self._planned.add(tick)
            self.engine.at(tick, self._tick)

    def _tick(self) -> None:
        self._planned.discard(self.engine.now)
        if self.on and not self.engine.is_down:
            self.ran += 1
            self.engine.invoke("wake_due", {"sweep": True}, lambda outcome: None)
        elif self.engine.is_down:
            self._plan_from(self.engine.down_until)
        markers = self.table.keys_of("DUE")
        if markers and from_iso(markers[0]) <= self.engine.now + self.every:
            self._plan_from(self.engine.now)
