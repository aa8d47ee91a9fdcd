"""One process, one thread, one clock: invocations of the real handlers, each of which can be held at any AWS request.

An invocation is a greenlet. It runs without a break until its handler ends or a fault holds it at a request; then the
clock goes on, others run, and later it continues, or is killed when its function's timeout has passed.
"""

import heapq
import importlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from greenlet import greenlet

from leadwell import wiring
from leadwell.clock import FOREVER, MINUTE, SECOND, Moment, from_iso, to_iso
from leadwell.errors import Broken, Retryable
from leadwell.settings import Settings
from leadwell.wiring import Services
from tests.simulation.faults import Faults

SETTINGS = Settings(
    table="leadwell",
    contacts_queue_url="contacts",
    enrollments_queue_url="enrollments",
    messages_queue_url="messages",
    transactional_queue_url="transactional",
    webhooks_queue_url="webhooks",
    delay_arn="delay",
    rebuild_arn="rebuild",
    configuration_set="leadwell",
    secret_arn="secret",
    public_url="https://go.example.com",
    from_address="hello@example.com",
    from_name="Example Shop",
    imprint="Example Shop, Example Street 1, 12345 Exampletown",
    default_timezone="Europe/Berlin",
)

_ANSWER, _WORK, _PAGE = 25 * SECOND, 60 * SECOND, 5 * MINUTE
TIMEOUTS = {"track_events": _ANSWER, "serve_pages": _ANSWER, "rebuild_audience": _PAGE}
"""As in ``infra/leadwell_stack.py``; all others have a minute."""


_RESTLESS = 5_000
"""Invocations; a story takes about 150."""


class Crash(BaseException):
    """The process dies. No handler can catch it as an error."""


class Killed(Crash):
    """The function's timeout has passed."""


class SandboxClock:
    """What a function's machine takes for the time."""

    def __init__(self, engine: "Engine", function: str) -> None:
        self._engine = engine
        self._function = function

    def now(self) -> Moment:
        return self._engine.now + self._engine.skews.get(self._function, 0)


@dataclass(eq=False)
class Sandbox:
    """A warm process of a function: its services remember what earlier invocations armed and compiled."""

    function: str
    services: Services
    generation: int


@dataclass(eq=False)
class Outcome:
    """``error`` is None when the handler answered. ``disturbed``: a fault struck this invocation."""

    answer: Any = None
    error: BaseException | None = None
    disturbed: bool = False


@dataclass(eq=False)
class Invocation:
    number: int
    function: str
    sandbox: Sandbox
    done: Callable[[Outcome], None]
    started: Moment
    deadline: Moment
    body: greenlet | None = None
    requests: int = 0
    disturbed: bool = False
    stops: dict[int, int] = field(default_factory=dict)
    """Request number → how long to hold before it."""

    def __str__(self) -> str:
        return f"{self.function}#{self.number}"


class Engine:
    """The clock, what is to happen when, and what runs at present."""

    def __init__(self, start: str, client: Callable[[str, int], Any]) -> None:
        """``client``: makes the stand-in for the boto3 client of a service with so many attempts."""
        self.now = from_iso(start)
        self.start = self.now
        self.client = client
        self.faults = Faults()
        self.skews: dict[str, int] = {}
        self.down_until: Moment = 0
        self.calm_since: Moment = FOREVER
        self.current: Invocation | None = None
        self.trace: list[str] | None = None
        self.problems: list[str] = []
        self.invocations = 0
        self.requests = 0
        self._agenda: list[tuple[Moment, int, Callable[..., None], tuple[Any, ...]]] = []
        self._count = 0
        self._idle: dict[str, list[Sandbox]] = {}
        self._generation = 0

    # Time

    def at(self, moment: Moment, action: Callable[..., None], *arguments: Any) -> None:
        self._count += 1
        heapq.heappush(self._agenda, (max(moment, self.now), self._count, action, arguments))

    def after(self, delay: int, action: Callable[..., None], *arguments: Any) -> None:
        self.at(self.now + delay, action, *arguments)

    def run_until(self, end: Moment) -> None:
        agenda = self._agenda
        while agenda and agenda[0][0] <= end:
            if self.invocations > _RESTLESS:
                self.problems.append(f"no rest after {self.invocations} invocations")
                agenda.clear()
                break
            moment, _, action, arguments = heapq.heappop(agenda)
            self.now = moment
            action(*arguments)
        self.now = end

    @property
    def is_down(self) -> bool:
        return self.now < self.down_until

    def note(self, text: str) -> None:
        if self.trace is not None:
            self.trace.append(f"{to_iso(self.now)[5:23]} {text}")

    # Processes

    def deploy(self) -> None:
        """From now on every invocation starts in a new process; those that run go on in the old ones."""
        self._generation += 1
        self._idle.clear()

    def invoke(
        self,
        function: str,
        payload: Any,
        done: Callable[[Outcome], None],
        stops: dict[int, int] | None = None,
    ) -> Invocation:
        """Runs a handler up to its end or its first stop. ``done`` is called when it has ended, one way or another."""
        idle = self._idle.get(function)
        sandbox = idle.pop() if idle else self._new_sandbox(function)
        self.invocations += 1
        deadline = self.now + TIMEOUTS.get(function, _WORK)
        invocation = Invocation(self.invocations, function, sandbox, done, self.now, deadline, stops=stops or {})
        handler = importlib.import_module(f"functions.{function}.handler").handler
        invocation.body = greenlet(lambda: _run(handler, payload))
        if self.trace is not None:
            self.note(f"{invocation} begins: {_shown(payload)}")
        self._continue(invocation)
        return invocation

    def hold(self, invocation: Invocation, duration: int) -> None:
        """Called inside the invocation: others run meanwhile."""
        assert invocation.body is not None
        invocation.disturbed = True
        self.note(f"  {invocation} is held for {duration / 1000:g} s")
        if self.now + duration >= invocation.deadline:
            self.at(invocation.deadline, self._continue, invocation, Killed())
        else:
            self.after(duration, self._continue, invocation)
        invocation.body.parent.switch()

    def _new_sandbox(self, function: str) -> Sandbox:
        services = Services(SETTINGS, SandboxClock(self, function))
        return Sandbox(function, services, self._generation)

    def _continue(self, invocation: Invocation, dies: Crash | None = None) -> None:
        body = invocation.body
        assert body is not None and self.current is None
        self.current = invocation
        wiring.use(invocation.sandbox.services)
        try:
            outcome = body.throw(dies) if dies else body.switch()
        finally:
            self.current = None
            wiring.use(None)
        if body.dead:
            self._ended(invocation, outcome)

    def _ended(self, invocation: Invocation, outcome: Outcome) -> None:
        outcome.disturbed = invocation.disturbed
        dead = isinstance(outcome.error, Crash)
        if outcome.error is not None and (self.calm_since < invocation.started or not is_expected(outcome.error)):
            self.problems.append(f"{invocation} fails: {outcome.error!r}")
        if not dead and invocation.sandbox.generation == self._generation:
            self._idle.setdefault(invocation.function, []).append(invocation.sandbox)
        if self.trace is not None:
            how = f"{type(outcome.error).__name__}: {outcome.error}" if outcome.error else _shown(outcome.answer)
            self.note(f"{invocation} ends: {how}")
        invocation.done(outcome)


def is_expected(error: BaseException) -> bool:
    """What faults bring about; everything else is a mistake in the package."""
    return isinstance(error, Crash | Retryable | Broken | ClientError | BotoCoreError)


def _run(handler: Callable[[Any, Any], Any], payload: Any) -> Outcome:
    try:
        return Outcome(answer=handler(payload, None))
    except Crash as crash:
        return Outcome(error=crash)
    except Exception as error:
        return Outcome(error=error)


def _shown(what: Any) -> str:
    if isinstance(what, dict) and "Records" in what:
        return ", ".join(_record(record) for record in what["Records"])
    if isinstance(what, dict) and "rawPath" in what:
        return f"{what['rawPath'][:40]} {what.get('body', '')}"
    text = str(what)
    return text if len(text) < 300 else text[:300] + "…"


def _record(record: dict[str, Any]) -> str:
    if "dynamodb" in record:
        keys = record["dynamodb"]["Keys"]
        return f"{keys['pk']['S'][:8]}/{keys['sk']['S']}"
    body = record["body"]
    return body if len(body) < 100 else f"{record.get('about', 'notification')}"
