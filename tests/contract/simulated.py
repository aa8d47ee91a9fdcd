"""The simulator's stand-ins, without faults: nothing runs but the engine's clock, and workers are the tests' own."""

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any, ClassVar

from leadwell.messaging.channels.email_ses import SesEmail
from leadwell.messaging.channels.sms_sns import SnsSms
from leadwell.store.dynamo import DynamoTable
from leadwell.store.queues import CONTACTS, SqsQueues
from leadwell.store.table import Table as Port
from tests.contract.requests import Dynamo, Machines, Mail, Sms, Wire
from tests.contract.seen import Change, Delivered, change_of
from tests.simulation.dynamo import DynamoClient, Table
from tests.simulation.engine import Engine, Outcome
from tests.simulation.providers import Providers, SesClient, SnsClient
from tests.simulation.services import MAX_RECEIVES, MachinesClient, Queue, SqsClient
from tests.simulation.services import Machines as StateMachines

_TABLE, _SENDER = "leadwell", "hello@example.com"


class _Engine(Engine):
    """Instead of the package's handlers, tests answer what is invoked."""

    def __init__(self) -> None:
        super().__init__("2026-03-02T08:00:00Z", lambda service, attempts: None)
        self.invoked: deque[tuple[Any, Callable[[Outcome], None]]] = deque()

    def invoke(self, function: str, payload: Any, done: Any, stops: Any = None) -> Any:
        self.invoked.append((payload, done))

    def answer_next(self, worker: Callable[[Any], Any]) -> None:
        """Lets time pass until something is invoked, however long."""
        while not self.invoked:
            assert self._agenda, "nothing is invoked any more"
            self.run_until(self._agenda[0][0])
        payload, done = self.invoked.popleft()
        done(Outcome(answer=worker(payload)))


class _Client(DynamoClient):
    """A token is botocore's business, which makes a new one for each call; here tests may choose it."""

    def transact_write_items(self, *, TransactItems: list[Wire], ClientRequestToken: str = "") -> Wire:
        if not ClientRequestToken:
            return super().transact_write_items(TransactItems=TransactItems)
        self.table.transact(TransactItems, ClientRequestToken)
        return {}


class _StatesClient(MachinesClient):
    """Tells the execution's ARN, which the package does not read."""

    def start_execution(self, *, stateMachineArn: str, name: str, input: str) -> Wire:
        super().start_execution(stateMachineArn=stateMachineArn, name=name, input=input)
        return {"executionArn": f"{stateMachineArn}:{name}"}


class Simulated:
    patience = 0.0

    def __init__(self) -> None:
        self._engine = _Engine()
        self._records: list[Wire] = []
        table = Table(self._engine, {}, lambda shard, record: self._records.append(record))
        self._client = _Client(self._engine, 1, table)

    def pause(self) -> None:
        """Nothing here needs time to pass before it shows."""

    def table(self) -> Port:
        return DynamoTable(self._client, _TABLE)

    def dynamo(self) -> Dynamo:
        return Dynamo(self._client, _TABLE)

    def stream(self) -> "Simulated":
        return self

    def changes(self, pk: str) -> list[Change]:
        return [change_of(record) for record in self._records if record["dynamodb"]["Keys"]["pk"]["S"] == pk]

    def work(self) -> "_Work":
        return _Work(self._engine)

    def machines(self) -> Machines:
        client = _StatesClient(self._engine, 1, StateMachines(self._engine))
        return Machines(client, "delay", lambda execution: self._engine.answer_next(lambda state: {"more": False}))

    def mail(self) -> Mail:
        client = SesClient(self._engine, 1, self._providers())
        channel = SesEmail(client, from_address=_SENDER, from_name="Example Shop", configuration_set="leadwell")
        return Mail(channel, "ann@example.com", client, _SENDER, "leadwell")

    def sms(self) -> Sms:
        client = SnsClient(self._engine, 1, self._providers())
        return Sms(SnsSms(client, sender_id=""), "+12025550123", client)

    def _providers(self) -> Providers:
        return Providers(self._engine, Queue(self._engine, "feedback", "record_feedback"))


class _Work:
    """See ``queues.Queue``."""

    attempts: ClassVar[int] = MAX_RECEIVES
    patience = 0.0

    def pause(self) -> None:
        """Nothing here needs time to pass before it shows."""

    def __init__(self, engine: _Engine) -> None:
        self._engine = engine
        self._queue = Queue(engine, CONTACTS, "score_and_segment")
        self._client = SqsClient(engine, 1, {CONTACTS: self._queue})

    @property
    def port(self) -> SqsQueues:
        return SqsQueues(self._client, **{CONTACTS: CONTACTS})

    def deliver(self, fails: Callable[[str], bool] = lambda body: False) -> list[Delivered]:
        batch: list[Delivered] = []

        def worker(payload: Any) -> Any:
            batch.extend(Delivered(record["messageId"], record["body"]) for record in payload["Records"])
            return {"batchItemFailures": [{"itemIdentifier": one.id} for one in batch if fails(one.body)]}

        self._engine.answer_next(worker)
        return batch

    def dead(self) -> list[str]:
        return [message.body for message in self._queue.dead]


@contextmanager
def started(folder: Path) -> Iterator[Callable[[], AbstractContextManager[Any]]]:
    yield lambda: nullcontext(Simulated())
