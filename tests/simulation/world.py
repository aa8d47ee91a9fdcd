"""A whole installation: real handlers and package on stand-ins of AWS's services, and the people around it."""

import importlib
import logging
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

from leadwell import wiring
from leadwell.clock import Moment
from leadwell.definitions.catalog import Catalog
from leadwell.definitions.files import files_in, publish_files, publish_messages, read_files
from leadwell.definitions.library import LIVE, PAUSED, Library
from leadwell.definitions.publishing import Publisher
from leadwell.definitions.reading import Written
from leadwell.journeys.turnovers import InFlight
from leadwell.messaging.rendering.read_sources import email_names, read_email
from leadwell.store import dynamo
from leadwell.store.dynamo import DynamoTable
from leadwell.tracking.keys import KeyKind, add_key
from tests.simulation.dynamo import At, DynamoClient, Table, Wire
from tests.simulation.engine import SETTINGS, Engine, is_expected
from tests.simulation.providers import Providers, SesClient, SnsClient
from tests.simulation.services import Machines, MachinesClient, Queue, SqsClient, Stream, Sweep

TEMPLATES = Path(__file__).parents[2] / "templates"
OWN = Path(__file__).parent / "definitions"
PUBLIC, SERVER = "wk-public", "wk-server"
SIGNING_KEY = "0123456789abcdef0123456789abcdef"

_WORKERS = {
    "contacts": "score_and_segment",
    "enrollments": "run_journeys",
    "messages": "send_messages",
    "transactional": "send_messages",
    "webhooks": "send_messages",
    "feedback": "record_feedback",
}
_LOGGING = ("score_and_segment", "run_journeys", "send_messages")


@dataclass(frozen=True)
class Turnover:
    """A version that was published with a policy for those inside."""

    journey: str
    version: int
    policy: InFlight
    at: Moment


@dataclass(eq=False)
class Hold:
    """``until``: None while it lasts."""

    journey: str
    since: Moment
    until: Moment | None = None


class World:
    def __init__(self, start: str) -> None:
        self.engine = Engine(start, self._client)
        self.stream = Stream(self.engine)
        self.table = Table(self.engine, published(), self.stream.offer)
        self.queues = {name: Queue(self.engine, name, worker) for name, worker in _WORKERS.items()}
        self.machines = Machines(self.engine)
        self.sweep = Sweep(self.engine, self.table)
        self.providers = Providers(self.engine, self.queues["feedback"])
        self.publications: list[tuple[Moment, str]] = []
        self.turnovers: list[Turnover] = []
        self.holds: list[Hold] = []

    def publish(self, path: str, in_flight: InFlight | None = None) -> None:
        """A person publishes another version, and the console has all contacts looked at again."""
        text = (OWN / path).read_text("utf-8")
        self.engine.note(f"published: {path} {in_flight or ''}")
        now = self.engine.now
        done = Publisher(Library(self.direct_table()), now, "somebody", in_flight=in_flight).publish(text)
        self.publications.append((now, text))
        if in_flight is not None:
            self.turnovers.append(Turnover(done.name, done.version, in_flight, now))
        self._go_on(done.name)  # whoever publishes a journey that is held lets it go on
        self.machines.start("rebuild", f"rebuild-{self.engine.now}", '{"cursor": null, "reason": "published"}')

    def hold(self, journey: str) -> None:
        """A person pauses a journey, with everybody where they are."""
        self.engine.note(f"held: {journey}")
        Library(self.direct_table()).set_status("journey", journey, PAUSED, self.engine.now)
        if not any(one.journey == journey and one.until is None for one in self.holds):
            self.holds.append(Hold(journey, self.engine.now))

    def resume(self, journey: str) -> None:
        if any(one.journey == journey and one.until is None for one in self.holds):
            self.engine.note(f"resumed: {journey}")
            Library(self.direct_table()).set_status("journey", journey, LIVE)
            self._go_on(journey)

    def _go_on(self, journey: str) -> None:
        for one in self.holds:
            if one.journey == journey and one.until is None:
                one.until = self.engine.now

    def direct_table(self) -> DynamoTable:
        """The table as seen by those whom no fault strikes."""
        return DynamoTable(self._client("dynamodb", 1), SETTINGS.table)

    def _client(self, service: str, attempts: int) -> Any:
        match service:
            case "dynamodb":
                return DynamoClient(self.engine, attempts, self.table)
            case "sqs":
                return SqsClient(self.engine, attempts, self.queues)
            case "stepfunctions":
                return MachinesClient(self.engine, attempts, self.machines)
            case "sesv2":
                return SesClient(self.engine, attempts, self.providers)
            case "sns":
                return SnsClient(self.engine, attempts, self.providers)
            case "secretsmanager":
                return _Secrets()
        raise AssertionError(service)


class _Secrets:
    def get_secret_value(self, *, SecretId: str) -> dict[str, str]:
        return {"SecretString": SIGNING_KEY}


@contextmanager
def installed(world: World) -> Iterator[None]:
    """Where the package would build botocore's clients it gets the stand-ins, with as many attempts. Nobody sleeps or
    logs, and what workers note as failed is looked at."""
    quiet = logging.root.manager.disable
    engine = world.engine

    def build(service: str, **options: Any) -> Any:
        return engine.client(service, options["retries"]["total_max_attempts"])

    def noted(logger: object, failed: Mapping[Any, Exception]) -> None:
        engine.problems += [f"{engine.current}: {error!r}" for error in failed.values() if not is_expected(error)]

    logging.disable(logging.CRITICAL)
    with ExitStack() as stack:
        for owner, name, replacement in (
            (wiring, "_build", build),
            (Library, "_compile", compiled_once),
            (Publisher, "check_complete", checked_once),
            (dynamo, "_pause", lambda attempt: None),
            *((importlib.import_module(f"functions.{one}.handler"), "log_failures", noted) for one in _LOGGING),
        ):
            stack.enter_context(patch.object(owner, name, replacement))
        try:
            yield
        finally:
            wiring.use(None)
            logging.disable(quiet)


_compile = Library._compile
compiled: dict[tuple[tuple[str, str, int, str, bool], ...], Catalog] = {}
"""The catalogs of all stories of this process, by what was published and is live."""


def compiled_once(library: Library, *rev: int) -> Catalog:
    """The same definitions are the same catalog in every sandbox: compiling is a fifth of a story's time. Everything
    else is as if nobody had compiled them before, or a story would depend on those that were played before it."""
    read = library._to_compile()
    entries = library._entries.values()
    wanted = tuple(sorted((one.kind, one.name, one.version, one.status, one.announced) for one in entries))
    if wanted not in compiled:
        compiled[wanted] = _compile(library, *rev)
    # Of a story's own: how often and at which moments something was held or published.
    inside: dict[str, Any] = {
        "rev": rev[0],
        "published_at": max((one.published_at for one in read), default=0),
        "turnovers": {entry.name: entry.turnovers for entry in entries if entry.turnovers},
        "held": {entry.name: entry.held_since for entry in entries if entry.held_since is not None},
    }
    found = compiled[wanted]
    companies = replace(found.companies, **inside) if found.companies is not None else None
    return replace(found, companies=companies, **inside)


_check = Publisher.check_complete
_checked: set[tuple[str, tuple[tuple[str, str, int, str], ...]]] = set()


def checked_once(publisher: Publisher, written: Written) -> None:
    """What could be published beside certain definitions, can be again: to see that takes a tenth of a story's time."""
    beside = tuple((one.kind, one.name, one.version, one.status) for one in publisher.library.entries())
    if (wanted := (str(written.document), beside)) not in _checked:
        _check(publisher, written)
        _checked.add(wanted)


@cache
def published() -> Mapping[At, Wire]:
    """Starters and our own definitions, compiled once for all stories."""
    engine = Engine("2026-01-01T00:00:00Z", lambda service, attempts: None)
    table = Table(engine, {}, lambda shard, record: None)
    store = DynamoTable(DynamoClient(engine, 1, table), SETTINGS.table)
    publisher = Publisher(Library(store), 0, "simulation")
    publish_messages(publisher, TEMPLATES)
    publish_files(publisher, read_files(STARTERS))
    for name in email_names(OWN / "emails"):
        publisher.publish_email(read_email(OWN / "emails", name))
    for path in FIRST:
        publisher.publish((OWN / path).read_text("utf-8"))
    add_key(store, PUBLIC, KeyKind.PUBLIC, "public")
    add_key(store, SERVER, KeyKind.SERVER, "server")
    return table.items


STARTERS = (
    *(TEMPLATES / "scoring" / f"{name}.yaml" for name in ("lifecycle", "shop")),
    *(
        TEMPLATES / "segments" / f"{name}.yaml"
        for name in ("cart-abandoners", "hot-leads", "known-contacts", "newsletter", "sofa-interest")
    ),
    *files_in(TEMPLATES / "journeys"),
)
"""Of what comes with Leadwell that which the naive recount can judge; every further definition makes stories slower."""

FIRST = (
    "policy.yaml",
    "segments/keen.yaml",
    "segments/quiet.yaml",
    *(f"segments/{name}.yaml" for name in ("feast", "lapsed", "spender", "straight", "undecided", "wanderer")),
    "journeys/trial.yaml",
    "journeys/keen.yaml",
    "journeys/eager.yaml",
    "journeys/receipt.yaml",
    "journeys/renewal.yaml",
    *(
        f"companies/{name}.yaml"
        for name in ("account", "stages", "busy", "crowded", "of-busy", "news", "trial", "warmth", "warm")
    ),
)
LATER = ("segments/keen-2.yaml", "journeys/trial-2.yaml")
