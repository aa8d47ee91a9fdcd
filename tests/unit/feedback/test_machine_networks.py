"""Which networks and agents are machines': shipped with date and source, and said by an installation's policy."""

import json
from datetime import date
from ipaddress import ip_network
from pathlib import Path

import pytest
from pydantic import ValidationError

from leadwell.feedback import machine_networks
from leadwell.feedback.machine_networks import Machines, machines_of, networks, shipped
from leadwell.feedback.machines import Sign, own_sign
from leadwell.messaging.policy import PolicyDefinition
from leadwell.tracking.events import Name
from tests.fakes.world import World

TITLE = {"en": "Policy", "de": "Richtlinie"}
GATEWAY = "203.0.113.9"


def test_what_is_shipped_says_since_when_and_from_where() -> None:
    given = json.loads(Path(machine_networks.__file__).with_suffix(".json").read_text("utf-8"))
    assert date.fromisoformat(given["date"]) and given["mark"]
    for one in given["networks"]:
        assert ip_network(one["network"]).is_global
        assert all(one[word] for word in ("who", "why", "source"))
    assert len(shipped()) == len(given["networks"])


def test_an_installation_adds_and_takes_away() -> None:
    assert not Machines().calls_from(GATEWAY) and Machines().calls_from("17.1.2.3")
    own = Machines(networks(["203.0.113.0/24", "2001:db8::/32"]), networks(["17.5.0.0/16"]), ("ExampleGateway",))
    assert own.calls_from(GATEWAY) and own.calls_from("2001:db8::1") and own.calls_from("17.1.2.3")
    assert not own.calls_from("17.5.0.1") and not own.calls_from("nonsense")
    name = Name.EMAIL_LINK_CLICKED
    assert own_sign(name, agent="Mozilla/5.0 examplegateway/2", address="", machines=own) == Sign.AGENT
    assert own_sign(name, agent="Mozilla/5.0 (X11)", address=GATEWAY, machines=own) == Sign.ADDRESS
    assert own_sign(name, agent="Mozilla/5.0 (X11)", address=GATEWAY) == ""


def test_the_policy_says_so() -> None:
    library = World(templates=None).services.library
    assert machines_of(library) == Machines()
    document = {"kind": "policy", "name": "policy", "title": TITLE, "machines": {"networks": ["203.0.113.0/24"]}}
    library.publish("policy", "policy", document, now=0, by="test")
    assert machines_of(library).calls_from(GATEWAY)


@pytest.mark.parametrize("wrong", ["203.0.113.9/24", "everywhere", "203.0.113.0/33"])
def test_what_is_no_network_is_refused(wrong: str) -> None:
    with pytest.raises(ValidationError, match="is no network such as"):
        PolicyDefinition.model_validate({"title": TITLE, "machines": {"networks": [wrong]}})
