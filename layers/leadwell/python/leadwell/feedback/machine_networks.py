"""From which networks, and by which agents, machines call. What Leadwell brings along stands in
``machine_networks.json`` with its date and sources; an installation's policy adds to it and takes away from it."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from leadwell.definitions.library import Library

Network = IPv4Network | IPv6Network
_FILE = Path(__file__).with_suffix(".json")


@cache
def shipped() -> tuple[Network, ...]:
    given = json.loads(_FILE.read_text("utf-8"))
    return tuple(ip_network(one["network"]) for one in given["networks"])


@dataclass(frozen=True, slots=True)
class Machines:
    """``networks`` and ``agents`` (parts of their names) are machines' in this installation, too; ``people`` are
    networks from which people call, whatever else is said of them."""

    networks: tuple[Network, ...] = ()
    people: tuple[Network, ...] = ()
    agents: tuple[str, ...] = ()

    def calls_from(self, address: str) -> bool:
        """Whether an address is a machine's. One that is none is nobody's."""
        try:
            found = ip_address(address)
        except ValueError:
            return False
        if any(found in network for network in self.people):
            return False
        return any(found in network for network in (*self.networks, *shipped()))

    def calls_itself(self, agent: str) -> bool:
        return any(re.search(re.escape(one), agent, re.IGNORECASE) for one in self.agents)


NO_MORE = Machines()


def networks(written: Iterable[str]) -> tuple[Network, ...]:
    return tuple(ip_network(one) for one in written)


def machines_of(library: "Library") -> Machines:
    """As the policy that is live says."""
    library.look()
    policy = library.policy()
    said = policy.definition.machines if policy is not None else None
    if said is None:
        return NO_MORE
    return Machines(networks(said.networks), networks(said.people), said.agents)
