"""Publishing from the console and the command line, and having every contact recounted where that changes anything."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from leadwell.console.problems import NotThere
from leadwell.definitions.documents import read_yaml
from leadwell.definitions.library import Entry, Published
from leadwell.definitions.parameters import Parameter, read_parameters
from leadwell.definitions.publishing import Publisher
from leadwell.definitions.reading import read_definition
from leadwell.errors import Refused
from leadwell.journeys.program import Program
from leadwell.journeys.turnovers import InFlight
from leadwell.messaging.policy import PolicyDefinition
from leadwell.wiring import Services


@dataclass(frozen=True, slots=True)
class Activation:
    """``recounts``: every contact is looked at again, because what is asked about contacts changed. ``doubts``: see
    ``Publisher``."""

    published: Published
    recounts: bool
    doubts: tuple[str, ...] = ()


def publish(
    services: Services,
    text: str,
    parameters: Mapping[str, Any],
    by: str,
    *,
    recount: bool = True,
    announced: bool = False,
    in_flight: InFlight | None = None,
) -> Activation:
    """Publishes a definition written in YAML (``announced``, ``in_flight``: see ``Publisher``).

    Raises ``Refused`` with the place and the remedy.
    """
    before, versions = services.library.catalog().plans, versions_of(services)
    now = services.clock.now()
    publisher = Publisher(services.library, now, by, announced, in_flight)
    doubts = (*publisher.doubts(text, parameters), *topics_ended(services, [(text, parameters)]))
    published = publisher.publish(text, parameters)
    if published.kind == "journey":
        services.caller.keep_schedules(services.library.catalog(), now)
    if not recount:
        return Activation(published, False, doubts)
    repeated = versions.get((published.kind, published.name)) == published.version
    recounts = recount_if_changed(services, before, f"{published.kind} {published.name}", repeated)
    return Activation(published, recounts, doubts)


def topics_ended(services: Services, texts: Iterable[tuple[str, Mapping[str, Any]]]) -> list[str]:
    """What is to be known of topics that a policy among these definitions (and their parameters) names no more, before
    it is published."""
    policies = [
        one for text, given in texts if isinstance(one := read_definition(text, given).definition, PolicyDefinition)
    ]
    if not policies:
        return []
    from leadwell.planning.ending_topics import endings  # policies are few

    return [line.text for policy in policies for line in endings(services.table, services.library, policy)]


def filled_in(services: Services, name: str, parameters: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """A journey as it was written, and all its parameters: these, and the others as they are at present."""
    present = present_version(services, "journey", name)
    if not present.source:
        raise Refused("was published without its source; publish the file again", "name")
    known = declared_parameters(present)
    kept = {name: value for name, value in present.parameters.items() if name in known}
    return present.source, {**kept, **parameters}


def recount_if_changed(services: Services, plan_before: str, reason: str, repeated: bool) -> bool:
    """Has every contact looked at again if what is asked about contacts changed; answers whether it did.

    ``repeated``: nothing new was published. Then an earlier attempt may have died between publishing and this, so it is
    started all the same; the execution's name makes it happen once per change.
    """
    catalog = services.library.catalog()
    changed = catalog.plans != plan_before
    if changed or repeated:
        services.starter.start_rebuild(f"plan-{catalog.plans}-{catalog.rev}", reason)
    return changed


def versions_of(services: Services) -> dict[tuple[str, str], int]:
    """(kind, name) → present version."""
    return {(entry.kind, entry.name): entry.version for entry in services.library.entries()}


def find_entry(services: Services, kind: str, name: str) -> Entry:
    """Raises ``NotThere``."""
    for entry in services.library.entries():
        if (entry.kind, entry.name) == (kind, name):
            return entry
    raise NotThere(f"there is no {kind} {name}; see /api/definitions for what there is")


def live_program(services: Services, name: str) -> Program:
    """A journey's present version, compiled, whether it lets somebody in or not. Raises ``NotThere``."""
    catalog = services.library.catalog()
    version = find_entry(services, "journey", name).version
    programs = {**(catalog.companies.programs if catalog.companies else {}), **catalog.programs}
    return programs[name, version]


def present_version(services: Services, kind: str, name: str) -> Published:
    """Raises ``NotThere``."""
    return services.library.version(kind, name, find_entry(services, kind, name).version)


def declared_parameters(published: Published) -> dict[str, Parameter]:
    """What may be filled in; empty where there is no source, or it has none."""
    return read_parameters(read_yaml(published.source)) if published.source else {}
