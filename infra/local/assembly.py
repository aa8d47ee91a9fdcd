"""Puts the parts of the local run together, in the order in which they depend on each other."""

import argparse
import importlib
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.local.activity import Activity
from infra.local.aws_door import AwsDoor
from infra.local.clock import VirtualClock
from infra.local.control import Control
from infra.local.deploy import Deployed, DeployFailed
from infra.local.driver import Driver
from infra.local.embedded_aws import EmbeddedAws
from infra.local.errors import CannotStart
from infra.local.event_sources import EventSources
from infra.local.feedback import Feedback
from infra.local.front import Front
from infra.local.functions import Functions
from infra.local.gateway import Gateway
from infra.local.journal import Journal
from infra.local.outbox import Outbox
from infra.local.pump import Pump
from infra.local.replies import Replies
from infra.local.seeds import sow
from infra.local.ses_list import PATH as ses_list_path
from infra.local.ses_list import SesList
from infra.local.state import State
from infra.local.synthesis import SynthesisFailed, synthesize
from infra.local.timers import Timers
from infra.local.webhooks import Webhooks

Say = Callable[[str], None]
_UNCOUNTED = ("UNTRACKED", "TRANSACTIONAL")


@dataclass(frozen=True)
class Local:
    """Everything that runs."""

    front: Front
    state: State
    pump: Pump
    driver: Driver
    journal: Journal
    now: Callable[[], int]
    """The virtual clock, in milliseconds."""

    def stop(self) -> None:
        """Finishes what is running and saves the state."""
        self.state.stop()
        self.driver.stop()
        self.pump.stop()
        with self.front.gate.shut():
            self.state.save()
        self.journal.close()


def assemble(root: Path, options: argparse.Namespace, *, context: Mapping[str, str], say: Say) -> Local:
    """Raises ``CannotStart`` in a sentence when the stack cannot be made."""
    functions_folder: Path = options.functions
    say("looking at the stack")
    try:
        assembly, made = synthesize(root, root / ".leadwell" / "assemblies", dict(context))
    except SynthesisFailed as error:
        raise CannotStart(f"the stack could not be synthesized:\n{error}") from error
    if made:
        say("synthesized the stack (kept until infra/ changes)")
    clock, activity = VirtualClock(), Activity()
    aws = EmbeddedAws(clock=clock, scratch=options.state / "scratch")
    functions = Functions(functions_folder, activity)
    aws.run_functions_with(functions.invoke)
    client = _remembering()
    journal = Journal(options.state / "state")
    timers = Timers(clock, activity)
    sources = EventSources(clock, functions.invoke)
    pump = Pump(clock, sources, timers, activity)
    state = State(journal=journal, aws=aws, clock=clock, sources=sources, timers=timers, pump=pump)
    known = state.load()
    say("loaded the saved state" if known else "started the embedded AWS")
    try:
        deployed, result = state.stack(client, assembly, functions_folder)
    except DeployFailed as error:
        hint = f"; the saved state is of another stack, remove {options.state} to start afresh" if known else ""
        raise CannotStart(f"the stack could not be deployed: {error}{hint}") from error
    say(f"the stack is {result}: {len(deployed.functions)} functions")
    functions.deployed_as(deployed.functions, deployed.limits)
    _prepare_functions(deployed, root, options, clock)
    sources.read_mappings(client("lambda"))

    driver = Driver(
        clock=clock,
        sources=sources,
        timers=timers,
        pump=pump,
        functions=functions,
        client=client,
        table=deployed.environment["LEADWELL_TABLE"],
        delay_arn=deployed.environment["LEADWELL_DELAY_ARN"],
    )
    ses_list = SesList(options.state / "ses-list.json", clock.now)
    aws.answer_instead(ses_list_path, ses_list.answer)
    feedback = Feedback(
        client=client("sns"),
        ses_list=ses_list,
        clock=clock,
        feedback_topic=deployed.feedback_topic,
        inbound_sms_topic=deployed.inbound_sms_topic,
    )
    outbox = Outbox(options.state / "outbox.jsonl", clock, feedback.accepted)
    aws.observe(outbox.watch)
    importlib.import_module("leadwell.wiring").use_carrier(Webhooks(outbox).carry)
    gateway = Gateway(
        client=client("apigatewayv2"), api_id=deployed.api_id, cors=deployed.cors, invoke=functions.invoke
    )
    control = Control(
        clock=clock,
        driver=driver,
        pump=pump,
        outbox=outbox,
        feedback=feedback,
        replies=Replies(
            s3=client("s3"),
            sns=client("sns"),
            clock=clock,
            bucket=deployed.environment["LEADWELL_REPLY_BUCKET"],
            topic=deployed.reply_topic,
        ),
        table_bytes=aws.table_bytes,
        uncounted={deployed.environment.get(f"LEADWELL_{one}_CONFIGURATION_SET", "") for one in _UNCOUNTED},
    )
    aws_door = AwsDoor(aws.ask, clock, deployed.environment)
    front = Front(gateway=gateway, control=control, aws=aws_door, journal=journal, clock=clock)

    functions.load_all()
    say("loaded the functions")
    replayed = 0
    if known:
        replayed, troubles = state.catch_up(front.answer, driver, client("stepfunctions"))
        if replayed:
            say(f"the last run did not stop cleanly: replayed {replayed} requests")
        for trouble in troubles:
            say(f"note: {trouble}")
    else:
        sow(client, deployed.environment["LEADWELL_FROM_ADDRESS"], root / "templates")
        say("published the starter journeys")
    if not known or replayed or result != "unchanged":
        state.save()
    journal.open()
    pump.start()
    driver.start()
    state.keep_short(front.gate.shut)
    return Local(front, state, pump, driver, journal, clock.now)


def _prepare_functions(deployed: Deployed, root: Path, options: argparse.Namespace, clock: VirtualClock) -> None:
    """What Lambda does for a function before it starts: the environment and the layer's place on the path."""
    os.environ.update(deployed.environment)
    os.environ.update(
        LEADWELL_PUBLIC_URL=f"http://127.0.0.1:{options.port}",
        LEADWELL_LOG_LEVEL="DEBUG" if options.verbose else "ERROR",
        # Metrics are lines on the standard output, meant for CloudWatch.
        POWERTOOLS_METRICS_DISABLED="true",
        POWERTOOLS_TRACE_DISABLED="true",
    )
    package = str(root / "layers" / "leadwell" / "python")
    if package not in sys.path:
        sys.path.insert(0, package)
    importlib.import_module("leadwell.wiring").use_clock(clock)


def _remembering() -> Callable[[str], Any]:
    """Makes boto3 clients and keeps them: building one takes longer than calling it."""
    # After the hook and the environment of the embedded AWS are in place.
    boto3: Any = importlib.import_module("boto3")
    made: dict[str, Any] = {}

    def client(service: str) -> Any:
        if service not in made:
            made[service] = boto3.client(service)
        return made[service]

    return client
